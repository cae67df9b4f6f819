package state

import (
	"sync"
	"time"
)

const (
	keepCount = 300         // messages kept per system
	lag       = time.Second // how long a message may wait to be written
)

// journal holds the last messages until they are written together: under load
// writing each by itself would cost more than answering it. A killed simulator
// forgets those of the last moment, no more.
type journal struct {
	mu      sync.Mutex
	pending []Message
	waits   bool // somebody will flush
	writing sync.Mutex
}

// Record writes a message into the log, soon, and forgets the oldest ones.
func (s *System) Record(m Message) {
	m.At = s.Now()
	m.Request, m.Response = clip(m.Request), clip(m.Response)
	j := &s.log
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.pending) == keepCount {
		j.pending = append(j.pending[:0], j.pending[1:]...)
	}
	j.pending = append(j.pending, m)
	if !j.waits {
		j.waits = true
		s.Store.later(lag, s.flush)
	}
}

// flush writes what Record has gathered.
func (s *System) flush() {
	j := &s.log
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	list := j.pending
	j.pending, j.waits = nil, false
	j.mu.Unlock()
	if len(list) == 0 {
		return
	}
	bucket := s.Bucket("log")
	err := s.Store.Update(func(tx *Tx) error {
		for _, m := range list {
			n, err := tx.Next(bucket)
			if err != nil {
				return err
			}
			if m.No = n; n > keepCount {
				if err := tx.Delete(bucket, Key(n-keepCount)); err != nil {
					return err
				}
			}
			if err := tx.Put(bucket, Key(n), m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.Log.Error("record messages", "system", s.Name, "err", err)
	}
}

// Messages reads up to n last messages, the newest first.
func (s *System) Messages(n int) ([]Message, error) {
	s.flush()
	var out []Message
	err := s.Store.View(func(tx *Tx) (err error) {
		out, err = Last[Message](tx, s.Bucket("log"), n)
		return err
	})
	return out, err
}

// Message reads one message by its number, or answers ErrNotFound.
func (s *System) Message(no uint64) (Message, error) {
	s.flush()
	var m Message
	err := s.Store.View(func(tx *Tx) error { return tx.Get(s.Bucket("log"), Key(no), &m) })
	return m, err
}
