package static

import (
	"context"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// desk is a browser before the pages of testdata, in the product's own layout
// and under its content security policy.
type desk struct {
	*testing.T
	ctx   context.Context
	base  string
	posts atomic.Int32
}

type frame struct {
	CSRF, Path, Theme, Density string
	Demo                       bool
	Notices                    int
	Flash, Worklists           []struct{}
	Org                        *struct{ Active string }
	User                       *person
}

type person struct {
	Name, RoleName, Partner, Centre string

	Reviews, Staff, Rights, Settings, Accounting, Exchange bool
}

type field struct {
	Name, Label, Value, Hint, Error, Type, Mask, Source, SourceAt string
	Required, Readonly, Autofocus                                 bool
	MaxLength                                                     int
	Options                                                       []struct {
		Value, Label string
		Selected     bool
	}
}

type more struct {
	URL          string
	Shown, Total int
}

func (d *desk) page(w http.ResponseWriter, name, block, from string) {
	p := struct {
		Frame       frame
		Rows        []string
		More        more
		Fields, Bad []field
		Since       string
	}{Frame: frame{CSRF: "token", Path: "/" + name, User: &person{Name: "Иванова М. П."}}, Rows: []string{"0", "1", "2"}, More: more{"/table?from=3", 3, 6}}
	p.Since = time.Now().Add(-760 * time.Second).Format(time.RFC3339)
	if from != "" {
		p.Rows, p.More = []string{"3", "4", "5"}, more{"", 6, 6}
	}
	for _, mask := range []string{"inn", "snils", "passport", "phone"} {
		p.Fields = append(p.Fields, field{Name: mask, Label: mask, Mask: mask})
	}
	p.Fields = append(p.Fields, field{Name: "issued", Label: "Дата", Type: "date", Error: "Позже сегодняшней."}, field{Name: "region", Label: "Регион", Type: "combo"})
	p.Bad = p.Fields[4:5]

	t := template.New("").Funcs(template.FuncMap{
		"asset": func(name string) string { return "/static/" + name },
		"icon": func(name string) template.HTML {
			return template.HTML(`<svg class="icon"><use href="#` + name + `"/></svg>`)
		},
		"chip":       func(kind, text string) struct{ Kind, Text string } { return struct{ Kind, Text string }{kind, text} },
		"plural":     func(n int, one, few, many string) string { return many },
		"serverTime": func() int64 { return time.Now().UnixMilli() }, "idleMinutes": func() int { return 15 },
		"dateTime": func(t time.Time) string { return t.String() },
		"quoted":   func(name string) string { return name },
	})
	template.Must(t.ParseFiles("testdata/" + name + ".html")) // before the layout, as the product's Views do
	template.Must(t.ParseGlob("../views/layout/*.html"))
	template.Must(t.ParseGlob("../views/partials/*.html"))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'")
	if err := t.ExecuteTemplate(w, block, p); err != nil {
		d.Error(err)
	}
}

func (d *desk) serve(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if r.Method == http.MethodPost && r.FormValue("csrf") != "token" && r.Header.Get("X-CSRF-Token") != "token" {
		http.Error(w, "no token", http.StatusForbidden)
		return
	}
	switch {
	case name == "search" && r.Method == http.MethodPost:
		d.page(w, "search", "results", "")
	case name == "upload":
		if strings.HasSuffix(r.MultipartForm.File["file"][0].Filename, ".exe") {
			http.Error(w, "", http.StatusUnprocessableEntity)
		}
	case name == "post":
		d.posts.Add(1)
		time.Sleep(300 * time.Millisecond)
		http.Redirect(w, r, "/case", http.StatusSeeOther)
	default:
		if _, err := os.Stat(filepath.Join("testdata", name+".html")); err != nil {
			http.NotFound(w, r)
			return
		}
		d.page(w, name, name, r.FormValue("from"))
	}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no chromium: ", err)
	}
	d := &desk{T: t}
	mux := http.NewServeMux()
	mux.Handle("/static/", http.StripPrefix("/static/", http.FileServerFS(FS)))
	mux.HandleFunc("/", d.serve)
	server := httptest.NewServer(mux)
	d.base = server.URL
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.WSURLReadTimeout(time.Minute))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(ctx)
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(func() { cancel(); leave(); stop(); server.Close() })
	d.ctx = ctx
	d.do(chromedp.Navigate("about:blank"))
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			if strings.Contains(m.Text, "Content Security Policy") || m.Type == chromedp.ConsoleException {
				d.Errorf("the browser complains: %s", m.Text)
			}
		}
	}()
	return d
}
