package gost

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// openssl is OpenSSL with the gost engine, the program nobody here wrote.
type openssl struct {
	t   *testing.T
	dir string
}

// engineSets are the parameter sets the engine knows, by its own names.
var engineSets = []struct {
	curve          *Curve
	algorithm, set string
}{
	{CryptoProA, "gost2012_256", "A"}, {CryptoProB, "gost2012_256", "B"}, {CryptoProC, "gost2012_256", "C"},
	{CryptoProXA, "gost2012_256", "XA"}, {CryptoProXB, "gost2012_256", "XB"},
	{TC26A256, "gost2012_256", "TCA"}, {TC26B256, "gost2012_256", "TCB"},
	{TC26C256, "gost2012_256", "TCC"}, {TC26D256, "gost2012_256", "TCD"},
	{TC26A512, "gost2012_512", "A"}, {TC26B512, "gost2012_512", "B"}, {TC26C512, "gost2012_512", "C"},
}

// The engine's configuration must stand apart from that of req and ca: loaded
// twice, the engine fails.
const (
	engineConf = `openssl_conf = main
[main]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`
	requestConf = `[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[v3_leaf]
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = clientAuth, emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://ca.example.test/part.crl
[asked]
keyUsage = critical, digitalSignature, nonRepudiation
[ca]
default_ca = one
[one]
database = index.txt
crlnumber = crlnumber
default_crl_days = 30
crl_extensions = crl_ext
[crl_ext]
authorityKeyIdentifier = keyid
[crl_part]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @part
[part]
fullname = URI:http://ca.example.test/part.crl
onlyuser = TRUE
[crl_other]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @other
[other]
fullname = URI:http://ca.example.test/other.crl
[crl_reasons]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @reasons
[reasons]
onlysomereasons = keyCompromise
`
)

func newOpenSSL(t *testing.T) *openssl {
	t.Helper()
	o := &openssl{t, t.TempDir()}
	o.write("engine.cnf", []byte(engineConf))
	o.write("req.cnf", []byte(requestConf))
	engineAsked.Do(func() {
		out, err := o.try("engine", "gost")
		if err != nil || strings.Contains(out, "Can't") {
			engineMissing = fmt.Sprintf("openssl with the gost engine is missing: %v %s", err, out)
		}
	})
	if engineMissing != "" {
		if os.Getenv("CI") == "true" {
			t.Fatal(engineMissing)
		}
		t.Skip(engineMissing)
	}
	return o
}

var (
	engineAsked   sync.Once
	engineMissing string
)

