package agent

import (
	"encoding/json"
	"fmt"
)

// Codes of errors that say who has to do what; the agent has more.
const (
	Down      = "down"      // no answer, or not the agent's
	OtherKey  = "other_key" // it holds another key than the certificate's
	WrongCode = "mac"       // it was paired with another console
	Foreign   = "kind"      // it does not sign such messages
)

// Error is why there is no signature.
type Error struct {
	Code string // one of the above or another of the agent's; "" when nothing was sent
	Text string // the agent's words, Russian
	Err  error

	temporary bool
}

func (e *Error) Error() string {
	s := "agent: " + e.Code
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same message may be signed later: the agent
// comes back, or somebody corrects a setting. It is false for a message that
// the agent does not sign.
func (e *Error) Temporary() bool { return e.temporary }

// Cure says to whoever runs the console what to do.
func (e *Error) Cure() string {
	switch e.Code {
	case Down:
		return "start agent key, or correct the address"
	case OtherKey:
		return "the agent holds another key than the certificate's: give agent key the right --file, or the console the right certificate"
	case WrongCode:
		return "the pairing code is another agent's: agent pairing prints the right one"
	case Foreign:
		return "the agent does not sign such messages: allow them by its flags"
	}
	return "look into the agent's log"
}

// refused reads a refusal of the agent.
func refused(status int, body []byte) *Error {
	var r struct{ Code, Text string }
	if err := json.Unmarshal(body, &r); err != nil || r.Code == "" {
		return &Error{Code: Down, Err: fmt.Errorf("HTTP status %d", status), temporary: true}
	}
	return &Error{Code: r.Code, Text: r.Text, Err: fmt.Errorf("refused with status %d", status), temporary: r.Code != Foreign && r.Code != "too_large"}
}
