package e2e

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The demo's sign-ins.
var passwords = map[string]string{"ivanova": "operator-demo", "sidorova": "accountant-demo", "kuznetsov": "supervisor-demo", "admin": "admin-demo"}

// person is a signed-in employee at a browser without scripts: pages, links and forms.
type person struct {
	t    *testing.T
	d    *demo
	http *http.Client
}

// as signs the employee in. A session outlives the program: nobody signs in
// again after a restart.
func (d *demo) as(login string) *person { d.t.Helper(); return d.enter(login, passwords[login]) }

func (d *demo) enter(login, password string) *person {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	p := &person{t: d.t, d: d, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	if page := p.get("/login").submit(`form[action="/login"]`, set{"login": login, "password": password}); page.path != "/" {
		d.t.Fatalf("%s is not signed in but at %s: %s", login, page.path, page.text("main"))
	}
	return p
}

// hire makes a second operator, as the administrator does, and signs him in.
func (d *demo) hire() *person {
	d.t.Helper()
	admin := d.as("admin")
	card := admin.get("/staff/new").submit(`form[action="/staff"]`, set{"name": "Петров Пётр Петрович", "login": "petrov", "email": "petrov@signdesk.test", "role": "operator"})
	password := card.submit(`form[action$="/password"]`, nil).text("#password")
	return d.enter("petrov", password)
}

// csrf is the token of the session.
func (p *person) csrf() string {
	p.t.Helper()
	return p.get("/help").attr(`meta[name="csrf-token"]`, "content")
}

// get reads a page, which must not be an error page.
func (p *person) get(path string) *page {
	p.t.Helper()
	g, err := p.send(http.MethodGet, path, "", nil)
	return p.fine(g, err, http.MethodGet, path)
}

func (p *person) fine(g *page, err error, method, path string) *page {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	if g.status != http.StatusOK {
		p.t.Fatalf("%s %s: %d at %s: %s", method, path, g.status, g.path, g.text("main"))
	}
	return g
}

// post sends a form with the token of the session and follows the answer.
func (p *person) post(path string, form url.Values) *page {
	p.t.Helper()
	g, err := p.send(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
	return p.fine(g, err, http.MethodPost, path)
}

// send is one request; it may be called from several goroutines.
func (p *person) send(method, path, kind string, body []byte) (*page, error) {
	address, err := url.Parse(p.d.url)
	if err != nil {
		return nil, err
	}
	if address, err = address.Parse(path); err != nil {
		return nil, err
	}
	r, err := http.NewRequest(method, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", p.d.url)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := p.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return &page{p: p, status: res.StatusCode, path: res.Request.URL.RequestURI(), header: res.Header, body: b}, err
}

// upload drops files into a form's only file field, as the drop zone does.
func (g *page) upload(selector string, files map[string][]byte) *page {
	g.p.t.Helper()
	form := g.form(selector)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form.values {
		for _, v := range values {
			_ = w.WriteField(name, v) // to memory
		}
	}
	for name, b := range files {
		part, err := w.CreateFormFile(form.file, name)
		if err != nil {
			g.p.t.Fatal(err)
		}
		_, _ = part.Write(b)
	}
	_ = w.Close()
	answer, err := g.p.send(http.MethodPost, form.action, w.FormDataContentType(), body.Bytes())
	return g.p.fine(answer, err, http.MethodPost, form.action)
}

// submit fills the form in and presses its button, or the one of set.
func (g *page) submit(selector string, fill set) *page {
	g.p.t.Helper()
	form := g.form(selector).fill(fill)
	return g.p.post(form.action, form.values)
}

// eventually asks until ok, as a page that refreshes itself does.
func eventually(t testing.TB, what string, within time.Duration, ok func() bool) {
	t.Helper()
	began := time.Now()
	for end := began.Add(within); ; time.Sleep(100 * time.Millisecond) {
		if ok() {
			if took := time.Since(began); took > 10*time.Second {
				t.Logf("waited %s until %s", took.Round(time.Second), what)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatalf("in vain waited %s that %s", within, what)
		}
	}
}

// set is what a person types: values by name of the control.
type set map[string]string

// join is for error texts.
func join(list []string) string { return strings.Join(list, " | ") }
