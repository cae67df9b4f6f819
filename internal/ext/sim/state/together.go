package state

import (
	"errors"
	"runtime"

	"go.etcd.io/bbolt"
)

// part is what one caller wants done in a transaction shared with others.
type part struct {
	do   func(*Tx) error
	err  error
	done chan struct{}
}

// Together is Update that shares its transaction, and the cost of writing it,
// with others who come at the same time. An error undoes fn and nobody else's
// part, by doing the others' again: fn must bear to be called more than once.
func (s *Store) Together(fn func(*Tx) error) error {
	mine := &part{do: fn, done: make(chan struct{})}
	s.mu.Lock()
	s.parts = append(s.parts, mine)
	leads := len(s.parts) == 1
	s.mu.Unlock()
	if leads {
		runtime.Gosched() // who is about to come may come along
		s.commit()
	}
	<-mine.done
	return mine.err
}

// commit does the parts that have gathered by the time it is their turn to
// write.
func (s *Store) commit() {
	tx, err := s.db.Begin(true)
	s.mu.Lock()
	all := s.parts
	s.parts = nil
	s.mu.Unlock()
	outcome := errors.New("sim: a part of the transaction panicked")
	defer func() {
		for _, p := range all {
			if p.err == nil {
				p.err = outcome
			}
			close(p.done)
		}
	}()
	for err == nil && !s.try(tx, all) {
		tx, err = s.db.Begin(true)
	}
	if err == nil {
		err = tx.Commit()
	}
	outcome = err
}

// try does the parts that have not failed so far, and takes all back when one
// fails now.
func (s *Store) try(tx *bbolt.Tx, all []*part) (ok bool) {
	defer func() {
		if !ok {
			_ = tx.Rollback()
		}
	}()
	for _, p := range all {
		if p.err == nil {
			if p.err = p.do(&Tx{tx}); p.err != nil {
				return false
			}
		}
	}
	return true
}
