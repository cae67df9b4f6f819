package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/job"
)

// With a hundred thousand messages nothing that runs again and again reads a
// large table from end to end.
func TestNoLargeTableIsRead(t *testing.T) {
	o := newOffice(t)
	owner, err := db.Open(t.Context(), o.DB.DSN(), db.Options{AsOwner: true, MaxConns: 1, Keys: dbtest.Keys})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	for _, q := range []string{
		`INSERT INTO exchange_message (partner_id, kind, subject_id, message_id, sealed, key_id, status, created_at, sent_at, answered_at, next_at, fault)
			SELECT ` + fmt.Sprint(o.partner) + `, 'snils', -i, 'old-' || i, '\x00', '` + dbtest.Keys.Current() + `', s.status, at, at, CASE WHEN s.status IN ('answered', 'refused') THEN at END, CASE s.status WHEN 'queued' THEN at + interval '1 year' END, CASE s.status WHEN 'refused' THEN 'InvalidContent' ELSE '' END
			FROM generate_series(1, 100000) AS i, LATERAL (SELECT CASE WHEN i % 100 = 0 THEN 'refused' WHEN i % 50 = 1 THEN 'queued' WHEN i % 10 = 3 THEN 'sent' ELSE 'answered' END AS status) AS s,
			LATERAL (SELECT timestamptz '2026-11-22 08:00Z' - i * interval '5 minutes' AS at) AS a`,
		`INSERT INTO exchange_answer (message_id, reference_id, question, kind, text, sealed, key_id, final, received_at, acked_at)
			SELECT 'a' || id, message_id, id, 'content', '', '\x00', key_id, true, answered_at, answered_at FROM exchange_message WHERE status = 'answered'`,
		`INSERT INTO exchange_wire (id, message, operation, sent, at, status, media_type, size, verdict, sealed, key_id)
			SELECT gen_random_uuid(), id, 'SendRequest', true, sent_at, 200, '', 1, 'own', '\x00', key_id FROM exchange_message WHERE sent_at IS NOT NULL`,
		`VACUUM ANALYZE exchange_message, exchange_answer, exchange_wire`,
		`SELECT pg_stat_force_next_flush()`, // what was read for that is told now, not amid a step
	} {
		if _, err := owner.Plain().ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	o.Keep = 10 * 365 * 24 * time.Hour
	poll := func(ctx context.Context, _ bun.IDB) error { _, err := o.Poll(ctx, job.PollSMEV{}); return err }
	steps := []struct {
		name string
		run  func(context.Context, bun.IDB) error
	}{
		{"look", func(ctx context.Context, tx bun.IDB) error {
			_, err := exchange.Look(ctx, tx, o.partner, o.now())
			return err
		}},
		{"hours", func(ctx context.Context, tx bun.IDB) error {
			_, err := exchange.Hours(ctx, tx, o.partner, o.now().Add(-72*time.Hour), o.now())
			return err
		}},
		{"list", func(ctx context.Context, tx bun.IDB) error {
			_, err := exchange.List(ctx, tx, o.partner, exchange.Filter{})
			return err
		}},
		{"refused", func(ctx context.Context, tx bun.IDB) error {
			_, err := exchange.List(ctx, tx, o.partner, exchange.Filter{Status: "refused"})
			return err
		}},
		{"strays", func(ctx context.Context, tx bun.IDB) error { _, err := exchange.Strays(ctx, tx, 20); return err }},
		{"card", func(ctx context.Context, tx bun.IDB) error {
			_, err := exchange.Open(ctx, tx, o.partner, 5)
			return err
		}},
		{"poll", poll}, // nothing has come: it asks what became of the old ones
		{"send", func(ctx context.Context, _ bun.IDB) error { _, err := o.Send(ctx, job.SendMessage{}); return err }},
		{"poll", poll},
		{"keep", func(ctx context.Context, _ bun.IDB) error { _, err := o.Destroy(ctx); return err }},
	}
	o.ask(time.Time{})
	d, err := db.Open(t.Context(), o.DB.DSN(), db.Options{MaxConns: 2, Keys: dbtest.Keys}) // few connections: their plans are all looked at
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	o.DB = d
	for _, step := range steps {
		before := read(t, d)
		begun := time.Now()
		var err error
		name := step.name
		if name == "send" || name == "poll" || name == "keep" {
			err = step.run(t.Context(), nil)
		} else {
			err = d.Read(t.Context(), o.partner, step.run)
		}
		took := time.Since(begun)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if after := read(t, d); after != before {
			t.Errorf("%s reads a large table from end to end: %s, before %s", name, after, before)
		}
		t.Logf("%s: %s", name, took)
	}
	before := read(t, d)
	if err := d.Read(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `SELECT count(*) FROM exchange_message WHERE progress = 'x'`)
		return err
	}); err != nil || read(t, d) == before {
		t.Errorf("a whole reading is not noticed: %v", err)
	}
}

// read is how often each large table was read from end to end, as PostgreSQL
// counts it for every connection that has told.
func read(t *testing.T, d *db.DB) string {
	t.Helper()
	var out []string
	tell := func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `SELECT pg_stat_force_next_flush()`)
		return err
	}
	if err := d.Read(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		return errors.Join(tell(ctx, tx), d.Read(ctx, 0, tell)) // both connections
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Plain().NewRaw(`SELECT relname || ' ' || seq_scan FROM pg_stat_user_tables WHERE relname IN ('exchange_message', 'exchange_answer', 'exchange_wire') ORDER BY relname`).Scan(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, ", ")
}
