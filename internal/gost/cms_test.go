package gost

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"testing"
	"time"
)

func TestMessage(t *testing.T) {
	a := newAuthority(t, TC26A256, noon)
	leaf, key := a.issue(t, person, 5)
	der := must[[]byte](t)(SignCMS(rand.Reader, contentBytes, leaf, key, SignOptions{SigningTime: noon, Chain: []*Certificate{a.cert, leaf}}))

	lines := base64.StdEncoding.EncodeToString(der)
	for name, b := range map[string][]byte{
		"DER": der, "base64": []byte(lines[:64] + "\r\n" + lines[64:]), "PEM": pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: der}),
	} {
		m, err := ParseCMS(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		results, err := m.Verify(nil)
		if err != nil || len(results) != 1 || results[0].Err != nil || !results[0].SigningTime.Equal(noon) {
			t.Errorf("%s: %v %+v", name, err, results)
		}
		if len(m.Certificates) != 2 || !bytes.Equal(m.Content, contentBytes) {
			t.Errorf("%s: %d certificates", name, len(m.Certificates))
		}
	}

	m := must[*SignedData](t)(ParseCMS(der))
	if _, err := m.Verify([]byte("another")); err == nil {
		t.Error("another content than the attached one is taken")
	}
	m.Certificates = nil
	if results, err := m.Verify(nil); err != nil || !errors.Is(results[0].Err, ErrNoSigner) {
		t.Errorf("without certificates: %v %+v", err, results)
	}

	detached := must[*SignedData](t)(ParseCMS(must[[]byte](t)(SignCMS(rand.Reader, nil, leaf, key, SignOptions{Detached: true}))))
	if _, err := detached.Verify(nil); err == nil {
		t.Error("no content at all is taken")
	}
	if results, err := detached.Verify([]byte{}); err != nil || results[0].Err != nil {
		t.Errorf("an empty file: %v %+v", err, results)
	}
	stranger := must[*PrivateKey](t)(GenerateKey(rand.Reader, TC26A256))
	if _, err := SignCMS(rand.Reader, contentBytes, leaf, stranger, SignOptions{}); err == nil {
		t.Error("another key signs")
	}
}

// The signed attribute binds the certificate: another one for the same key
// does not pass, even under the same issuer and serial number.
func TestSigningCertificate(t *testing.T) {
	var none *link
	root := none.make(t, ca("Root"))
	leaf := root.make(t, CertificateTemplate{Subject: named("One")})
	m := must[*SignedData](t)(ParseCMS(must[[]byte](t)(SignCMS(rand.Reader, contentBytes, leaf.cert, leaf.key, SignOptions{SigningTime: noon}))))
	other := must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{Serial: leaf.cert.Serial, Subject: named("Two"),
		NotBefore: noon, NotAfter: noon.Add(time.Hour), IdentificationKind: -1}, root.cert, &leaf.key.PublicKey, root.key))
	m.Certificates = []*Certificate{mustCertificate(t, other)}
	if results, err := m.Verify(nil); err != nil || !errors.Is(results[0].Err, ErrSignature) {
		t.Errorf("%v %+v", err, results)
	}
}

func TestBER(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"DER stays", "\x30\x03\x04\x01A", "\x30\x03\x04\x01A"},
		{"long lengths become the shortest", "\x30\x81\x04\x04\x81\x01A", "\x30\x03\x04\x01A"},
		{"a high tag number", "\x30\x80\xbf\x81\x01\x80\x04\x01A\x00\x00\x00\x00", "\x30\x07\xbf\x81\x01\x03\x04\x01A"},
		{"an object inside a string is content", "\x30\x80\x04\x04\x30\x80\x00\x00\x00\x00", "\x30\x06\x04\x04\x30\x80\x00\x00"},
		{"an end without a beginning", "\x30\x02\x00\x00", ""},
		{"a tag number without end", "\x3f\xff\xff\xff\xff\xff\x01\x00", ""},
		{"indefinite", "\x30\x80\x04\x01A\x00\x00", "\x30\x03\x04\x01A"},
		{"indefinite inside", "\x30\x07\x02\x01\x05\x31\x80\x00\x00", "\x30\x05\x02\x01\x05\x31\x00"},
		{"string in pieces", "\x30\x80\x24\x80\x04\x01A\x04\x02BC\x00\x00\x00\x00", "\x30\x05\x04\x03ABC"},
		{"pieces of pieces", "\x24\x80\x24\x03\x04\x01A\x04\x01B\x00\x00", "\x04\x02AB"},
		{"no end", "\x30\x80\x04\x01A", ""},
		{"longer than the file", "\x30\x05\x04\x01A", ""},
		{"indefinite primitive", "\x04\x80\x00\x00", ""},
		{"trailing", "\x30\x00\x00", ""},
		{"a number among the pieces", "\x24\x80\x02\x01A\x00\x00", ""},
		{"empty", "", ""},
	} {
		got, err := toDER([]byte(tt.in))
		if string(got) != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %x %v", tt.name, got, err)
		}
	}
	deep := bytes.Repeat([]byte{0x30, 0x80}, 10_000)
	if _, err := toDER(deep); !errors.Is(err, errBER) {
		t.Errorf("depth: %v", err)
	}
}

// A content that is not kept is signed as one in memory is.
func TestSignReader(t *testing.T) {
	a := newAuthority(t, TC26A256, noon)
	leaf, key := a.issue(t, person, 6)
	by := Signatory{leaf, key}
	der := must[[]byte](t)(SignCMSReader(rand.Reader, bytes.NewReader(contentBytes), by, SignOptions{Detached: true, SigningTime: noon}))
	m := must[*SignedData](t)(ParseCMS(der))
	if results, err := m.Verify(contentBytes); err != nil || results[0].Err != nil || !results[0].SigningTime.Equal(noon) {
		t.Errorf("%v %+v", err, results)
	}
	if results, err := m.Verify([]byte("another")); err == nil && results[0].Err == nil {
		t.Error("another content is taken")
	}
	stranger := must[*PrivateKey](t)(GenerateKey(rand.Reader, TC26A256))
	for name, o := range map[string]SignOptions{"attached": {SigningTime: noon}, "without a time": {Detached: true}} {
		if _, err := SignCMSReader(rand.Reader, bytes.NewReader(contentBytes), by, o); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
	if _, err := SignCMSReader(rand.Reader, bytes.NewReader(contentBytes), Signatory{leaf, stranger}, SignOptions{Detached: true, SigningTime: noon}); err == nil {
		t.Error("another key signs")
	}
}
