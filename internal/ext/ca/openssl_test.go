package ca_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/ca"
	"signdesk/internal/gost"
)

// gostConfig loads the GOST engine into OpenSSL.
const gostConfig = `openssl_conf = all
[all]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`

const requestConfig = `[req]
distinguished_name = dn
prompt = no
[dn]
CN = Shchukina
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
`

// peer is OpenSSL with the GOST engine: it makes keys, requests and
// certificates, and its mock server speaks CMP over HTTP.
type peer struct {
	t        *testing.T
	dir      string
	root     *gost.Certificate
	csr      []byte
	cert     []byte
	messages []ca.Wire
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	p := &peer{t: t, dir: t.TempDir()}
	p.write("gost.cnf", []byte(gostConfig))
	p.write("req.cnf", []byte(requestConfig))
	if out, err := p.command("engine", "gost").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("OpenSSL with the GOST engine: %v\n%s", err, out)
		}
		t.Skipf("no OpenSSL with the GOST engine: %v", err)
	}
	p.run("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-out", "root.key")
	p.run("req", "-new", "-x509", "-key", "root.key", "-config", "req.cnf", "-subj", "/CN=Root", "-extensions", "ca", "-days", "10", "-out", "root.pem")
	p.run("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-out", "leaf.key")
	p.run("req", "-new", "-key", "leaf.key", "-config", "req.cnf", "-outform", "DER", "-out", "leaf.csr")
	p.run("x509", "-req", "-inform", "DER", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "0x8234", "-days", "5",
		"-extfile", "req.cnf", "-extensions", "leaf", "-out", "leaf.pem")
	root, err := gost.ParseCertificate(p.read("root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(p.read("leaf.pem"))
	p.root, p.csr, p.cert = root, p.read("leaf.csr"), block.Bytes
	return p
}

func (p *peer) write(name string, b []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), b, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) read(name string) []byte {
	p.t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p *peer) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	p.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "openssl", args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(p.dir, "gost.cnf"))
	return cmd
}

func (p *peer) run(args ...string) string {
	p.t.Helper()
	out, err := p.command(args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("openssl %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

var accepting = regexp.MustCompile(`^ACCEPT \S*:(\d+)`)

// serve starts the mock server and returns a client of it. Stopped by the end
// of the test; what it said is printed when the test fails.
func (p *peer) serve(args ...string) *ca.Client {
	p.t.Helper()
	cmd := p.command(append([]string{"cmp", "-port", "0", "-srv_ref", "console", "-srv_secret", "pass:secret",
		"-rsp_cert", "leaf.pem", "-rsp_extracerts", "root.pem", "-verbosity", "6"}, args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if p.t.Failed() {
			p.t.Logf("openssl cmp: %s", &said)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := accepting.FindStringSubmatch(lines.Text()); m != nil {
			c := ca.New("http://127.0.0.1:"+m[1]+"/", "console", "secret", []*gost.Certificate{p.root}, time.Now)
			c.Keep = func(_ context.Context, w ca.Wire) error {
				if w.Sent {
					p.messages = append(p.messages, w)
				}
				return nil
			}
			return c
		}
	}
	p.t.Fatalf("openssl cmp did not start: %s", &said)
	return nil
}

// OpenSSL's server, which nobody here wrote, takes our p10cr, pollReq, certConf
// and rr and insists on its nonces; its answers are believed.
func TestOpenSSLServesUs(t *testing.T) {
	p := newPeer(t)
	c := p.serve("-poll_count", "3", "-check_after", "3")
	a, err := c.Submit(t.Context(), id(1), p.csr)
	if err != nil || a.Certificate != nil || len(a.Transaction) <= 16 {
		t.Fatalf("submitted: %+v, %v", a, err)
	}
	for range 2 {
		if a, err = c.Poll(t.Context(), a.Transaction, p.csr); err != nil || a.Certificate != nil || a.CheckAfter != 3*time.Second {
			t.Fatalf("polled: %+v, %v", a, err)
		}
	}
	if a, err = c.Poll(t.Context(), a.Transaction, p.csr); err != nil || !bytes.Equal(a.Certificate, p.cert) || len(a.Chain) != 1 {
		t.Fatalf("polled again: %+v, %v", a, err)
	}
	if err := c.Confirm(t.Context(), a.Transaction, a.Certificate); err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(a.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Revoke(t.Context(), id(2), cert, 4); err != nil {
		t.Fatal(err)
	}
	p.parse()
}

// Polling without the server's nonce is trouble, never taken for a refusal.
func TestOpenSSLMissesItsNonce(t *testing.T) {
	p := newPeer(t)
	c := p.serve("-poll_count", "1")
	if _, err := c.Submit(t.Context(), id(1), p.csr); err != nil {
		t.Fatal(err)
	}
	_, err := c.Poll(t.Context(), id(1), p.csr)
	var trouble *ca.Trouble
	if !errors.As(err, &trouble) || trouble.Untrusted || !strings.Contains(trouble.Text, "recipnonce unmatched") {
		t.Fatal(err)
	}
}

// The hash in certConf is of the certificate: OpenSSL compares it with its own.
func TestOpenSSLChecksTheHash(t *testing.T) {
	p := newPeer(t)
	c := p.serve()
	a, err := c.Submit(t.Context(), id(1), p.csr)
	if err != nil || !bytes.Equal(a.Certificate, p.cert) {
		t.Fatalf("%+v, %v", a, err)
	}
	err = c.Confirm(t.Context(), a.Transaction, p.root.Raw)
	var refusal *ca.Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("hash of another certificate: %v", err)
	}
}

func TestOpenSSLRefuses(t *testing.T) {
	p := newPeer(t)
	for name, row := range map[string]struct {
		args  []string
		words string // of a refusal; "" = trouble
	}{
		"rejected":         {[]string{"-pkistatus", "2", "-failure", "9"}, "подпись запроса не сошлась"},
		"rejected, words":  {[]string{"-pkistatus", "2", "-failure", "9", "-statusstring", "POP is bad"}, "POP is bad"},
		"error message":    {[]string{"-send_error"}, "error processing message"},
		"unavailable":      {[]string{"-pkistatus", "2", "-failure", "24"}, ""},
		"unprotected":      {[]string{"-send_unprotected"}, ""},
		"another's secret": {[]string{"-srv_secret", "pass:guess"}, ""},
	} {
		_, err := p.serve(row.args...).Submit(t.Context(), id(1), p.csr)
		var refusal *ca.Refusal
		var trouble *ca.Trouble
		switch {
		case row.words == "" && !errors.As(err, &trouble):
			t.Errorf("%s: %v", name, err)
		case row.words != "" && (!errors.As(err, &refusal) || !strings.Contains(refusal.Text, row.words)):
			t.Errorf("%s: %v", name, err)
		}
	}
}

// parse has OpenSSL read every message we sent.
func (p *peer) parse() {
	p.t.Helper()
	var names []string
	for _, w := range p.messages {
		names = append(names, w.Operation)
		p.write("message.der", w.Body)
		out := p.run("asn1parse", "-inform", "DER", "-in", "message.der")
		for _, want := range []string{"Hash Based MAC", "sha256", "hmacWithSHA256", "GENERALIZEDTIME", "console"} {
			if !strings.Contains(strings.ReplaceAll(out, "password based MAC", "Hash Based MAC"), want) {
				p.t.Errorf("%s: no %q in\n%s", w.Operation, want, out)
			}
		}
	}
	if got := strings.Join(names, " "); got != "p10cr pollReq pollReq pollReq certConf rr" {
		p.t.Errorf("sent: %s", got)
	}
}
