package state

import (
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// Ways of being down.
const (
	Up   = ""
	Busy = "503"  // answers 503 Service Unavailable
	Drop = "drop" // closes the connection without a byte
)

// Knobs are the troubles a person or a test may switch on in one system.
type Knobs struct {
	Down           string  `json:"down"`            // "", "503" or "drop"
	SlowSeconds    float64 `json:"slow_seconds"`    // every request waits so long first
	WaitSeconds    float64 `json:"wait_seconds"`    // how long the system thinks before its answer is ready
	WrongSignature bool    `json:"wrong_signature"` // answers are signed badly
	Stale          bool    `json:"stale"`           // lists and OCSP only: answers are of the day before yesterday
	Twice          bool    `json:"twice"`           // each answer is delivered twice
	Refuse         string  `json:"refuse"`          // reason; not empty: everything is refused with it
	Fault          string  `json:"fault"`           // SMEV only: name of a fault that every SendRequest gets
	Multipart      bool    `json:"multipart"`       // SMEV only: answers as multipart/related
	Do             string  `json:"do"`              // SMEV only: steps done at every call, see smev.ParseSteps
	SkewSeconds    float64 `json:"skew_seconds"`    // SMEV only: by how much its clock is ahead of ours
	Statuses       bool    `json:"statuses"`        // SMEV only: news of what is taken lies in the queue of GetStatus
	External       string  `json:"external"`        // SMEV only: mnemonics whose requests wait for a provider outside, * = all
	Token          string  `json:"token"`           // ESIA only: what is wrong with tokens, see Check
}

const week = 7 * 24 * 3600

// Check refuses values that no knob has.
func (k Knobs) Check() error {
	switch k.Down {
	case Up, Busy, Drop:
	default:
		return fmt.Errorf("down is %q, want empty, 503 or drop", k.Down)
	}
	switch k.Token {
	case "", "expired", "other_aud", "other_iss", "unknown_kid", "clock":
	default:
		return fmt.Errorf("token is %q, want empty, expired, other_aud, other_iss, unknown_kid or clock", k.Token)
	}
	for _, s := range []float64{k.SlowSeconds, k.WaitSeconds} {
		if !(s >= 0 && s <= week) {
			return errors.New("seconds must lie between 0 and a week")
		}
	}
	if !(k.SkewSeconds >= -week && k.SkewSeconds <= week) {
		return errors.New("clocks differ by a week at most")
	}
	if len(k.Refuse) > 500 || len(k.Do) > 500 {
		return errors.New("the reason is longer than 500 bytes")
	}
	return nil
}

// Wait is WaitSeconds as a duration.
func (k Knobs) Wait() time.Duration { return time.Duration(k.WaitSeconds * float64(time.Second)) }

// System is one simulated system's name, knobs, counters and message log.
type System struct {
	Name  string // smev, ca, onec, mail, fns
	Store *Store
	Now   func() time.Time
	Log   *slog.Logger
	// CheckKnobs, when set, refuses what Knobs.Check cannot judge.
	CheckKnobs func(Knobs) error

	knobs atomic.Pointer[Knobs] // as stored
	log   journal
}

// NewSystem gives the system its default knobs when it has none yet.
func NewSystem(name string, store *Store, now func() time.Time, log *slog.Logger, defaults Knobs) (*System, error) {
	s := &System{Name: name, Store: store, Now: now, Log: log}
	err := store.Update(func(tx *Tx) error {
		if tx.Has("knobs", name) {
			return nil
		}
		return tx.Put("knobs", name, defaults)
	})
	return s, err
}

// Knobs reads the present knobs.
func (s *System) Knobs() Knobs {
	if k := s.knobs.Load(); k != nil {
		return *k
	}
	var k Knobs
	if err := s.Store.View(func(tx *Tx) error { return tx.Get("knobs", s.Name, &k) }); err != nil {
		s.Log.Error("read knobs", "system", s.Name, "err", err)
		return k
	}
	s.knobs.CompareAndSwap(nil, &k)
	return k
}

// SetKnobs stores the knobs; they survive a restart.
func (s *System) SetKnobs(k Knobs) error {
	if err := k.Check(); err != nil {
		return err
	}
	if s.CheckKnobs != nil {
		if err := s.CheckKnobs(k); err != nil {
			return err
		}
	}
	return s.Store.Update(func(tx *Tx) error {
		s.knobs.Store(&k)
		return tx.Put("knobs", s.Name, k)
	})
}

// Bucket names one of the system's own buckets.
func (s *System) Bucket(kind string) string { return s.Name + ":" + kind }

// Count adds one to a counter inside the caller's transaction.
func (s *System) Count(tx *Tx, counter string) error {
	var n int
	if err := tx.Get(s.Bucket("counters"), counter, &n); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return tx.Put(s.Bucket("counters"), counter, n+1)
}

// Counters reads all counters.
func (s *System) Counters() map[string]int {
	out := map[string]int{}
	err := s.Store.View(func(tx *Tx) error {
		return Each(tx, s.Bucket("counters"), func(k string, n int) (bool, error) {
			out[k] = n
			return true, nil
		})
	})
	if err != nil {
		s.Log.Error("read counters", "system", s.Name, "err", err)
	}
	return out
}
