package main_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/agent"
	"signdesk/internal/ext/esia"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
)

// desk is a SMEV of its own with the console's key sealed in a file.
type desk struct {
	t      *testing.T
	dir    string
	client *smev.Client // signs by the agent
	code   string
}

func newDesk(t *testing.T, address func(dir string) string) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	world, err := sim.NewWorld(sim.Options{Dir: filepath.Join(d.dir, "sim")})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(world.Handler())
	t.Cleanup(func() { server.Close(); _ = world.Close() })
	d.seal("key.pem", d.file("sim/smev-client.key.pem"))
	d.write("passphrase", []byte("пароль ключа\n"))
	own, err := gost.ParseCertificate(d.file("sim/smev-client.cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := gost.ParseCertificate(d.file("sim/smev-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := d.command(t.Context(), "pairing").Output()
	if err != nil {
		t.Fatal(err)
	}
	d.code = strings.TrimSpace(string(out))
	signer, err := agent.New(address(d.dir), d.code, own.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	d.client = &smev.Client{BaseURL: server.URL + "/smev", Signer: signer, Certificate: own, Trusted: []*gost.Certificate{root}, SignerName: "СМЭВ (учебная)"}
	return d
}

func (d *desk) file(name string) []byte {
	d.t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desk) write(name string, b []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), b, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// seal encrypts a plain key, as openssl pkcs8 -topk8 does.
func (d *desk) seal(name string, plain []byte) {
	d.t.Helper()
	key, _, err := gost.ReadPrivateKey(plain, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	der, err := gost.EncryptPrivateKey(rand.Reader, key, []byte("пароль ключа"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.write(name, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}))
}

// command runs the agent: this test binary, see TestMain.
func (d *desk) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], append(args, "--dir", filepath.Join(d.dir, "agent"))...)
	cmd.Env = append(os.Environ(), "AGENT_TEST_RUNS_AGENT=1")
	return cmd
}

