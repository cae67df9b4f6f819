package db_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// Whoever is cut off in the middle, by the end of his time or because nobody
// waits for him any more, leaves nothing behind that the next one would meet: no
// broken connection, no open transaction, no lock.
func TestCutOff(t *testing.T) {
	d, err := db.Open(t.Context(), dbtest.New(t).DSN(), db.Options{MaxConns: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	other, err := db.Open(t.Context(), d.DSN(), db.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	query := func(ctx context.Context, c bun.IDB) error {
		var n int
		return c.QueryRowContext(ctx, `SELECT count(*) FROM generate_series(1, ?)`, rand.IntN(2000)).Scan(&n)
	}
	uses := map[string]func(ctx context.Context) error{
		"query": func(ctx context.Context) error { return query(ctx, d.Plain()) },
		"exec": func(ctx context.Context) error {
			_, err := d.Plain().ExecContext(ctx, `SELECT pg_sleep(?)`, rand.Float64()/1000)
			return err
		},
		"tx":   func(ctx context.Context) error { return d.Tx(ctx, 0, query) },
		"read": func(ctx context.Context) error { return d.Read(ctx, 0, query) },
		"alone": func(ctx context.Context) error {
			_, err := d.Alone(ctx, "cut", func(ctx context.Context) error { return query(ctx, d.Plain()) })
			return err
		},
	}
	for name, use := range uses {
		t.Run(name, func(t *testing.T) {
			for i := range 60 {
				var wg sync.WaitGroup
				for range 1 + i%3 {
					wg.Go(func() {
						after := rand.N(3 * time.Millisecond)
						ctx, cancel := context.WithTimeout(t.Context(), after)
						if i%2 == 0 { // called off instead
							ctx, cancel = context.WithCancel(t.Context())
							time.AfterFunc(after, cancel)
						}
						defer cancel()
						_ = use(ctx)
					})
				}
				wg.Wait()
				for then, use := range uses {
					if err := use(t.Context()); err != nil {
						t.Fatalf("%s after %d cut off: %v", then, i, err)
					}
				}
				for until := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) { // the server hears of a closed connection a little later
					ran, err := other.Alone(t.Context(), "cut", func(context.Context) error { return nil })
					if err != nil || !ran && time.Now().After(until) {
						t.Fatalf("after %d cut off the lock is not free, %v", i, err)
					}
					if ran {
						break
					}
				}
			}
		})
	}
}
