package esia_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/ext/esia"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
)

// A person signs in and shows who she is and whom she speaks for.
func TestSignIn(t *testing.T) {
	w := newWorld(t)
	s, err := w.signIn(0, "allow")
	if err != nil {
		t.Fatal(err)
	}
	oid := strconv.FormatInt(w.sim.ESIA.People[0].OID, 10)
	if s.OID != oid || !s.Trusted || s.ExpiresAt.Before(time.Now().Add(50*time.Minute)) || s.Skew.Abs() > 5*time.Second {
		t.Errorf("session of %s: %+v", s.OID, *s)
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	same := func(what string, got any, err error, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", what, err, diff)
		}
	}
	person, err := w.client.Person(t.Context(), s)
	same("person", person, err, &esia.Person{OID: oid, Surname: "Щукина", Name: "Анна", Patronymic: "Игоревна", BirthDate: day(1990, 9, 18), BirthPlace: "г. Москва",
		Gender: "F", Citizenship: "RUS", SNILS: "11223344595", INN: "500100732259", Trusted: true, Document: 35801})
	contacts, err := w.client.Contacts(t.Context(), s)
	same("contacts", contacts, err, []esia.Contact{{"EML", "p233445@example.test", true}, {"MBT", "+7(900)2233445", true}, {"PHN", "+7(495)0000000", false}})
	papers, err := w.client.Documents(t.Context(), s)
	same("documents", papers, err, []esia.Document{{35801, "RF_PASSPORT", "4510", "123456", day(2010, 9, 18), "ОВД района Арбат г. Москвы", "770001", true}})
	addresses, err := w.client.Addresses(t.Context(), s)
	same("addresses", addresses, err, []esia.Address{{"PRG", "г. Москва, Арбат улица", "1", "2", "119019", "RUS", "77-0-000-000-000-000-0856-0000-000"}})
	const long = "Общество с ограниченной ответственностью «Ромашка»"
	roles, err := w.client.Roles(t.Context(), s)
	same("roles", roles, err, []esia.Role{{"1700132195", long, "ООО «Ромашка»", "1027700132195", "LEGAL", true, true, true}})
	org, err := w.client.Organisation(t.Context(), s, "1700132195")
	same("organisation", org, err, &esia.Organisation{"1700132195", long, "ООО «Ромашка»", "LEGAL", "1027700132195", "7707083893", "773601001", false})

	for _, oid := range []string{"1700132196", "../prns/1", ""} {
		if _, err := w.client.Organisation(t.Context(), s, oid); err == nil {
			t.Errorf("foreign organisation %q was shown", oid)
		}
	}
	res, err := w.browser().Get(w.client.LogoutURL(w.site.URL + "/back"))
	if err != nil || res.Request.URL.Path != "/back" {
		t.Errorf("logout: %v", err)
	} else {
		res.Body.Close()
	}
	if strings.Contains(w.client.LogoutURL(""), "redirect") {
		t.Error("logout without an address has one")
	}
	if s, err := w.signIn(1, "allow"); err != nil || s.Trusted {
		t.Errorf("account that is not confirmed: %+v, %v", s, err)
	}
}

// What goes wrong, whose move it is then, and what the person reads.
func TestTroubles(t *testing.T) {
	w := newWorld(t)
	usual := *w.client
	for _, tt := range []struct {
		name      string
		knobs     state.Knobs
		change    func(*esia.Client)
		answer    string
		code      string
		kind      fault.Kind
		temporary bool
		admin     bool
		text      string
	}{
		{name: "the person declines", answer: "deny", code: "ESIA-007004", kind: fault.Unauthenticated, text: "Вы отказались"},
		{name: "ESIA refuses", knobs: state.Knobs{Refuse: "нет"}, code: "ESIA-007004", kind: fault.Unauthenticated, text: "Вы отказались"},
		{name: "wrong signature", knobs: state.Knobs{WrongSignature: true}, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "expired token", knobs: state.Knobs{Token: "expired"}, kind: fault.Unauthenticated, text: "заново"},
		{name: "token for another", knobs: state.Knobs{Token: "other_aud"}, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "token of another", knobs: state.Knobs{Token: "other_iss"}, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "unknown key", knobs: state.Knobs{Token: "unknown_kid"}, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "another's kid", change: func(c *esia.Client) { c.Keys = []esia.Key{{ID: "x", Certificate: c.Keys[0].Certificate}} }, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "clocks differ", knobs: state.Knobs{Token: "clock"}, code: "ESIA-007015", kind: fault.Unavailable, admin: true, text: "часы сервера расходятся"},
		{name: "no key of ESIA", change: func(c *esia.Client) { c.Keys = nil }, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "key of another", change: func(c *esia.Client) { c.Keys = []esia.Key{{Certificate: c.Certificate}} }, kind: fault.Unavailable, admin: true, text: "не прошёл проверку подлинности"},
		{name: "scope not granted", change: func(c *esia.Client) { c.Scope = []string{"vehicles"} }, code: "ESIA-007006", kind: fault.Unavailable, admin: true, text: "не приняли запрос"},
		{name: "old order of the parts", change: func(c *esia.Client) { c.SecretParts = []string{"scope", "timestamp", "client_id", "state"} }, code: "ESIA-007053", kind: fault.Unavailable, admin: true, text: "не приняли запрос"},
		{name: "hash of another kind", change: func(c *esia.Client) { c.CertHash = func([]byte) string { return "00" } }, code: "ESIA-007053", kind: fault.Unavailable, admin: true, text: "не приняли запрос"},
		{name: "time of another form", change: func(c *esia.Client) { c.TimeFormat = time.RFC3339 }, code: "ESIA-007015", kind: fault.Unavailable, admin: true, text: "часы"},
		{name: "certificate of another key", change: func(c *esia.Client) { c.Certificate = c.Keys[0].Certificate }, kind: fault.Unavailable, admin: true, text: "не приняли запрос"},
	} {
		w.turn(tt.knobs)
		*w.client = usual
		if tt.change != nil {
			tt.change(w.client)
		}
		if tt.answer == "" {
			tt.answer = "allow"
		}
		s, err := w.signIn(0, tt.answer)
		var e *esia.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, %v", tt.name, s, err)
			continue
		}
		f := fault.As(err)
		if e.Code != tt.code || f == nil || f.Kind != tt.kind || e.Temporary() != tt.temporary || e.Administrator() != tt.admin || !strings.Contains(f.Text, tt.text) {
			t.Errorf("%s: %v: code %q, kind %v, temporary %v, administrator %v: %s", tt.name, err, e.Code, f.Kind, e.Temporary(), e.Administrator(), f.Text)
		}
		for _, secret := range []string{"access_token", w.client.RedirectURI} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error tells %s: %v", tt.name, secret, err)
			}
		}
	}
	w.turn(state.Knobs{})
	*w.client = usual
	if _, err := w.signIn(0, "allow"); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// Without PKCE and with everything set by hand the way is the same.
