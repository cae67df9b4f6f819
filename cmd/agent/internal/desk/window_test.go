package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/softtoken"
)

func TestWindowShowsWhatWillBeMade(t *testing.T) {
	w := newWorkplace(t)
	b := w.openWindow(w.ask(w.request()).WindowURL)
	status, page := b.do("GET", b.path, nil)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	for _, want := range []string{
		"Учебный центр", "Иванова А. П.", consoleOrigin, "Фамилия", "Петров", "СНИЛС", "11223344595", "500100732259",
		"ГОСТ Р 34.10-2012", "Рутокен", "электронная подпись, неотрекаемость", "защита электронной почты", "личное присутствие",
		w.token.Serial, "заводской PIN-код", "Создать ключ и запрос", "Отказаться",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the window does not show %q", want)
		}
	}
	if o := w.outcome(strings.TrimPrefix(b.path, "/w/")); !o.Opened {
		t.Error("the console is not told that the window is open")
	}
}

func TestWindowHeaders(t *testing.T) {
	w := newWorkplace(t)
	a := w.ask(w.request())
	r := httptest.NewRequest("GET", strings.TrimPrefix(a.WindowURL, "http://"+w.addr), nil)
	r.Host = w.addr
	rec := w.recorder(r)
	cookie := rec.Result().Cookies()[0]
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/w/"+a.ID || !cookie.HttpOnly || cookie.Path != "/w/"+a.ID {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
	r = httptest.NewRequest("GET", "/w/"+a.ID, nil)
	r.Host = w.addr
	r.AddCookie(cookie)
	rec = w.recorder(r)
	h := rec.Header()
	if csp := h.Get("Content-Security-Policy"); rec.Code != http.StatusOK || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("%d, CSP %q", rec.Code, csp)
	}
	if h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cache-Control") != "no-store" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", h)
	}
}

