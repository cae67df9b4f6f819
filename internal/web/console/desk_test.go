package console

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/uptrace/bun"
	"golang.org/x/net/html"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/file"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// desk is the console over a database of its own, with two partners, an
// employee of every role at each, a tax service and a clock that stands still
// until it is moved.
type desk struct {
	*testing.T
	*Console
	people map[string]*staff.Employee // by role; "foreign operator" is the other partner's
	tax    *orgtest.Tax
	clock  atomic.Pointer[time.Time]
}

// newDesk opens the console on 20.11.2026 at noon in Moscow.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := dbtest.New(t)
	return openDesk(t, d, "http://example.com")
}

func openDesk(t *testing.T, d *db.DB, origin string) *desk {
	t.Helper()
	k := &desk{T: t}
	k.moveTo(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	now := func() time.Time { return *k.clock.Load() }
	files, err := file.NewStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := staff.NewSealer(strings.Repeat("5a", 32), "")
	if err != nil {
		t.Fatal(err)
	}
	k.people = orgtest.Staff(t, d)
	k.tax = orgtest.NewTax(t, now())
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	kit, err := web.New(web.Settings{DB: d, Log: log, Now: now, Origin: origin, SessionTTL: 12 * time.Hour, IdleLock: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	watch(kit.Views)
	k.Console = New(Deps{Kit: kit, DB: d, Files: files, Sealer: sealer, Log: log, Now: now, Settings: Settings{URL: origin, IdleLock: time.Hour,
		ESIA: "TESIA", ESIACentre: 1000, Cases: issuance.Rules{ExtractAge: 30 * 24 * time.Hour},
		Extract: org.Rules{Roots: k.tax.Roots(), MaxAge: 30 * 24 * time.Hour}}})
	return k
}

func (k *desk) moveTo(at time.Time)      { k.clock.Store(&at) }
func (k *desk) forward(by time.Duration) { k.moveTo(k.now().Add(by)) }

// client puts the firm into the register and makes it a client of ours.
func (k *desk) client(f orgtest.Firm) int64 {
	k.Helper()
	orgtest.Register(k, k.db, f)
	id, err := org.Add(k.Context(), k.db, k.people["operator"], k.now(), f.OGRN)
	if err != nil {
		k.Fatal(err)
	}
	return id
}

// store keeps a file without a screen.
func (k *desk) store(f *file.File, content []byte) {
	k.Helper()
	if err := k.db.Tx(k.Context(), f.PartnerID, func(ctx context.Context, tx bun.IDB) error { return k.files.Add(ctx, tx, f, content) }); err != nil {
		k.Fatal(err)
	}
}

// number runs a query of one number as our partner.
func (k *desk) number(query string, args ...any) (n int) {
	k.Helper()
	err := k.db.Read(k.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, query, args...).Scan(&n)
	})
	if err != nil {
		k.Fatal(err)
	}
	return n
}

// person is one signed-in browser.
type person struct {
	k      *desk
	cookie *http.Cookie
	csrf   string
}

// as signs the employee in; the session row is what a sign-in leaves.
func (k *desk) as(who string) *person {
	k.Helper()
	e := k.people[who]
	if e == nil {
		k.Fatalf("nobody is called %q", who)
	}
	token := make([]byte, 32)
	rand.Read(token)
	sum := sha256.Sum256(token)
	if _, err := k.db.Plain().ExecContext(k.Context(), `INSERT INTO session (id, employee_id, csrf, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		sum[:], e.ID, "csrf-"+rand.Text(), k.now(), k.now(), k.now().Add(12*time.Hour)); err != nil {
		k.Fatal(err)
	}
	return &person{k: k, cookie: &http.Cookie{Name: "console", Value: base64.RawURLEncoding.EncodeToString(token)}}
}

// page is an answer; its selectors are CSS.
type page struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// get reads a page; headers come in pairs ("HX-Request", "true").
func (p *person) get(path string, headers ...string) *page {
	p.k.Helper()
	return p.send(http.MethodGet, path, nil, headers...)
}

// post sends a form with the token of the page seen last.
func (p *person) post(path string, form url.Values, headers ...string) *page {
	p.k.Helper()
	if form == nil {
		form = url.Values{}
	}
	form.Set("csrf", p.token())
	return p.send(http.MethodPost, path, strings.NewReader(form.Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// upload sends files as the drop zone does: parts named file.
func (p *person) upload(path string, files ...org.Upload) *page {
	p.k.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("csrf", p.token())
	for _, f := range files {
		part, err := form.CreateFormFile("file", f.Name)
		if err != nil {
			p.k.Fatal(err)
		}
		part.Write(f.Content)
	}
	form.Close()
	return p.send(http.MethodPost, path, &body, "Content-Type", form.FormDataContentType())
}

func (p *person) token() string {
	p.k.Helper()
	if p.csrf == "" {
		p.get("/")
	}
	return p.csrf
}

func (p *person) send(method, path string, body io.Reader, headers ...string) *page {
	p.k.Helper()
	r := httptest.NewRequest(method, path, body)
	r.AddCookie(p.cookie)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.k.kit.App.Test(r, -1)
	if err != nil {
		p.k.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.k.Fatal(err)
	}
	g := &page{p.k.T, res.StatusCode, res.Header, string(b)}
	if token := g.attr(`meta[name="csrf-token"]`, "content"); token != "" {
		p.csrf = token
	}
	return g
}

// texts are those of the elements that the selector finds, spaces folded.
func (g *page) texts(selector string) []string { g.t.Helper(); return texts(g.t, g.body, selector) }

// text joins texts by " | ".
func (g *page) text(selector string) string {
	g.t.Helper()
	return strings.Join(g.texts(selector), " | ")
}

// nodes are the elements that the selector finds.
func nodes(t *testing.T, page, selector string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return cascadia.QueryAll(root, cascadia.MustCompile(selector))
}

// attr is the attribute of the first element found, or "".
func (g *page) attr(selector, name string) string {
	g.t.Helper()
	found := nodes(g.t, g.body, selector)
	if len(found) == 0 {
		return ""
	}
	for _, a := range found[0].Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// want stops the test unless the answer has the status.
func (g *page) want(status int) *page {
	g.t.Helper()
	if g.status != status {
		g.t.Fatalf("status %d, want %d: %s", g.status, status, g.text("main"))
	}
	return g
}

// to is where a 303 leads.
func (g *page) to() string { g.t.Helper(); return g.want(http.StatusSeeOther).header.Get("Location") }