func TestSettings(t *testing.T) {
	w := newWorld(t)
	c := w.client
	c.NoPKCE, c.OrgScope, c.Scope = true, nil, []string{"openid", "fullname"}
	c.AuthorizePath, c.TokenPath, c.PersonsPath, c.OrgsPath, c.LogoutPath = "/aas/oauth2/v2/ac", "/aas/oauth2/v3/te", "/rs/prns", "/rs/orgs", "/idp/ext/Logout"
	c.SecretParts = []string{"client_id", "scope", "timestamp", "state", "redirect_uri", "code"}
	c.Keys[0].ID = c.Keys[0].Certificate.SerialHex()
	s, err := w.signIn(0, "allow")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := c.Person(t.Context(), s); err != nil || p.Surname != "Щукина" || p.SNILS != "" || !p.BirthDate.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}
	var e *esia.Error
	if _, err := c.Documents(t.Context(), s); !errors.As(err, &e) || !fault.Is(err, fault.Forbidden) || e.Status != http.StatusForbidden {
		t.Errorf("papers nobody opened: %v", err)
	}
}

// The access token lives an hour and is printed nowhere.
func TestSession(t *testing.T) {
	w := newWorld(t)
	s, err := w.signIn(0, "allow")
	if err != nil {
		t.Fatal(err)
	}
	token := w.taken.token(t, "access_token")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "session", s, "value", *s)
	fmt.Fprintf(&log, "%v %+v %#v %s %v %+v %#v", s, s, s, s, *s, *s, *s)
	if strings.Contains(log.String(), token[:40]) || token == "" {
		t.Errorf("the token is told: %s", &log)
	}
	now := time.Now().Add(2 * time.Hour)
	w.now = func() time.Time { return now }
	var e *esia.Error
	if _, err := w.client.Person(t.Context(), s); !errors.As(err, &e) || !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after two hours: %v", err)
	}
}

// A way back that is not the attempt's own is refused, and nothing is sent.
func TestWayBack(t *testing.T) {
	w := newWorld(t)
	address, attempt, err := w.client.SignInURL()
	if err != nil {
		t.Fatal(err)
	}
	if u, err := url.Parse(address); err != nil || u.Query().Get("state") != attempt.State || strings.Contains(address, attempt.Verifier) {
		t.Errorf("address %s: %v", address, err)
	}
	old := *attempt
	old.At = time.Now().Add(-time.Hour)
	for name, tt := range map[string]struct {
		attempt *esia.Attempt
		query   url.Values
	}{
		"no attempt":      {nil, url.Values{"state": {attempt.State}, "code": {"c"}}},
		"empty attempt":   {&esia.Attempt{}, url.Values{"state": {""}, "code": {"c"}}},
		"no state":        {attempt, url.Values{"code": {"c"}}},
		"another state":   {attempt, url.Values{"state": {"0f3a7a52-6d0b-4d0a-9c55-6c1f6c1d7f10"}, "code": {"c"}}},
		"two states":      {attempt, url.Values{"state": {attempt.State, "x"}, "code": {"c"}}},
		"no code":         {attempt, url.Values{"state": {attempt.State}}},
		"two codes":       {attempt, url.Values{"state": {attempt.State}, "code": {"a", "b"}}},
		"an hour later":   {&old, url.Values{"state": {attempt.State}, "code": {"c"}}},
		"a code unknown":  {attempt, url.Values{"state": {attempt.State}, "code": {"c"}}},
		"an empty answer": {attempt, nil},
	} {
		if s, err := w.client.Finish(t.Context(), tt.attempt, tt.query); s != nil || !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}
