package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
	"signdesk/internal/vault"
)

// settled is an office whose people are there and that has asked one question
// and has its answer.
func settled(t *testing.T) (o *office, people map[string]*staff.Employee, id int64) {
	t.Helper()
	o = newOffice(t)
	people = orgtest.Staff(t, o.DB)
	o.partner = people["operator"].PartnerID
	id = o.ask(time.Time{})
	o.settle()
	return o, people, id
}

func (o *office) card(id int64) (c *exchange.Card) {
	o.Helper()
	o.read(func(ctx context.Context, tx bun.IDB) (err error) {
		c, err = exchange.Open(ctx, tx, o.partner, id)
		return err
	})
	return c
}

func (o *office) read(fn func(context.Context, bun.IDB) error) {
	o.Helper()
	if err := o.DB.Read(o.Context(), o.partner, fn); err != nil {
		o.Fatal(err)
	}
}

// scoped counts behind the partner's wall.
func (o *office) scoped(query string) (n int) {
	o.Helper()
	o.read(func(ctx context.Context, tx bun.IDB) error { return tx.QueryRowContext(ctx, query).Scan(&n) })
	return n
}

// The journal has every message with its signer; nothing personal can be read
// in the tables; who may look gives a reason where his role needs one, and
// every look is logged.
func TestJournalIsSealedAndOpenedByRight(t *testing.T) {
	o, people, id := settled(t)
	c := o.card(id)
	if c.Status != "answered" || len(c.Answers) != 1 || len(c.Wires) != 6 {
		t.Fatalf("%+v", c)
	}
	for i, want := range []struct{ operation, verdict, signer string }{{"SendRequest", "own", ""}, {"SendRequest", "good", "СМЭВ (учебная)"}, {"GetResponse", "own", ""}, {"GetResponse", "good", "СМЭВ (учебная)"},
		{"Ack", "own", ""}, {"Ack", "none", ""}} {
		if w := c.Wires[i]; w.Operation != want.operation || w.Verdict != want.verdict || w.Signer != want.signer || w.Size == 0 || w.Destroyed {
			t.Errorf("wire %d: %+v", i, w)
		}
	}
	for _, table := range []string{"exchange_message", "exchange_answer", "exchange_wire"} {
		if n := o.number(`SELECT count(*) FROM ? AS r WHERE strpos(r::text, ?) + strpos(r::text, ?) + strpos(r::text, encode(convert_to(?, 'UTF8'), 'hex')) > 0`, bun.Ident(table), "Щукина", "11223344595", "Щукина"); n != 0 {
			t.Errorf("%s can be read", table)
		}
	}
	var answers []exchange.Answer
	o.read(func(ctx context.Context, tx bun.IDB) (err error) {
		answers, err = exchange.Answers(ctx, tx, &c.Message)
		return err
	})
	if v, err := smev.DecodeSNILS(answers[0].Content); err != nil || v == "" {
		t.Errorf("the answer opens as %q, %v", answers[0].Content, err)
	}
	ours := c.Wires[0].ID
	for role, want := range map[string]struct {
		reason string
		kind   fault.Kind
	}{"operator": {"", 0}, "supervisor": {"жалоба клиента", 0}, "accountant": {"", fault.Forbidden}, "admin": {"проверка", fault.Forbidden}} {
		_, body, err := exchange.Raw(t.Context(), o.DB, people[role], o.now(), ours, want.reason)
		var f *fault.Error
		if want.kind == 0 && (err != nil || !bytes.Contains(body, []byte("Щукина"))) || want.kind != 0 && (!errors.As(err, &f) || f.Kind != want.kind) {
			t.Errorf("%s: %d octets, %v", role, len(body), err)
		}
	}
	if _, _, err := exchange.Raw(t.Context(), o.DB, people["supervisor"], o.now(), ours, ""); err == nil {
		t.Error("a supervisor looked without a reason")
	}
	if n := o.scoped(`SELECT count(*) FROM personal_view WHERE object LIKE 'exchange:%'`); n != 2 {
		t.Errorf("%d looks are logged", n)
	}
	stranger := *people["operator"]
	stranger.PartnerID++
	if _, _, err := exchange.Raw(t.Context(), o.DB, &stranger, o.now(), ours, ""); err == nil {
		t.Error("another partner looked")
	}
	if err := o.DB.Read(t.Context(), o.partner+1, func(ctx context.Context, tx bun.IDB) error {
		_, err := exchange.Open(ctx, tx, o.partner+1, id)
		return err
	}); err == nil {
		t.Error("another partner opened the card")
	}
}

