package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

const (
	typesNS = exchange + "1.1"
	basicNS = exchange + "basic/1.1"
)

// signer makes a key on the curve and a self-signed certificate for it.
func signer(t testing.TB, curve string) (*gost.Certificate, *gost.PrivateKey) {
	t.Helper()
	c, err := gost.CurveByName(curve)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gost.GenerateKey(rand.Reader, c)
	if err != nil {
		t.Fatal(err)
	}
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{
		Serial: big.NewInt(7), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "Тестовая ИС"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IdentificationKind: -1,
	}, nil, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

const request = `<r:SendRequestRequest xmlns:r="` + typesNS + `" xmlns:b="` + basicNS + `">` +
	`<r:SenderProvidedRequestData Id="SIGNED"><r:MessageID>1</r:MessageID>` +
	`<b:MessagePrimaryContent><q xmlns="urn:q" Id="INNER">Щукин &amp; Ко</q></b:MessagePrimaryContent></r:SenderProvidedRequestData>` +
	`<r:CallerInformationSystemSignature>%s</r:CallerInformationSystemSignature></r:SendRequestRequest>`

// sign returns the request signed over the element with the id.
func sign(t testing.TB, curve, id string) string {
	t.Helper()
	cert, key := signer(t, curve)
	s, err := Sign(rand.Reader, fmt.Appendf(nil, request, ""), id, cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(request, s)
}

var (
	placeName  = xml.Name{Space: typesNS, Local: "CallerInformationSystemSignature"}
	targetName = xml.Name{Space: typesNS, Local: "SenderProvidedRequestData"}
)

func TestSignAndVerify(t *testing.T) {
	for _, curve := range []string{"XA", "tc26-256-A", "tc26-512-A"} {
		doc := sign(t, curve, "SIGNED")
		all, err := VerifyAll([]byte(doc))
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v, %v", curve, all, err)
		}
		if s := all[0]; s.Err != nil || !s.DigestOK || !s.SignatureOK || !s.TargetOK || s.ID != "SIGNED" || s.Target != "{"+typesNS+"}SenderProvidedRequestData" {
			t.Errorf("%s: %+v", curve, s)
		}
		s, err := VerifyElement([]byte(doc), placeName, targetName)
		if err != nil {
			t.Fatalf("%s: %v", curve, err)
		}
		if cn := s.Certificate.Subject.Get(gost.OIDCommonName); cn != "Тестовая ИС" || !bytes.Contains(s.Signed, []byte("Щукин &amp; Ко")) {
			t.Errorf("%s: signer %q signed %s", curve, cn, s.Signed)
		}
	}
}

func TestNotSigned(t *testing.T) {
	for name, doc := range map[string]string{"an empty place": fmt.Sprintf(request, ""), "no place": "<a/>"} {
		if _, err := VerifyElement([]byte(doc), placeName, targetName); !errors.Is(err, ErrNoSignature) {
			t.Errorf("%s: %v, want ErrNoSignature", name, err)
		}
	}
	inner := sign(t, "XA", "INNER")
	if all, err := VerifyAll([]byte(inner)); err != nil || len(all) != 1 || all[0].TargetOK || !all[0].SignatureOK || !all[0].DigestOK {
		t.Errorf("a good signature of the wrong element: %+v, %v", all, err)
	}
	many := "<a>" + strings.Repeat(`<Signature xmlns="`+nsDSig+`"/>`, maxSignatures+1) + "</a>"
	if _, err := VerifyAll([]byte(many)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many signatures: %v, want ErrTooLarge", err)
	}
}

// TestPersonalSignature signs the element inside MessagePrimaryContent.
func TestPersonalSignature(t *testing.T) {
	cert, key := signer(t, "XA")
	doc := fmt.Sprintf(request, "")
	s, err := Sign(rand.Reader, []byte(doc), "INNER", cert, key)
	if err != nil {
		t.Fatal(err)
	}
	doc = strings.Replace(doc, "</b:MessagePrimaryContent>", "</b:MessagePrimaryContent><r:PersonalSignature>"+string(s)+"</r:PersonalSignature>", 1)
	all, err := VerifyAll([]byte(doc))
	if err != nil || len(all) != 1 || all[0].Err != nil {
		t.Errorf("%+v, %v", all, err)
	}
}

// nonsense is a token that signs badly.
type nonsense struct{ *gost.PrivateKey }

func (nonsense) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return make([]byte, 64), nil
}

