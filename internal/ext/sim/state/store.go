// Package state is what every simulated system keeps between two starts: its
// records, its knobs for trouble, its counters and the last messages it saw.
//
// All of it lies in one bbolt file, so a simulator killed at any moment comes
// back with the same queues and the same answers. Records are JSON, one bucket
// per kind; a bucket's name begins with the system it belongs to.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// ErrNotFound says that the bucket holds no such key.
var ErrNotFound = errors.New("sim: no such record")

// Store is the one database file of a simulated world.
type Store struct {
	db      *bbolt.DB
	mu      sync.Mutex
	closing bool
	waiting map[*time.Timer]func() // what is to be written before the file closes
	parts   []*part                // of the next shared transaction
}

// Open opens or makes the file; a second process on the same file waits two
// seconds and gives up.
func Open(path string) (*Store, error) {
	// NoSync: a killed process loses nothing, the kernel has the pages; only a
	// power failure could, and that is no case for a simulator. The list of free
	// pages is found anew at the next start instead of being written each time.
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 2 * time.Second, NoSync: true,
		NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Store{db: db, waiting: map[*time.Timer]func(){}}, nil
}

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

// Update runs fn in the one writing transaction; an error undoes all of it.
func (s *Store) Update(fn func(*Tx) error) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return fn(&Tx{tx}) })
}

// View runs fn in a reading transaction.
func (s *Store) View(fn func(*Tx) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return fn(&Tx{tx}) })
}

// Tx is a transaction over JSON records.
type Tx struct{ tx *bbolt.Tx }

// Put stores v under the key.
func (t *Tx) Put(bucket, key string, v any) error {
	b, err := t.tx.CreateBucketIfNotExists([]byte(bucket))
	if err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", bucket, err)
	}
	return b.Put([]byte(key), raw)
}

// Get reads the record into v, or answers ErrNotFound.
func (t *Tx) Get(bucket, key string, v any) error {
	b := t.tx.Bucket([]byte(bucket))
	if b == nil {
		return ErrNotFound
	}
	raw := b.Get([]byte(key))
	if raw == nil {
		return ErrNotFound
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("decode %s: %w", bucket, err)
	}
	return nil
}

// Has reports whether the key is there.
func (t *Tx) Has(bucket, key string) bool {
	b := t.tx.Bucket([]byte(bucket))
	return b != nil && b.Get([]byte(key)) != nil
}

// Delete removes the key; a missing one is no error.
func (t *Tx) Delete(bucket, key string) error {
	b := t.tx.Bucket([]byte(bucket))
	if b == nil {
		return nil
	}
	return b.Delete([]byte(key))
}

// Next gives the bucket's next number, starting at 1, never repeated.
func (t *Tx) Next(bucket string) (uint64, error) {
	b, err := t.tx.CreateBucketIfNotExists([]byte(bucket))
	if err != nil {
		return 0, fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return b.NextSequence()
}

// Len counts the bucket's records.
func (t *Tx) Len(bucket string) int {
	b := t.tx.Bucket([]byte(bucket))
	if b == nil {
		return 0
	}
	return b.Stats().KeyN
}

// Each calls fn for every record in key order until it says stop.
func Each[T any](t *Tx, bucket string, fn func(key string, v T) (more bool, err error)) error {
	b := t.tx.Bucket([]byte(bucket))
	if b == nil {
		return nil
	}
	c := b.Cursor()
	for k, raw := c.First(); k != nil; k, raw = c.Next() {
		var v T
		if err := json.Unmarshal(raw, &v); err != nil {
			return fmt.Errorf("decode %s: %w", bucket, err)
		}
		if more, err := fn(string(k), v); err != nil || !more {
			return err
		}
	}
	return nil
}

// Last reads up to n records, the newest key first.
func Last[T any](t *Tx, bucket string, n int) ([]T, error) {
	b := t.tx.Bucket([]byte(bucket))
	if b == nil {
		return nil, nil
	}
	var out []T
	c := b.Cursor()
	for k, raw := c.Last(); k != nil && len(out) < n; k, raw = c.Prev() {
		var v T
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, fmt.Errorf("decode %s: %w", bucket, err)
		}
		out = append(out, v)
	}
	return out, nil
}

// First returns the first key that begins with the prefix, in key order.
func (t *Tx) First(bucket, prefix string) (key string, ok bool) {
	for key := range t.Keys(bucket, prefix) {
		return key, true
	}
	return "", false
}

// Keys runs through the keys that begin with the prefix, in key order. The
// bucket must not change meanwhile.
func (t *Tx) Keys(bucket, prefix string) iter.Seq[string] {
	return func(yield func(string) bool) {
		b := t.tx.Bucket([]byte(bucket))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, _ := c.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = c.Next() {
			if !yield(string(k)) {
				return
			}
		}
	}
}

// Key writes a number so that keys sort as numbers do.
func Key(n uint64) string { return fmt.Sprintf("%016x", n) }
