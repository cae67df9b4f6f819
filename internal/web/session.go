package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Flash is a notice shown once, on the next page. Kind: done, note, warn or stop.
type Flash struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Session is a browser's session: a row in PostgreSQL, so any process serves it.
type Session struct {
	id         []byte
	EmployeeID int64 // 0 before sign-in
	CSRF       string
	Locked     bool // idle too long: the password is asked again
	SeenAt     time.Time
	flash      []Flash
	values     map[string]string
}

// Sessions reads and writes sessions. The cookie holds 256 random bits; the
// table holds their SHA-256.
type Sessions struct {
	db     *db.DB
	now    func() time.Time
	secure bool
	ttl    time.Duration
}

const sessionKey = "session"

// SessionOf returns the request's session, or nil.
func SessionOf(c *fiber.Ctx) *Session {
	s, _ := c.Locals(sessionKey).(*Session)
	return s
}

// Secure reports whether browsers reach us by https, so that cookies say so.
func (s *Sessions) Secure() bool { return s.secure }

func (s *Sessions) cookie() string {
	if s.secure {
		return "__Host-console"
	}
	return "console"
}

// Read is middleware: it loads the session that the cookie names, if any, and
// notes once a minute that it was seen.
func (s *Sessions) Read(c *fiber.Ctx) error {
	token, err := base64.RawURLEncoding.Strict().DecodeString(c.Cookies(s.cookie()))
	if err != nil || len(token) != 32 {
		return c.Next()
	}
	sum := sha256.Sum256(token)
	now := s.now()
	v := &Session{id: sum[:]}
	var flash, values []byte
	err = s.db.Plain().QueryRowContext(c.UserContext(), `SELECT COALESCE(employee_id, 0), csrf, locked, seen_at, flash, values
		FROM session WHERE id = ? AND expires_at > ?`, v.id, now).
		Scan(&v.EmployeeID, &v.CSRF, &v.Locked, &v.SeenAt, &flash, &values)
	if fault.Is(db.Missing(err), fault.NotFound) {
		return c.Next()
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(flash, &v.flash); err != nil {
		return err
	}
	if err := json.Unmarshal(values, &v.values); err != nil {
		return err
	}
	c.Locals(sessionKey, v)
	return c.Next()
}

// Touch notes that the person acts now; polling by the page itself does not count.
func (s *Sessions) Touch(ctx context.Context, v *Session) error {
	now := s.now()
	if now.Sub(v.SeenAt) < time.Minute {
		return nil
	}
	_, err := s.db.Plain().ExecContext(ctx, `UPDATE session SET seen_at = ? WHERE id = ?`, now, v.id)
	return err
}

// Start makes a fresh session and sends its cookie: at sign-in for the employee
// (a session from before is ended, its id is never reused), and for nobody (0)
// when the sign-in form is shown.
func (s *Sessions) Start(c *fiber.Ctx, employee int64) (*Session, error) {
	if old := SessionOf(c); old != nil {
		if err := s.end(c.UserContext(), old); err != nil {
			return nil, err
		}
	}
	token := make([]byte, 32)
	rand.Read(token)
	csrf := make([]byte, 24)
	rand.Read(csrf)
	sum := sha256.Sum256(token)
	now := s.now()
	ttl := s.ttl
	if employee == 0 {
		ttl = time.Hour
	}
	v := &Session{id: sum[:], EmployeeID: employee, CSRF: base64.RawURLEncoding.EncodeToString(csrf), SeenAt: now, values: map[string]string{}}
	if _, err := s.db.Plain().ExecContext(c.UserContext(), `INSERT INTO session (id, employee_id, csrf, created_at, seen_at, expires_at)
		VALUES (?, NULLIF(?, 0), ?, ?, ?, ?)`, v.id, employee, v.CSRF, now, now, now.Add(ttl)); err != nil {
		return nil, err
	}
	c.Cookie(&fiber.Cookie{Name: s.cookie(), Value: base64.RawURLEncoding.EncodeToString(token), Path: "/",
		Expires: now.Add(ttl), HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode})
	c.Locals(sessionKey, v)
	return v, nil
}

// End signs the browser out.
func (s *Sessions) End(c *fiber.Ctx) error {
	v := SessionOf(c)
	if v == nil {
		return nil
	}
	c.Cookie(&fiber.Cookie{Name: s.cookie(), Path: "/", Expires: time.Unix(0, 0), HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode})
	return s.end(c.UserContext(), v)
}

func (s *Sessions) end(ctx context.Context, v *Session) error {
	_, err := s.db.Plain().ExecContext(ctx, `DELETE FROM session WHERE id = ?`, v.id)
	return err
}

// Lock makes the session ask for the password; Unlock opens it again.
func (s *Sessions) Lock(ctx context.Context, v *Session) error {
	v.Locked = true
	_, err := s.db.Plain().ExecContext(ctx, `UPDATE session SET locked = true WHERE id = ?`, v.id)
	return err
}

// Unlock opens a locked session after the password was given.
func (s *Sessions) Unlock(ctx context.Context, v *Session) error {
	v.Locked = false
	_, err := s.db.Plain().ExecContext(ctx, `UPDATE session SET locked = false, seen_at = ? WHERE id = ?`, s.now(), v.id)
	return err
}

// Flash adds a notice for the next page.
func (s *Sessions) Flash(c *fiber.Ctx, kind, text string) error {
	v := SessionOf(c)
	if v == nil {
		return nil
	}
	b, err := json.Marshal([]Flash{{kind, text}})
	if err != nil {
		return err
	}
	_, err = s.db.Plain().ExecContext(c.UserContext(), `UPDATE session SET flash = flash || ?::jsonb WHERE id = ?`, string(b), v.id)
	return err
}

// TakeFlash returns the waiting notices and forgets them; of two tabs one gets
// them. A page that refreshes itself takes none: nobody may be looking.
func (s *Sessions) TakeFlash(c *fiber.Ctx) []Flash {
	v := SessionOf(c)
	if v == nil || len(v.flash) == 0 || c.Get("X-Poll") != "" {
		return nil
	}
	var taken []byte
	err := s.db.Plain().QueryRowContext(c.UserContext(), `WITH waiting AS (SELECT id, flash FROM session WHERE id = ? FOR UPDATE)
		UPDATE session AS s SET flash = '[]' FROM waiting AS w WHERE s.id = w.id RETURNING w.flash`, v.id).Scan(&taken)
	if err != nil || json.Unmarshal(taken, &v.flash) != nil {
		return nil // they stay for the next page
	}
	list := v.flash
	v.flash = nil
	return list
}

// Value returns a small text kept in the session, such as an unfinished OIDC attempt.
func (v *Session) Value(key string) string { return v.values[key] }

// SetValue keeps a small text in the session; "" removes it.
func (s *Sessions) SetValue(ctx context.Context, v *Session, key, value string) error {
	var err error
	if value == "" { // one key only: another tab may be setting another
		delete(v.values, key)
		_, err = s.db.Plain().ExecContext(ctx, `UPDATE session SET values = values - ? WHERE id = ?`, key, v.id)
	} else {
		v.values[key] = value
		_, err = s.db.Plain().ExecContext(ctx, `UPDATE session SET values = values || jsonb_build_object(?::text, ?::text) WHERE id = ?`, key, value, v.id)
	}
	return err
}