func (o *openssl) try(args ...string) (string, error) {
	cmd := exec.Command("openssl", args...)
	cmd.Dir = o.dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(o.dir, "engine.cnf"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// run must succeed.
func (o *openssl) run(args ...string) string {
	o.t.Helper()
	out, err := o.try(args...)
	if err != nil {
		o.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// refuses must fail.
func (o *openssl) refuses(args ...string) {
	o.t.Helper()
	if out, err := o.try(args...); err == nil {
		o.t.Errorf("openssl %s succeeded\n%s", strings.Join(args, " "), out)
	}
}

func (o *openssl) write(name string, b []byte) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), b, 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func (o *openssl) read(name string) []byte {
	o.t.Helper()
	b, err := os.ReadFile(filepath.Join(o.dir, name))
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (o *openssl) genkey(algorithm, set, file string) *PrivateKey {
	o.t.Helper()
	o.run("genpkey", "-algorithm", algorithm, "-pkeyopt", "paramset:"+set, "-outform", "DER", "-out", file)
	return must[*PrivateKey](o.t)(ParsePrivateKey(o.read(file)))
}

var contentBytes = []byte("Акт № 5 на 1 045,00 ₽\r\n")

// eachSet runs the test for every parameter set of the engine.
func eachSet(t *testing.T, test func(o *openssl, s int)) {
	newOpenSSL(t) // skips the whole test once
	for i, s := range engineSets {
		t.Run(s.curve.Name, func(t *testing.T) { test(newOpenSSL(t), i) })
	}
}

func TestOpenSSLKeys(t *testing.T) {
	eachSet(t, func(o *openssl, i int) {
		s, t := engineSets[i], o.t
		digest := "-md_gost12_" + s.algorithm[len("gost2012_"):]
		o.write("data", contentBytes)

		// The engine's key in our hands.
		theirs := o.genkey(s.algorithm, s.set, "theirs.key")
		if theirs.Curve != s.curve {
			t.Errorf("the engine's %s is our %s", s.set, theirs.Curve.Name)
		}
		o.run("pkey", "-inform", "DER", "-in", "theirs.key", "-pubout", "-outform", "DER", "-out", "theirs.pub")
		pub := must[*PublicKey](t)(ParsePublicKey(o.read("theirs.pub")))
		if !pub.Equal(&theirs.PublicKey) {
			t.Error("the engine's public key is another one")
		}
		o.run("dgst", digest, "-keyform", "DER", "-sign", "theirs.key", "-out", "theirs.sig", "data")
		sum := pub.digest(contentBytes)
		if err := Verify(pub, sum, o.read("theirs.sig")); err != nil {
			t.Error(err)
		}

		// Ours in the engine's.
		ours := must[*PrivateKey](t)(GenerateKey(rand.Reader, s.curve))
		o.write("ours.key", must[[]byte](t)(MarshalPrivateKey(ours)))
		o.run("pkey", "-inform", "DER", "-in", "ours.key", "-pubout", "-outform", "DER", "-out", "ours.pub")
		spki := must[[]byte](t)(MarshalPublicKey(&ours.PublicKey))
		again := must[*PublicKey](t)(ParsePublicKey(o.read("ours.pub")))
		if !again.Equal(&ours.PublicKey) || again.Curve != s.curve {
			t.Error("the engine reads another key")
		}
		o.write("ours.spki", spki)
		sig := must[[]byte](t)(ours.Sign(rand.Reader, sum, nil))
		o.write("ours.sig", sig)
		o.run("dgst", digest, "-keyform", "DER", "-verify", "ours.spki", "-signature", "ours.sig", "data")
		sig[3] ^= 1
		o.write("bad.sig", sig)
		o.refuses("dgst", digest, "-keyform", "DER", "-verify", "ours.spki", "-signature", "bad.sig", "data")
	})
}

func TestOpenSSLEncryptedKeys(t *testing.T) {
	o := newOpenSSL(t)
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, TC26A512))
	password := []byte("пароль 1")
	o.write("ours.enc", must[[]byte](t)(EncryptPrivateKey(rand.Reader, key, password)))
	o.run("pkcs8", "-inform", "DER", "-in", "ours.enc", "-passin", "pass:"+string(password), "-outform", "DER", "-out", "ours.key")
	if again := must[*PrivateKey](t)(ParsePrivateKey(o.read("ours.key"))); !again.Equal(key) {
		t.Error("openssl opens another key")
	}
	theirs := o.genkey("gost2012_256", "XA", "theirs.key")
	o.run("pkcs8", "-topk8", "-inform", "DER", "-in", "theirs.key", "-v2", "aes-256-cbc", "-iter", "5000",
		"-passout", "pass:"+string(password), "-outform", "DER", "-out", "theirs.enc")
	if again := must[*PrivateKey](t)(DecryptPrivateKey(o.read("theirs.enc"), password)); !again.Equal(theirs) {
		t.Error("we open another key")
	}
}

func TestOpenSSLRequests(t *testing.T) {
	eachSet(t, func(o *openssl, i int) {
		s, t := engineSets[i], o.t
		key := must[*PrivateKey](t)(GenerateKey(rand.Reader, s.curve))
		usage, err := extension(oidKeyUsage, true, func(b *builder) { addKeyUsage(b, x509.KeyUsageDigitalSignature) })
		if err != nil {
			t.Fatal(err)
		}
		der := must[[]byte](t)(CreateRequest(rand.Reader, &RequestTemplate{Subject: person, Extensions: []pkix.Extension{usage}}, key))
		o.write("ours.csr", der)
		text := o.run("req", "-inform", "DER", "-in", "ours.csr", "-verify", "-text", "-noout", "-nameopt", "utf8,sep_comma_plus", "-config", "req.cnf")
		for _, want := range []string{"Иванов", "Digital Signature", "INN=770123456789", "street=ул. Ленина, д. 1"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in the request as openssl prints it:\n%s", want, text)
			}
		}
		o.write("bad.csr", flip(der, len(der)-5))
		if out, err := o.try("req", "-inform", "DER", "-in", "bad.csr", "-verify", "-noout", "-config", "req.cnf"); err == nil && !strings.Contains(out, "failure") {
			t.Errorf("openssl takes a broken request: %s", out)
		}

		theirs := o.genkey(s.algorithm, s.set, "theirs.key")
		o.run("req", "-new", "-config", "req.cnf", "-key", "theirs.key", "-keyform", "DER", "-utf8", "-reqexts", "asked",
			"-subj", "/CN=Петров Пётр/O=ООО «Ромашка»/INN=770123456789", "-out", "theirs.csr")
		r := must[*Request](t)(ParseRequest(o.read("theirs.csr")))
		if err := r.CheckSignature(); err != nil {
			t.Error(err)
		}
		if !r.PublicKey.Equal(&theirs.PublicKey) || r.Subject.Get(OIDCommonName) != "Петров Пётр" ||
			r.Subject.Get(OIDINN) != "770123456789" || len(r.Extensions) != 1 {
			t.Errorf("read %v, %d extensions", r.Subject, len(r.Extensions))
		}
	})
}

// Certificates and a revocation list of ours under the engine's eyes.
func TestOpenSSLVerifiesOurs(t *testing.T) {
	eachSet(t, func(o *openssl, i int) {
		s, t := engineSets[i], o.t
		now := time.Now()
		ca := newAuthority(t, s.curve, now)
		leaf, _ := ca.issue(t, person, 0x1234)
		gone, _ := ca.issue(t, person, 0x1235)
		list := must[[]byte](t)(CreateCRL(rand.Reader, ca.cert, ca.key, big.NewInt(7),
			[]RevokedEntry{{Serial: gone.Serial, At: now.Add(-time.Minute), Reason: 1}}, now.Add(-time.Minute), now.Add(time.Hour)))
		for name, der := range map[string][]byte{"ca": ca.cert.Raw, "leaf": leaf.Raw, "gone": gone.Raw} {
			o.write(name+".der", der)
			o.run("x509", "-inform", "DER", "-in", name+".der", "-out", name+".pem")
		}
		o.write("list.der", list)
		if out := o.run("crl", "-inform", "DER", "-in", "list.der", "-CAfile", "ca.pem", "-out", "list.pem"); !strings.Contains(out, "verify OK") {
			t.Errorf("list: %s", out)
		}
		o.run("verify", "-x509_strict", "-CAfile", "ca.pem", "leaf.pem")
		o.run("verify", "-x509_strict", "-crl_check", "-CRLfile", "list.pem", "-CAfile", "ca.pem", "leaf.pem")
		o.refuses("verify", "-crl_check", "-CRLfile", "list.pem", "-CAfile", "ca.pem", "gone.pem")
		text := o.run("x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus", "-certopt", "ext_parse")
		for _, want := range []string{"Иванов Иван Иванович", "OGRN=1027700132195", "Non Repudiation",
			"http://ca.example.test/1.crl", "http://ca.example.test/ocsp", "КриптоПро CSP", "Class of Signing Tool KC1"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in the certificate as openssl prints it:\n%s", want, text)
			}
		}
	})
}

