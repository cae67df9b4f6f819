package token

import (
	"errors"
	"testing"
)

// A device tells its number in hexadecimal; its case may show it in decimal
// and people leave out zeros. A soft token has one way to be written.
func TestNumbered(t *testing.T) {
	device, soft := Info{Serial: "34126f1a", Device: true}, Info{Serial: "0A3F1900"}
	for number, want := range map[string]bool{
		"34126f1a": true, "34126F1A": true, "0034126F1A ": true, "873623322": true, "0873623322": true,
		"": false, "34126f1b": false, "873623323": false,
	} {
		if device.Numbered(number) != want {
			t.Errorf("%q: %v", number, !want)
		}
	}
	if !soft.Numbered("0A3F1900") || soft.Numbered("A3F1900") || soft.Numbered("171907328") {
		t.Error("a soft token's number")
	}
}

type shelf struct {
	Store
	tokens []Info
	broken error
}

func (s shelf) List() ([]Info, error) { return s.tokens, s.broken }

func (s shelf) Token(serial string) (Info, error) {
	for _, t := range s.tokens {
		if t.Serial == serial {
			return t, nil
		}
	}
	return Info{}, ErrNotFound
}

// One token seen through two modules is one; a broken module hides nobody.
func TestStores(t *testing.T) {
	broken := errors.New("no reader service")
	all := Stores{shelf{broken: broken}, shelf{tokens: []Info{{Serial: "1", Label: "a"}, {Serial: "2"}}}, shelf{tokens: []Info{{Serial: "1", Label: "b"}, {Serial: "3"}}}}
	list, err := all.List()
	if err != nil || len(list) != 3 || list[0].Label != "a" {
		t.Errorf("listed %+v, %v", list, err)
	}
	if got, err := all.Token("3"); err != nil || got.Serial != "3" {
		t.Errorf("found %+v, %v", got, err)
	}
	if _, err := all.Login("4", ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("a token nobody has: %v", err)
	}
	if _, err := all[:1].List(); !errors.Is(err, broken) {
		t.Errorf("nothing but a broken module: %v", err)
	}
}
