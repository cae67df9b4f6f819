package console

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db/dbtest"
)

func TestOIDCNotThere(t *testing.T) {
	k := newDesk(t)
	s := k.stranger()
	s.get("/login/oidc").want(http.StatusNotFound)
	s.get("/login/oidc/callback?code=x&state=y").want(http.StatusNotFound)
	k.oidc = &lazyOIDC{provider: Provider{Issuer: "http://127.0.0.1:1", ClientID: "console"}}
	if g := s.get("/login/oidc").want(http.StatusServiceUnavailable); !strings.Contains(g.text("main"), "не отвечает") {
		t.Error(g.text("main"))
	}
	if g := s.get("/login").want(http.StatusOK); g.attr(`a[href="/login/oidc"]`, "href") == "" || g.attr("#f-password", "name") == "" {
		t.Error("a provider that is down shuts the password out")
	}
}

// walker is a browser that stops before the console's callback.
type walker struct {
	*testing.T
	*http.Client
	base string
}

func newWalker(t *testing.T, base string) *walker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &walker{t, &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/login/oidc/callback" {
			return http.ErrUseLastResponse
		}
		return nil
	}}, base}
}

// open reads a page and returns where it is, its text, and where it leads.
func (w *walker) open(r *http.Response, err error) (at *url.URL, body, next string, status int) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.Fatal(err)
	}
	return r.Request.URL, string(b), r.Header.Get("Location"), r.StatusCode
}

// leave goes to the provider, signs in and consents there, and returns the
// address by which the provider sends the browser back.
func (w *walker) leave(login string) string {
	w.Helper()
	at, body, next, status := w.open(w.Get(w.base + "/login/oidc"))
	for range 5 {
		if next != "" && status/100 == 3 {
			return next
		}
		if status != http.StatusOK || at.Host == strings.TrimPrefix(w.base, "http://") {
			w.Fatalf("%s: %d %s", at, status, body)
		}
		form := url.Values{"login": {login}, "password": {"any"}, "prompt": {"login"}}
		if !strings.Contains(body, `name="login"`) {
			form = url.Values{"prompt": {"consent"}}
		}
		action := at
		for _, n := range nodes(w.T, body, "form") {
			for _, a := range n.Attr {
				if a.Key == "action" {
					action, _ = at.Parse(a.Val)
				}
			}
		}
		at, body, next, status = w.open(w.PostForm(action.String(), form))
	}
	w.Fatal("the provider never sends the browser back")
	return ""
}

// TestPeerOIDC signs in at a provider nobody here wrote: discovery, code, PKCE,
// nonce; the first sign-in binds by verified e-mail.
func TestPeerOIDC(t *testing.T) {
	if os.Getenv("PEERS") == "" {
		t.Skip("PEERS is not set: make test-peers")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	k := openDesk(t, dbtest.New(t), base)
	k.moveTo(time.Now()) // cookies and tokens live by the real clock
	issuer := startProvider(t, "OIDC_REDIRECT_URI="+base+"/login/oidc/callback", "OIDC_EMAIL=Anna.Belova@centre.example")
	k.oidc = &lazyOIDC{provider: Provider{Issuer: issuer, ClientID: "console", ClientSecret: "console-secret"}, callback: base + "/login/oidc/callback"}
	go k.kit.App.Listener(listener)
	t.Cleanup(func() { _ = k.kit.App.ShutdownWithTimeout(5 * time.Second) })
	set := func(query string, args ...any) {
		t.Helper()
		if _, err := k.db.Plain().ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	reviewer := k.people["reviewer"].ID
	set(`UPDATE employee SET email = '' WHERE true`)

	refused := func(name string, w *walker, address, words string) {
		t.Helper()
		_, body, _, status := w.open(w.Get(address))
		if status != http.StatusForbidden || !strings.Contains(body, words) {
			t.Errorf("%s: %d %s", name, status, texts(t, body, "main"))
		}
		if _, _, next, _ := w.stay(base + "/journal"); !strings.HasPrefix(next, "/login") {
			t.Errorf("%s: signed in", name)
		}
	}
	w := newWalker(t, base)
	refused("unknown person", w, w.leave("anna.belova"), "не заведена в консоли")

	set(`UPDATE employee SET email = 'anna.belova@CENTRE.example' WHERE id IN (?, ?)`, reviewer, k.people["auditor"].ID)
	w = newWalker(t, base)
	refused("an e-mail of two", w, w.leave("anna.belova"), "не заведена в консоли")

	set(`UPDATE employee SET email = '' WHERE id = ?`, k.people["auditor"].ID)
	w = newWalker(t, base)
	back := w.leave("anna.belova")
	refused("another browser's code", newWalker(t, base), back, "Начните вход заново")
	wrong, _ := url.Parse(back)
	q := wrong.Query()
	q.Set("state", "forged")
	wrong.RawQuery = q.Encode()
	refused("a forged state", w, wrong.String(), "Начните вход заново")
	refused("the attempt of a forged state", w, back, "Начните вход заново")

	w = newWalker(t, base)
	back = w.leave("anna.belova")
	if _, _, next, status := w.stay(back); status != http.StatusSeeOther || next != "/" {
		t.Fatal(status, next)
	}
	if _, body, _, _ := w.open(w.Get(base + "/journal")); !strings.Contains(body, k.people["reviewer"].Name) || !strings.Contains(body, "через учётную запись организации") {
		t.Error(texts(t, body, "main"))
	}
	var subject string
	if err := k.db.Plain().QueryRowContext(t.Context(), `SELECT oidc_subject FROM employee WHERE id = ? AND oidc_issuer = ?`, reviewer, issuer).Scan(&subject); err != nil || subject != "anna.belova" {
		t.Error(subject, err)
	}
	refused("a replayed code", newWalker(t, base), back, "Начните вход заново")

	set(`UPDATE employee SET email = 'moved@centre.example' WHERE id = ?`, reviewer) // bound by subject now
	w = newWalker(t, base)
	if _, _, next, status := w.stay(w.leave("anna.belova")); status != http.StatusSeeOther || next != "/" {
		t.Error(status, next)
	}
	set(`UPDATE employee SET active = false WHERE id = ?`, reviewer)
	w = newWalker(t, base)
	refused("a person shut out", w, w.leave("anna.belova"), "не заведена в консоли")
}

// stay opens the address and follows nothing.
func (w *walker) stay(address string) (at *url.URL, body, next string, status int) {
	w.Helper()
	c := *w.Client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return (&walker{w.T, &c, w.base}).open(c.Get(address))
}

// startProvider runs .ci/peer-oidc.sh start until the test ends and returns the issuer.
func startProvider(t *testing.T, settings ...string) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, filepath.Join(root, ".ci", "peer-oidc.sh"), "start")
	cmd.Env, cmd.Stderr = append(os.Environ(), settings...), os.Stderr
	in, err := cmd.StdinPipe() // the provider lives until it is closed
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		done := time.AfterFunc(5*time.Second, cancel)
		_ = cmd.Wait()
		done.Stop()
		cancel()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not start: %v", err)
	}
	return strings.TrimSpace(line)
}