// The window's address opens once; without its cookie, from another page or
// with a guessed key nobody gets in.
func TestWindowIsForOneBrowser(t *testing.T) {
	w := newWorkplace(t)
	a := w.ask(w.request())
	thief := &browser{w, &http.Client{}, "/w/" + a.ID}
	if status, _ := thief.do("GET", "/w/"+a.ID+"?t=guess", nil); status != http.StatusForbidden {
		t.Errorf("guessed key: %d", status)
	}
	b := w.openWindow(a.WindowURL)
	u, _ := url.Parse(a.WindowURL)
	if status, _ := thief.do("GET", u.RequestURI(), nil); status != http.StatusForbidden {
		t.Errorf("used key: %d", status)
	}
	if status, _ := b.do("GET", u.RequestURI(), nil); status != http.StatusOK {
		t.Errorf("the same browser again: %d", status)
	}
	if status, _ := thief.decide("refuse", "", ""); status != http.StatusForbidden {
		t.Errorf("decision without the cookie: %d", status)
	}
	r, _ := http.NewRequest("POST", "http://"+w.addr+b.path, strings.NewReader("decision=refuse"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", consoleOrigin)
	resp, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden || w.outcome(a.ID).State != Waiting {
		t.Errorf("decision sent from the console's page: %d, %s", resp.StatusCode, w.outcome(a.ID).State)
	}
}

func TestOperatorRefuses(t *testing.T) {
	w := newWorkplace(t)
	a := w.ask(w.request())
	b := w.openWindow(a.WindowURL)
	if status, page := b.decide("refuse", "", ""); status != http.StatusOK || !strings.Contains(page, "Вы отказались") {
		t.Errorf("%d %s", status, page)
	}
	if o := w.outcome(a.ID); o.State != Refused || o.Error.Code != refusal.Declined || o.Result != nil {
		t.Errorf("outcome %+v", o)
	}
	// A second decision changes nothing.
	b.decide("make", w.token.Serial, softtoken.DefaultPIN)
	if o := w.outcome(a.ID); o.State != Refused {
		t.Errorf("after a second decision: %s", o.State)
	}
	if info, _ := w.tokens.Token(w.token.Serial); len(info.Containers) != 0 {
		t.Error("a key was made after a refusal")
	}
}

func TestWrongPINThenBlocked(t *testing.T) {
	w := newWorkplace(t)
	a := w.ask(w.request())
	b := w.openWindow(a.WindowURL)
	for left := softtoken.MaxAttempts - 1; left > 0; left-- {
		status, page := b.decide("make", w.token.Serial, "87654321")
		if want := "Неверный PIN-код. " + attempts(left); status != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
			t.Fatalf("%d, want %q in %s", status, want, page)
		}
		if o := w.outcome(a.ID); o.State != Waiting {
			t.Fatalf("after a wrong PIN: %s", o.State)
		}
	}
	b.decide("make", w.token.Serial, "87654321")
	if o := w.outcome(a.ID); o.State != Failed || o.Error.Code != refusal.PINBlocked {
		t.Errorf("outcome %+v", o)
	}
	b = w.openWindow(w.ask(w.request()).WindowURL)
	if _, page := b.do("GET", b.path, nil); !strings.Contains(page, "заблокирован") || strings.Contains(page, `name="pin"`) {
		t.Errorf("window of a blocked token: %s", page)
	}
	var status struct{ Tokens []tokenStatus }
	w.call("GET", "/v1/status", nil, &status)
	if len(status.Tokens) != 1 || *status.Tokens[0].AttemptsLeft != 0 || !status.Tokens[0].DefaultPIN {
		t.Errorf("status %+v", status)
	}
}

func TestExpiry(t *testing.T) {
	w := newWorkplace(t)
	a := w.ask(w.request())
	b := w.openWindow(a.WindowURL)
	w.later(5 * time.Minute)
	if _, page := b.decide("make", w.token.Serial, softtoken.DefaultPIN); !strings.Contains(page, "Время операции истекло") {
		t.Errorf("late decision: %s", page)
	}
	if o := w.outcome(a.ID); o.State != Expired || o.Result != nil {
		t.Errorf("outcome %+v", o)
	}
	w.later(time.Hour)
	w.ask(w.request()) // sweeps
	if o := w.outcome(a.ID); o.State != Expired {
		t.Errorf("an hour later: %+v", o)
	}
}

func TestExpectedToken(t *testing.T) {
	w := newWorkplace(t)
	p := w.request()
	p.TokenSerial = "DEADBEEF"
	a := w.ask(p)
	b := w.openWindow(a.WindowURL)
	if _, page := b.do("GET", b.path, nil); !strings.Contains(page, "Вставьте носитель № DEADBEEF") {
		t.Error("the window does not ask for the expected token")
	}
	if status, _ := b.decide("make", w.token.Serial, softtoken.DefaultPIN); status != http.StatusNotFound || w.outcome(a.ID).State != Waiting {
		t.Errorf("another token was taken: %d", status)
	}
}

func TestWindowThePageCouldNotOpen(t *testing.T) {
	w := newWorkplace(t)
	var a asked
	w.call("POST", "/v1/operations?window=agent", w.seal(w.request()), &a)
	if url := <-w.shown; url != a.WindowURL {
		t.Errorf("shown %s, want %s", url, a.WindowURL)
	}
}

// The pairing code is shown by the address printed at start only.
func TestHome(t *testing.T) {
	w := newWorkplace(t)
	b := &browser{w, http.DefaultClient, "/"}
	for path, want := range map[string]bool{"/": false, "/?t=guess": false, strings.TrimPrefix(w.desk.HomeURL(), "http://"+w.addr): true} {
		status, page := b.do("GET", path, nil)
		if status != http.StatusOK || strings.Contains(page, w.secret.Code()) != want || !strings.Contains(page, w.token.Serial) {
			t.Errorf("%s: %d, code shown %v", path, status, !want)
		}
	}
}

func TestAttempts(t *testing.T) {
	for n, want := range map[int]string{1: "Осталась 1 попытка", 2: "Осталось 2 попытки", 5: "Осталось 5 попыток", 9: "Осталось 9 попыток", 11: "Осталось 11 попыток", 21: "Осталась 21 попытка"} {
		if got := attempts(n); got != want {
			t.Errorf("attempts(%d) = %q", n, got)
		}
	}
}
