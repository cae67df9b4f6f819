//go:build pkcs11

package pkcs11

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// newGOST makes a pair on parameter set A: SoftHSM knows no other identifier,
// and XA, which the agent asks of a device, is the same curve.
func newGOST(session *Session) (token.Container, error) {
	p, err := session.generate(gostAlgorithm(gost256.keyType, gost256.generate, gost256.sign, gost.CryptoProA, asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 2, 2}))
	if err != nil {
		return token.Container{}, err
	}
	return session.Container(hex.EncodeToString(p.id))
}

// A SoftHSM with GOST makes the pair, OpenSSL verifies its request, the
// certificate is installed and a CMS signed. Its module is named by the
// environment: see .ci/peer-softhsm.sh.
func TestPeerGOST(t *testing.T) {
	module := os.Getenv("SOFTHSM_GOST")
	if module == "" {
		t.Skip("SOFTHSM_GOST names no SoftHSM built with GOST: make test-peers has one")
	}
	b := newBench(t, module)
	serial := b.add("Рабочий")
	session := b.login(serial, userPIN)
	box, err := newGOST(session)
	if err != nil {
		t.Fatal(err)
	}
	key, err := session.Signer(box.ID)
	if err != nil {
		t.Fatal(err)
	}
	name := gost.Name{{Type: gost.OIDCommonName, Value: "Петров Пётр"}}
	csr, err := gost.CreateRequest(rand.Reader, &gost.RequestTemplate{Subject: name}, key)
	if err != nil {
		t.Fatal(err)
	}
	opensslVerifies(t, csr)

	cert := gostCertificate(t, name, box.PublicKey)
	for range 2 {
		if err := session.Install(box.ID, cert); err != nil {
			t.Fatal(err)
		}
	}
	other, err := newGOST(session)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Install(other.ID, cert); !errors.Is(err, errOtherKey) {
		t.Errorf("under another key: %v", err)
	}
	if err := session.Delete(other.ID); err != nil {
		t.Error(err)
	}
	session.Close()

	info, err := b.store.Token(serial) // without a PIN
	if err != nil || len(info.Containers) != 1 || !info.Containers[0].Has(cert) {
		t.Fatalf("on the token: %+v, %v", info, err)
	}
	var open token.Session
	if open, err = b.store.Login(serial, userPIN); err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	found, err := open.Find(cert.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if key, err = open.Signer(found.ID); err != nil {
		t.Fatal(err)
	}
	document := []byte("Расписка")
	cms, err := gost.SignCMS(rand.Reader, document, cert, key, gost.SignOptions{Detached: true, SigningTime: time.Now().Truncate(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := gost.ParseCMS(cms)
	if err != nil {
		t.Fatal(err)
	}
	if results, err := signed.Verify(document); err != nil || len(results) != 1 || results[0].Err != nil {
		t.Errorf("signature: %+v, %v", results, err)
	}
}

func gostCertificate(t *testing.T, name gost.Name, public *gost.PublicKey) *gost.Certificate {
	t.Helper()
	ca, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	make := func(name gost.Name, parent *gost.Certificate, public *gost.PublicKey) *gost.Certificate {
		der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{
			Serial: big.NewInt(5), Subject: name, IsCA: parent == nil, IdentificationKind: -1,
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		}, parent, public, ca)
		if err != nil {
			t.Fatal(err)
		}
		c, err := gost.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	root := make(gost.Name{{Type: gost.OIDCommonName, Value: "УЦ"}}, nil, &ca.PublicKey)
	return make(name, root, public)
}

func opensslVerifies(t *testing.T, csr []byte) {
	t.Helper()
	dir := t.TempDir()
	conf, file := filepath.Join(dir, "engine.cnf"), filepath.Join(dir, "request.der")
	text := "openssl_conf = init\n[init]\nengines = engines\n[engines]\ngost = gost\n[gost]\nengine_id = gost\ndefault_algorithms = ALL\ninit = 1\n"
	if err := errors.Join(os.WriteFile(conf, []byte(text), 0o600), os.WriteFile(file, csr, 0o600)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("openssl", "req", "-config", os.DevNull, "-verify", "-noout", "-text", "-inform", "DER", "-in", file)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+conf)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "verify OK") || !strings.Contains(string(out), "id-GostR3410-2001-CryptoPro-A-ParamSet") {
		t.Errorf("openssl: %v\n%s", err, out)
	}
}

// The two ways modules write a GOST point, for both sizes; anything else is
// no key.
func TestParseGOST(t *testing.T) {
	for _, curve := range []*gost.Curve{gost.CryptoProXA, gost.TC26A512} {
		key, err := gost.GenerateKey(rand.Reader, curve)
		if err != nil {
			t.Fatal(err)
		}
		size := curve.Bits / 8
		x, y := key.X.FillBytes(make([]byte, size)), key.Y.FillBytes(make([]byte, size))
		slices.Reverse(x)
		slices.Reverse(y)
		bare := slices.Concat(x, y)
		wrapped := slices.Concat([]byte{4, byte(2 * size)}, bare)
		if size == 64 {
			wrapped = slices.Concat([]byte{4, 0x81, 128}, bare)
		}
		for _, value := range [][]byte{bare, wrapped} {
			if got, err := parseGOST(oid(curve.OID), value); err != nil || !got.Equal(&key.PublicKey) {
				t.Errorf("%s, %d bytes: %v", curve.Name, len(value), err)
			}
		}
		for _, value := range [][]byte{nil, bare[1:], wrapped[1:], bytes.Repeat([]byte{7}, 2*size), append(wrapped, 0)} {
			if got, err := parseGOST(oid(curve.OID), value); err == nil {
				t.Errorf("%s: read %x as %v", curve.Name, value, got)
			}
		}
	}
	if _, err := parseGOST([]byte{6, 1, 42}, make([]byte, 64)); err == nil {
		t.Error("an unknown parameter set")
	}
}
