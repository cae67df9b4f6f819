package desk

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/fault"
)

// tokenStatus is a token as the workstation page shows it.
type tokenStatus struct {
	Label        string `json:"label"`
	Serial       string `json:"serial"`
	Kind         string `json:"kind"`
	AttemptsLeft *int   `json:"pin_attempts,omitempty"` // absent: the token does not tell
	DefaultPIN   bool   `json:"default_pin"`
	Containers   int    `json:"containers"`
}

// status is GET /v1/status.
func (d *Desk) status(w http.ResponseWriter, r *http.Request) {
	list, err := d.Tokens.List()
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	tokens := make([]tokenStatus, 0, len(list))
	for _, t := range list {
		s := tokenStatus{t.Label, t.Serial, t.Kind, &t.AttemptsLeft, t.DefaultPIN, len(t.Containers)}
		if t.AttemptsLeft == token.AttemptsUnknown {
			s.AttemptsLeft = nil
		}
		tokens = append(tokens, s)
	}
	answer(w, http.StatusOK, struct {
		Version string        `json:"version"`
		Time    time.Time     `json:"time"` // the desk's clock, for the workstation check
		Tokens  []tokenStatus `json:"tokens"`
	}{Version, d.Now().UTC(), tokens})
}

// ask is POST /v1/operations: an envelope becomes a waiting operation with a
// window. ?window=agent says that the page could not open a window itself.
func (d *Desk) ask(w http.ResponseWriter, r *http.Request) {
	op, err := d.open(w, r)
	if err != nil {
		d.note(record.Entry{Event: "not-taken", Origin: r.Header.Get("Origin"), Code: string(refusal.As(err).Code)})
		d.refuse(w, r, err)
		return
	}
	url := d.origin() + "/w/" + op.ID + "?t=" + op.ticket
	if r.URL.Query().Get("window") == "agent" {
		d.ShowURL(url)
	}
	answer(w, http.StatusCreated, struct {
		ID        string    `json:"id"`
		WindowURL string    `json:"window_url"`
		State     State     `json:"state"`
		ExpiresAt time.Time `json:"expires_at"`
	}{op.ID, url, Waiting, op.ExpiresAt})
}

func (d *Desk) open(w http.ResponseWriter, r *http.Request) (*operation, error) {
	if !d.limit.allow("ask", 30) {
		return nil, tooMany()
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, envelope.MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, refusal.New(refusal.TooLarge, fault.Invalid, "Операция слишком велика для агента: документ не должен превышать 8 МБ.", nil)
	}
	if err != nil {
		return nil, refusal.New(refusal.Malformed, fault.Invalid, "Операция передана агенту не полностью. Повторите.", err)
	}
	p, err := envelope.Open(raw, d.Secret, r.Header.Get("Origin"), d.Now())
	if err != nil {
		return nil, err
	}
	return d.take(p)
}

// answer is GET /v1/operations/{id}?wait=SECONDS.
func (d *Desk) answer(w http.ResponseWriter, r *http.Request) {
	seconds, _ := strconv.Atoi(r.URL.Query().Get("wait"))
	wait := time.Duration(min(max(seconds, 0), 25)) * time.Second
	id, err := operationID(r)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	outcome, err := d.recall(r.Context(), id, r.Header.Get("Origin"), wait)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	answer(w, http.StatusOK, outcome)
}

// cancel is DELETE /v1/operations/{id}: the console's page withdraws what it
// asked. An operation that has ended stays as it ended.
func (d *Desk) cancel(w http.ResponseWriter, r *http.Request) {
	id, err := operationID(r)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	if op := d.find(id); op != nil && op.Origin == r.Header.Get("Origin") {
		op.mu.Lock()
		if op.outcome.State == Waiting {
			d.end(op, Refused, nil, refusal.New(refusal.Cancelled, fault.Conflict, "Операция отменена со страницы консоли.", nil))
		}
		op.mu.Unlock()
	}
	outcome, err := d.recall(r.Context(), id, r.Header.Get("Origin"), 0)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	answer(w, http.StatusOK, outcome)
}
