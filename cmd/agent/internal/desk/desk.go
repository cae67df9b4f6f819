// Package desk is the agent's loopback HTTP interface: the door for consoles
// under /v1/ and the agent's own window under /w/.
//
// A console's page posts an envelope and gets the address of a window. The
// window is a page of the agent's own origin, out of the console's reach: it
// shows the operator what will be made, takes the PIN and the decision. The
// console's page only waits for the outcome. Whatever fails on the way fails
// closed: no signature leaves the agent that the agent has not verified.
package desk

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/fault"
)

// Version of the agent's HTTP interface and of the program.
const Version = "1.0"

// Config is what a Desk works with.
type Config struct {
	Host    string   // the listener's address, "127.0.0.1:8095"; the only Host served
	Origins []string // exact origins of the allowed consoles
	Secret  *pairing.Secret
	Tokens  token.Store
	Book    *record.Book
	Now     func() time.Time
	Log     *slog.Logger
	// ShowURL is told the address of a window that the console's page could
	// not open: it opens a browser or prints the address.
	ShowURL func(url string)
}

// Desk is the HTTP interface of one running agent.
type Desk struct {
	Config
	home  string // key of the page with the pairing code, new with each start
	limit limiter

	mu   sync.Mutex
	live map[string]*operation // asked since this start, by id
}

// New makes a Desk.
func New(c Config) *Desk {
	return &Desk{Config: c, home: newKey(), limit: limiter{now: c.Now}, live: map[string]*operation{}}
}

// HomeURL is the address of the page with the pairing code. It is for the
// person who started the agent: whoever knows it learns the code.
func (d *Desk) HomeURL() string { return d.origin() + "/?t=" + d.home }

func (d *Desk) origin() string { return "http://" + d.Host }

// Handler serves the whole interface.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.showHome)
	mux.HandleFunc("GET /window.css", serveAsset("text/css; charset=utf-8", windowCSS))
	mux.HandleFunc("GET /window.js", serveAsset("text/javascript; charset=utf-8", windowJS))
	mux.HandleFunc("GET /w/{id}", d.showWindow)
	mux.HandleFunc("POST /w/{id}", d.decide)
	mux.HandleFunc("GET /w/{id}/document", d.showDocument)
	mux.Handle("/v1/", d.consoleOnly(d.api()))
	return d.hostOnly(mux)
}

func (d *Desk) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/status", d.status)
	mux.HandleFunc("POST /v1/operations", d.ask)
	mux.HandleFunc("GET /v1/operations/{id}", d.answer)
	mux.HandleFunc("DELETE /v1/operations/{id}", d.cancel)
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		d.refuse(w, r, refusal.New(refusal.Method, fault.NotFound, "Агент не знает такого обращения. Обновите агент.", nil))
	})
	return mux
}

// newKey is 32 random bytes for a URL or a cookie.
func newKey() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func sameKey(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
