package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

var noon = time.Date(2026, 11, 20, 9, 0, 0, 123456789, time.UTC)

func partner(t *testing.T, d *db.DB) (id int64) {
	t.Helper()
	if err := d.Plain().QueryRowContext(t.Context(), `INSERT INTO partner (name, inn) VALUES ('ООО «Партнёр»', '7700000000') RETURNING id`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func act(p int64, n int) audit.Act {
	return audit.Act{Partner: p, Actor: audit.Actor{ID: int64(n%3 + 1), Name: "Иванова «М.»"}, Action: "owner.save", Object: fmt.Sprint("owner:", n), Org: int64(n % 2), Details: map[string]any{"n": n}}
}

func write(t *testing.T, d *db.DB, a audit.Act) {
	t.Helper()
	if err := d.Tx(t.Context(), a.Partner, func(ctx context.Context, tx bun.IDB) error { return audit.Write(ctx, tx, noon, a) }); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, d *db.DB, p int64) (n int64, err error) {
	t.Helper()
	_ = d.Read(t.Context(), p, func(ctx context.Context, tx bun.IDB) error { n, err = audit.Verify(ctx, tx, p); return nil })
	return n, err
}

// Writers of one partner wait for each other; the chain has no gap and no fork.
func TestManyWritersMakeOneChain(t *testing.T) {
	d := dbtest.New(t)
	ours, theirs := partner(t, d), partner(t, d)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 25 {
				p := ours
				if w%2 == 0 {
					p = theirs
				}
				err := d.Tx(t.Context(), p, func(ctx context.Context, tx bun.IDB) error {
					if err := audit.Write(ctx, tx, noon, act(p, w*100+i)); err != nil {
						return err
					}
					if i%5 == 4 {
						return errors.New("rolled back")
					}
					return nil
				})
				if err != nil && i%5 != 4 {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, p := range []int64{ours, theirs} {
		if n, err := verify(t, d, p); n != 80 || err != nil {
			t.Errorf("partner %d: %d records hold, %v; want 80: those rolled back leave none", p, n, err)
		}
	}
}

// Whatever is changed, taken out or added behind the program's back is found.
func TestTamperingIsFound(t *testing.T) {
	changes := map[string]string{
		"time":     `UPDATE audit_record SET at = at + interval '1 microsecond' WHERE seq = 3`,
		"actor id": `UPDATE audit_record SET actor_id = 9 WHERE seq = 3`,
		"nobody":   `UPDATE audit_record SET actor_id = NULL WHERE seq = 3`,
		"actor":    `UPDATE audit_record SET actor = actor || '.' WHERE seq = 3`,
		"action":   `UPDATE audit_record SET action = 'owner.look' WHERE seq = 3`,
		"object":   `UPDATE audit_record SET object = 'owner:4' WHERE seq = 3`,
		"org":      `UPDATE audit_record SET org_id = 77 WHERE seq = 3`,
		"details":  `UPDATE audit_record SET details = replace(details, '2', '3') WHERE seq = 3`,
		"prev":     `UPDATE audit_record SET prev_hash = set_byte(prev_hash, 31, get_byte(prev_hash, 31) # 1) WHERE seq = 3`,
		"hash":     `UPDATE audit_record SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE seq = 3`,
		"taken":    `DELETE FROM audit_record WHERE seq = 3`,
		"the end":  `DELETE FROM audit_record WHERE seq = 6`,
		"the head": `UPDATE audit_head SET seq = 5`,
		"moved":    `UPDATE audit_record SET action = object, object = action WHERE seq = 3`,
		"swapped":  `UPDATE audit_record SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3); UPDATE audit_record SET seq = seq - 100 WHERE seq > 100`,
		// whoever can write the table rewrites every hash after his change: the
		// head alone, kept by somebody else, would show it
		"the head's hash": `UPDATE audit_head SET hash = set_byte(hash, 5, get_byte(hash, 5) # 1)`,
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			dsn := dbtest.DSN(t)
			d, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			p := partner(t, d)
			for n := range 6 {
				write(t, d, act(p, n))
			}
			if n, err := verify(t, d, p); n != 6 || err != nil {
				t.Fatal(n, err)
			}
			owner, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true, MaxConns: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer owner.Close()
			if _, err := owner.Plain().ExecContext(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if n, err := verify(t, d, p); err == nil {
				t.Errorf("%d records hold", n)
			} else {
				t.Log(err)
			}
		})
	}
}

// An exported record proves itself by its fields: every bit of every field counts.
func TestEveryFieldIsInTheHash(t *testing.T) {
	r := audit.Record{Partner: 1, Seq: 2, At: noon, ActorID: 3, Actor: "Иванова", Action: "owner.save", Object: "owner:4", Org: 5, Details: "{}", Prev: make([]byte, 32)}
	sums := map[string]string{string(r.Sum()): "as it is"}
	for name, change := range map[string]func(*audit.Record){
		"partner": func(r *audit.Record) { r.Partner++ }, "seq": func(r *audit.Record) { r.Seq++ }, "at": func(r *audit.Record) { r.At = r.At.Add(time.Microsecond) },
		"actor id": func(r *audit.Record) { r.ActorID = 0 }, "actor": func(r *audit.Record) { r.Actor += "а" }, "action": func(r *audit.Record) { r.Action, r.Object = "owner.saveo", "wner:4" },
		"org": func(r *audit.Record) { r.Org = 0 }, "details": func(r *audit.Record) { r.Details = "" }, "prev": func(r *audit.Record) { r.Prev = make([]byte, 31) },
	} {
		c := r
		change(&c)
		if same, ok := sums[string(c.Sum())]; ok {
			t.Errorf("%s and %s have one hash", name, same)
		}
		sums[string(c.Sum())] = name
	}
}

func TestListIsNarrowed(t *testing.T) {
	d := dbtest.New(t)
	p := partner(t, d)
	for n := range 9 {
		a := act(p, n)
		if n == 8 {
			a.Action = "owners_x.save" // its first word is another one
		}
		write(t, d, a)
	}
	for name, c := range map[string]struct {
		filter audit.Filter
		rows   string
		total  int
	}{
		"everything":   {audit.Filter{}, "9 8 7 6 5 4 3 2 1", 9},
		"a page":       {audit.Filter{Limit: 2, Before: 5}, "4 3", 9},
		"one person":   {audit.Filter{ActorID: 2}, "8 5 2", 3},
		"a centre":     {audit.Filter{Actors: []int64{1, 3}}, "9 7 6 4 3 1", 6},
		"nobody":       {audit.Filter{Actors: []int64{}}, "", 0},
		"one area":     {audit.Filter{Area: "owner"}, "8 7 6 5 4 3 2 1", 8},
		"no wildcards": {audit.Filter{Area: "owner%"}, "", 0},
		"organisation": {audit.Filter{Org: 1}, "8 6 4 2", 4},
		"tomorrow":     {audit.Filter{From: noon.Add(time.Hour)}, "", 0},
		"until now":    {audit.Filter{To: noon.Truncate(time.Microsecond)}, "", 0},
	} {
		err := d.Read(t.Context(), p, func(ctx context.Context, tx bun.IDB) error {
			list, total, err := audit.List(ctx, tx, p, c.filter)
			var rows []string
			for _, r := range list {
				rows = append(rows, fmt.Sprint(r.Seq))
			}
			if got := strings.Join(rows, " "); got != c.rows || total != c.total {
				t.Errorf("%s: %q of %d, want %q of %d", name, got, total, c.rows, c.total)
			}
			return err
		})
		if err != nil {
			t.Error(name, err)
		}
	}
}
