package owner_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/owner"
)

// The fund is asked for the number by the passport: another that is taken into
// the card, the same, none; the question goes through the same troubles as the
// other checks and stands in their history.
func TestFindSNILS(t *testing.T) {
	k := newDesk(t)
	operator := k.people["operator"]
	stranger := petrov(k.org)
	stranger.SNILS = ident.SNILSWithCheckDigits("160722398")
	id := k.person(stranger, paper)
	find := func(id int64) *owner.Check {
		t.Helper()
		k.ask(id, owner.FindSNILS)
		k.settle()
		return k.checks(id)[owner.FindSNILS]
	}
	o := petrov(k.org)
	o.SNILS = ident.SNILSWithCheckDigits("087654303")
	other := k.person(o, paper)
	c := find(other)
	if c.Status != "negative" || !c.Takeable() || c.Value != ident.SNILSDigits(petrov(k.org).SNILS) || !strings.Contains(c.Text, ident.FormatSNILS(c.Value)) {
		t.Fatalf("another: %+v", c)
	}
	if err := owner.TakeFound(t.Context(), k.d, k.people["accountant"], k.now(), other, c.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an accountant takes it: %v", err)
	}
	if err := owner.TakeFound(t.Context(), k.d, k.people["foreign operator"], k.now(), other, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another partner takes it: %v", err)
	}
	if err := owner.TakeFound(t.Context(), k.d, operator, k.now(), id, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("onto another person's card: %v", err)
	}
	if err := owner.TakeFound(t.Context(), k.d, operator, k.now(), other, c.ID); err != nil {
		t.Fatal(err)
	}
	if n := k.number(`SELECT count(*) FROM owner WHERE id = ? AND snils = ?`, other, c.Value); n != 1 {
		t.Error("the number is not on the card")
	}
	if c := k.checks(other)[owner.FindSNILS]; !c.Positive() {
		t.Errorf("taken: %+v", c)
	}
	if c := k.checks(other)[owner.CheckSNILS]; c.Positive() {
		t.Error("the new number counts as checked")
	}
	if err := owner.TakeFound(t.Context(), k.d, operator, k.now(), other, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("taken twice: %v", err)
	}

	none := paper
	none.Number = "123404"
	k.paper(other, none)
	if c := find(other); c.Status != "not_found" {
		t.Errorf("no such number: %+v", c)
	}
	for name, trouble := range map[string]struct {
		knobs state.Knobs
		ends  string
	}{"down": {state.Knobs{Down: state.Busy}, "not_found"}, "late": {state.Knobs{WaitSeconds: 3600}, "not_found"}, "refused": {state.Knobs{Refuse: "ACCESS_DENIED: нет прав"}, "refused"}} {
		k.turn(trouble.knobs)
		k.ask(other, owner.FindSNILS)
		k.work()
		if got := k.checks(other)[owner.FindSNILS]; trouble.ends != "refused" && got.Status != "waiting" {
			t.Errorf("%s: %+v", name, got)
		}
		if trouble.ends != "refused" {
			k.turn(state.Knobs{})
		}
		k.forward(2 * time.Hour)
		k.settle()
		if got := k.checks(other)[owner.FindSNILS]; got.Status != trouble.ends {
			t.Errorf("%s: %+v", name, got)
		}
		k.turn(state.Knobs{})
	}
	foreigner := paper
	foreigner.DocType, foreigner.Citizenship = "foreign_passport", "BLR"
	k.paper(other, foreigner)
	if _, err := owner.Ask(t.Context(), k.d, operator, k.now(), other, owner.FindSNILS); !fault.Is(err, fault.Invalid) {
		t.Errorf("a foreign passport: %v", err)
	}
}

// Another INN that the tax service names is taken and thereby confirmed.
func TestTakeINN(t *testing.T) {
	k := newDesk(t)
	o := petrov(k.org)
	o.INN = "770123456703"
	if ident.PersonINN(o.INN) != nil {
		o.INN = "773370633198"
	}
	id := k.person(o, paper)
	k.ask(id, owner.CheckINN)
	k.settle()
	c := k.checks(id)[owner.CheckINN]
	if !c.Takeable() {
		t.Fatalf("%+v", c)
	}
	if err := owner.TakeFound(t.Context(), k.d, k.people["operator"], k.now(), id, c.ID); err != nil {
		t.Fatal(err)
	}
	if n := k.number(`SELECT count(*) FROM owner WHERE id = ? AND inn = ?`, id, c.Value); n != 1 || !k.checks(id)[owner.CheckINN].Positive() {
		t.Errorf("%d, %+v", n, k.checks(id)[owner.CheckINN])
	}
}

// Where an administrator has chosen the type, an INN that is known is compared
// with the passport instead of being asked for.
func TestINNIsMatched(t *testing.T) {
	usual := smev.Types
	t.Cleanup(func() { smev.Types = usual })
	i := slices.IndexFunc(usual, func(t smev.Type) bool { return t.Key == smev.INNMatch })
	chosen, err := usual.Choose(smev.INNMatch + "=" + usual[i].Version)
	if err != nil {
		t.Fatal(err)
	}
	smev.Types = chosen
	for inn, want := range map[string]string{"500100732259": "positive", "773370633198": "negative"} {
		k := newDesk(t)
		o := petrov(k.org)
		o.INN = inn
		id := k.person(o, paper)
		k.ask(id, owner.CheckINN)
		k.settle()
		if c := k.checks(id)[owner.CheckINN]; c.Status != want || c.Value != "" || c.Takeable() {
			t.Errorf("%s: %+v", inn, c)
		}
	}
}

// The number on the card may be the one that the fund names.
func TestFoundIsTheSame(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	k.ask(id, owner.FindSNILS)
	k.settle()
	if c := k.checks(id)[owner.FindSNILS]; c.Status != "positive" || c.Takeable() {
		t.Errorf("%+v", c)
	}
}
