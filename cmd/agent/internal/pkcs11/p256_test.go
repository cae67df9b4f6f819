//go:build pkcs11

package pkcs11

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
)

// issue makes a certificate for the key from a CA of the test.
func issue(t *testing.T, public any) certificate {
	t.Helper()
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "Петров"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	parent := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "УЦ"}}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, ca)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate{c.Raw, c.RawSubject, c.RawIssuer, c.SerialNumber, c.PublicKey}
}

// A pair is made on the token, its request is verified by OpenSSL, the
// certificate stands beside the key, a signature is made after it.
func TestP256RequestInstallSign(t *testing.T) {
	b := newBench(t, debianModule()...)
	serial := b.add("Рабочий")
	session := b.login(serial, userPIN)
	id, key := b.newP256(session)

	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "Петров"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "request.der")
	if err := os.WriteFile(file, csr, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("openssl", "req", "-verify", "-noout", "-inform", "DER", "-in", file).CombinedOutput(); err != nil || !strings.Contains(string(out), "verify OK") {
		t.Errorf("openssl: %s %v", out, err)
	}

	cert := issue(t, key.Public())
	for range 2 { // again changes nothing
		if err := session.install(id, cert); err != nil {
			t.Fatal(err)
		}
	}
	if err := session.install(id, issue(t, key.Public())); err != nil { // a renewed one joins
		t.Fatal(err)
	}
	session.Close()

	session = b.login(serial, userPIN)
	defer session.Close()
	all, err := session.pairs()
	if err != nil || len(all) != 1 || len(all[0].certificates) != 2 || !bytes.Equal(all[0].certificates[0], cert.raw) && !bytes.Equal(all[0].certificates[1], cert.raw) {
		t.Fatalf("on the token: %v, %v", all, err)
	}
	again, err := session.Signer(id)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("Расписка"))
	sig, err := again.Sign(rand.Reader, digest[:], nil)
	if err != nil || !ecdsa.VerifyASN1(cert.public.(*ecdsa.PublicKey), digest[:], sig) {
		t.Errorf("signed %x, %v", sig, err)
	}
	// Nobody takes the private key out.
	if v, err := session.read(again.(*signer).key, pkcs11.CKA_VALUE); err == nil {
		t.Errorf("the private key was read: %d bytes", len(v[0]))
	}
}

func TestCertificateOfAnotherKey(t *testing.T) {
	b := newBench(t, debianModule()...)
	session := b.login(b.add("Рабочий"), userPIN)
	defer session.Close()
	id, _ := b.newP256(session)
	_, other := b.newP256(session)
	if err := session.install(id, issue(t, other.Public())); !errors.Is(err, errOtherKey) {
		t.Errorf("installed: %v", err)
	}
	if found, err := session.find(class(pkcs11.CKO_CERTIFICATE)); err != nil || len(found) != 0 {
		t.Errorf("left on the token: %v, %v", found, err)
	}
}

// A signature that the listed public key does not verify stays inside.
func TestSignatureIsVerified(t *testing.T) {
	b := newBench(t, debianModule()...)
	session := b.login(b.add("Рабочий"), userPIN)
	defer session.Close()
	_, key := b.newP256(session)
	_, other := b.newP256(session)
	key.public = other.public
	digest := sha256.Sum256(nil)
	if sig, err := key.Sign(rand.Reader, digest[:], nil); !errors.Is(err, errBadSignature) || sig != nil {
		t.Errorf("signed %x, %v", sig, err)
	}
}

func TestTwoTokens(t *testing.T) {
	b := newBench(t, debianModule()...)
	one, two := b.add("Первый"), b.add("Второй")
	list, err := b.store.List()
	if err != nil || len(list) != 2 || one == two {
		t.Fatalf("listed %+v, %v", list, err)
	}
	for _, info := range list {
		if !info.Device || info.AttemptsLeft != token.AttemptsUnknown || info.FewAttempts || info.DefaultPIN || info.Kind != "SoftHSM project SoftHSM v2" {
			t.Errorf("listed %+v", info)
		}
	}
	// Both at once; a key of one is not on the other.
	first, second := b.login(one, userPIN), b.login(two, userPIN)
	id, _ := b.newP256(first)
	if _, err := second.Signer(id); !errors.Is(err, token.ErrNotFound) {
		t.Errorf("the other token's key: %v", err)
	}
	first.Close()
	second.Close()
	if info, err := b.store.Token(one); err != nil || !info.DefaultPIN || info.Label != "Первый" {
		t.Errorf("after the factory PIN: %+v, %v", info, err)
	}
	if _, err := b.store.Token("deadbeef"); !errors.Is(err, token.ErrNotFound) {
		t.Errorf("a token that is not there: %v", err)
	}
}

func TestWrongPIN(t *testing.T) {
	b := newBench(t, debianModule()...)
	serial := b.add("Рабочий")
	var wrong *token.WrongPIN
	if _, err := b.store.Login(serial, "00000000"); !errors.As(err, &wrong) || wrong.Left != token.AttemptsUnknown {
		t.Errorf("wrong PIN: %v", err)
	}
	if info, err := b.store.Token(serial); err != nil || !info.FewAttempts {
		t.Errorf("after it: %+v, %v", info, err)
	}
	b.login(serial, userPIN).Close()
	if info, err := b.store.Token(serial); err != nil || info.FewAttempts {
		t.Errorf("after the right one: %+v, %v", info, err)
	}
	// A token left open by a session that ended badly still wants its PIN.
	left := b.login(serial, userPIN)
	left.release()
	if _, err := b.store.Login(serial, "00000000"); !errors.As(err, &wrong) {
		t.Errorf("a wrong PIN at an open token: %v", err)
	}
}

func TestTokenTakenOut(t *testing.T) {
	b := newBench(t, debianModule()...)
	serial := b.add("Рабочий")
	session := b.login(serial, userPIN)
	_, key := b.newP256(session)
	b.remove()
	digest := sha256.Sum256(nil)
	if sig, err := key.Sign(rand.Reader, digest[:], nil); !errors.Is(err, token.ErrRemoved) || sig != nil {
		t.Errorf("signed without the token: %x, %v", sig, err)
	}
	if _, err := session.generate(p256); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("made a key without the token: %v", err)
	}
	session.Close()
	if list, err := b.store.List(); err != nil || len(list) != 0 {
		t.Errorf("listed %+v, %v", list, err)
	}
	if _, err := b.store.Login(serial, userPIN); !errors.Is(err, token.ErrNotFound) {
		t.Errorf("login without the token: %v", err)
	}
}

// Debian's SoftHSM cannot make a GOST key: the operator is told so, and
// nothing stays behind.
func TestNoGOST(t *testing.T) {
	b := newBench(t, debianModule()...)
	session := b.login(b.add("Рабочий"), userPIN)
	defer session.Close()
	if _, err := session.GenerateKey(); !errors.Is(err, token.ErrNoGOST) {
		t.Errorf("made: %v", err)
	}
	if found, err := session.find(); err != nil || len(found) != 0 {
		t.Errorf("left on the token: %v, %v", found, err)
	}
}
