package sms_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/sms"
)

var code = sms.Message{ID: "5b1f0a", To: "+79991234567", Text: "Код «123456», действует 5 минут. Никому не сообщайте."}

func TestAgainstSimulator(t *testing.T) {
	dir := t.TempDir()
	w, err := sim.NewWorld(sim.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	token, err := os.ReadFile(filepath.Join(dir, "sms-token"))
	if err != nil {
		t.Fatal(err)
	}
	client := func(token string) *sms.Client {
		c, err := sms.New(http.MethodPost, server.URL+"/sms", strings.TrimSpace(token), "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := client(string(token))
	for range 2 { // the second is recognised
		if err := c.Send(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.SMS.Shorts(10)
	if err != nil || len(got) != 1 || got[0].To != code.To || got[0].Text != code.Text || got[0].ID != code.ID {
		t.Fatalf("%+v, %v", got, err)
	}
	slow, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	for name, row := range map[string]struct {
		ctx   context.Context
		knobs state.Knobs
		token string
		final bool
	}{
		"refused":     {t.Context(), state.Knobs{Refuse: "no such number"}, string(token), true},
		"down":        {t.Context(), state.Knobs{Down: state.Busy}, string(token), false},
		"dropped":     {t.Context(), state.Knobs{Down: state.Drop}, string(token), false},
		"slow":        {slow, state.Knobs{SlowSeconds: 1}, string(token), false},
		"wrong token": {t.Context(), state.Knobs{}, "guess", false},
	} {
		if err := w.SMS.SetKnobs(row.knobs); err != nil {
			t.Fatal(err)
		}
		err := client(row.token).Send(row.ctx, code)
		var e *sms.Error
		if !errors.As(err, &e) || e.Final != row.final || e.Text == "" {
			t.Errorf("%s: %v", name, err)
		} else if said := strings.ReplaceAll(err.Error(), server.URL, ""); strings.Contains(said, "999") || strings.Contains(said, "123456") {
			t.Errorf("%s: the person or the code is in %q", name, said) // the address's port is nobody's number
		}
	}
}

// Another gateway's spelling; text cannot break out of its place.
func TestTemplate(t *testing.T) {
	var body, method, bearer string
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body, method, bearer = string(b), r.Method, r.Header.Get("Authorization")
	}))
	defer gateway.Close()
	c, err := sms.New(http.MethodPut, gateway.URL, "k\"1", `{"apikey":"{token}","send":[{"phone":"{digits}","message":"{text}","flash":false}],"validity":5}`)
	if err != nil {
		t.Fatal(err)
	}
	m := code
	m.Text = `"},{"phone":"{token} {id}`
	if err := c.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want := `{"apikey":"k\"1","send":[{"flash":false,"message":"\"},{\"phone\":\"{token} {id}","phone":"79991234567"}],"validity":5}`
	if body != want || method != http.MethodPut || bearer != `Bearer k"1` {
		t.Errorf("%s %s %s", method, bearer, body)
	}
	for name, row := range map[string][2]string{
		"no address": {"", ""}, "ftp": {"ftp://h", ""}, "not JSON": {gateway.URL, "{"}, "no text": {gateway.URL, `{"to":"{to}"}`}, "no recipient": {gateway.URL, `["{text}"]`},
	} {
		if _, err := sms.New(http.MethodPost, row[0], "", row[1]); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestMessageIsChecked(t *testing.T) {
	c, err := sms.New(http.MethodPost, "http://127.0.0.1:1", "", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*sms.Message){
		"no plus": func(m *sms.Message) { m.To = "79991234567" }, "short": func(m *sms.Message) { m.To = "+7999123456" },
		"no text": func(m *sms.Message) { m.Text = "" }, "long": func(m *sms.Message) { m.Text = strings.Repeat("я", 671) },
		"long in pairs": func(m *sms.Message) { m.Text = strings.Repeat("😀", 336) },
		"no id":         func(m *sms.Message) { m.ID = "" }, "long id": func(m *sms.Message) { m.ID = strings.Repeat("a", 65) },
	} {
		m := code
		change(&m)
		var e *sms.Error
		if err := c.Send(t.Context(), m); !errors.As(err, &e) || !e.Final || e.Text == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
