package dadata_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/dadata"
)

// What a service may answer, and what we make of it.
func TestAnswers(t *testing.T) {
	good := `{"suggestions":[{"value":"ООО","data":{"type":"LEGAL","inn":"7707083893","ogrn":"1027700132195","state":{"status":"ACTIVE"}}}]}`
	for _, c := range []struct {
		name   string
		status int
		kind   string
		body   string
		text   string // of the error; "" = none
	}{
		{"an organisation", 200, "application/json", good, ""},
		{"with a charset", 200, "application/json;charset=UTF-8", good, ""},
		{"nobody", 200, "application/json", `{"suggestions":[]}`, "no such"},
		{"somebody else", 200, "application/json", strings.ReplaceAll(good, "7707083893", "7801234567"), "no such"},
		{"no key", 401, "application/json", `{}`, "DADATA_TOKEN"},
		{"a wrong key", 403, "application/json", `{}`, "DADATA_TOKEN"},
		{"too many", 429, "application/json", `{}`, "ограничил"},
		{"broken", 500, "application/json", `{}`, "не отвечает"},
		{"a page", 200, "text/html", "<html>", "не отвечает"},
		{"a page as JSON", 200, "application/json", "<html>", "не отвечает"},
		{"something else", 200, "application/json", `{"rows":[]}`, "не отвечает"},
		{"a redirect", 302, "application/json", good, "не отвечает"},
		{"too much", 200, "application/json", `{"suggestions":[` + strings.Repeat(" ", 3<<20) + `]}`, "не отвечает"},
		{"a date that is a word", 200, "application/json", strings.Replace(good, `"type"`, `"ogrn_date":"вчера","type"`, 1), "не отвечает"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var q struct{ Query string }
				asked++
				if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.Query != "7707083893" || r.Header.Get("Authorization") != "Token key" || r.URL.Path != "/api/rs/findById/party" {
					t.Errorf("%s %+v, %v", r.URL, q, err)
				}
				w.Header().Set("Content-Type", c.kind)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer s.Close()
			p, err := dadata.New(s.URL+"/api/", "key").FindParty(t.Context(), "7707083893")
			var e *dadata.Error
			switch {
			case c.text == "" && (err != nil || p.OGRN != "1027700132195"):
				t.Errorf("%+v, %v", p, err)
			case c.text != "" && (err == nil || !strings.Contains(err.Error(), c.text) && (!errors.As(err, &e) || !strings.Contains(e.Text(), c.text))):
				t.Errorf("%v", err)
			case asked != 1:
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

// A service that does not answer is waited for as long as the caller wants.
func TestSilence(t *testing.T) {
	done := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done }))
	defer s.Close()
	defer close(done)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := dadata.New(s.URL, "").FindParty(ctx, "7707083893"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// The published shape of an answer is read.
func TestConformance(t *testing.T) {
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = "../../../../shared/conformance"
	}
	b, err := os.ReadFile(filepath.Join(dir, "egrul", "suggest_party_synthetic.json"))
	if err != nil {
		t.Skip("no conformance data: ", err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(b)
	}))
	defer s.Close()
	list, err := dadata.New(s.URL, "").SuggestParty(t.Context(), "ромашка", 5)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	p := list[0]
	if p.INN != "7707083893" || p.Name.Short != `ООО "РОМАШКА"` || p.Management.Post != "ГЕНЕРАЛЬНЫЙ ДИРЕКТОР" || p.OGRNDate.Time().Format(time.DateOnly) != "2002-08-16" ||
		p.State.Status != "ACTIVE" || p.Address.Data.PostCode != "125009" || p.Person != nil {
		t.Errorf("%+v", p)
	}
}
