package sim

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"signdesk/internal/ext/sim/ca"
	"signdesk/internal/ext/sim/onec"
	"signdesk/internal/ext/sim/post"
	"signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
)

//go:embed page
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"at":      func(t time.Time) string { return t.In(time.FixedZone("MSK", 3*3600)).Format("02.01 15:04:05") },
	"join":    strings.Join,
	"counter": func(name string) string { return cmp.Or(counterNames[name], name) },
}).ParseFS(pageFiles, "page/*.html"))

// card is how the index shows one system.
type card struct {
	System *state.System
	Title  string
	Where  string   // address
	Page   string   // where the address is explained, "" = nowhere
	Rules  []string // what it answers to what
	Has    map[string]bool
}

// view is one system with its present state.
type view struct {
	card
	Knobs    state.Knobs
	Counters map[string]int
	Messages []state.Message
}

// Faults are those that a form may choose.
func (v view) Faults() []string { return smev.Faults() }

// Trouble says in a word what is switched on, empty when nothing is.
func (v view) Trouble() string {
	k := v.Knobs
	switch {
	case k.Down == state.Busy:
		return "отвечает 503"
	case k.Down == state.Drop:
		return "обрывает связь"
	case k.Refuse != "":
		return "отказывает"
	case k.Fault != "":
		return k.Fault
	case k.WrongSignature:
		return "портит подпись"
	case k.Do != "":
		return "по сценарию"
	case k.SkewSeconds != 0:
		return "часы расходятся"
	case k.Token != "":
		return "негодные маркеры"
	case k.Stale:
		return "отвечает старым"
	case k.SlowSeconds > 0:
		return "медлит"
	case k.Twice:
		return "повторяет ответы"
	}
	return ""
}

type indexPage struct {
	Systems []view
	Waiting int
	ESIA    map[string]int
	Orders  []ca.Order
	Jobs    []onec.Job
	Letters []post.Letter
	Shorts  []post.Short
}

func (w *World) pages(mux *http.ServeMux) {
	show := func(pattern string, fn http.HandlerFunc) {
		mux.Handle(pattern, loopbackOnly(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			h := rw.Header()
			h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-store")
			fn(rw, r)
		})))
	}
	show("GET /{$}", w.index)
	show("GET /onec/{$}", func(rw http.ResponseWriter, _ *http.Request) { w.render(rw, "onec.html", nil) })
	show("GET /ca/ready/{$}", w.ready)
	show("POST /ca/ready/{$}", w.readyFile)
	show("GET /message/{system}/{no}", w.message)
	show("GET /message/{system}/{no}/{side}", w.raw)
	show("GET /letter/{no}", w.letter)
	show("POST /knobs/{system}", w.setKnobs)
	show("GET /sim.css", func(rw http.ResponseWriter, r *http.Request) { http.ServeFileFS(rw, r, pageFiles, "page/sim.css") })
}

func (w *World) render(rw http.ResponseWriter, name string, v any) {
	var out bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&out, name, v); err != nil {
		w.log.Error("render", "page", name, "err", err)
		http.Error(rw, "internal error", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = rw.Write(out.Bytes())
}

func (w *World) index(rw http.ResponseWriter, _ *http.Request) {
	p := indexPage{Waiting: w.SMEV.Waiting(), ESIA: w.SMEV.Registrations(), Orders: w.CA.Orders(10), Jobs: w.OneC.Jobs(10)}
	var err error
	for _, c := range w.cards {
		v := view{card: c, Knobs: c.System.Knobs(), Counters: c.System.Counters()}
		if v.Messages, err = c.System.Messages(8); err != nil {
			w.log.Error("read log", "err", err)
		}
		p.Systems = append(p.Systems, v)
	}
	if p.Letters, err = w.Mail.Letters(20); err != nil {
		w.log.Error("read letters", "err", err)
	}
	if p.Shorts, err = w.SMS.Shorts(20); err != nil {
		w.log.Error("read short messages", "err", err)
	}
	w.render(rw, "index.html", p)
}

// setKnobs takes the form of one card; ticks that are not there are off.
func (w *World) setKnobs(rw http.ResponseWriter, r *http.Request) {
	s, ok := w.System(r.PathValue("system"))
	if !ok {
		http.NotFound(rw, r)
		return
	}
	r.Body = http.MaxBytesReader(rw, r.Body, 64<<10)
	seconds := func(name string) float64 {
		f, err := strconv.ParseFloat(strings.ReplaceAll("0"+r.FormValue(name), ",", "."), 64)
		if err != nil {
			return -1 // refused by Check
		}
		return f
	}
	skew, err := strconv.ParseFloat(cmp.Or(strings.ReplaceAll(r.FormValue("skew_seconds"), ",", "."), "0"), 64)
	if err != nil {
		http.Error(rw, "часы: не число", http.StatusUnprocessableEntity)
		return
	}
	err = s.SetKnobs(state.Knobs{Down: r.FormValue("down"), SlowSeconds: seconds("slow_seconds"), WaitSeconds: seconds("wait_seconds"),
		WrongSignature: r.FormValue("wrong_signature") != "", Stale: r.FormValue("stale") != "", Twice: r.FormValue("twice") != "",
		Refuse: strings.TrimSpace(r.FormValue("refuse")), Fault: r.FormValue("fault"), Token: r.FormValue("token"), Multipart: r.FormValue("multipart") != "",
		Do: strings.TrimSpace(r.FormValue("do")), External: strings.TrimSpace(r.FormValue("external")), Statuses: r.FormValue("statuses") != "", SkewSeconds: skew})
	if err != nil {
		http.Error(rw, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	http.Redirect(rw, r, "/#"+s.Name, http.StatusSeeOther)
}
