package web_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/web"
)

// house is the kit with a few pages that show what it does.
type house struct {
	*testing.T
	*web.Kit
	db  *db.DB
	mu  sync.Mutex
	at  time.Time
	log bytes.Buffer
	who int64 // an employee
}

const origin = "https://console.example"

func newHouse(t *testing.T, change ...func(*web.Settings)) *house {
	t.Helper()
	h := &house{T: t, db: dbtest.New(t), at: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	err := h.db.Plain().QueryRowContext(t.Context(), `WITH p AS (INSERT INTO partner (name, inn) VALUES ('ООО «Партнёр»', '7700000000') RETURNING id),
		c AS (INSERT INTO centre (partner_id, name) SELECT id, 'Тверская' FROM p RETURNING id, partner_id)
		INSERT INTO employee (partner_id, centre_id, role, login, name) SELECT partner_id, id, 'operator', 'ivanova', 'Иванова' FROM c RETURNING id`).Scan(&h.who)
	if err != nil {
		t.Fatal(err)
	}
	o := web.Settings{DB: h.db, Log: slog.New(slog.NewTextHandler(h, nil)), Now: h.now, Secure: true, Origin: origin, SessionTTL: 12 * time.Hour, IdleLock: time.Hour}
	for _, c := range change {
		c(&o)
	}
	if h.Kit, err = web.New(o); err != nil {
		t.Fatal(err)
	}
	h.App.Use(h.Sessions.Read, h.Guard)
	h.App.Get("/in", func(c *fiber.Ctx) error {
		s, err := h.Sessions.Start(c, h.who)
		if err != nil {
			return err
		}
		return c.SendString(s.CSRF)
	})
	h.App.Get("/who", func(c *fiber.Ctx) error {
		if s := web.SessionOf(c); s != nil && s.EmployeeID == h.who {
			return c.SendString(s.CSRF)
		}
		return c.SendString("nobody")
	})
	h.App.Get("/visit", func(c *fiber.Ctx) error { _, err := h.Sessions.Start(c, 0); return err })
	h.App.Get("/out", func(c *fiber.Ctx) error { return h.Sessions.End(c) })
	h.App.Post("/do", func(c *fiber.Ctx) error { return h.Sessions.Flash(c, "done", web.Text(c, "say")) })
	h.App.Get("/notices", func(c *fiber.Ctx) error { return c.JSON(h.Sessions.TakeFlash(c)) })
	h.App.Get("/agent", func(c *fiber.Ctx) error { web.AllowAgent(c, c.Query("at")); return nil })
	h.App.Get("/broken", func(*fiber.Ctx) error { return errors.New("password=secret at table passport") })
	h.App.Get("/panics", func(*fiber.Ctx) error { panic("паспорт 4510 123456") })
	for name, kind := range kinds {
		h.App.Get("/"+name, func(*fiber.Ctx) error {
			return fault.Wrap(kind, "Текст для человека.", errors.New("text for the log"))
		})
	}
	h.App.Get("/secret", func(*fiber.Ctx) error { return fault.New(fault.Unauthenticated, "Сеанс закончился.") })
	h.App.Use(web.NotFound)
	return h
}

var kinds = map[string]fault.Kind{"422": fault.Invalid, "404": fault.NotFound, "403": fault.Forbidden, "409": fault.Conflict, "429": fault.TooMany, "503": fault.Unavailable}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) forward(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// Write takes the log.
func (h *house) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(b)
}

// browser keeps cookies as browsers do.
type browser struct {
	h      *house
	cookie string
}

type answer struct {
	status int
	header http.Header
	body   string
	set    *http.Cookie
}

func (b *browser) do(method, path string, form url.Values, headers ...string) answer {
	b.h.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, origin+path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", "__Host-console="+b.cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.h.App.Test(r, -1)
	if err != nil {
		b.h.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(text)}
	for _, c := range res.Cookies() {
		if c.Name == "__Host-console" {
			a.set, b.cookie = c, c.Value
		}
	}
	return a
}

func (b *browser) get(path string, headers ...string) answer {
	b.h.Helper()
	return b.do(http.MethodGet, path, nil, headers...)
}
