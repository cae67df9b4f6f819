package gost

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// SignerInfo is one signature of a message, not yet verified.
type SignerInfo struct {
	// The signer's certificate by issuer and serial number or by key identifier.
	RawIssuer    []byte
	Serial       *big.Int
	SubjectKeyID []byte
	// Signed are the attributes the signature covers, none in a signature over
	// the content itself. Unsigned were added by anybody afterwards.
	Signed, Unsigned []MessageAttribute

	issuerForm        string // of RawIssuer, see nameForm
	digest, signature algorithm
	value             []byte
	rawAttributes     []byte // the signed attributes as SET OF; nil = none
}

func readSignerInfo(s *cryptobyte.String) (i SignerInfo, err error) {
	var seq, attributes, unsigned cryptobyte.String
	var version int
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(&version) {
		return i, errors.New("bad signer info")
	}
	keyID := cbasn1.Tag(0).ContextSpecific()
	if seq.PeekASN1Tag(keyID) {
		if !seq.ReadASN1Bytes(&i.SubjectKeyID, keyID) {
			return i, errors.New("bad key identifier")
		}
	} else {
		var id, issuer cryptobyte.String
		i.Serial = new(big.Int)
		if !seq.ReadASN1(&id, cbasn1.SEQUENCE) || !id.ReadASN1Element(&issuer, cbasn1.SEQUENCE) ||
			!id.ReadASN1Integer(i.Serial) || !id.Empty() {
			return i, errors.New("bad issuer and serial number")
		}
		i.RawIssuer, i.issuerForm = issuer, nameForm(issuer)
	}
	// RFC 5652, 5.3: the way of naming the certificate and the version go together.
	if want := map[bool]int{true: 1, false: 3}[i.Serial != nil]; version != want {
		return i, fmt.Errorf("version %d, want %d", version, want)
	}
	var ok bool
	if i.digest, ok = readAlgorithm(&seq); !ok {
		return i, errors.New("bad digest algorithm")
	}
	if seq.PeekASN1Tag(context0) {
		if !seq.ReadASN1(&attributes, context0) {
			return i, errors.New("bad signed attributes")
		}
		// The signature covers them under the SET tag (RFC 5652, 5.4).
		i.rawAttributes = appendElement(0x31, attributes)
		if i.Signed, err = readMessageAttributes(attributes); err != nil {
			return i, err
		}
	}
	if i.signature, ok = readAlgorithm(&seq); !ok {
		return i, errors.New("bad signature algorithm")
	}
	if !seq.ReadASN1Bytes(&i.value, cbasn1.OCTET_STRING) || !seq.ReadOptionalASN1(&unsigned, nil, context1) || !seq.Empty() {
		return i, errors.New("bad signature")
	}
	i.Unsigned, err = readMessageAttributes(unsigned)
	return i, err
}

// named reports whether the signature names this certificate.
func (i *SignerInfo) named(c *Certificate) bool {
	if i.Serial == nil {
		return len(c.SubjectKeyID) > 0 && bytes.Equal(c.SubjectKeyID, i.SubjectKeyID)
	}
	return c.Serial.Cmp(i.Serial) == 0 && c.issuerForm == i.issuerForm
}
