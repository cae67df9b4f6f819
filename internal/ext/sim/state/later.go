package state

import "time"

// later runs fn after the wait, or when the file closes.
func (s *Store) later(wait time.Duration, fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return
	}
	var t *time.Timer
	t = time.AfterFunc(wait, func() {
		s.mu.Lock()
		_, mine := s.waiting[t]
		delete(s.waiting, t)
		s.mu.Unlock()
		if mine {
			fn()
		}
	})
	s.waiting[t] = fn
}

// Close writes what waits and releases the file.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closing = true
	list := s.waiting
	s.waiting = nil
	s.mu.Unlock()
	for t, fn := range list {
		t.Stop()
		fn()
	}
	return s.db.Close()
}
