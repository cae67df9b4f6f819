package desk

import (
	"mime"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/fault"
)

// operationID is the id in the path, checked: it becomes a file name.
func operationID(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if u, err := uuid.Parse(id); err != nil || u.String() != id {
		return "", refusal.New(refusal.Unknown, fault.NotFound, "Агент не знает такой операции.", nil)
	}
	return id, nil
}

// window finds the operation of a window's request. The browser that opened
// the window's address first holds its cookie; nobody else gets in. The
// cookie reaches other programs on this address but opens only this path.
func (d *Desk) window(r *http.Request) (*operation, error) {
	id, err := operationID(r)
	if err != nil {
		return nil, err
	}
	op := d.find(id)
	if op == nil {
		return nil, refusal.New(refusal.Unknown, fault.NotFound, "Этой операции уже нет: она завершена или агент был перезапущен. Закройте окно и повторите действие в консоли.", nil)
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	if c, err := r.Cookie("w"); err != nil || !sameKey(op.cookie, c.Value) {
		return nil, refusal.New(refusal.Origin, fault.Forbidden, "Окно этой операции уже открыто в другом месте. Закончите там или повторите действие в консоли.", nil)
	}
	return op, nil
}

// showWindow is GET /w/{id}. The address with the one-time key is traded for
// a cookie and leaves the address bar at once.
func (d *Desk) showWindow(w http.ResponseWriter, r *http.Request) {
	if t := r.URL.Query().Get("t"); t != "" {
		if id, err := operationID(r); err == nil {
			d.trade(w, id, t)
			http.Redirect(w, r, "/w/"+id, http.StatusSeeOther)
			return
		}
	}
	op, err := d.window(r)
	if err != nil {
		d.pageError(w, err)
		return
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	d.render(w, http.StatusOK, op, "", "")
}

func (d *Desk) trade(w http.ResponseWriter, id, ticket string) {
	op := d.find(id)
	if op == nil {
		return
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	if !sameKey(op.ticket, ticket) {
		return
	}
	op.ticket, op.cookie, op.outcome.Opened = "", newKey(), true
	http.SetCookie(w, &http.Cookie{
		Name: "w", Value: op.cookie, Path: "/w/" + id, HttpOnly: true,
		MaxAge: int(2 * envelope.MaxLife.Seconds()), SameSite: http.SameSiteLaxMode,
	})
}

// decide is POST /w/{id}: the operator's decision.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != d.origin() {
		d.pageError(w, refusal.New(refusal.Origin, fault.Forbidden, "Решение принимается только в окне агента.", nil))
		return
	}
	op, err := d.window(r)
	if err != nil {
		d.pageError(w, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		d.pageError(w, refusal.New(refusal.Malformed, fault.Invalid, "Форма передана не полностью. Повторите.", err))
		return
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.outcome.State == Waiting {
		switch r.PostFormValue("decision") {
		case "make":
			if err := d.carryOut(op, r.PostFormValue("carrier"), r.PostFormValue("pin")); err != nil {
				d.render(w, err.Status(), op, r.PostFormValue("carrier"), err.Fault.Text)
				return
			}
		case "refuse":
			d.end(op, Refused, nil, refusal.New(refusal.Declined, fault.Conflict, "Оператор отказался в окне агента.", nil))
		}
	}
	http.Redirect(w, r, "/w/"+op.ID, http.StatusSeeOther)
}

// carryOut performs the operation and ends it; what the operator can correct in
// the window (PIN, choice of the carrier) is returned instead and leaves it
// waiting.
func (d *Desk) carryOut(op *operation, carrier, pin string) *refusal.Error {
	result, err := d.perform(op, carrier, pin)
	if err == nil {
		d.end(op, Done, result, nil)
		return nil
	}
	ref := refusal.As(err)
	switch ref.Code {
	case refusal.PIN, refusal.NoToken, refusal.Carrier:
		e := op.entry("not-made")
		e.Code = string(ref.Code)
		d.note(e)
		return ref
	}
	d.end(op, Failed, nil, ref)
	return nil
}

// showDocument is GET /w/{id}/document: the bytes to be signed, for the
// operator to read in a program of his own.
func (d *Desk) showDocument(w http.ResponseWriter, r *http.Request) {
	op, err := d.window(r)
	if err == nil && op.Sign == nil {
		err = refusal.New(refusal.Unknown, fault.NotFound, "У этой операции нет документа.", nil)
	}
	if err != nil {
		d.pageError(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(op.Sign)}))
	_, _ = w.Write(op.Sign.Document)
}

func fileName(s *envelope.Sign) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s.Title)
	for mimeType, ext := range map[string]string{"application/pdf": ".pdf", "application/xml": ".xml", "text/xml": ".xml", "text/plain": ".txt", "application/json": ".json"} {
		if s.MIME == mimeType && !strings.HasSuffix(strings.ToLower(name), ext) {
			return name + ext
		}
	}
	return name
}