// And the engine's under ours.
func TestWeVerifyOpenSSLs(t *testing.T) {
	eachSet(t, func(o *openssl, i int) {
		s, t := engineSets[i], o.t
		o.genkey(s.algorithm, s.set, "ca.key")
		o.genkey(s.algorithm, s.set, "leaf.key")
		o.run("req", "-x509", "-new", "-config", "req.cnf", "-extensions", "v3_ca", "-key", "ca.key", "-keyform", "DER", "-days", "30",
			"-subj", "/CN=Test root/O=Centre", "-out", "ca.pem")
		var certificates []*Certificate
		for _, name := range []string{"leaf", "gone"} {
			o.run("req", "-new", "-config", "req.cnf", "-key", "leaf.key", "-keyform", "DER", "-subj", "/CN="+name, "-out", name+".csr")
			o.run("x509", "-req", "-in", name+".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAkeyform", "DER", "-CAcreateserial",
				"-extfile", "req.cnf", "-extensions", "v3_leaf", "-days", "20", "-out", name+".pem")
			certificates = append(certificates, mustCertificate(t, o.read(name+".pem")))
		}
		o.write("index.txt", nil)
		o.write("crlnumber", []byte("05\n"))
		o.run("pkey", "-inform", "DER", "-in", "ca.key", "-out", "ca.key.pem")
		common := []string{"ca", "-config", "req.cnf", "-cert", "ca.pem", "-keyfile", "ca.key.pem", "-md", "md_gost12_" + s.algorithm[len("gost2012_"):]}
		o.run(append(common, "-revoke", "gone.pem", "-crl_reason", "keyCompromise")...)
		o.run(append(common, "-gencrl", "-out", "list.pem")...)

		root := mustCertificate(t, o.read("ca.pem"))
		list := must[*CRL](t)(ParseCRL(o.read("list.pem")))
		options := VerifyOptions{Roots: []*Certificate{root}, CRLs: []*CRL{list}, At: time.Now().Add(time.Second)}
		chain, err := certificates[0].Verify(options)
		if err != nil || len(chain) != 2 {
			t.Errorf("good certificate: %v", err)
		}
		if _, err := certificates[1].Verify(options); !errors.Is(err, ErrRevoked) {
			t.Errorf("revoked certificate: %v", err)
		}
		if entry, ok := list.Find(certificates[1].Serial); !ok || entry.Reason != 1 || list.Number.Int64() != 5 {
			t.Errorf("list: %+v", entry)
		}
		// Lists that speak for a part of the certificates only.
		for scope, want := range map[string]error{"crl_part": nil, "crl_other": ErrUnknownStatus, "crl_reasons": ErrUnknownStatus} {
			o.run(append(common, "-gencrl", "-crlexts", scope, "-out", scope)...)
			options.CRLs = []*CRL{must[*CRL](t)(ParseCRL(o.read(scope)))}
			if _, err := certificates[0].Verify(options); !errors.Is(err, want) {
				t.Errorf("%s: %v", scope, err)
			}
			if _, err := certificates[1].Verify(options); (want == nil) != errors.Is(err, ErrRevoked) {
				t.Errorf("%s: revoked: %v", scope, err)
			}
		}
		if c := certificates[0]; c.IsCA || c.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment ||
			len(c.ExtKeyUsage) != 2 || !bytes.Equal(c.AuthorityKeyID, root.SubjectKeyID) {
			t.Errorf("extensions: %+v", c)
		}
	})
}

var qualified = asn1.ObjectIdentifier{1, 2, 643, 100, 113, 1} // means of class KC1