func TestSignRefuses(t *testing.T) {
	cert, key := signer(t, "XA")
	other, _ := signer(t, "XA")
	doc := fmt.Appendf(nil, request, "")
	for name, f := range map[string]func() ([]byte, error){
		"another's certificate": func() ([]byte, error) { return Sign(rand.Reader, doc, "SIGNED", other, key) },
		"unknown Id":            func() ([]byte, error) { return Sign(rand.Reader, doc, "NONE", cert, key) },
		"Id with markup":        func() ([]byte, error) { return Sign(rand.Reader, doc, `"/>`, cert, key) },
		"signature of nothing":  func() ([]byte, error) { return Sign(rand.Reader, doc, "SIGNED", cert, nonsense{key}) },
	} {
		if s, err := f(); err == nil {
			t.Errorf("%s: %s", name, s)
		}
	}
}

// TestSignatureAgainstOpenSSL has OpenSSL's gost engine verify SignatureValue
// over SignedInfo and compute DigestValue, xmllint doing the canonical form.
func TestSignatureAgainstOpenSSL(t *testing.T) {
	openssl, xmllint := program(t, "openssl"), program(t, "xmllint")
	if out, err := exec.Command(openssl, "engine", "gost").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no gost engine: %s", out)
		}
		t.Skipf("no gost engine: %s", out)
	}
	for curve, bits := range map[string]string{"XA": "256", "tc26-256-B": "256", "tc26-512-A": "512", "tc26-512-C": "512"} {
		dir := t.TempDir()
		write := func(name string, b []byte) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		run := func(program string, args ...string) []byte {
			out, err := exec.Command(program, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %s %v: %v\n%s", curve, filepath.Base(program), args, err, out)
			}
			return out
		}
		doc := sign(t, curve, "SIGNED")
		s, err := VerifyElement([]byte(doc), placeName, targetName)
		if err != nil {
			t.Fatal(err)
		}
		root, err := parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		inside := map[string]elem{}
		for _, local := range []string{"SignatureValue", "DigestValue"} {
			inside[local] = root.all(nsDSig, local)[0]
		}

		write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate.Raw}))
		pub := write("pub.pem", run(openssl, "x509", "-engine", "gost", "-in", filepath.Join(dir, "cert.pem"), "-noout", "-pubkey"))
		if i := bytes.Index(readFile(t, pub), []byte("-----BEGIN")); i > 0 { // the engine's own line comes first
			pub = write("pub.pem", readFile(t, pub)[i:])
		}
		_, info, _ := strings.Cut(doc, "<ds:SignedInfo>")
		info, _, _ = strings.Cut(info, "</ds:SignedInfo>")
		octets := run(xmllint, "--exc-c14n", write("info.xml", []byte(`<ds:SignedInfo xmlns:ds="`+nsDSig+`">`+info+`</ds:SignedInfo>`)))
		value, err := decodeBase64(inside["SignatureValue"])
		if err != nil {
			t.Fatal(err)
		}
		out := run(openssl, "dgst", "-engine", "gost", "-md_gost12_"+bits, "-verify", pub,
			"-signature", write("value", value), write("octets", octets))
		if !bytes.Contains(out, []byte("Verified OK")) {
			t.Errorf("%s: %s", curve, out)
		}
		digest := run(openssl, "dgst", "-engine", "gost", "-md_gost12_"+bits, "-binary", "-out", filepath.Join(dir, "digest"), write("signed", s.Signed))
		if got := base64.StdEncoding.EncodeToString(readFile(t, filepath.Join(dir, "digest"))); got != inside["DigestValue"].content() {
			t.Errorf("%s: OpenSSL's digest %s, ours %s (%s)", curve, got, inside["DigestValue"].content(), digest)
		}
	}
}
