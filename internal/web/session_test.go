package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSessionCookie(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	c := b.get("/in").set
	if c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 43 {
		t.Fatalf("%+v", c)
	}
	if b.get("/who").body == "nobody" {
		t.Error("the session is not known at the next click")
	}
	var stored int // what lies in the database opens nothing
	if err := h.db.Plain().QueryRowContext(t.Context(), `SELECT count(*) FROM session WHERE encode(id, 'escape') LIKE ?`, "%"+c.Value[:20]+"%").Scan(&stored); err != nil || stored != 0 {
		t.Error(stored, err)
	}
	other := "A" // in place of the first sign, which holds six bits of the token
	if c.Value[0] == 'A' {
		other = "B"
	}
	for _, forged := range []string{"x", strings.Repeat("A", 43), other + c.Value[1:], "' OR 1=1", strings.Repeat("A", 4000)} {
		if got := (&browser{h: h, cookie: forged}).get("/who").body; got != "nobody" {
			t.Errorf("cookie %.20q… is %s", forged, got)
		}
	}
}

// A session from before the sign-in is worth nothing after it.
func TestNoFixation(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	before := b.get("/visit").set.Value
	after := b.get("/in").set.Value
	if before == after {
		t.Fatal("the sign-in kept the session")
	}
	if got := (&browser{h: h, cookie: before}).get("/who"); got.body != "nobody" {
		t.Error("the visitor's cookie is signed in")
	}
	again := b.get("/in").set.Value
	if got := (&browser{h: h, cookie: after}).get("/who"); got.body != "nobody" || again == after {
		t.Error("a second sign-in left the first session open")
	}
}

func TestSessionsEnd(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	b.get("/in")
	h.forward(12*time.Hour - time.Minute)
	if b.get("/who").body == "nobody" {
		t.Error("the session ended early")
	}
	h.forward(2 * time.Minute)
	if b.get("/who").body != "nobody" {
		t.Error("the session is open after its time")
	}
	b.get("/in")
	kept := b.cookie
	if c := b.get("/out").set; c == nil || c.Value != "" || !c.Expires.Before(time.Now()) {
		t.Errorf("%+v", c)
	}
	if (&browser{h: h, cookie: kept}).get("/who").body != "nobody" {
		t.Error("the cookie works after signing out")
	}
}

// A notice is shown once, in one of two tabs, and never by a page that
// refreshes itself.
func TestANoticeIsShownOnce(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	csrf := b.get("/in").body
	b.do(http.MethodPost, "/do", url.Values{"csrf": {csrf}, "say": {"Сохранено <b>"}})
	b.do(http.MethodPost, "/do", url.Values{"csrf": {csrf}, "say": {"И ещё"}})
	if got := b.get("/notices", "X-Poll", "1").body; got != "null" {
		t.Errorf("a poll took %s", got)
	}
	if got := b.get("/notices").body; !strings.Contains(got, "Сохранено") || !strings.Contains(got, "И ещё") {
		t.Error(got)
	}
	if got := b.get("/notices").body; got != "null" {
		t.Errorf("shown again: %s", got)
	}
}
