package desk

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/softtoken"
	"signdesk/cmd/agent/internal/token"
)

const consoleOrigin = "http://127.0.0.1:8080"

// workplace is an agent on a desk, with a folder that outlives restarts.
type workplace struct {
	t      *testing.T
	dir    string
	origin string // of the console
	secret *pairing.Secret
	tokens *softtoken.Store
	token  token.Info
	desk   *Desk
	addr   string
	log    *lockedBuffer
	shown  chan string
	stop   func()

	mu    sync.Mutex
	shift time.Duration // of the desk's clock
}

func newWorkplace(t *testing.T) *workplace {
	t.Helper()
	return newWorkplaceFor(t, consoleOrigin)
}

func newWorkplaceFor(t *testing.T, origin string) *workplace {
	t.Helper()
	w := &workplace{t: t, dir: t.TempDir(), origin: origin, log: new(lockedBuffer), shown: make(chan string, 8)}
	var err error
	if w.secret, err = pairing.Load(w.dir); err != nil {
		t.Fatal(err)
	}
	if w.tokens, err = softtoken.Open(w.dir + "/tokens"); err != nil {
		t.Fatal(err)
	}
	if w.token, err = w.tokens.Create("Учебный токен", softtoken.DefaultPIN); err != nil {
		t.Fatal(err)
	}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

// start runs the agent from what is in the folder.
func (w *workplace) start() {
	w.t.Helper()
	book, err := record.Open(w.dir, w.now())
	if err != nil {
		w.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	w.addr = listener.Addr().String()
	w.desk = New(Config{
		Host: w.addr, Origins: []string{w.origin}, Secret: w.secret, Tokens: w.tokens, Book: book,
		Now: w.now, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		ShowURL: func(url string) { w.shown <- url },
	})
	server := &http.Server{Handler: w.desk.Handler()}
	go func() { _ = server.Serve(listener) }()
	w.stop = func() { server.Close(); book.Close() }
}

func (w *workplace) restart() { w.stop(); w.start() }

func (w *workplace) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.shift)
}

func (w *workplace) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shift += d
}

// lockedBuffer is a log that a test may read while the agent writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// payload is what the console's server would ask, without the typed part.
func (w *workplace) payload(kind envelope.Kind) *envelope.Payload {
	now := w.now().UTC()
	return &envelope.Payload{
		ID: uuid.NewString(), Kind: kind, Nonce: newKey(), IssuedAt: now, ExpiresAt: now.Add(4 * time.Minute),
		Origin: w.origin, Console: "Учебный центр", Operator: "Иванова А. П.",
	}
}

func (w *workplace) request() *envelope.Payload {
	p := w.payload(envelope.KindRequest)
	p.Request = &envelope.Request{
		Subject: []envelope.Attribute{
			{OID: "2.5.4.3", Value: "Петров Иван Иванович"}, {OID: "2.5.4.4", Value: "Петров"}, {OID: "2.5.4.42", Value: "Иван Иванович"},
			{OID: "2.5.4.6", Value: "RU"}, {OID: "2.5.4.8", Value: "77 г. Москва"},
			{OID: "1.2.643.3.131.1.1", Value: "500100732259"}, {OID: "1.2.643.100.3", Value: "11223344595"},
			{OID: "1.2.840.113549.1.9.1", Value: "petrov@example.ru"},
		},
		Extensions: []envelope.Extension{
			{OID: "2.5.29.15", Critical: true, Value: []byte{3, 2, 6, 0xC0}},
			{OID: "2.5.29.37", Value: []byte{0x30, 0x14, 6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 2, 6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 4}},
			{OID: "1.2.643.100.114", Value: []byte{2, 1, 0}},
		},
		Curve: "XA", CarrierKind: "Рутокен",
	}
	return p
}

func (w *workplace) seal(p *envelope.Payload) []byte {
	w.t.Helper()
	payload, err := json.Marshal(p)
	if err != nil {
		w.t.Fatal(err)
	}
	raw, err := json.Marshal(envelope.Sealed{Payload: payload, MAC: w.secret.MAC(payload)})
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

// call is a request of a console's page; edit may spoil it.
func (w *workplace) call(method, path string, body []byte, into any, edit ...func(*http.Request)) int {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.addr+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Origin", w.origin)
	for _, e := range edit {
		e(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if into != nil {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			w.t.Fatalf("%s %s: %d, %v", method, path, resp.StatusCode, err)
		}
	}
	return resp.StatusCode
}

// asked is the answer to a good envelope.
type asked struct {
	ID        string
	WindowURL string `json:"window_url"`
	State     State
}

func (w *workplace) ask(p *envelope.Payload) asked {
	w.t.Helper()
	var a asked
	if status := w.call("POST", "/v1/operations", w.seal(p), &a); status != http.StatusCreated || a.ID != p.ID || a.State != Waiting {
		w.t.Fatalf("asked: %d %+v", status, a)
	}
	return a
}

func (w *workplace) outcome(id string) Outcome {
	w.t.Helper()
	var o Outcome
	if status := w.call("GET", "/v1/operations/"+id, nil, &o); status != http.StatusOK {
		w.t.Fatalf("outcome: %d", status)
	}
	return o
}

// refused wants the call to be refused with the code.
func (w *workplace) refused(want refusal.Code, method, path string, body []byte, edit ...func(*http.Request)) {
	w.t.Helper()
	var f failure
	status := w.call(method, path, body, &f, edit...)
	if status < 400 || f.Code != want || f.Text == "" {
		w.t.Errorf("%s %s: %d %+v, want %s", method, path, status, f, want)
	}
}

// browser is the operator's browser: it keeps cookies and sends the Origin of
// the page it shows.
type browser struct {
	*workplace
	http *http.Client
	path string
}

func (w *workplace) openWindow(windowURL string) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	u, err := url.Parse(windowURL)
	if err != nil {
		w.t.Fatal(err)
	}
	b := &browser{w, &http.Client{Jar: jar, Timeout: 20 * time.Second}, u.Path}
	if status, page := b.do("GET", u.RequestURI(), nil); status != http.StatusOK {
		w.t.Fatalf("window: %d %s", status, page)
	}
	return b
}

func (b *browser) do(method, path string, form url.Values) (int, string) {
	b.t.Helper()
	r, err := http.NewRequest(method, "http://"+b.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+b.addr)
	}
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(page)
}

func (b *browser) decide(decision, carrier, pin string) (int, string) {
	b.t.Helper()
	return b.do("POST", b.path, url.Values{"decision": {decision}, "carrier": {carrier}, "pin": {pin}})
}

// perform walks an operation through its window to its outcome.
func (w *workplace) perform(p *envelope.Payload, carrier string) Outcome {
	w.t.Helper()
	b := w.openWindow(w.ask(p).WindowURL)
	if status, page := b.decide("make", carrier, softtoken.DefaultPIN); status != http.StatusOK {
		w.t.Fatalf("decision: %d %s", status, page)
	}
	return w.outcome(p.ID)
}

// recorder calls the handler without a network, for headers no client sends.
func (w *workplace) recorder(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.desk.Handler().ServeHTTP(rec, r)
	return rec
}

func decodeBase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
