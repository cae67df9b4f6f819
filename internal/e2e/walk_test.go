package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// walk is one case on its way, by pages and forms, with the demo's own agent.
type walk struct {
	t    *testing.T
	d    *demo
	p    *person
	firm firm
	path string // of the case
}

// walkTo opens a case for the head of the n-th client of the demo.
func (d *demo) walkTo(p *person, n int) *walk {
	p.t.Helper()
	w := &walk{t: p.t, d: d, p: p, firm: d.firm(n)}
	card := p.get("/search").submit("#search-form", set{"q": w.firm.OGRN})
	owner := card.follow(`.rail a[href$="/certificates"]`).follow(`tr[data-href^="/owners/"] a[title="Подробно"]`)
	if !strings.Contains(strings.ToUpper(owner.text("main")), strings.ToUpper(w.firm.Head.fullName())) {
		w.t.Fatalf("the owner of client %d: %s", n, owner.text("main"))
	}
	page := owner.submit(`form[action$="/application"]`, nil)
	if !strings.HasPrefix(page.path, "/applications/") {
		w.t.Fatalf("no case but %s", page.path)
	}
	w.path = page.path
	return w
}

// page is the case page, open at the step ("" = at the one to be done).
func (w *walk) page(step string) *page {
	w.t.Helper()
	if step == "" {
		return w.p.get(w.path)
	}
	return w.p.get(w.path + "?step=" + step)
}

// state is that of a step: done, now, wait, stop or todo.
func (g *page) state(step string) string {
	g.p.t.Helper()
	class := g.attr(fmt.Sprintf(`a.step[href$="step=%s"]`, step), "class")
	state, ok := strings.CutPrefix(strings.Fields(class + " ?")[min(1, len(strings.Fields(class)))], "step-")
	if !ok {
		g.p.t.Fatalf("%s shows no step %s: %s", g.path, step, g.text("main"))
	}
	return state
}

// reaches waits until the step is in the state, whatever the page says meanwhile
// that is no error.
func (w *walk) reaches(step, state string) *page {
	w.t.Helper()
	var g *page
	eventually(w.t, fmt.Sprintf("%s becomes %s", step, state), time.Minute, func() bool {
		g = w.page(step)
		return g.state(step) == state
	})
	return g
}

// The steps, each as one press.

func (w *walk) upload() *page {
	w.t.Helper()
	xml, p7s := w.d.extract(w.firm.OGRN)
	w.page("extract").upload("form.drop", map[string][]byte{"extract.xml": xml, "extract.p7s": p7s})
	return w.reaches("extract", "done")
}

func (w *walk) ask() *page {
	w.t.Helper()
	return w.page("passport").submit(`form[action$="/checks"]`, set{"kind": "passport snils inn"})
}

func (w *walk) checked() {
	w.t.Helper()
	for _, kind := range []string{"passport", "snils", "inn"} {
		w.reaches(kind, "done")
	}
}

func (w *walk) prepare() *page {
	w.t.Helper()
	w.reaches("request", "now")
	return w.page("request").submit(`form[action$="/preparation"]`, set{"carrier_number": w.p.token(), "consent": "1"})
}

// request makes the key on the token; the returned form has not been sent.
func (w *walk) request() form {
	w.t.Helper()
	return w.page("request").operate("[data-agent-operation]")
}

func (w *walk) send(f form) *page { w.t.Helper(); return w.p.post(f.action, f.values) }

func (w *walk) install() form {
	w.t.Helper()
	return w.page("install").operate("[data-agent-operation]")
}

func (w *walk) register() *page {
	w.t.Helper()
	return w.page("esia").submit(`form[action$="/esia"]`, nil)
}

// print gives the receipt as a PDF.
func (w *walk) print() []byte {
	w.t.Helper()
	return w.page("receipt").submit(`form[action$="/receipt"]`, nil).body
}

func (w *walk) confirm() *page {
	w.t.Helper()
	return w.page("receipt").submit(`form[action$="/confirmation"]`, nil)
}

func (w *walk) ship() *page {
	w.t.Helper()
	return w.page("shipment").submit(`form[action$="/shipment"]`, nil)
}

func (w *walk) acknowledge() *page {
	w.t.Helper()
	eventually(w.t, "accounting answers", time.Minute, func() bool { return w.page("shipment").has(`form[action$="/acknowledgement"]`) })
	return w.page("shipment").submit(`form[action$="/acknowledgement"]`, nil)
}

// token is the serial number of the agent's only token.
func (p *person) token() string {
	p.t.Helper()
	status := decode[struct {
		Tokens []struct {
			Serial string `json:"serial"`
		} `json:"tokens"`
	}](p.t, p.agent("GET", "/v1/status", nil))
	if len(status.Tokens) != 1 {
		p.t.Fatalf("%d tokens", len(status.Tokens))
	}
	return status.Tokens[0].Serial
}