// start runs `agent key` until it listens; stop kills it.
func (d *desk) start(args ...string) (stop func()) {
	d.t.Helper()
	cmd := d.command(d.t.Context(), append([]string{"key", "--file", filepath.Join(d.dir, "key.pem"), "--passphrase-file", filepath.Join(d.dir, "passphrase")}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	stop = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, "ключ организации") {
		stop()
		d.t.Fatalf("agent key says %q: %v", line, err)
	}
	return stop
}

func socket(dir string) string { return "unix:" + filepath.Join(dir, "s") }

// send puts one question into SMEV's queue.
func (d *desk) send(id string) error {
	d.t.Helper()
	content, err := smev.SNILSRequest{Person: smev.Person{Family: "Щукина", First: "Анна"}, SNILS: "112-233-445 95",
		BirthDate: time.Date(1990, 9, 18, 0, 0, 0, 0, time.UTC)}.XML()
	if err != nil {
		d.t.Fatal(err)
	}
	_, err = d.client.SendRequest(d.t.Context(), smev.Request{MessageID: id, Content: content})
	return err
}

// A message signed by the agent is taken by SMEV and its answer fetched; while
// the agent is down the same message waits; nothing else is signed.
func TestKeyBehindTheAgent(t *testing.T) {
	d := newDesk(t, socket)
	signer := d.client.Signer.(*agent.Client)
	id := smev.NewMessageID(time.Now())
	var e *smev.Error
	if err := d.send(id); !errors.As(err, &e) || !e.Temporary() || !strings.Contains(e.Text(), "Ключ подписи") {
		t.Fatalf("while the agent is down: %v", err)
	}
	if err := signer.Check(t.Context()); !isCode(err, agent.Down) {
		t.Errorf("check while the agent is down: %v", err)
	}
	stop := d.start("--listen", socket(d.dir), "--esia-client", "SGND01", "--esia-redirect", "https://console.example.ru/esia")
	if err := signer.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.send(id); err != nil { // the message that waited
		t.Fatal(err)
	}
	var r *smev.Response
	for r == nil {
		var err error
		if r, err = d.client.GetResponse(t.Context(), smev.Selector{}); err != nil && !errors.Is(err, smev.ErrEmpty) {
			t.Fatal(err)
		}
	}
	if r.OriginalID != id {
		t.Errorf("answer to %s, want %s", r.OriginalID, id)
	}
	if err := d.client.Ack(t.Context(), r.MessageID, true); err != nil {
		t.Error(err)
	}
	if _, err := gost.SignMessage(rand.Reader, signer, esiaString(time.Now(), "https://console.example.ru/esia")); err != nil {
		t.Errorf("sign-in string: %v", err)
	}
	site := esia.Client{BaseURL: "https://esia.example.ru", ClientID: "SGND01", RedirectURI: "https://console.example.ru/esia",
		Scope: []string{"fullname", "snils"}, OrgScope: []string{"org_ogrn"}, Signer: signer, Certificate: d.client.Certificate}
	if _, _, err := site.SignInURL(); err != nil {
		t.Errorf("sign-in: %v", err)
	}
	site.RedirectURI = "https://evil.example.ru/esia"
	var refused *esia.Error
	if _, _, err := site.SignInURL(); !isCode(err, agent.Foreign) || !errors.As(err, &refused) || refused.Temporary() || !refused.Administrator() {
		t.Errorf("sign-in with another address: %v", err)
	}
	for name, message := range map[string][]byte{
		"contract":        []byte("Договор № 5"),
		"digest":          make([]byte, 32),
		"another address": esiaString(time.Now(), "https://evil.example.ru/"),
		"an old string":   esiaString(time.Now().Add(-time.Hour), "https://console.example.ru/esia"),
	} {
		if _, err := signer.SignMessage(rand.Reader, message, nil); !isCode(err, agent.Foreign) {
			t.Errorf("%s: %v", name, err)
		} else if e := (*agent.Error)(nil); errors.As(err, &e) && e.Temporary() {
			t.Errorf("%s would be tried for ever", name)
		}
	}
	if _, err := signer.Sign(rand.Reader, make([]byte, 32), nil); err == nil {
		t.Error("a digest was signed")
	}
	stop()
	if _, _, err := site.SignInURL(); !isCode(err, agent.Down) || !errors.As(err, &refused) || !refused.Temporary() || !refused.Administrator() {
		t.Errorf("sign-in while the agent is down: %v", err)
	}
	if err := d.send(smev.NewMessageID(time.Now())); !errors.As(err, &e) || !e.Temporary() {
		t.Errorf("after the agent was killed: %v", err)
	}
	stop = d.start("--listen", socket(d.dir)) // over the socket that the killed one left
	defer stop()
	if err := d.send(smev.NewMessageID(time.Now())); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	days, err := filepath.Glob(filepath.Join(d.dir, "agent", "journal", "signed-*.jsonl"))
	if err != nil || len(days) == 0 {
		t.Fatalf("journal: %v %v", days, err)
	}
	book, err := os.ReadFile(days[0])
	if err != nil || !strings.Contains(string(book), `"kind":"smev"`) || !strings.Contains(string(book), `"event":"refused"`) || strings.Contains(string(book), "SGND01") {
		t.Errorf("journal: %v\n%s", err, book)
	}
}

// esiaString is what the client_secret of a sign-in signs.
func esiaString(at time.Time, redirect string) []byte {
	return []byte("SGND01" + "openid fullname snils" + at.Format("2006.01.02 15:04:05 -0700") + "0f3a7a52-6d0b-4d0a-9c55-6c1f6c1d7f10" + redirect)
}

func isCode(err error, code string) bool {
	var e *agent.Error
	return errors.As(err, &e) && e.Code == code
}

// An agent with another key or another code is recognised before anything is
// sent, and what it answers is not taken for a signature.
func TestWrongAgent(t *testing.T) {
	d := newDesk(t, func(dir string) string { return "unix:" + filepath.Join(dir, "s") })
	other, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	der, err := gost.MarshalPrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	plain := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	d.seal("key.pem", plain)
	defer d.start("--listen", socket(d.dir))()
	if err := d.client.Signer.(*agent.Client).Check(t.Context()); !isCode(err, agent.OtherKey) {
		t.Errorf("another key: %v", err)
	}
	var e *smev.Error
	if err := d.send(smev.NewMessageID(time.Now())); !errors.As(err, &e) || !e.Temporary() || !isCode(err, agent.OtherKey) {
		t.Errorf("signed with another key: %v", err)
	}
	stranger, err := agent.New(socket(d.dir), strings.Repeat("A", 52), d.client.Certificate.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Check(t.Context()); !isCode(err, agent.WrongCode) {
		t.Errorf("another code: %v", err)
	}
	d.write("plain.pem", plain)
	d.write("empty", nil)
	for _, args := range [][]string{
		{"key"},
		{"key", "--file", d.dir + "/plain.pem", "--passphrase-file", d.dir + "/passphrase"}, // production has no plain keys
		{"key", "--file", d.dir + "/key.pem", "--passphrase-file", d.dir + "/plain.pem"},
		{"key", "--file", d.dir + "/key.pem", "--passphrase-file", d.dir + "/empty"},
		{"key", "--file", d.dir + "/key.pem", "--passphrase-file", d.dir + "/passphrase", "--listen", "0.0.0.0:0"},
		{"key", "--file", d.dir + "/key.pem", "--passphrase-file", d.dir + "/passphrase", "--no-smev"},
		{"key", "--file", d.dir + "/key.pem", "--passphrase-file", d.dir + "/passphrase", "--esia-client", "X"},
		{"key", "--file", d.dir + "/key.pem", "--passphrase-file", d.dir + "/passphrase", "--esia-client", "X", "--esia-redirect", "ftp://x"},
	} {
		var exit *exec.ExitError
		if err := d.command(t.Context(), args...).Run(); !errors.As(err, &exit) || exit.ExitCode() != 2 {
			t.Errorf("agent %q: %v", args, err)
		}
	}
}
