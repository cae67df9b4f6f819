package registry

import "strings"

// State is the register's status in one word.
type State string

const (
	Active       State = "active"
	Reorganising State = "reorganising"
	Liquidating  State = "liquidating"
	Bankrupt     State = "bankrupt"
	Excluding    State = "excluding" // the decision on exclusion is published
	Closed       State = "closed"
)

// RU is the state as the screens say it.
func (s State) RU() string {
	switch s {
	case Active:
		return "действует"
	case Reorganising:
		return "в процессе реорганизации"
	case Liquidating:
		return "в стадии ликвидации"
	case Bankrupt:
		return "банкротство"
	case Excluding:
		return "предстоит исключение из реестра"
	case Closed:
		return "прекратило деятельность"
	}
	return string(s)
}

// Status is the state and the entries it follows from. Code and Text are the
// register's own (directories СЮЛСТ, СЮЛПД, СИПСТ, СИППД); Doubt tells that it
// calls the address, a head or a founder unreliable.
type Status struct {
	State State        `json:"state"`
	Code  string       `json:"code,omitempty"`
	Text  string       `json:"text,omitempty"`
	Since Date         `json:"since,omitempty"` // of a closed one: the end
	Doubt bool         `json:"doubt,omitempty"`
	Notes []StatusNote `json:"notes,omitempty"` // every entry, closing included
}

// StatusNote is one entry about the legal capacity.
type StatusNote struct {
	Code      string `json:"code,omitempty"`
	Text      string `json:"text,omitempty"`
	Since     Date   `json:"since,omitempty"`
	Decision  string `json:"decision,omitempty"`  // number of the decision on exclusion
	Decided   Date   `json:"decided,omitempty"`   // its date
	Published Date   `json:"published,omitempty"` // in «Вестник государственной регистрации»
}

// stateOf reads the state out of the register's words. The words are steadier
// than the codes: the directory has been renumbered between forms.
func stateOf(text string) State {
	text = strings.ToUpper(text)
	for _, m := range []struct {
		stem  string
		state State
	}{
		{"ИСКЛЮЧЕНИ", Excluding},
		{"БАНКРОТ", Bankrupt}, {"НЕСОСТОЯТЕЛЬН", Bankrupt}, {"КОНКУРСНО", Bankrupt},
		{"НАБЛЮДЕНИ", Bankrupt}, {"ВНЕШНЕЕ УПРАВЛЕНИЕ", Bankrupt}, {"ОЗДОРОВЛЕНИ", Bankrupt},
		{"ЛИКВИДАЦИ", Liquidating}, {"ЛИКВИДИР", Liquidating},
		{"РЕОРГАНИЗАЦИ", Reorganising}, {"ПРИСОЕДИНЕНИ", Reorganising}, {"ПРЕОБРАЗОВАНИ", Reorganising},
		{"СЛИЯНИ", Reorganising}, {"ВЫДЕЛЕНИ", Reorganising}, {"РАЗДЕЛЕНИ", Reorganising},
	} {
		if strings.Contains(text, m.stem) {
			return m.state
		}
	}
	return Active
}

// gravity orders states: of several entries the gravest names the status.
var gravity = map[State]int{Active: 0, Reorganising: 1, Liquidating: 2, Bankrupt: 3, Excluding: 4, Closed: 5}

// statusFrom sums up the entries on capacity and, if there is one, on the end.
func statusFrom(notes []StatusNote, end *StatusNote) Status {
	s := Status{State: Active, Notes: notes}
	for _, n := range notes {
		state := stateOf(n.Text)
		if s.Text == "" || gravity[state] > gravity[s.State] {
			s.State, s.Code, s.Text, s.Since = state, n.Code, n.Text, n.Since
		}
	}
	if end != nil {
		s.State, s.Code, s.Text, s.Since = Closed, end.Code, end.Text, end.Since
		s.Notes = append(s.Notes, *end)
	}
	return s
}
