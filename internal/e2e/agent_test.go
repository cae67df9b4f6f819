package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// tokenPIN opens the demo's soft token.
const tokenPIN = "12345678"

// operation is what the agent says of one.
type operation struct {
	ID        string         `json:"id"`
	WindowURL string         `json:"window_url"`
	State     string         `json:"state"`
	Result    map[string]any `json:"result"`
	Error     *struct{ Code, Text string }
}

// operate does what the page's script and the operator do at the box of an
// agent's operation: the envelope of the console goes to the agent, the PIN into
// the agent's window. It returns the form with the agent's outcome, not sent yet.
func (g *page) operate(box string) form {
	g.p.t.Helper()
	prepare := g.form(g.attr(box, "data-envelope-form"))
	r, err := http.NewRequest(http.MethodPost, g.p.d.url+prepare.action, strings.NewReader(prepare.values.Encode()))
	if err != nil {
		g.p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	envelope := g.p.body(g.p.http.Do(r))

	asked := g.p.ask(envelope)
	g.p.typePIN(asked.WindowURL)
	var done operation
	if err := json.Unmarshal(g.p.agent(http.MethodGet, "/v1/operations/"+asked.ID+"?wait=10", nil), &done); err != nil || done.State != "done" {
		g.p.t.Fatalf("the agent's operation: %v %+v", err, done)
	}
	result := g.form(g.attr(box, "data-result-form"))
	result.values.Set("operation", asked.ID)
	for name, v := range done.Result {
		if result.values.Has(name) {
			result.values.Set(name, fmt.Sprint(v))
		}
	}
	return result
}

// ask hands an envelope to the agent.
func (p *person) ask(envelope []byte) (o operation) {
	p.t.Helper()
	if err := json.Unmarshal(p.agent(http.MethodPost, "/v1/operations", envelope), &o); err != nil || o.WindowURL == "" {
		p.t.Fatalf("the agent took no operation: %v", err)
	}
	return o
}

// agent calls the agent as a page of the console does.
func (p *person) agent(method, path string, body []byte) []byte {
	p.t.Helper()
	r, err := http.NewRequest(method, p.d.agent+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Origin", p.d.url)
	r.Header.Set("Content-Type", "application/json")
	return p.body(http.DefaultClient.Do(r))
}

// typePIN is the operator in the agent's own window.
func (p *person) typePIN(window string) {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	shown, err := html.Parse(bytes.NewReader(p.body(browser.Get(window))))
	if err != nil {
		p.t.Fatal(err)
	}
	decision := url.Values{"decision": {"make"}, "pin": {tokenPIN}}
	for _, n := range cascadia.QueryAll(shown, cascadia.MustCompile("input[name=carrier], select[name=carrier] option[selected]")) {
		decision.Set("carrier", attr(n, "value"))
	}
	address, _, _ := strings.Cut(window, "?")
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(decision.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Origin", p.d.agent)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p.body(browser.Do(r))
}

// body is that of an answer that must be good.
func (p *person) body(res *http.Response, err error) []byte {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %s %v %.500s", res.Request.Method, res.Request.URL.Path, res.Status, err, b)
	}
	return b
}
