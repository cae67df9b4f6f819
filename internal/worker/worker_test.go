package worker

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/job"
)

// ask stores a question to SMEV, which is not connected here.
func ask(ctx context.Context, tx bun.IDB, partner int64) error {
	_, err := exchange.Ask(ctx, tx, time.Now(), exchange.Question{Partner: partner, Kind: exchange.Passport, Subject: 1, Content: []byte("<x/>")})
	return err
}

func partner(t *testing.T, d *db.DB) (id int64) {
	t.Helper()
	if err := d.Plain().QueryRowContext(t.Context(), `INSERT INTO partner (name, inn) VALUES ('ООО «Партнёр»', '7700000000') RETURNING id`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// A real worker takes the job within a second of the commit, never before it,
// and a job that waits for somebody outside comes back by itself.
func TestAJobIsTakenAtOnce(t *testing.T) {
	d := dbtest.New(t)
	p := partner(t, d)
	w := start(t, d)
	defer w.Stop(context.Background())
	const asleep = "kind = 'smev.send' AND state <> 'running' AND scheduled_at > now()" // asked and waits for its next time
	err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		if err := ask(ctx, tx, p); err != nil {
			return err
		}
		time.Sleep(700 * time.Millisecond)
		if n := count(t, d, "kind = 'smev.send'"); n != 0 {
			t.Error("a job is seen before its act is done")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	committed := time.Now()
	for count(t, d, asleep) == 0 {
		if time.Since(committed) > 5*time.Second {
			t.Fatal("nobody took the job")
		}
		time.Sleep(5 * time.Millisecond)
	}
	if took := time.Since(committed); took > time.Second {
		t.Errorf("taken after %v", took)
	}
	var text string
	if err := d.Plain().QueryRowContext(t.Context(), `SELECT last_error FROM exchange_message`).Scan(&text); err != nil || text == "" {
		t.Errorf("the question does not say why it waits: %q, %v", text, err)
	}
}

// Two workers over one queue do each job once, and one of them polls.
func TestTwoWorkersShareTheQueue(t *testing.T) {
	d := dbtest.New(t)
	a, b := start(t, d), start(t, d)
	defer a.Stop(context.Background())
	defer b.Stop(context.Background())
	for n := range int64(40) {
		enqueue(t, d, job.CaseMoved{Partner: 1, Application: n + 1})
	}
	deadline := time.Now().Add(15 * time.Second)
	for count(t, d, "kind = 'issuance.case_moved' AND state = 'completed'") < 40 {
		if time.Now().After(deadline) {
			t.Fatalf("%d of 40 jobs are done", count(t, d, "kind = 'issuance.case_moved' AND state = 'completed'"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := count(t, d, "kind = 'issuance.case_moved' AND attempt <> 1"); n != 0 {
		t.Errorf("%d jobs were taken twice", n)
	}
	if n := count(t, d, "kind = 'smev.poll' AND state NOT IN ('completed', 'cancelled', 'discarded')"); n != 1 {
		t.Errorf("%d pollers", n)
	}
}
