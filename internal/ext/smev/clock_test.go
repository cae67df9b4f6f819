package smev

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSkew compares clocks by the header Date and by the receipt's signed time.
func TestSkew(t *testing.T) {
	n, c := newNode(t)
	if s, ok := c.Skew(); ok {
		t.Errorf("before the first answer: %+v", s)
	}
	dated := func(at time.Time, status int, body string) {
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", "text/xml")
			w.Header().Set("Date", at.UTC().Format(http.TimeFormat))
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	for _, row := range []struct {
		ahead time.Duration // SMEV's clock against ours
		want  time.Duration
	}{{0, 0}, {47 * time.Minute, 47 * time.Minute}, {-3 * time.Hour, -3 * time.Hour}} {
		dated(now.Add(row.ahead), 200, envelope11(`<t:GetResponseResponse/>`))
		if _, err := c.GetResponse(t.Context(), Selector{}); !errors.Is(err, ErrEmpty) {
			t.Fatal(err)
		}
		if s, ok := c.Skew(); !ok || (s.By-row.want).Abs() > time.Second || s.Signed || !s.At.Equal(now) {
			t.Errorf("%s ahead: %+v", row.ahead, s)
		}
	}
	// What SMEV signed is better than what a proxy says.
	said := strings.Replace(receipt(requestID), "12:30:15.000", "12:40:15.123", 1)
	n.says(t, n.party, said)
	if _, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)}); err != nil {
		t.Fatal(err)
	}
	if s, _ := c.Skew(); s.By != 10*time.Minute || !s.Signed {
		t.Errorf("signed: %+v", s)
	}
	dated(now, 200, envelope11(`<t:GetResponseResponse/>`))
	if _, err := c.GetResponse(t.Context(), Selector{}); !errors.Is(err, ErrEmpty) {
		t.Fatal(err)
	}
	if s, _ := c.Skew(); !s.Signed {
		t.Errorf("the header won: %+v", s)
	}
}

// TestStaleByClock tells an id that grew old from clocks that differ.
func TestStaleByClock(t *testing.T) {
	for _, row := range []struct {
		name  string
		made  time.Duration // age of the id by our clock
		ahead time.Duration // SMEV's clock against ours
		wrong bool
		says  string
	}{
		{"an old id", 3 * 24 * time.Hour, 0, false, "заново под новым номером"},
		{"SMEV ahead", time.Minute, 47 * time.Minute, true, "отстают от СМЭВ на 47\u00a0мин"},
		{"SMEV behind", time.Minute, -2 * time.Hour, true, "спешат против СМЭВ на 120\u00a0мин"},
		{"no date", time.Minute, 0, true, "расходятся больше чем на полчаса"},
	} {
		n, c := newNode(t)
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", "text/xml")
			w.Header().Set("Date", now.Add(row.ahead).UTC().Format(http.TimeFormat))
			if row.name == "no date" {
				w.Header()["Date"] = nil
			}
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, envelope11(soapFaultBody("StaleMessageId", "")))
		}
		_, err := c.SendRequest(t.Context(), Request{MessageID: NewMessageID(now.Add(-row.made)), Content: passport(t)})
		var e *Error
		if !errors.As(err, &e) || !e.Stale() || e.ClockWrong != row.wrong || !strings.Contains(e.Text(), row.says) {
			t.Errorf("%s: %+v, %s", row.name, e, e.Text())
		}
	}
	if at, ok := timeOf(NewMessageID(now)); !ok || at.Sub(now).Abs() > time.Microsecond {
		t.Errorf("time of an id: %s", at)
	}
}
