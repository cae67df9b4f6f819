package desk

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"signdesk/cmd/agent/internal/refusal"
)

//go:embed window.html
var windowHTML string

//go:embed window.css
var windowCSS []byte

//go:embed window.js
var windowJS []byte

var pages = template.Must(template.New("window").Parse(windowHTML))

func serveAsset(contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		_, _ = w.Write(body)
	}
}

// page renders one of the agent's own pages. COOP cuts the console's handle
// on the window, so that the page which opened it cannot swap it for a
// likeness while the operator looks away. The referrer policy keeps Origin on
// the window's own POST.
func (d *Desk) page(w http.ResponseWriter, status int, name string, v any) {
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		d.Log.Error("render", "page", name, "err", err)
		http.Error(w, "Агент не смог показать окно.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String()))
}

func (d *Desk) pageError(w http.ResponseWriter, err error) {
	ref := refusal.As(err)
	if ref.Code == refusal.Internal {
		d.Log.Error("window", "err", err)
	}
	d.page(w, ref.Status(), "error", errorView{Title: "Агент: действие не выполнено", Text: ref.Fault.Text})
}

type errorView struct{ Title, Text string }

// showHome is GET /: what this agent is; with the key printed at start also
// the pairing code. Without the key the code stays hidden: other users of the
// computer reach the loopback address too.
func (d *Desk) showHome(w http.ResponseWriter, r *http.Request) {
	list, err := d.Tokens.List()
	if err != nil {
		d.pageError(w, err)
		return
	}
	v := homeView{Title: "Агент подписи", Address: d.origin(), Origins: d.Origins}
	for _, t := range list {
		v.Tokens = append(v.Tokens, fmt.Sprintf("%s, № %s — «%s»", t.Kind, t.Serial, t.Label))
	}
	if sameKey(d.home, r.URL.Query().Get("t")) {
		v.Code = d.Secret.Code()
	}
	d.page(w, http.StatusOK, "home", v)
}

type homeView struct {
	Title, Address, Code string
	Origins, Tokens      []string
}