// What is old is destroyed with a record of it; ids, times and outcome stay.
// What an older version left open, or a former key sealed, is sealed anew.
func TestContentsAreSealedAnewAndDestroyed(t *testing.T) {
	o, people, id := settled(t)
	if _, err := o.DB.Plain().ExecContext(t.Context(), `UPDATE exchange_message SET content = ?, sealed = NULL, key_id = NULL`, content); err != nil {
		t.Fatal(err)
	}
	other, err := vault.New(strings.Repeat("77", 32), strings.Repeat("5a", 32))
	if err != nil {
		t.Fatal(err)
	}
	turned, err := db.Open(t.Context(), o.DB.DSN(), db.Options{Keys: other})
	if err != nil {
		t.Fatal(err)
	}
	defer turned.Close()
	p := o.post(turned)
	if _, err := p.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := o.number(`SELECT (SELECT count(*) FROM exchange_message WHERE key_id <> ?0 OR content IS NOT NULL) + (SELECT count(*) FROM exchange_answer WHERE key_id <> ?0) + (SELECT count(*) FROM exchange_wire WHERE key_id <> ?0)`, other.Current()); n != 0 {
		t.Errorf("%d values are under the former key or open", n)
	}
	ours := o.card(id).Wires[0].ID
	if _, body, err := exchange.Raw(t.Context(), turned, people["operator"], o.now(), ours, ""); err != nil || !bytes.Contains(body, []byte("Щукина")) {
		t.Errorf("after the key was replaced: %v", err)
	}
	p.Keep = 30 * 24 * time.Hour
	o.forward(29 * 24 * time.Hour)
	for _, want := range []int{0, 8} {
		if _, err := p.Destroy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := o.number(`SELECT (SELECT count(*) FROM exchange_message WHERE sealed IS NULL) + (SELECT count(*) FROM exchange_answer WHERE sealed IS NULL) + (SELECT count(*) FROM exchange_wire WHERE sealed IS NULL)`); n != want {
			t.Errorf("%d values destroyed, want %d", n, want)
		}
		o.forward(2 * 24 * time.Hour)
	}
	if c := o.card(id); c.Status != "answered" || len(c.Wires) != 6 || !c.Wires[0].Destroyed || c.AnsweredAt.IsZero() {
		t.Errorf("what stays: %+v", c)
	}
	if n := o.scoped(`SELECT count(*) FROM audit_record WHERE action = 'exchange.destroy' AND details LIKE '%"rows":8%'`); n != 1 {
		t.Errorf("%d records of the destruction", n)
	}
	if _, _, err := exchange.Raw(t.Context(), turned, people["operator"], o.now(), ours, ""); err == nil {
		t.Error("a destroyed message opened")
	}
}

// A question whose end has passed is refused to people; sent anew it gets its
// answer; a late answer to the first stays history.
func TestExpiredIsSentAnew(t *testing.T) {
	o, people, _ := settled(t)
	if err := o.world.SMEV.Script("SendRequest 503"); err != nil {
		t.Fatal(err)
	}
	id := o.ask(o.now().Add(time.Minute))
	if _, err := o.Send(t.Context(), job.SendMessage{}); err != nil {
		t.Fatal(err)
	}
	o.forward(2 * time.Minute)
	if _, err := o.Poll(t.Context(), job.PollSMEV{}); err != nil {
		t.Fatal(err)
	}
	if c := o.card(id); c.Status != "refused" || c.Fault != "expired" {
		t.Fatalf("%+v", c.Message)
	}
	var anew int64
	resend := func(by *staff.Employee) error {
		return o.DB.Tx(t.Context(), o.partner, func(ctx context.Context, tx bun.IDB) (err error) {
			anew, err = exchange.Resend(ctx, tx, by, o.now(), id)
			return err
		})
	}
	if err := resend(people["accountant"]); err == nil {
		t.Error("an accountant sent it anew")
	}
	if err := resend(people["operator"]); err != nil {
		t.Fatal(err)
	}
	first := anew
	if err := resend(people["operator"]); err == nil {
		t.Error("sent anew twice")
	}
	o.settle()
	if c := o.card(first); c.Status != "answered" || c.Resends != id {
		t.Errorf("%+v", c.Message)
	}
	if c := o.card(id); c.ResentAs != first || c.Status != "refused" {
		t.Errorf("%+v", c)
	}
}

