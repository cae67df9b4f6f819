package sim_test

import (
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/ext/sim/ca"
	"signdesk/internal/gost"
)

var holder = ca.Holder{Surname: "Петров", Name: "Иван", Patronymic: "Иванович", SNILS: "11223344595", INN: "500100732259"}

// OpenSSL's own OCSP client believes the responder, by POST with a nonce and by
// GET, and is not deceived by its tempers.
func TestOpenSSLAsksOCSP(t *testing.T) {
	openssl := program(t, "openssl")
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	config := write("gost.cnf", []byte(gostConfig))
	run := func(args ...string) string {
		cmd := exec.Command(openssl, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "OPENSSL_CONF="+config)
		out, _ := cmd.CombinedOutput() // its exit status says little: the words do
		return string(out)
	}
	if out := run("engine", "gost"); !strings.Contains(out, "gost") || strings.Contains(out, "unable") {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the GOST engine of OpenSSL is missing: %s", out)
		}
		t.Skip("the GOST engine of OpenSSL is missing")
	}
	p := newPlace(t, "")
	chain := write("chain.pem", []byte(p.get("/ca/chain.pem")))
	issuer := write("issuer.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte(p.get("/ca/ca.crt"))}))
	made := func(kind string) string {
		content, _, err := p.world.CA.Ready(kind, holder)
		if err != nil {
			t.Fatal(err)
		}
		return write(kind+".pem", content)
	}
	ask := func(cert string, more ...string) string {
		return run(append([]string{"ocsp", "-issuer", issuer, "-cert", cert, "-url", p.server.URL + "/ca/ocsp", "-CAfile", chain}, more...)...)
	}
	valid := made("valid")
	for name, row := range map[string]struct {
		cert, want string
	}{
		"good": {valid, ": good"}, "revoked": {made("revoked"), "Reason: keyCompromise"}, "held": {made("held"), "Reason: certificateHold"},
	} {
		if out := ask(row.cert); !strings.Contains(out, "Response verify OK") || !strings.Contains(out, row.want) || strings.Contains(out, "no nonce") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
	if out := run("ocsp", "-issuer", issuer, "-serial", "0x4711", "-url", p.server.URL+"/ca/ocsp", "-CAfile", chain); !strings.Contains(out, "Response verify OK") || !strings.Contains(out, ": unknown") {
		t.Errorf("a number that was never given:\n%s", out)
	}
	request := filepath.Join(dir, "request.der")
	run("ocsp", "-issuer", issuer, "-cert", valid, "-no_nonce", "-reqout", request)
	der, err := os.ReadFile(request)
	if err != nil {
		t.Fatal(err)
	}
	answer := write("answer.der", []byte(p.get("/ca/ocsp/"+url.PathEscape(base64.StdEncoding.EncodeToString(der)))))
	if out := run("ocsp", "-issuer", issuer, "-cert", valid, "-respin", answer, "-CAfile", chain, "-no_nonce"); !strings.Contains(out, "Response verify OK") || !strings.Contains(out, ": good") {
		t.Errorf("by GET:\n%s", out)
	}
	for knobs, want := range map[string]string{`{"ocsp":{"wrong_signature":true}}`: "Response Verify Failure", `{"ocsp":{"stale":true}}`: "Status times invalid",
		`{"ocsp":{"refuse":"занят"}}`: "trylater", `{"ocsp":{"down":"503"}}`: "503"} {
		p.turn(`{"ocsp":{"wrong_signature":false,"stale":false,"refuse":"","down":""}}`)
		p.turn(knobs)
		if out := ask(valid); !strings.Contains(out, want) {
			t.Errorf("%s:\n%s", knobs, out)
		}
	}
	resp, err := http.Post(p.server.URL+"/ca/ocsp", "application/ocsp-request", strings.NewReader("no request"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// Every kind can be downloaded from the page, and is what it says.
func TestReadyCertificates(t *testing.T) {
	p := newPlace(t, "")
	if page := p.get("/ca/ready/"); !strings.Contains(page, "Петров Иван Иванович") || !strings.Contains(page, "неаккредитованный УЦ") {
		t.Errorf("page: %s", page)
	}
	for _, k := range ca.ReadyKinds {
		resp, err := http.PostForm(p.server.URL+"/ca/ready/", url.Values{"person": {holder.SNILS}, "kind": {k.Kind}})
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v %v", k.Kind, resp, err)
		}
		resp.Body.Close()
		content, _, err := p.world.CA.Ready(k.Kind, holder)
		if err != nil {
			t.Fatal(err)
		}
		c, err := gost.ParseCertificate(content)
		if k.Kind == "pfx" {
			continue
		}
		if err != nil || c.Subject.Get(gost.OIDSNILS) != holder.SNILS || (c.PublicKey == nil) != (k.Kind == "rsa") {
			t.Errorf("%s: %v %v", k.Kind, c, err)
		}
	}
	for _, form := range []url.Values{{"person": {"7"}, "kind": {"valid"}}, {"person": {holder.SNILS}, "kind": {"perfect"}}, {}} {
		resp, err := http.PostForm(p.server.URL+"/ca/ready/", form)
		if err != nil || resp.StatusCode != http.StatusNotFound {
			t.Errorf("%v: %v %v", form, resp.StatusCode, err)
		}
		resp.Body.Close()
	}
	p.turn(`{"crl":{"stale":true}}`)
	stale, err := gost.ParseCRL([]byte(p.get("/ca/crl")))
	if err != nil || !stale.NextUpdate.Before(p.clock.now()) {
		t.Errorf("%v %v", stale, err)
	}
	p.turn(`{"crl":{"stale":false,"wrong_signature":true}}`)
	broken, err := gost.ParseCRL([]byte(p.get("/ca/crl")))
	if err != nil || broken.CheckSignatureFrom(p.world.CA.Issuer.Cert) == nil {
		t.Error("the list is signed well")
	}
}
