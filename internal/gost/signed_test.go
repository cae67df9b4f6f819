package gost

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"io"
	"math/big"
	"testing"
	"time"
)

// carrier is a key that lives elsewhere: it takes whole messages only.
type carrier struct {
	*PrivateKey
	seen [][]byte
	key  *PrivateKey // that really signs
}

func (c *carrier) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("a digest is not signed here")
}

func (c *carrier) SignMessage(r io.Reader, msg []byte, _ crypto.SignerOpts) ([]byte, error) {
	c.seen = append(c.seen, msg)
	return c.key.Sign(r, c.key.digest(msg), nil)
}

// Everything the package signs reaches a crypto.MessageSigner as a message.
func TestMessageSigner(t *testing.T) {
	key, err := GenerateKey(rand.Reader, TC26A512)
	if err != nil {
		t.Fatal(err)
	}
	c := &carrier{PrivateKey: key, key: key}
	name := Name{{Type: OIDCommonName, Value: "Организация"}}
	der, err := CreateCertificate(rand.Reader, &CertificateTemplate{Serial: big.NewInt(1), Subject: name, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), IdentificationKind: -1}, nil, &key.PublicKey, c)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := cert.CheckSignatureFrom(cert); err != nil || !bytes.Equal(c.seen[0], cert.RawTBS) {
		t.Errorf("certificate: %v, the carrier saw %x", err, c.seen)
	}
	if _, err := CreateRequest(rand.Reader, &RequestTemplate{Subject: name}, c); err != nil {
		t.Error(err)
	}
	if _, err := SignCMS(rand.Reader, []byte("Акт № 5"), cert, c, SignOptions{Detached: true}); err != nil || string(c.seen[2]) != "Акт № 5" {
		t.Errorf("message: %v, the carrier saw %q", err, c.seen[2])
	}
	sig, err := SignMessage(rand.Reader, c, []byte("client+scope"))
	if err != nil || Verify(&key.PublicKey, key.digest([]byte("client+scope")), sig) != nil {
		t.Errorf("message: %v", err)
	}
	if c.key, err = GenerateKey(rand.Reader, TC26A512); err != nil { // the carrier was changed for another
		t.Fatal(err)
	}
	if _, err := SignMessage(rand.Reader, c, []byte("x")); !errors.Is(err, ErrSignature) {
		t.Errorf("another key's signature passed: %v", err)
	}
}

// A key whose identifier says key agreement signs neither certificates nor messages.
func TestAgreementKeySignsNothing(t *testing.T) {
	a := newAuthority(t, TC26A256, noon)
	cert, key := a.issue(t, person, 9)
	message := must[*SignedData](t)(ParseCMS(must[[]byte](t)(SignCMS(rand.Reader, contentBytes, cert, key, SignOptions{}))))
	a.cert.PublicKey.agreement = true
	if err := cert.CheckSignatureFrom(a.cert); !errors.Is(err, ErrSignature) {
		t.Error(err)
	}
	message.Certificates[0].PublicKey.agreement = true
	if results, err := message.Verify(nil); err != nil || !errors.Is(results[0].Err, ErrNotGOST) {
		t.Errorf("%v %+v", err, results)
	}
}
