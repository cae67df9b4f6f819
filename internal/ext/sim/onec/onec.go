// Package onec plays 1C:Enterprise behind an HTTP service of its own: the
// console ships paid services, 1C makes an act and an invoice (счёт-фактура)
// with its own numbers and dates, and the console fetches their files.
//
// All paths stand under /onec, every request carries Authorization: Bearer.
// Errors are {"errors":[{"path","code","message"}]}.
//
//	POST /shipments             Idempotency-Key; body Shipment -> 202 {"job_id"}
//	                            the same key and body -> the same job; another body -> 409;
//	                            a shipment that already lives under another key -> 409; bad data -> 422
//	GET  /jobs/{id}             Job: accepted, processing, done or failed
//	GET  /files/{id}            the bytes of a document's file
//	POST /jobs/{id}/confirm     the documents were taken over; repeating is harmless
//	POST /shipments/{id}/cancel the job fails with code cancelled; after confirm -> 409
//	GET  /changes?since=N       what changed after number N: {"changes":[…],"next":N}
package onec

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"signdesk/internal/ext/sim/state"
)

// Service is the accounting system.
type Service struct {
	*state.System
	Token string
}

// Defaults are the knobs of a fresh world: documents take three seconds.
func Defaults() state.Knobs { return state.Knobs{WaitSeconds: 3} }

type tx = state.Tx

// Problem is one error of an answer; Path names the field, lines[0].vat.
type Problem struct {
	Path    string `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// failure is an answer other than success.
type failure struct {
	status   int
	problems []Problem
}

func (f *failure) Error() string { return f.problems[0].Message }

func fail(status int, path, code, message string) *failure {
	return &failure{status, []Problem{{path, code, message}}}
}

var errMissing = fail(http.StatusNotFound, "", "not_found", "Объект не найден")

// Handler serves the paths below prefix.
func (s *Service) Handler(prefix string) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, fn func(http.ResponseWriter, *http.Request) (int, any, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+prefix+path, func(w http.ResponseWriter, r *http.Request) {
			status, v, err := fn(w, r)
			s.reply(w, status, v, err)
		})
	}
	handle("POST /shipments", s.ship)
	handle("POST /shipments/{id}/cancel", s.cancel)
	handle("GET /jobs/{id}", s.job)
	handle("POST /jobs/{id}/confirm", s.confirm)
	handle("GET /changes", s.changes)
	mux.HandleFunc("GET "+prefix+"/files/{id}", s.file)
	mux.HandleFunc(prefix+"/", func(w http.ResponseWriter, r *http.Request) { s.reply(w, 0, nil, errMissing) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			s.reply(w, 0, nil, fail(http.StatusUnauthorized, "", "unauthorized", "Неверный ключ доступа"))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Service) reply(w http.ResponseWriter, status int, v any, err error) {
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			s.Log.Error("1c", "err", err)
			f = fail(http.StatusInternalServerError, "", "internal", "Внутренняя ошибка 1С")
		}
		status, v = f.status, map[string]any{"errors": f.problems}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
