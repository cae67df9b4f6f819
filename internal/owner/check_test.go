package owner_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/job"
	"signdesk/internal/owner"
)

// Each register confirms Петров; the INN that was missing comes with the answer.
func TestRegistersConfirm(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	for _, kind := range owner.CheckKinds {
		if c := k.ask(id, kind); c.Status != "waiting" {
			t.Fatalf("%+v", c)
		}
	}
	k.settle()
	for _, kind := range owner.CheckKinds {
		if c := k.checks(id)[kind]; !c.Positive() {
			t.Errorf("%s: %+v", kind, c)
		}
	}
	if n := k.number(`SELECT count(*) FROM owner WHERE id = ? AND inn = '500100732259'`, id); n != 1 {
		t.Error("the INN from the tax service is not on the card")
	}
	if k.world.SMEV.Waiting() != 0 {
		t.Error("answers stay unacknowledged")
	}
}

func TestRegistersDeny(t *testing.T) {
	k := newDesk(t)
	for name, c := range map[string]struct {
		owner  func(*owner.Owner)
		paper  func(*owner.Passport)
		kind   owner.CheckKind
		status string
		text   string
	}{
		"another's SNILS": {func(o *owner.Owner) { o.SNILS = ident.SNILSWithCheckDigits("087654303") }, nil, owner.CheckSNILS, "negative", "не соответствует"},
		"another INN":     {func(o *owner.Owner) { o.SNILS, o.INN = ident.SNILSWithCheckDigits("160722398"), "500100732259" }, func(p *owner.Passport) { p.BirthDate = day("1980-02-04") }, owner.CheckINN, "negative", "другой ИНН"},
		"his own INN":     {func(o *owner.Owner) { o.INN = "500100732259" }, nil, owner.CheckINN, "positive", ""},
	} {
		o, p := petrov(k.org), paper
		c.owner(&o)
		if c.paper != nil {
			c.paper(&p)
		}
		id := k.person(o, p)
		k.ask(id, c.kind)
		k.settle()
		if got := k.checks(id)[c.kind]; got == nil || got.Status != c.status || !strings.Contains(got.Text, c.text) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A double click, two tabs, a repeated job, an answer delivered twice: one question, one outcome.
func TestOneQuestionOneOutcome(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	k.turn(state.Knobs{Twice: true})
	first := k.ask(id, owner.CheckSNILS)
	if again := k.ask(id, owner.CheckSNILS); again.ID != first.ID {
		t.Error("a double click asked twice")
	}
	send := job.SendMessage{Message: first.MessageID}
	for range 3 {
		if _, err := (&exchange.Post{DB: k.d, SMEV: k.client, Now: k.now}).Send(t.Context(), send); err != nil {
			t.Fatal(err)
		}
	}
	k.settle()
	answered := job.CheckAnswered{Partner: k.people["operator"].PartnerID, Message: first.MessageID}
	for range 2 {
		if err := owner.Answered(t.Context(), k.d, k.now(), answered); err != nil {
			t.Fatal(err)
		}
	}
	if again := k.ask(id, owner.CheckSNILS); again.ID != first.ID {
		t.Error("a positive check was asked again")
	}
	if n := k.number(`SELECT count(*) FROM audit_record WHERE action = 'owner.check_positive'`); n != 1 {
		t.Errorf("%d outcomes in the journal", n)
	}
	if n := k.number(`SELECT count(*) FROM exchange_message`); n != 1 {
		t.Errorf("%d questions", n)
	}
}

// The program dies between any two steps and goes on after its restart.
func TestKilledAnywhere(t *testing.T) {
	for name, die := range map[string]func(k *desk, c *owner.Check){
		"before sending": func(*desk, *owner.Check) {},
		"sent, not noted": func(k *desk, c *owner.Check) {
			k.send(c)
			k.exec(`UPDATE exchange_message SET status = 'queued', sent_at = NULL`)
		},
		"answered before the sending was noted": func(k *desk, c *owner.Check) {
			k.send(c)
			k.exec(`UPDATE exchange_message SET status = 'queued', sent_at = NULL`)
			k.poll()
		},
		"stored, not acknowledged": func(k *desk, c *owner.Check) {
			k.send(c)
			k.poll()
			k.exec(`UPDATE exchange_answer SET acked_at = NULL`)
		},
		"acknowledged, domain not told": func(k *desk, c *owner.Check) { k.send(c); k.poll() },
		"SMEV restarts": func(k *desk, c *owner.Check) {
			k.send(c)
			k.closeWorld()
			k.poll()
			k.openWorld()
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t)
			id := k.person(petrov(k.org), paper)
			die(k, k.ask(id, owner.CheckPassport))
			k.settle()
			if got := k.status(id, owner.CheckPassport); got != "positive" {
				t.Error(got)
			}
			if n := k.number(`SELECT count(*) FROM audit_record WHERE action LIKE 'owner.check\_%'`); n != 1 {
				t.Errorf("%d outcomes", n)
			}
		})
	}
}

