package state

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// Many come at once; each part is there exactly once or, when it failed, not at
// all, and each caller hears of its own part.
func TestTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "world.db")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	const callers, calls = 20, 30
	bad := errors.New("refused")
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			for j := range calls {
				key := fmt.Sprint(i, "-", j)
				err := s.Together(func(tx *Tx) error {
					var sum int
					if err := tx.Get("sum", "all", &sum); err != nil && !errors.Is(err, ErrNotFound) {
						return err
					}
					if err := errors.Join(tx.Put("part", key, j), tx.Put("sum", "all", sum+1)); err != nil {
						return err
					}
					if j%3 == 0 {
						return bad
					}
					return nil
				})
				if (j%3 == 0) != errors.Is(err, bad) {
					t.Errorf("%s: %v", key, err)
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.View(func(tx *Tx) error {
		var sum int
		if err := tx.Get("sum", "all", &sum); err != nil || sum != callers*calls*2/3 {
			t.Errorf("sum %d, %v", sum, err)
		}
		for i := range callers {
			for j := range calls {
				if key := fmt.Sprint(i, "-", j); tx.Has("part", key) == (j%3 == 0) {
					t.Errorf("part %s there: %t", key, j%3 == 0)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A panic of one part ends the others with an error instead of leaving them waiting.
func TestTogetherPanics(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "world.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	func() {
		defer func() { _ = recover() }()
		_ = s.Together(func(*Tx) error { panic("planted") })
	}()
	if err := s.Together(func(tx *Tx) error { return tx.Put("a", "b", 1) }); err != nil {
		t.Error(err)
	}
}
