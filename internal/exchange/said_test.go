package exchange_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/job"
)

// What SMEV says of a question that it refuses lies sealed: the domain that
// asked reads it, the journal does not show it, and it goes with the rest.
func TestRefusalsAreSealed(t *testing.T) {
	for name, row := range map[string]struct {
		knobs  state.Knobs
		script string
		says   string
	}{
		"a fault":         {state.Knobs{Fault: "InvalidContent"}, "", "Ответ СМЭВ: «"},
		"asynchronous":    {state.Knobs{Statuses: true}, "SendRequest never", ""},
		"through a queue": {state.Knobs{}, "SendRequest invalid Щукина Анна не подходит", "Щукина"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.knobs(row.knobs)
			if err := o.world.SMEV.Script(row.script); err != nil {
				t.Fatal(err)
			}
			id := o.ask(time.Time{})
			if _, err := o.Send(t.Context(), job.SendMessage{}); err != nil {
				t.Fatal(err)
			}
			o.forward(time.Minute)
			if _, err := o.Poll(t.Context(), job.PollSMEV{}); err != nil {
				t.Fatal(err)
			}
			if n := o.number(`SELECT count(*) FROM exchange_message WHERE last_error LIKE '%«%' OR last_error LIKE '%Щукина%' OR progress LIKE '%Щукина%'`); n != 0 {
				t.Error("SMEV's words lie open")
			}
			if name != "a fault" {
				return
			}
			var domain *exchange.Message
			var card *exchange.Card
			if err := o.DB.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) (err error) {
				if domain, err = exchange.Find(ctx, tx, id); err != nil {
					return err
				}
				card, err = exchange.Open(ctx, tx, o.partner, id)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(domain.LastError, row.says) || strings.Contains(card.LastError, row.says) || card.LastError == "" {
				t.Errorf("the domain reads %q, the journal shows %q", domain.LastError, card.LastError)
			}
			o.Keep = time.Hour
			o.forward(2 * time.Hour)
			if _, err := o.Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := o.number(`SELECT count(*) FROM exchange_said WHERE sealed IS NOT NULL`); n != 0 {
				t.Error("SMEV's words stay")
			}
		})
	}
}
