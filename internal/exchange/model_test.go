package exchange_test

import (
	"context"
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/job"
)

var (
	modelSeed  = flag.Uint64("model.seed", 0, "seed of the exchange's model test; 0 = by the clock")
	modelSteps = flag.Int("model.steps", 600, "steps of the exchange's model test")
)

// troubles are what befalls calls; none of them may cost an answer or double one.
var troubles = []string{
	"SendRequest 503", "SendRequest drop", "SendRequest lose", "SendRequest cut", "SendRequest garbage", "SendRequest wrong", "SendRequest unsigned",
	"SendRequest fault SMEVFailure", "SendRequest fault DestinationOverflow", "SendRequest fault StaleMessageId", "SendRequest fault InvalidContent", "SendRequest fault AccessDenied",
	"SendRequest wait 90s", "SendRequest wait 3h", "SendRequest twice", "SendRequest twice", "SendRequest twice", "SendRequest twice", "SendRequest status Обрабатывается", "SendRequest reject NO_DATA: Сведений нет", "SendRequest reject FAILURE: Сбой",
	"SendRequest invalid Нет элемента", "GetResponse 503", "GetResponse drop", "GetResponse lose", "GetResponse cut", "GetResponse garbage", "GetResponse wrong", "GetResponse changed",
	"GetResponse wrapped", "GetResponse participant", "GetResponse newest", "GetResponse newest", "GetResponse empty", "GetResponse multipart", "GetResponse fault SMEVFailure",
	"Ack 503", "Ack drop", "Ack lose", "Ack cut", "Ack forget", "Ack forget", "Ack forget", "Ack fault SMEVFailure", "Ack fault TargetMessageIsNotFound", "Ack garbage",
}

// Two processes ask, send and poll at random while calls fail in every way,
// answers come late, twice and out of order, SMEV restarts, processes are cut
// off at random moments and hours pass. In the end each question has exactly
// one outcome, its domain was told of it once, and SMEV has dropped no answer
// that is not here.
func TestModelExchange(t *testing.T) {
	o := newOffice(t)
	seed := *modelSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-model.seed=%d", seed)
	o.knobs(state.Knobs{WaitSeconds: 40}) // so that there is time between the steps of an answer
	r := rand.New(rand.NewPCG(seed, 4))
	second, err := db.Open(t.Context(), o.DB.DSN(), db.Options{Keys: dbtest.Keys})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	other := o.post(second)
	act := func(ctx context.Context, cut bool) {
		p := o.Post
		if r.IntN(2) == 0 {
			p = other
		}
		var err error
		if r.IntN(5) < 2 {
			_, err = p.Send(ctx, job.SendMessage{})
		} else {
			_, err = p.Poll(ctx, job.PollSMEV{})
		}
		if err != nil && !cut {
			t.Errorf("%v", err)
		}
	}
	for range *modelSteps {
		switch n := r.IntN(100); {
		case n < 20:
			until := time.Time{}
			if r.IntN(10) == 0 {
				until = o.now().Add(10 * time.Minute)
			}
			if r.IntN(3) == 0 {
				o.question(exchange.ESIA, inSteps, until)
			} else {
				o.ask(until)
			}
		case n < 42:
			if err := o.world.SMEV.Script(troubles[r.IntN(len(troubles))]); err != nil {
				t.Fatal(err)
			}
		case n < 70:
			act(t.Context(), false)
		case n < 78: // both at once
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, err := other.Poll(t.Context(), job.PollSMEV{})
				_, err2 := other.Send(t.Context(), job.SendMessage{})
				if err := errors.Join(err, err2); err != nil {
					t.Error(err)
				}
			}()
			_, err := o.Send(t.Context(), job.SendMessage{})
			_, err2 := o.Poll(t.Context(), job.PollSMEV{})
			if err := errors.Join(err, err2); err != nil {
				t.Error(err)
			}
			<-done
		case n < 88: // cut off like a killed process
			after := time.Duration(math.Pow(float64(r.IntN(160)), 2)) * time.Microsecond // mostly in the beginning, where locks are taken
			ctx, cancel := context.WithTimeout(t.Context(), after)
			if r.IntN(2) == 0 { // or by a worker that stops
				ctx, cancel = context.WithCancel(t.Context())
				time.AfterFunc(after, cancel)
			}
			act(ctx, true)
			cancel()
		case n < 97:
			o.forward([]time.Duration{time.Second, 25 * time.Second, time.Minute, 20 * time.Minute, 2 * time.Hour}[r.IntN(5)])
		default:
			o.closeWorld()
			act(t.Context(), false)
			o.openWorld()
		}
	}
	o.settle()
	o.judge()
}

// settle works without trouble until nothing is open.
func (o *office) settle() {
	o.Helper()
	o.closeWorld()
	o.openWorld()
	if err := o.world.SMEV.DropScript(); err != nil { // it outlives a restart
		o.Fatal(err)
	}
	o.knobs(state.Knobs{})
	for range 100 {
		if _, err := o.Send(o.Context(), job.SendMessage{}); err != nil {
			o.Fatal(err)
		}
		if _, err := o.Poll(o.Context(), job.PollSMEV{}); err != nil {
			o.Fatal(err)
		}
		if o.number(`SELECT (SELECT count(*) FROM exchange_message WHERE status IN ('queued', 'sent')) + (SELECT count(*) FROM exchange_answer WHERE acked_at IS NULL)`) == 0 && o.world.SMEV.Waiting() == 0 { // what comes twice may come after the poll
			return
		}
		o.forward(5 * time.Minute) // steps may be three hours apart
	}
}

