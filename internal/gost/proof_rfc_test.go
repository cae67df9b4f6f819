package gost_test

import (
	"bytes"
	"crypto/hmac"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"hash"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

// rfcFile holds the numbers that the RFCs print as examples, in the order of
// their text: big-endian numbers, digests as the hash puts them out. RFC 9215
// prints whole objects; here is the body of each, which its signature covers.
type rfcFile struct {
	Hashes []struct {
		Clause      string
		Bits        int
		Msg, Digest string
	}
	Macs []struct {
		Clause        string
		Bits          int
		Key, Msg, Mac string
	}
	Signatures []struct{ Clause, Curve, D, K, X, Y, Digest, Object, Body, R, S string }
}

func readRFC(t *testing.T) (f rfcFile) {
	t.Helper()
	if err := json.Unmarshal(must(os.ReadFile("testdata/rfc.json"))(t), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func sized(bits int) func() hash.Hash { return hashes["md_gost12_"+strconv.Itoa(bits)] }

func TestRFCHashes(t *testing.T) {
	f := readRFC(t)
	for _, v := range f.Hashes {
		h := sized(v.Bits)()
		h.Write(unhex(t, v.Msg))
		if got := hex.EncodeToString(h.Sum(nil)); got != v.Digest {
			t.Errorf("%s: %s, want %s", v.Clause, got, v.Digest)
		}
	}
	for _, v := range f.Macs {
		h := hmac.New(sized(v.Bits), unhex(t, v.Key))
		h.Write(unhex(t, v.Msg))
		if got := hex.EncodeToString(h.Sum(nil)); got != v.Mac {
			t.Errorf("%s: HMAC %s, want %s", v.Clause, got, v.Mac)
		}
	}
	if len(f.Hashes) != 4 || len(f.Macs) != 2 || len(f.Signatures) != 11 {
		t.Errorf("%d hashes, %d codes, %d signatures", len(f.Hashes), len(f.Macs), len(f.Signatures))
	}
}

func TestRFCSignatures(t *testing.T) {
	for _, v := range readRFC(t).Signatures {
		integer := func(s string) *big.Int { return new(big.Int).SetBytes(unhex(t, s)) }
		c := curveOf(t, v.Curve)
		key := must(gost.NewPrivateKey(c, integer(v.D)))(t)
		if key.X.Cmp(integer(v.X)) != 0 || key.Y.Cmp(integer(v.Y)) != 0 {
			t.Errorf("%s: another public key", v.Clause)
		}
		body, digest := unhex(t, v.Body), unhex(t, v.Digest)
		if v.Body != "" {
			digest = streebog(&key.PublicKey, body)
		}
		want := append(unhex(t, v.S), unhex(t, v.R)...)
		if got, ok := gost.SignWithNonce(key, integer(v.K), digest); !ok || !bytes.Equal(got, want) {
			t.Errorf("%s: signature %x, want %x", v.Clause, got, want)
		}
		if err := gost.Verify(&key.PublicKey, digest, want); err != nil {
			t.Errorf("%s: %v", v.Clause, err)
		}
		// The reference of the case files proves itself on the same numbers.
		if r, s := signNumber(c, key.D(), integer(v.K), number(c, digest)); !bytes.Equal(encode(c, r, s), want) {
			t.Errorf("%s: the reference signs otherwise", v.Clause)
		}
		if v.Object != "" {
			checkObject(t, v.Clause, v.Object, body, want, key)
		}
	}
}

func curveOf(t *testing.T, dotted string) *gost.Curve {
	t.Helper()
	var oid asn1.ObjectIdentifier
	for part := range strings.SplitSeq(dotted, ".") {
		oid = append(oid, must(strconv.Atoi(part))(t))
	}
	return must(gost.CurveByOID(oid))(t)
}

// checkObject assembles the object of RFC 9215, appendix A, and reads it.
func checkObject(t *testing.T, clause, object string, tbs, sig []byte, key *gost.PrivateKey) {
	t.Helper()
	last := 2 // id-tc26-signwithdigest-gost3410-12-256
	if key.Curve.Bits == 512 {
		last = 3
	}
	der := tlv(0x30, tbs, tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 3, last)), tlv(0x03, []byte{0}, sig))
	issuer := &gost.Certificate{PublicKey: &key.PublicKey}
	var err error
	switch object {
	case "request":
		var r *gost.Request
		if r, err = gost.ParseRequest(der); err == nil {
			err = r.CheckSignature()
		}
	case "certificate":
		var c *gost.Certificate
		if c, err = gost.ParseCertificate(der); err == nil {
			err = c.CheckSignatureFrom(issuer)
		}
	case "crl":
		var c *gost.CRL
		if c, err = gost.ParseCRL(der); err == nil {
			err = c.CheckSignatureFrom(issuer)
		}
	}
	if err != nil {
		t.Errorf("%s, %s: %v", clause, object, err)
	}
}
