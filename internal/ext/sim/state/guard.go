package state

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"time"
)

// Message is one exchange as it went over the wire.
type Message struct {
	No       uint64    `json:"no"`
	At       time.Time `json:"at"`
	Title    string    `json:"title"` // method and path, or what the system called it
	Status   int       `json:"status"`
	ReqType  string    `json:"req_type"`
	Request  []byte    `json:"request"`
	RespType string    `json:"resp_type"`
	Response []byte    `json:"response"`
}

const (
	maxRequest = 12 << 20  // bytes of a request body any system reads
	keepBytes  = 512 << 10 // bytes of a body kept in the log
)

// Guard puts the system's temper in front of its handler: down, slow, a limit
// on the body, and the exchange written into the log.
func (s *System) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k := s.Knobs()
		if k.SlowSeconds > 0 {
			t := time.NewTimer(time.Duration(k.SlowSeconds * float64(time.Second)))
			defer t.Stop()
			select {
			case <-t.C:
			case <-r.Context().Done():
				return
			}
		}
		switch k.Down {
		case Drop:
			panic(http.ErrAbortHandler) // net/http closes the connection without an answer
		case Busy:
			w.Header().Set("Retry-After", "5")
			http.Error(w, "service unavailable", http.StatusServiceUnavailable)
			return
		}
		body, err := ReadAll(http.MaxBytesReader(w, r.Body, maxRequest), r.ContentLength)
		if err != nil {
			http.Error(w, "request too large or broken", http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		if !rec.quiet {
			s.Record(Message{
				Title: cmp.Or(rec.title, r.Method+" "+r.URL.Path), Status: rec.status,
				ReqType: r.Header.Get("Content-Type"), Request: body,
				RespType: rec.Header().Get("Content-Type"), Response: rec.body.Bytes(),
			})
		}
	})
}

// ReadAll reads a body whose length is said to be size; -1 = not said.
func ReadAll(r io.Reader, size int64) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, min(max(size, 0), 1<<20)+bytes.MinRead))
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}

func clip(b []byte) []byte {
	if len(b) > keepBytes {
		return b[:keepBytes]
	}
	return b
}

type recorder struct {
	http.ResponseWriter
	status int
	quiet  bool
	title  string
	body   bytes.Buffer
}

// Quiet keeps the present exchange out of the log: a poll that found nothing.
func Quiet(w http.ResponseWriter) {
	if r, ok := w.(*recorder); ok {
		r.quiet = true
	}
}

// Title says in the log what the present exchange was.
func Title(w http.ResponseWriter, title string) {
	if r, ok := w.(*recorder); ok {
		r.title = title
	}
}

// Unwrap lets a handler flush.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(code int) {
	r.status = code
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.body.Len() < keepBytes {
		r.body.Write(b[:min(len(b), keepBytes-r.body.Len())])
	}
	return r.ResponseWriter.Write(b)
}
