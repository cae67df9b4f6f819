package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signdesk/internal/web"
)

// People read what happened and what to do; everything else stays in the log.
func TestErrorsHaveTwoReaders(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	for name := range kinds {
		got := b.get("/" + name)
		if fmt.Sprint(got.status) != name || !strings.Contains(got.body, "Текст для человека.") || strings.Contains(got.body, "text for the log") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	for _, path := range []string{"/broken", "/panics"} {
		got := b.get(path)
		number := got.header.Get("X-Request-Id")
		if got.status != 500 || !strings.Contains(got.body, number) || strings.Contains(got.body, "secret") || strings.Contains(got.body, "4510") || strings.Contains(got.body, "goroutine") {
			t.Errorf("%s: %d\n%s", path, got.status, got.body)
		}
		if !strings.Contains(h.log.String(), number) {
			t.Errorf("%s: the log does not know incident %s", path, number)
		}
	}
	if log := h.log.String(); !strings.Contains(log, "text for the log") || !strings.Contains(log, "table passport") || !strings.Contains(log, "kit_test.go") {
		t.Error("the log lacks causes or the panic's stack")
	}
	if got := b.get("/nowhere?inn=7701234567"); got.status != 404 || strings.Contains(h.log.String(), "7701234567") {
		t.Error("an address with a number stands in the log, or ", got.status)
	}
}

// Without a session a page leads to the sign-in and back; a part of a page answers 401.
func TestTheSessionIsGone(t *testing.T) {
	b := &browser{h: newHouse(t)}
	if got := b.get("/secret?tab=2"); got.status != 303 || got.header.Get("Location") != "/login?next=%2Fsecret%3Ftab%3D2" {
		t.Error(got.status, got.header.Get("Location"))
	}
	if got := b.get("/secret", "HX-Request", "true"); got.status != 401 || !strings.Contains(got.body, "data-error-text") {
		t.Error(got.status, got.body)
	}
}

func TestTooLargeRequests(t *testing.T) {
	h := newHouse(t)
	r := httptest.NewRequest(http.MethodPost, origin+"/do", bytes.NewReader(make([]byte, web.MaxBody+1)))
	res, err := h.App.Test(r, -1)
	if err == nil {
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Error(res.StatusCode)
		}
	} else if !strings.Contains(err.Error(), "body size exceeds") {
		t.Error(err)
	}
}

func TestHealth(t *testing.T) {
	h := newHouse(t)
	// NotFound ends the routes: a house of its own for health
	k, err := web.New(web.Settings{DB: h.db, Log: discard(), Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	broken := false
	k.Health(func() error {
		if broken {
			return fmt.Errorf("no database")
		}
		return nil
	})
	ask := func(path string) string {
		res, err := k.App.Test(httptest.NewRequest(http.MethodGet, path, nil), -1)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return fmt.Sprint(res.StatusCode)
	}
	got := []string{ask("/healthz"), ask("/readyz")}
	broken = true
	got = append(got, ask("/readyz"), ask("/healthz"))
	broken = false
	go k.Shutdown(time.Second)
	<-k.Draining()
	got = append(got, ask("/readyz"))
	if s := strings.Join(got, " "); s != "200 200 503 200 503" {
		t.Error(s)
	}
}

func TestMetricsNameRoutesNotAddresses(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	b.get("/404")
	b.get("/nowhere/7701234567")
	w := httptest.NewRecorder()
	h.Metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if page := w.Body.String(); !strings.Contains(page, `console_http_seconds_count{method="GET",route="/404",status="404"} 1`) || strings.Contains(page, "7701234567") {
		t.Error(page)
	}
}
