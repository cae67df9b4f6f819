package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"signdesk/internal/ext/sim/state"
)

// Status is what GET /control says of one system.
type Status struct {
	Knobs    state.Knobs    `json:"knobs"`
	Counters map[string]int `json:"counters"`
}

// Report is the answer of GET /control.
type Report struct {
	Systems     map[string]Status `json:"systems"`
	SMEVWaiting int               `json:"smev_waiting"` // answers nobody has acknowledged
	ESIA        map[string]int    `json:"esia"`         // registrations by certificate serial
}

// control is the API of tests, for loopback callers only:
//
//	GET  /control                 Report
//	POST /control                 {"smev":{"twice":true},…}: named knobs change, others stay; answers Report
//	GET  /control/log?system=S&n=N  last messages, the newest first, bodies in base64
//	POST /control/script          steps of SMEV as text, see smev.ParseSteps; answers those not done yet
//	DELETE /control/script        forgets those not done yet
//	POST /control/kinds           information types for SMEV as JSON, see smev.Kind; they last
//	GET  /control/inbox           {"mail":[…],"sms":[…]}, the newest first
func (w *World) control(mux *http.ServeMux) {
	handle := func(pattern string, fn func(r *http.Request) (any, int, error)) {
		mux.Handle(pattern, loopbackOnly(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			v, code, err := fn(r)
			if err != nil {
				http.Error(rw, err.Error(), code)
				return
			}
			rw.Header().Set("Content-Type", "application/json; charset=utf-8")
			_ = json.NewEncoder(rw).Encode(v)
		})))
	}
	handle("GET /control", func(*http.Request) (any, int, error) { return w.Report(), 0, nil })
	handle("POST /control", func(r *http.Request) (any, int, error) {
		if err := w.turn(io.LimitReader(r.Body, 64<<10)); err != nil {
			return nil, http.StatusBadRequest, err
		}
		return w.Report(), 0, nil
	})
	handle("GET /control/log", func(r *http.Request) (any, int, error) {
		s, ok := w.System(r.URL.Query().Get("system"))
		if !ok {
			return nil, http.StatusNotFound, fmt.Errorf("no such system")
		}
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		if n < 1 || n > 300 {
			n = 20
		}
		list, err := s.Messages(n)
		return list, http.StatusInternalServerError, err
	})
	handle("POST /control/script", func(r *http.Request) (any, int, error) {
		text, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
		if err == nil {
			err = w.SMEV.Script(string(text))
		}
		return w.SMEV.Left(), http.StatusBadRequest, err
	})
	handle("DELETE /control/script", func(*http.Request) (any, int, error) {
		return nil, http.StatusInternalServerError, w.SMEV.DropScript()
	})
	handle("POST /control/kinds", func(r *http.Request) (any, int, error) {
		text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err == nil {
			err = w.SMEV.RegisterJSON(text)
		}
		return nil, http.StatusBadRequest, err
	})
	handle("GET /control/inbox", func(*http.Request) (any, int, error) {
		letters, err := w.Mail.Letters(100)
		if err != nil {
			return nil, http.StatusInternalServerError, err
		}
		shorts, err := w.SMS.Shorts(100)
		return map[string]any{"mail": letters, "sms": shorts}, http.StatusInternalServerError, err
	})
}

// Report collects knobs and counters.
func (w *World) Report() Report {
	out := Report{Systems: map[string]Status{}, SMEVWaiting: w.SMEV.Waiting(), ESIA: w.SMEV.Registrations()}
	for _, c := range w.cards {
		out.Systems[c.System.Name] = Status{Knobs: c.System.Knobs(), Counters: c.System.Counters()}
	}
	return out
}

// turn changes the named knobs of the named systems, all or none.
func (w *World) turn(r io.Reader) error {
	var wish map[string]json.RawMessage
	if err := json.NewDecoder(r).Decode(&wish); err != nil {
		return fmt.Errorf("body is not an object of systems: %w", err)
	}
	knobs := map[*state.System]state.Knobs{}
	for name, raw := range wish {
		s, ok := w.System(name)
		if !ok {
			return fmt.Errorf("no system %q", name)
		}
		k := s.Knobs()
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&k); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := k.Check(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		knobs[s] = k
	}
	for s, k := range knobs {
		if err := s.SetKnobs(k); err != nil {
			return err
		}
	}
	return nil
}

// loopbackOnly lets in callers of this machine that name it by a loopback
// name, and no form of another site.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, _, err := net.SplitHostPort(r.RemoteAddr)
		host := r.Host
		if h, _, err := net.SplitHostPort(r.Host); err == nil {
			host = h
		}
		host = strings.Trim(host, "[]")
		if ip := net.ParseIP(peer); err != nil || ip == nil || !ip.IsLoopback() ||
			host != "localhost" && !net.ParseIP(host).IsLoopback() {
			http.Error(w, "loopback only", http.StatusForbidden)
			return
		}
		if site := r.Header.Get("Sec-Fetch-Site"); r.Method != http.MethodGet && site != "" && site != "same-origin" && site != "none" {
			http.Error(w, "foreign form", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
