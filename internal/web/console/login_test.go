package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signdesk/internal/staff"
)

// stranger is a browser nobody has signed in; it keeps its cookie.
type stranger struct{ *person }

func (k *desk) stranger() *stranger {
	k.Helper()
	s := &stranger{&person{k: k, cookie: &http.Cookie{Name: "console"}}}
	s.keep(s.get("/login").want(http.StatusOK))
	return s
}

func (s *stranger) keep(g *page) *page {
	r := http.Response{Header: g.header}
	for _, c := range r.Cookies() {
		if c.Name == "console" {
			s.cookie = c
		}
	}
	return g
}

func (s *stranger) signIn(login, password string) *page {
	s.k.Helper()
	return s.keep(s.post("/login", url.Values{"login": {login}, "password": {password}, "next": {"/journal"}}))
}

// withPassword adds an employee who signs in by password.
func (k *desk) withPassword(login, password string) int64 {
	k.Helper()
	o := k.people["operator"]
	id, err := staff.AddEmployee(k.Context(), k.db.Plain(), o.PartnerID, o.CentreID, "operator", login, "Паролева Анна", login+"@centre.example", password)
	if err != nil {
		k.Fatal(err)
	}
	return id
}

func TestSignInBySession(t *testing.T) {
	k := newDesk(t)
	k.withPassword("anna", "верный пароль")
	s := k.stranger()
	before := s.cookie.Value
	wrong := s.signIn("anna", "неверный").want(http.StatusUnprocessableEntity)
	if wrong.attr("#f-login", "value") != "anna" || !strings.Contains(wrong.text(".error"), "Неверный логин или пароль") || strings.Contains(wrong.body, "неверный\"") {
		t.Error(wrong.text("main"))
	}
	if got := s.signIn("ANNA", "верный пароль").to(); got != "/journal" {
		t.Errorf("the sign-in leads to %s", got)
	}
	if s.cookie.Value == before {
		t.Error("the visitor's session was kept")
	}
	if g := s.get("/journal").want(http.StatusOK); !strings.Contains(g.text(".topbar"), "Паролева Анна") {
		t.Error(g.text(".topbar"))
	}
	if got := s.get("/login").to(); got != "/" {
		t.Errorf("a signed-in person at the sign-in page: %s", got)
	}
	s.csrf = ""
	s.get("/journal")
	if got := s.post("/logout", nil).to(); got != "/login" {
		t.Error(got)
	}
	if got := s.get("/journal").to(); !strings.HasPrefix(got, "/login") {
		t.Errorf("after signing out: %s", got)
	}
}

// Addresses to return to are ours.
func TestSignInReturnsHome(t *testing.T) {
	for next, want := range map[string]string{"/owners/1": "/owners/1", "//evil.example": "", "https://evil.example": "", "/\\evil.example": "", "javascript:x": "", "": "", "/a\r\nX: y": ""} {
		if got := safeNext(next); got != want {
			t.Errorf("%q leads to %q", next, got)
		}
	}
}

// A screen left alone asks for the password again and goes on where it was.
func TestIdleScreenLocks(t *testing.T) {
	k := newDesk(t)
	k.withPassword("anna", "верный пароль")
	s := k.stranger()
	s.signIn("anna", "верный пароль").to()
	k.forward(50 * time.Minute)
	s.get("/journal").want(http.StatusOK)
	k.forward(50 * time.Minute) // 100 minutes since the sign-in, 50 since the last click
	s.get("/journal", "X-Poll", "1").want(http.StatusOK)
	k.forward(11 * time.Minute) // a poll is not a person
	if got := s.get("/journal?area=owner").to(); got != "/unlock?next=/journal?area=owner" {
		t.Fatal(got)
	}
	if g := s.get("/journal", "HX-Request", "true"); g.status != http.StatusUnauthorized || g.header.Get("HX-Redirect") != "/unlock" {
		t.Errorf("%d %s", g.status, g.header.Get("HX-Redirect"))
	}
	if g := s.post("/staff", url.Values{"name": {"Взлом"}}); g.status != http.StatusUnauthorized {
		t.Errorf("a locked screen acts: %d", g.status)
	}
	g := s.get("/unlock?next=/journal").want(http.StatusOK)
	if !strings.Contains(g.text("main"), "Паролева Анна") {
		t.Error(g.text("main"))
	}
	s.post("/unlock", url.Values{"password": {"?"}}).want(http.StatusUnprocessableEntity)
	if got := s.post("/unlock", url.Values{"password": {"верный пароль"}, "next": {"/journal"}}).to(); got != "/journal" {
		t.Error(got)
	}
	s.get("/journal").want(http.StatusOK)
	if got := s.post("/lock", nil).to(); got != "/unlock" {
		t.Error(got)
	}
	if got := s.get("/journal").to(); !strings.HasPrefix(got, "/unlock") {
		t.Error(got)
	}
	if got := s.get("/unlock").want(http.StatusOK); got.attr("#f-password", "type") != "password" {
		t.Error("no password is asked")
	}
}

// What is taken away is gone at the next click, in every tab.
func TestTakenAwayAtTheNextClick(t *testing.T) {
	k := newDesk(t)
	admin, tab, other := k.as("admin"), k.as("operator"), k.as("operator")
	tab.get("/workstation").want(http.StatusOK)
	operator := path("/staff/%d", k.people["operator"].ID)
	admin.post(operator+"/active", url.Values{"active": {"0"}}).to()
	for _, p := range []*person{tab, other} {
		if got := p.get("/workstation").to(); !strings.HasPrefix(got, "/login") {
			t.Error(got)
		}
	}
	reviewer := k.as("reviewer")
	reviewer.get("/reviews").want(http.StatusOK)
	form := url.Values{}
	for _, n := range nodes(t, admin.get("/staff/rights").want(http.StatusOK).body, "input[type=checkbox]") {
		name, checked := "", false
		for _, a := range n.Attr {
			if a.Key == "name" {
				name = a.Val
			}
			checked = checked || a.Key == "checked"
		}
		if checked && name != "reviewer:application.approve" {
			form.Set(name, "1")
		}
	}
	admin.post("/staff/rights", form).to()
	reviewer.get("/reviews").want(http.StatusForbidden)
	form.Del("admin:staff.manage")
	if g := admin.post("/staff/rights", form).want(http.StatusUnprocessableEntity); !strings.Contains(g.text(".notice"), "собственной роли") {
		t.Error(g.text("main"))
	}
}