// One process polls a queue at a time, whoever else tries.
func TestOnePollerPerQueue(t *testing.T) {
	o := newOffice(t)
	second, err := db.Open(t.Context(), o.DB.DSN(), db.Options{Keys: dbtest.Keys})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := o.world.SMEV.Script("GetResponse slow 700ms"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, err := o.Poll(t.Context(), job.PollSMEV{}); done <- err }()
	time.Sleep(200 * time.Millisecond)
	other := o.post(second)
	begun := time.Now()
	if again, err := other.Poll(t.Context(), job.PollSMEV{}); err != nil || again != time.Second || time.Since(begun) > 300*time.Millisecond || len(o.world.SMEV.Left()) != 0 {
		t.Errorf("the second poller came back after %s, again in %s, %v", time.Since(begun), again, err)
	}
	if n := o.number(`SELECT count(*) FROM exchange_line`); n != 0 {
		t.Error("the second poller has polled")
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if again, err := other.Poll(t.Context(), job.PollSMEV{}); err != nil || again != time.Minute {
		t.Errorf("after the first one: again in %s, %v", again, err)
	}
	// by type: a queue each, and one that nobody asks for any more ends
	other.Selectors = []smev.Selector{{Namespace: smev.SNILSValidation.Namespace, Root: smev.SNILSValidation.Request}, {Namespace: "urn:other", Root: "Response"}}
	o.ask(time.Time{})
	if _, err := other.Send(t.Context(), job.SendMessage{}); err != nil {
		t.Fatal(err)
	}
	o.forward(2 * time.Second)
	for _, a := range other.Polls()[1:] {
		if _, err := other.Poll(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.number(`SELECT count(*) FROM exchange_answer`); n != 0 {
		t.Error("another type's poller took the answer")
	}
	if _, err := other.Poll(t.Context(), other.Polls()[0]); err != nil || o.number(`SELECT count(*) FROM exchange_answer`) != 1 {
		t.Error("the type's poller took nothing", err)
	}
	if again, err := other.Poll(t.Context(), job.PollSMEV{}); err != nil || again != 0 {
		t.Errorf("the queue of everything is still polled: %s, %v", again, err)
	}
}

// Polling slows down from a second to a minute as the newest question ages.
func TestCadence(t *testing.T) {
	o := newOffice(t)
	if err := o.world.SMEV.Script("SendRequest never"); err != nil {
		t.Fatal(err)
	}
	o.ask(time.Time{})
	if _, err := o.Send(t.Context(), job.SendMessage{}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ after, want time.Duration }{{time.Second, time.Second}, {10*time.Minute - time.Second, 5 * time.Second}, {50 * time.Minute, 30 * time.Second}, {24 * time.Hour, time.Minute}} {
		o.forward(step.after)
		if again, err := o.Poll(t.Context(), job.PollSMEV{}); err != nil || again != step.want {
			t.Errorf("again in %s, %v, want %s", again, err, step.want)
		}
	}
}

// After an hour without an answer SMEV is asked what became of the question.
func TestSMEVIsAskedAboutOldQuestions(t *testing.T) {
	o := newOffice(t)
	o.knobs(state.Knobs{Statuses: true, WaitSeconds: 2 * 3600})
	id := o.ask(time.Time{})
	if _, err := o.Send(t.Context(), job.SendMessage{}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		asked bool
	}{{10 * time.Minute, false}, {55 * time.Minute, true}} {
		o.forward(step.after)
		if _, err := o.Poll(t.Context(), job.PollSMEV{}); err != nil {
			t.Fatal(err)
		}
		if m := o.card(id); (m.Progress != "") != step.asked || m.LookedAt.IsZero() == step.asked || m.Status != "sent" {
			t.Errorf("after %s: %+v", step.after, m.Message)
		}
	}
	o.forward(time.Hour)
	o.settle()
	o.judge()
}

// An answer to the id a question had before SMEV called it stale is its answer.
func TestAnswerToAFormerID(t *testing.T) {
	o := newOffice(t)
	if err := o.world.SMEV.Script("SendRequest lose; SendRequest never; SendRequest never"); err != nil { // taken, the receipt lost
		t.Fatal(err)
	}
	id := o.ask(time.Time{})
	for _, after := range []time.Duration{0, time.Hour, 10 * time.Second} { // stale after an hour: a new id, which SMEV never answers
		o.forward(after)
		if _, err := o.Send(t.Context(), job.SendMessage{}); err != nil {
			t.Fatal(err)
		}
	}
	c := o.card(id)
	if c.Status != "sent" || len(c.FormerIDs) != 1 {
		t.Fatalf("%+v", c)
	}
	o.settle()
	o.judge()
	if c = o.card(id); len(c.Answers) != 1 || c.Answers[0].ReferenceID != c.FormerIDs[0] {
		t.Errorf("%+v", c)
	}
}
