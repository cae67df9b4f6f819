package main

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// gostFiles writes what a partner has at hand into a folder: an authority, two
// certificates (the second revoked), a list, requests and signed acts.
func gostFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	now := time.Now()
	write := func(name string, b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
		return b
	}
	certificate := func(name string, tpl gost.CertificateTemplate, parent *gost.Certificate, signer *gost.PrivateKey) (*gost.Certificate, *gost.PrivateKey) {
		t.Helper()
		key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
		if err != nil {
			t.Fatal(err)
		}
		if signer == nil {
			signer = key
		}
		tpl.NotBefore, tpl.NotAfter, tpl.IdentificationKind = now.Add(-time.Hour), now.Add(time.Hour), -1
		der, err := gost.CreateCertificate(rand.Reader, &tpl, parent, &key.PublicKey, signer)
		write(name+".der", der, err)
		write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil)
		c, err := gost.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	name := func(cn string) gost.Name { return gost.Name{{Type: gost.OIDCommonName, Value: cn}} }
	ca, caKey := certificate("ca", gost.CertificateTemplate{Serial: big.NewInt(1), Subject: name("Тестовый УЦ"), IsCA: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}, nil, nil)
	certificate("stranger", gost.CertificateTemplate{Serial: big.NewInt(1), Subject: name("Тестовый УЦ"), IsCA: true}, nil, nil)
	leaf, key := certificate("leaf", gost.CertificateTemplate{Serial: big.NewInt(0xabc), Subject: name("Иванов Иван Иванович")}, ca, caKey)
	gone, goneKey := certificate("gone", gost.CertificateTemplate{Serial: big.NewInt(0xabd), Subject: name("Петров Пётр")}, ca, caKey)

	list, err := gost.CreateCRL(rand.Reader, ca, caKey, big.NewInt(1),
		[]gost.RevokedEntry{{Serial: gone.Serial, At: now.Add(-time.Minute), Reason: 1}}, now.Add(-time.Minute), now.Add(time.Hour))
	write("list.crl", list, err)

	request, err := gost.CreateRequest(rand.Reader, &gost.RequestTemplate{Subject: name("Иванов Иван Иванович")}, key)
	write("good.csr", request, err)
	request = append([]byte{}, request...)
	request[len(request)-3] ^= 1
	write("bad.csr", request, nil)

	act := write("act.txt", []byte("Акт № 5"), nil)
	write("other.txt", []byte("Акт № 6"), nil)
	write("empty.txt", nil, nil)
	message, err := gost.SignCMS(rand.Reader, act, leaf, key, gost.SignOptions{Detached: true, SigningTime: now})
	write("act.p7s", message, err)
	message, err = gost.SignCMS(rand.Reader, act, leaf, key, gost.SignOptions{})
	write("act.p7m", message, err)
	message, err = gost.SignCMS(rand.Reader, act, gone, goneKey, gost.SignOptions{Detached: true})
	write("gone.p7s", message, err)
	return dir
}

func TestGost(t *testing.T) {
	dir := gostFiles(t)
	t.Chdir(dir)
	for _, tt := range []struct {
		args string
		code int
		out  string // in what is printed
	}{
		{"hash --bits 256 empty.txt", exitOK, "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb\n"},
		{"hash --bits 512 empty.txt", exitOK, "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a\n"},
		{"hash --bits 255 empty.txt", exitUsage, ""},
		{"hash empty.txt", exitUsage, ""},
		{"hash --bits 256 absent.txt", exitUsage, ""},

		{"verify-csr good.csr", exitOK, "signature=ok key=A subject=CN=Иванов Иван Иванович\n"},
		{"verify-csr bad.csr", exitNo, "signature=bad"},
		{"verify-csr act.txt", exitNo, ""},

		{"verify-cert --ca ca.pem leaf.pem", exitOK, "serial=0ABC"},
		{"verify-cert --ca ca.der --crl list.crl leaf.der", exitOK, "certificate=ok"},
		{"verify-cert --ca ca.pem --crl list.crl gone.pem", exitNo, "certificate=bad"},
		{"verify-cert --ca ca.pem gone.pem", exitOK, "certificate=ok"},
		{"verify-cert --ca stranger.pem leaf.pem", exitNo, "certificate=bad"},
		{"verify-cert --ca ca.pem --at 2020-01-01 leaf.pem", exitNo, "certificate=bad"},
		{"verify-cert --ca ca.pem --at yesterday leaf.pem", exitUsage, ""},
		{"verify-cert --ca leaf.pem leaf.pem", exitUsage, ""},
		{"verify-cert --ca act.txt leaf.pem", exitUsage, ""},
		{"verify-cert leaf.pem", exitUsage, ""},
		{"verify-cert --ca ca.pem act.txt", exitNo, ""},

		{"verify-cms --content act.txt --signature act.p7s --ca ca.pem --crl list.crl", exitOK, "1 signature=ok certificate=ok"},
		{"verify-cms --signature act.p7m --ca ca.pem", exitOK, "signer=Иванов Иван Иванович"},
		{"verify-cms --content other.txt --signature act.p7s --ca ca.pem", exitNo, "1 signature=bad certificate=ok"},
		{"verify-cms --content other.txt --signature act.p7m --ca ca.pem", exitNo, ""},
		{"verify-cms --content act.txt --signature act.p7s --ca stranger.pem", exitNo, "1 signature=ok certificate=bad"},
		{"verify-cms --content act.txt --signature gone.p7s --ca ca.pem --crl list.crl", exitNo, "1 signature=ok certificate=bad"},
		{"verify-cms --signature act.p7s --ca ca.pem", exitNo, ""},
		{"verify-cms --signature act.txt --ca ca.pem", exitNo, ""},
		{"verify-cms --content act.txt --ca ca.pem", exitUsage, ""},
	} {
		out, errs, code := console(t, "", append([]string{"gost"}, strings.Fields(tt.args)...)...)
		if code != tt.code || !strings.Contains(out, tt.out) {
			t.Errorf("gost %s: exit %d\n%s%s", tt.args, code, out, errs)
		}
		if code != exitOK && errs == "" {
			t.Errorf("gost %s: says nothing about why", tt.args)
		}
	}
	if out, _, code := console(t, "", "gost", "hash", "--bits", "256", "-"); code != exitOK || !strings.HasPrefix(out, "3f539a21") {
		t.Errorf("standard input: exit %d %s", code, out)
	}
}