// judge holds what is stored to the promise.
func (o *office) judge() {
	o.Helper()
	for what, query := range map[string]string{
		"questions without an outcome":              `SELECT count(*) FROM exchange_message WHERE status NOT IN ('answered', 'refused') OR answered_at IS NULL`,
		"questions answered by nothing":             `SELECT count(*) FROM exchange_message AS m WHERE status = 'answered' AND NOT EXISTS (SELECT FROM exchange_answer WHERE question = m.id AND kind <> 'progress')`,
		"domains not told exactly once":             `SELECT count(*) FROM exchange_message AS m WHERE kind = 'snils' AND (SELECT count(*) FROM river_job WHERE kind = 'owner.check_answered' AND (args->>'message')::bigint = m.id) <> 1`,
		"answers not acknowledged":                  `SELECT count(*) FROM exchange_answer WHERE acked_at IS NULL`,
		"answers nobody asked for":                  `SELECT count(*) FROM exchange_answer WHERE question IS NULL`,
		"refusals without a reason":                 `SELECT count(*) FROM exchange_message WHERE status = 'refused' AND (fault = '' OR last_error = '')`,
		"questions that ended before their time":    `SELECT count(*) FROM exchange_message WHERE fault = 'expired' AND expires_at IS NULL`,
		"questions refused for what is no refusal":  `SELECT count(*) FROM exchange_message WHERE status = 'refused' AND fault NOT IN ('expired', 'InvalidContent', 'AccessDenied')`,
		"contents that lie open":                    `SELECT (SELECT count(*) FROM exchange_message WHERE content IS NOT NULL) + (SELECT count(*) FROM exchange_answer WHERE content IS NOT NULL OR text <> '')`,
		"messages of ours that are not in the wire": `SELECT count(*) FROM exchange_message AS m WHERE sent_at IS NOT NULL AND NOT EXISTS (SELECT FROM exchange_wire WHERE message = m.id AND sent AND operation = 'SendRequest')`,
	} {
		if n := o.number(query); n != 0 {
			o.Errorf("%s: %d", what, n)
		}
	}
	o.judgeSteps()
	if n := o.early.Load(); n != 0 {
		o.Errorf("%d answers were acknowledged before they were committed", n)
	}
	if n := o.world.SMEV.Waiting(); n != 0 {
		o.Errorf("%d answers are left with SMEV", n)
	}
	asked, former := o.number(`SELECT count(*) FROM exchange_message`), o.number(`SELECT count(*) FROM exchange_former_id`)
	if n := o.world.SMEV.Counters()["requests"]; n > asked+former {
		o.Errorf("SMEV has taken %d requests for %d questions, %d of them under a second id", n, asked, former)
	}
	o.Logf("%d questions, %d renamed, %d answered, %d answers, %d wires, SMEV %v", asked, former, o.number(`SELECT count(*) FROM exchange_message WHERE status = 'answered'`),
		o.number(`SELECT count(*) FROM exchange_answer`), o.number(`SELECT count(*) FROM exchange_wire`), o.world.SMEV.Counters())
}

// judgeSteps looks at the questions that are answered in steps: such a question
// ends with a final answer and not before, and its domain is told of each step
// once.
func (o *office) judgeSteps() {
	o.Helper()
	err := o.DB.Tx(context.WithoutCancel(o.Context()), 0, func(ctx context.Context, tx bun.IDB) error {
		var list []exchange.Message
		if err := tx.NewSelect().Model(&list).Where("kind = ?", exchange.ESIA).Scan(ctx); err != nil {
			return err
		}
		for _, m := range list {
			answers, err := exchange.Answers(ctx, tx, &m)
			if err != nil {
				return err
			}
			steps, before, ended := 0, 0, m.Status == "refused"
			for _, a := range answers {
				final := a.Kind != "progress"
				if a.Kind == "content" {
					x, err := smev.DecodeCertificate(a.Content)
					if err != nil {
						return err
					}
					final = x.Final()
				}
				if a.Kind == "progress" {
					continue
				}
				steps++
				if a.ReceivedAt.Before(m.AnsweredAt) {
					before++
				}
				ended = ended || final && a.ReceivedAt.Equal(m.AnsweredAt)
			}
			told := o.number(`SELECT count(*) FROM river_job WHERE kind = 'cert.registration_answered' AND (args->>'message')::bigint = ?`, m.ID)
			least := before + 1
			if m.Status == "refused" {
				steps++
				least = max(before, 1) // told by a step's job that waits still, as all do here
			}
			if !ended || told < least || told > steps {
				o.Errorf("question %d, %s at %s: ended %t, told %d times of %d steps, %d of them before: %+v", m.ID, m.Status, m.AnsweredAt, ended, told, steps, before, answers)
			}
		}
		o.Logf("%d of the questions were answered in steps", len(list))
		return nil
	})
	if err != nil {
		o.Error(err)
	}
}
