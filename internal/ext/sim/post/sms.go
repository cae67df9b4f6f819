package post

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"signdesk/internal/ext/sim/state"
)

// Short is one caught message.
type Short struct {
	No   uint64    `json:"no"`
	At   time.Time `json:"at"`
	ID   string    `json:"id"` // the sender's; the same id is one message
	To   string    `json:"to"` // +79991234567
	Text string    `json:"text"`
}

// SMS answers POST /sms {"id","to","text"} with 202 {"id","status"}; a repeated
// id is accepted again and not delivered again.
type SMS struct {
	*state.System
	Token string
}

var phone = regexp.MustCompile(`^\+7\d{10}$`)

// maxText is ten parts of a concatenated UCS-2 message.
const maxText = 670

func (s *SMS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) != 1 {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "unauthorized"})
		return
	}
	var m Short
	d := json.NewDecoder(io.LimitReader(r.Body, 16<<10))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": "body is not {id, to, text}"})
		return
	}
	n := utf8.RuneCountInString(m.Text)
	if m.ID == "" || len(m.ID) > 64 || !phone.MatchString(m.To) || n == 0 || n > maxText {
		answer(w, http.StatusUnprocessableEntity, map[string]string{"error": "id up to 64 bytes, to is +7 and ten digits, text up to 670 signs"})
		return
	}
	if reason := s.Knobs().Refuse; reason != "" {
		answer(w, http.StatusUnprocessableEntity, map[string]string{"error": reason})
		return
	}
	if err := s.keep(m); err != nil {
		s.Log.Error("keep short message", "err", err)
		answer(w, http.StatusInternalServerError, map[string]string{"error": "internal"})
		return
	}
	answer(w, http.StatusAccepted, map[string]string{"id": m.ID, "status": "accepted"})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *SMS) keep(m Short) error {
	return s.Store.Update(func(tx *tx) error {
		if tx.Has(s.Bucket("ids"), m.ID) {
			return s.Count(tx, "repeated")
		}
		n, err := tx.Next(s.Bucket("messages"))
		if err != nil {
			return err
		}
		m.No, m.At = n, s.Now()
		if err := tx.Put(s.Bucket("ids"), m.ID, n); err != nil {
			return err
		}
		if err := s.Count(tx, "messages"); err != nil {
			return err
		}
		return tx.Put(s.Bucket("messages"), state.Key(n), m)
	})
}

// Shorts reads up to n last short messages, the newest first.
func (s *SMS) Shorts(n int) ([]Short, error) {
	var out []Short
	err := s.Store.View(func(tx *tx) (err error) {
		out, err = state.Last[Short](tx, s.Bucket("messages"), n)
		return err
	})
	return out, err
}