func (k *desk) send(c *owner.Check) {
	k.Helper()
	if again, err := (&exchange.Post{DB: k.d, SMEV: k.client, Now: k.now}).Send(k.Context(), job.SendMessage{Message: c.MessageID}); err != nil || again != 0 {
		k.Fatal(again, err)
	}
}

func (k *desk) exec(query string) {
	k.Helper()
	if _, err := k.d.Plain().ExecContext(k.Context(), query); err != nil {
		k.Fatal(err)
	}
}

// Trouble outside is a step that says why it waits, since when and when it is
// tried again; nothing is lost.
func TestTroubleOutside(t *testing.T) {
	for name, c := range map[string]struct {
		knobs   state.Knobs
		at      string // which half waits
		waits   string
		outcome string
	}{
		"down":            {state.Knobs{Down: state.Busy}, "queued", "", "positive"},
		"cut off":         {state.Knobs{Down: state.Drop}, "queued", "", "positive"},
		"fails":           {state.Knobs{Fault: "SMEVFailure"}, "queued", "", "positive"},
		"overflows":       {state.Knobs{Fault: "DestinationOverflow"}, "queued", "", "positive"},
		"signs badly":     {state.Knobs{WrongSignature: true}, "", "", "positive"},
		"takes its time":  {state.Knobs{WaitSeconds: 3600}, "sent", "ответа ещё нет", "positive"},
		"refuses":         {state.Knobs{Refuse: "Доступ не предоставлен"}, "", "", "refused"},
		"answers by MIME": {state.Knobs{Multipart: true}, "", "", "positive"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t)
			id := k.person(petrov(k.org), paper)
			k.turn(c.knobs)
			check := k.ask(id, owner.CheckPassport)
			k.work()
			k.work()
			m, err := exchange.Find(t.Context(), k.d.Plain(), check.MessageID)
			if err != nil {
				t.Fatal(err)
			}
			if c.at != "" && m.Status != c.at {
				t.Errorf("the question is %s, want %s", m.Status, c.at)
			}
			if m.Status == "queued" || m.Status == "sent" {
				text, whose, next := m.Waiting()
				if text == "" || whose == "" || !strings.Contains(text, c.waits) || m.Status == "queued" && !next.After(k.now()) {
					t.Errorf("waits %q, move of %q, next %v", text, whose, next)
				}
				t.Log(text, whose)
				if got := k.status(id, owner.CheckPassport); got != "waiting" {
					t.Errorf("the check is %s", got)
				}
			}
			if c.outcome == "positive" {
				k.turn(state.Knobs{})
			}
			k.forward(2 * time.Hour)
			k.settle()
			if got := k.status(id, owner.CheckPassport); got != c.outcome {
				t.Errorf("the check ended %s, want %s", got, c.outcome)
			}
		})
	}
}

func TestNotConnected(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	c := k.ask(id, owner.CheckPassport)
	wait, err := (&exchange.Post{DB: k.d, SMEV: nil, Now: k.now}).Send(t.Context(), job.SendMessage{Message: c.MessageID})
	if err != nil || wait == 0 {
		t.Fatal(wait, err)
	}
	m, err := exchange.Find(t.Context(), k.d.Plain(), c.MessageID)
	if err != nil || !strings.Contains(m.LastError, "не подключена") {
		t.Error(m, err)
	}
	if wait, err := (&exchange.Post{DB: k.d, SMEV: nil, Now: k.now}).Poll(t.Context(), job.PollSMEV{}); err != nil || wait != time.Minute {
		t.Error(wait, err)
	}
}

// An answer about data that have been changed since opens nothing.
func TestChangedDataNeedANewCheck(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	first := k.ask(id, owner.CheckPassport)
	other := paper
	other.Number = "654321"
	k.paper(id, other)
	if got := k.status(id, owner.CheckPassport); got != "none" {
		t.Errorf("the question about the old number counts as %s", got)
	}
	second := k.ask(id, owner.CheckPassport)
	if second.ID == first.ID {
		t.Fatal("the old question was taken for the new one")
	}
	k.settle()
	k.paper(id, paper)
	if got := k.checks(id)[owner.CheckPassport]; got != nil {
		t.Errorf("back at the first number: %+v: the last question was about another", got)
	}
	if c := k.ask(id, owner.CheckPassport); c.ID == first.ID || c.ID == second.ID {
		t.Error("an old answer was taken")
	}
	k.settle()
	if got := k.status(id, owner.CheckPassport); got != "positive" {
		t.Error(got)
	}
}

