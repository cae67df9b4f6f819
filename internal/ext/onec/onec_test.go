package onec

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What 1C answers and what follows: repeat, or tell people.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		final  bool
		text   string
	}{
		{"refused", 422, `{"errors":[{"path":"lines[0].vat","code":"sum","message":"НДС не сходится."},{"message":"Итог тоже."}]}`, true, "НДС не сходится. Итог тоже."},
		{"key reused", 409, `{"errors":[{"message":"Ключ уже использован"}]}`, true, "Ключ уже использован"},
		{"no words", 404, `<html>`, true, ""},
		{"wrong key", 401, `{}`, false, ""},
		{"too many", 429, `{}`, false, ""},
		{"busy", 503, `{}`, false, ""},
		{"not JSON", 202, `<html>`, false, ""},
		{"no job", 202, `{}`, false, ""},
		{"endless", 202, strings.Repeat(" ", 2000), false, ""},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer ключ" || r.Header.Get("Idempotency-Key") != "key" {
				t.Errorf("headers %v", r.Header)
			}
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}))
		client := New(server.URL+"/", "ключ")
		client.maxBytes = 1000
		_, err := client.Submit(t.Context(), "key", Shipment{})
		server.Close()
		refused := Refused(err)
		if err == nil || (refused != nil) != c.final || refused != nil && refused.Text() != c.text {
			t.Errorf("%s: %v", c.name, err)
		}
		if e := (*Error)(nil); !errors.As(err, &e) {
			t.Errorf("%s: %T", c.name, err)
		}
	}
}

// Bytes that are not those 1C has announced are not taken.
func TestFetchChecks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "акт") }))
	defer server.Close()
	client := New(server.URL, "")
	sum := "7ba7a3d9a4ee9c4e4b8f8b1f2f9d4d1b7d4e8e7f6a5b4c3d2e1f0a9b8c7d6e5f"
	for _, f := range []File{{FileID: "1", Size: 6, SHA256: sum}, {FileID: "1", Size: 5, SHA256: ""}} {
		if b, err := client.Fetch(t.Context(), f); err == nil || b != nil || Refused(err) != nil {
			t.Errorf("%q, %v", b, err)
		}
	}
}

func TestMoney(t *testing.T) {
	for kopecks, text := range map[int64]string{0: "0.00", 5: "0.05", 104500: "1045.00", -150: "-1.50", 9007199254740993: "90071992547409.93"} {
		if got := Decimal(kopecks); got != text {
			t.Errorf("%d: %s", kopecks, got)
		}
	}
	for _, text := range []string{"", "1", "1.5", "1,50", "1.505", " 1.50", "1e3.00", "99999999999999.00", "--1.00"} {
		if n, err := Kopecks(text); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}

func FuzzKopecks(f *testing.F) {
	for _, s := range []string{"1045.00", "-0.01", "0.00", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Kopecks(s)
		if err != nil {
			return
		}
		if back, err := Kopecks(Decimal(n)); err != nil || back != n {
			t.Errorf("%q: %d, %d, %v", s, n, back, err)
		}
	})
}
