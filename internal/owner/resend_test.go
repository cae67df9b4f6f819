package owner_test

import (
	"testing"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/owner"
)

// A check whose message SMEV has refused waits again when people have sent it
// anew, and has one outcome; what an older message still says is history.
func TestResend(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	k.turn(state.Knobs{Fault: "AccessDenied"})
	first := k.ask(id, owner.CheckPassport)
	k.settle()
	if got := k.status(id, owner.CheckPassport); got != "refused" {
		t.Fatal(got)
	}
	k.turn(state.Knobs{})
	resend := func(role string) error {
		return owner.Resend(t.Context(), k.d, k.people[role], k.now(), first.MessageID)
	}
	denied := map[string]fault.Kind{"accountant": fault.Forbidden, "auditor": fault.Forbidden, "admin": fault.Forbidden, "foreign operator": fault.NotFound}
	deny := func() {
		t.Helper()
		for role, kind := range denied {
			if err := resend(role); !fault.Is(err, kind) {
				t.Errorf("%s: %v", role, err)
			}
		}
	}
	deny()
	if err := resend("operator"); err != nil {
		t.Fatal(err)
	}
	if got := k.status(id, owner.CheckPassport); got != "waiting" {
		t.Error(got)
	}
	if err := resend("operator"); !fault.Is(err, fault.Conflict) {
		t.Errorf("sent anew twice: %v", err)
	}
	deny() // the right comes before the state
	k.settle()
	if got := k.status(id, owner.CheckPassport); got != "positive" {
		t.Error(got)
	}
	if n := k.number(`SELECT count(*) FROM exchange_message`); n != 2 {
		t.Errorf("%d messages", n)
	}
}
