package ready_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/cert/ready"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
)

// foreign is an authority nobody here wrote: OpenSSL's own «ca» and «ocsp» with
// the GOST engine, in a folder of its own.
type foreign struct {
	t       *testing.T
	openssl string
	dir     string
	url     string // of its list and responder
}

const foreignConfig = `[ca]
default_ca = ca
[ca]
database = index.txt
serial = serial
new_certs_dir = .
certificate = root.pem
private_key = root.key
default_md = MD
default_days = 365
default_crl_days = 1
policy = any
copy_extensions = none
unique_subject = no
email_in_dn = no
preserve = yes
string_mask = utf8only
[any]
[person]
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = clientAuth,emailProtection
certificatePolicies = 1.2.643.100.113.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:URL/list.crl
authorityInfoAccess = OCSP;URI:URL/ocsp
1.2.643.100.111 = ASN1:UTF8String:КриптоПро CSP 5.0
1.2.643.100.112 = ASN1:SEQUENCE:tools
1.2.643.100.114 = ASN1:INTEGER:0
[tools]
a = UTF8String:КриптоПро CSP 5.0
b = UTF8String:УЦ OpenSSL
c = UTF8String:Сертификат СФ/124-0000
d = UTF8String:Сертификат СФ/128-0000
`

const foreignSubject = `[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
CN = %s %s
SN = %s
GN = %s
C = RU
ST = 77 г. Москва
L = г. Москва
INN = %s
SNILS = %s
`

func newForeign(t *testing.T, bits string) *foreign {
	t.Helper()
	openssl, err := exec.LookPath("openssl")
	f := &foreign{t: t, openssl: openssl, dir: t.TempDir()}
	f.write("engine.cnf", "openssl_conf = all\n[all]\nengines = engines\n[engines]\ngost = gost\n[gost]\nengine_id = gost\ndefault_algorithms = ALL\n")
	if out, bad := f.try("engine", "gost"); err != nil || bad != nil || strings.Contains(out, "unable") {
		if os.Getenv("CI") == "true" {
			t.Fatal("OpenSSL with the GOST engine is missing")
		}
		t.Skip("OpenSSL with the GOST engine is missing")
	}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	f.write("ca.cnf", strings.NewReplacer("MD", "md_gost12_"+bits, "URL", f.url).Replace(foreignConfig))
	f.write("index.txt", "")
	f.write("serial", "4F0000000000"+bits+"1\n")
	f.run("genpkey", "-algorithm", "gost2012_"+bits, "-pkeyopt", "paramset:A", "-out", "root.key")
	f.root()
	return f
}