// What may be asked, and by whom.
func TestAskRefuses(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	foreigner := paper
	foreigner.DocType, foreigner.Citizenship = "foreign_passport", "BLR"
	o := petrov(k.org)
	o.SNILS = ident.SNILSWithCheckDigits("087654303")
	abroad := k.person(o, foreigner)
	o.SNILS = ident.SNILSWithCheckDigits("160722398")
	empty, err := owner.Save(t.Context(), k.d, k.people["operator"], k.now(), o)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		who  string
		id   int64
		kind owner.CheckKind
		want fault.Kind
	}{
		"an accountant":        {"accountant", id, owner.CheckPassport, fault.Forbidden},
		"a reviewer":           {"reviewer", id, owner.CheckPassport, fault.Forbidden},
		"another partner":      {"foreign operator", id, owner.CheckPassport, fault.NotFound},
		"nobody":               {"operator", 999, owner.CheckPassport, fault.NotFound},
		"an unknown kind":      {"operator", id, "income", fault.NotFound},
		"a foreign passport":   {"operator", abroad, owner.CheckPassport, fault.Invalid},
		"INN of a foreigner":   {"operator", abroad, owner.CheckINN, fault.Invalid},
		"without a paper":      {"operator", empty, owner.CheckSNILS, fault.Invalid},
		"SNILS of a foreigner": {"operator", abroad, owner.CheckSNILS, 0},
	} {
		_, err := owner.Ask(t.Context(), k.d, k.people[c.who], k.now(), c.id, c.kind)
		if c.want == 0 && err != nil || c.want != 0 && !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A random walk over everything that can happen: at the end every question has
// exactly one outcome and every answer is acknowledged.
func TestRandomWalk(t *testing.T) {
	k := newDesk(t)
	seed := uint64(20261120)
	r := rand.New(rand.NewPCG(seed, 1))
	id := k.person(petrov(k.org), paper)
	knobs := []state.Knobs{{}, {}, {}, {Twice: true}, {Down: state.Busy}, {Down: state.Drop}, {WrongSignature: true}, {WaitSeconds: 90}, {Fault: "SMEVFailure"}, {Multipart: true}}
	numbers := []string{"123456", "123457", "654321"}
	for step := range 250 {
		switch r.IntN(9) {
		case 0, 1, 2:
			if _, err := owner.Ask(t.Context(), k.d, k.people["operator"], k.now(), id, owner.CheckKinds[r.IntN(3)]); err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
		case 3:
			p := paper
			p.Number = numbers[r.IntN(len(numbers))]
			k.paper(id, p)
		case 4:
			k.turn(knobs[r.IntN(len(knobs))])
		case 5:
			k.closeWorld()
			k.openWorld()
		case 6:
			k.poll()
		default:
			k.work()
		}
		k.forward(time.Duration(r.IntN(30)) * time.Second)
	}
	k.turn(state.Knobs{})
	k.forward(time.Hour)
	k.settle()
	for name, query := range map[string]string{
		"questions without an outcome": `SELECT count(*) FROM owner_check WHERE status = 'waiting'`,
		"questions never asked":        `SELECT count(*) FROM owner_check AS c WHERE NOT EXISTS (SELECT FROM exchange_message WHERE id = c.message_id)`,
		"two outcomes of a check":      `SELECT count(*) FROM (SELECT 1 FROM audit_record WHERE action LIKE 'owner.check\_%' GROUP BY details HAVING count(*) > 1) AS x`,
		"checks with a silent message": `SELECT count(*) FROM exchange_message WHERE status NOT IN ('answered', 'refused')`,
		"unacknowledged answers":       `SELECT count(*) FROM exchange_answer WHERE acked_at IS NULL`,
		"answers to nothing":           `SELECT count(*) FROM exchange_answer AS a WHERE NOT EXISTS (SELECT FROM exchange_message WHERE message_id = a.reference_id)`,
	} {
		if n := k.number(query); n != 0 {
			t.Errorf("seed %d: %s: %d", seed, name, n)
		}
	}
	if n := k.number(`SELECT count(*) FROM exchange_message`); n < 8 {
		t.Errorf("only %d questions were asked", n)
	}
}
