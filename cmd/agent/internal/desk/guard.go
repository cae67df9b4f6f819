package desk

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/fault"
)

// hostOnly serves requests whose Host is the agent's own address. A foreign
// name that was made to resolve to 127.0.0.1 (DNS rebinding) arrives with
// that name in Host.
func (d *Desk) hostOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if r.Host != d.Host {
			d.refuse(w, r, refusal.New(refusal.Host, fault.Forbidden, "Агент отвечает только по адресу "+d.Host+".", nil))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// consoleOnly serves pages of the allowed origins and answers their CORS
// questions; nobody else gets a CORS header.
func (d *Desk) consoleOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		if !slices.Contains(d.Origins, origin) {
			d.refuse(w, r, refusal.New(refusal.Origin, fault.Forbidden, "Этот адрес консоли не разрешён агенту. Добавьте его в настройку --origin агента.", nil))
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
			h.Set("Access-Control-Allow-Headers", "Content-Type")
			h.Set("Access-Control-Max-Age", "600")
			if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
				h.Set("Access-Control-Allow-Private-Network", "true")
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if !d.limit.allow("api", 600) {
			d.refuse(w, r, tooMany())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooMany() error {
	return refusal.New(refusal.Rate, fault.TooMany, "Слишком много обращений к агенту. Подождите минуту и повторите.", nil)
}

// refuse answers with the code and the words, and tells the log the cause.
func (d *Desk) refuse(w http.ResponseWriter, r *http.Request, err error) {
	ref := refusal.As(err)
	if ref.Code == refusal.Internal {
		d.Log.Error("operation failed", "path", r.URL.Path, "err", err)
	} else if d.limit.allow("log", 60) {
		d.Log.Warn("refused", "path", r.URL.Path, "code", ref.Code, "err", ref.Fault.Err)
	}
	answer(w, ref.Status(), failure{ref.Code, ref.Fault.Text})
}

// failure is the body of every refusal.
type failure struct {
	Code refusal.Code `json:"code"`
	Text string       `json:"text"` // Russian, for the operator
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the page may be gone
}

// note writes the journal; a journal that cannot be written is an incident.
func (d *Desk) note(e record.Entry) {
	e.At = d.Now().UTC()
	if err := d.Book.Note(e); err != nil {
		d.Log.Error("journal", "err", err)
	}
}

// limiter counts events of a class per minute.
type limiter struct {
	now func() time.Time

	mu     sync.Mutex
	minute time.Time
	count  map[string]int
}

func (l *limiter) allow(class string, perMinute int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if minute := l.now().Truncate(time.Minute); !minute.Equal(l.minute) {
		l.minute, l.count = minute, map[string]int{}
	}
	l.count[class]++
	return l.count[class] <= perMinute
}