// root writes the authority's own certificate on OpenSSL's key: OpenSSL 3.0 does
// not know that INNLE is a NumericString, which the qualified form demands.
func (f *foreign) root() {
	f.t.Helper()
	block, _ := pem.Decode(f.read("root.key"))
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		f.t.Fatal(err)
	}
	now := time.Now()
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(now.UnixNano()), Subject: gost.Name{
		{Type: gost.OIDCommonName, Value: "УЦ OpenSSL"}, {Type: gost.OIDOrganization, Value: "ООО «УЦ OpenSSL»"}, {Type: gost.OIDCountry, Value: "RU"}, {Type: gost.OIDState, Value: "77 г. Москва"},
		{Type: gost.OIDLocality, Value: "г. Москва"}, {Type: gost.OIDOGRN, Value: "1027700132195"}, {Type: gost.OIDINNLE, Value: "7701234560"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0), IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature, IdentificationKind: -1},
		nil, &key.PublicKey, key)
	if err != nil {
		f.t.Fatal(err)
	}
	f.write("root.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

func (f *foreign) write(name, text string) {
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f *foreign) read(name string) []byte {
	f.t.Helper()
	b, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

func (f *foreign) try(args ...string) (string, error) {
	cmd := exec.Command(f.openssl, args...)
	cmd.Dir, cmd.Env = f.dir, append(os.Environ(), "OPENSSL_CONF="+filepath.Join(f.dir, "engine.cnf"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (f *foreign) run(args ...string) {
	f.t.Helper()
	if out, err := f.try(args...); err != nil {
		f.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// ServeHTTP is the authority's list and its responder.
func (f *foreign) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/list.crl":
		w.Header().Set("Content-Type", "application/pkix-crl")
		_, _ = w.Write(f.read("list.crl"))
	case "/ocsp":
		body, _ := io.ReadAll(r.Body)
		f.write("request.der", string(body))
		if out, err := f.try("ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "root.pem", "-rkey", "root.key", "-reqin", "request.der", "-respout", "answer.der", "-nmin", "5"); err != nil {
			http.Error(w, out, http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		_, _ = w.Write(f.read("answer.der"))
	default:
		http.NotFound(w, r)
	}
}

// issue certifies the world's owner on a key of the set.
func (f *foreign) issue(w *world, name, bits, set string, more ...string) ready.Upload {
	f.t.Helper()
	h := w.holder
	given := h.Name + " " + h.Patronymic
	f.write(name+".cnf", fmt.Sprintf(foreignSubject, h.Surname, given, h.Surname, given, h.INN, h.SNILS))
	f.run("genpkey", "-algorithm", "gost2012_"+bits, "-pkeyopt", "paramset:"+set, "-out", name+".key")
	f.run("req", "-new", "-key", name+".key", "-config", name+".cnf", "-out", name+".csr")
	f.run(append([]string{"ca", "-batch", "-notext", "-utf8", "-config", "ca.cnf", "-extensions", "person", "-in", name + ".csr", "-out", name + ".cer"}, more...)...)
	return ready.Upload{Name: name + ".cer", Content: f.read(name + ".cer")}
}

func (f *foreign) list() {
	f.t.Helper()
	f.run("ca", "-gencrl", "-config", "ca.cnf", "-out", "list.pem")
	f.run("crl", "-in", "list.pem", "-outform", "DER", "-out", "list.crl")
}

// Certificates of OpenSSL's authority, asked about at OpenSSL's responder and in
// OpenSSL's list: good ones become valid, revoked ones never. F201, F204.
func TestOpenSSLAuthority(t *testing.T) {
	w := newWorld(t)
	w.at = time.Now().UTC().Add(time.Minute).Truncate(time.Second)
	for _, bits := range []string{"256", "512"} {
		f := newForeign(t, bits)
		root, err := gost.ParseCertificates(f.read("root.pem"))
		if err != nil {
			t.Fatal(err)
		}
		w.rules.Trust = ready.NewTrust(root)
		w.client = revocation.New([]string{strings.TrimPrefix(f.url, "http://")})
		take := func(u ready.Upload) int64 {
			t.Helper()
			c, j, err := w.load(u, true)
			if err != nil {
				t.Fatalf("%s: %v %+v", u.Name, err, j)
			}
			w.follow(c.ID)
			return c.ID
		}
		good := f.issue(w, "good", bits, "A")
		f.list()
		id := take(good)
		if c := w.want(id, ready.Valid, true); c.Evidence.Source != "ocsp" || c.Evidence.Signer != "УЦ OpenSSL" {
			t.Errorf("%+v", c.Evidence)
		}
		revoked := f.issue(w, "revoked", bits, "B")
		f.run("ca", "-config", "ca.cnf", "-revoke", "revoked.cer", "-crl_reason", "keyCompromise")
		f.list()
		if c := w.want(take(revoked), ready.Revoked, false); c.Evidence.Source != "ocsp" || c.Evidence.Reason != 1 {
			t.Errorf("%+v", c.Evidence)
		}
		f.write("ca.cnf", strings.Replace(string(f.read("ca.cnf")), "authorityInfoAccess", "#authorityInfoAccess", 1))
		listed := f.issue(w, "listed", bits, "A")
		f.run("ca", "-config", "ca.cnf", "-revoke", "listed.cer", "-crl_reason", "certificateHold")
		f.list()
		if c := w.want(take(listed), ready.Held, false); c.Evidence.Source != "crl" {
			t.Errorf("%+v", c.Evidence)
		}
		_, j, err := w.load(f.issue(w, "short", bits, "A", "-days", "20"), true)
		refused(t, err, fault.Invalid, "техническая проверка")
		if j == nil || j.Checks[2].Kind != "stop" {
			t.Errorf("%+v", j)
		}
	}
}

// F380 as decided: whatever holds a private key is refused and explained, by
// its name and by its bytes; nothing of it is stored. F372: other files too.
func TestNeverAPrivateKey(t *testing.T) {
	w := newWorld(t)
	f := newForeign(t, "256")
	good := f.issue(w, "good", "256", "A")
	f.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.key")
	f.run("req", "-x509", "-new", "-key", "rsa.key", "-config", "good.cnf", "-out", "rsa.pem")
	for _, args := range [][]string{
		{"pkcs12", "-export", "-in", "rsa.pem", "-inkey", "rsa.key", "-passout", "pass:12345678", "-out", "store.p12"},
		{"pkcs8", "-topk8", "-in", "rsa.key", "-outform", "DER", "-passout", "pass:1", "-out", "sealed.der"},
		{"pkcs8", "-topk8", "-in", "rsa.key", "-outform", "DER", "-passout", "pass:1", "-v1", "PBE-SHA1-3DES", "-out", "sealed12.der"},
		{"pkcs8", "-topk8", "-nocrypt", "-in", "good.key", "-outform", "DER", "-out", "open.der"},
		{"rsa", "-in", "rsa.key", "-traditional", "-outform", "DER", "-out", "rsa.der"},
		{"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-outform", "DER", "-out", "ec.der"},
		{"base64", "-in", "store.p12", "-out", "store.b64"},
		{"crl2pkcs7", "-nocrl", "-certfile", "rsa.pem", "-outform", "DER", "-out", "chain.p7b"},
	} {
		f.run(args...)
	}
	refuse := func(name string, content []byte, words string) {
		t.Helper()
		c, j, err := w.load(ready.Upload{Name: name, Content: content}, true)
		e := fault.As(err)
		if c != nil || j != nil || e == nil || e.Kind != fault.Invalid || !strings.Contains(e.Fields["file"], words) {
			t.Errorf("%s: %v, want %q", name, err, words)
		} else if len(content) > 100 && strings.Contains(e.Error(), string(content[len(content)-20:])) {
			t.Errorf("%s: the words repeat the file", name)
		}
	}
	key := "закрытый ключ"
	for _, name := range []string{"store.p12", "sealed.der", "sealed12.der", "open.der", "rsa.der", "ec.der", "store.b64", "rsa.key", "good.key"} {
		refuse("сертификат.cer", f.read(name), key)
	}
	for _, name := range []string{"СЕРТИФИКАТ.PFX", "store.p12", "primary.key", "a.pfx "} {
		refuse(name, good.Content, key)
	}
	refuse("оба.pem", append(append([]byte{}, good.Content...), f.read("good.key")...), key)
	big := append(append([]byte{}, good.Content...), make([]byte, 100<<10)...)
	refuse("good.cer", nil, "Выберите файл")
	refuse("good.cer", big, "больше 100 КБ")
	refuse("good.txt", good.Content, "расширение")
	refuse("good.p7s", good.Content, "расширение")
	refuse("good.cer", []byte("%PDF-1.7"), "не читается")
	refuse("good.cer", good.Content[:len(good.Content)/2], "не читается")
	refuse("good.cer", f.read("good.csr"), "запрос на сертификат")
	refuse("good.cer", f.read("chain.p7b"), "PKCS#7")
	refuse("good.cer", f.read("root.pem"), "удостоверяющего центра")
	refuse("good.pem", append(append([]byte{}, good.Content...), f.read("rsa.pem")...), "") // two people, or an authority's
	if n := w.number(`SELECT (SELECT count(*) FROM ready_certificate) + (SELECT count(*) FROM stored_file)`); n != 0 {
		t.Errorf("%d rows", n)
	}
	root, err := gost.ParseCertificates(f.read("root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	w.rules.Trust = ready.NewTrust(root)
	w.at = time.Now().UTC().Add(time.Minute)
	f.run("x509", "-in", "good.cer", "-outform", "DER", "-out", "good.der")
	for _, name := range []string{"good.pem", "good.CER", "good.cert", "good.crt"} {
		w.Exec(`DELETE FROM ready_certificate_event; DELETE FROM ready_certificate`)
		for _, content := range [][]byte{good.Content, f.read("good.der")} {
			if _, _, err := w.load(ready.Upload{Name: name, Content: content}, true); err != nil && !strings.Contains(err.Error(), "техническая проверка") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := w.number(`SELECT count(*) FROM ready_certificate`); n != 1 {
			t.Errorf("%s: %d stored", name, n)
		}
	}
}
