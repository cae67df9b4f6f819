// Package refusal is what the agent answers when it will not do something: a
// stable code for the console's script and Russian words for the operator.
package refusal

import (
	"errors"
	"net/http"

	"signdesk/internal/fault"
)

// Code is stable: the console's script chooses its advice by it.
type Code string

// The codes of the HTTP interface and of failed operations.
const (
	Host        Code = "host"          // the Host header is not the agent's own address
	Origin      Code = "origin"        // the asking page is not an allowed console
	Method      Code = "method"        // no such address or verb
	TooLarge    Code = "too_large"     // the envelope or the document is over its limit
	Malformed   Code = "malformed"     // not the agreed JSON, or a value the agent will not show
	MAC         Code = "mac"           // the envelope was not made with this agent's pairing secret
	Expired     Code = "expired"       // the operation's time is over
	Clock       Code = "clock"         // issued in the future or for longer than five minutes
	Replay      Code = "replay"        // the nonce or the id has been used before
	Kind        Code = "kind"          // not request, install or sign; nothing the organisation's key may sign
	Rate        Code = "rate"          // too many operations
	Unknown     Code = "unknown"       // no such operation
	KeyMismatch Code = "key_mismatch"  // the certificate's key is not on the token
	PIN         Code = "pin"           // wrong PIN, attempts are left
	PINBlocked  Code = "pin_blocked"   // no attempts are left
	NoToken     Code = "no_token"      // the chosen token, or a certificate on it, is not there
	Carrier     Code = "carrier"       // the chosen token is not of the kind that the case names
	TokenFull   Code = "token_full"    // no free memory on the token
	TokenNoGOST Code = "token_no_gost" // the token cannot make GOST R 34.10-2012 keys
	Declined    Code = "declined"      // the operator said no in the agent's window
	Cancelled   Code = "cancelled"     // the console's page withdrew the operation
	Internal    Code = "internal"      // it broke; the reason is in the agent's log
)

// Error is a refusal: Fault carries the words and the cause.
type Error struct {
	Code  Code
	Fault *fault.Error
}

// New makes a refusal; err is the cause for the log and may be nil.
func New(code Code, kind fault.Kind, text string, err error) *Error {
	return &Error{Code: code, Fault: fault.Wrap(kind, text, err)}
}

// As returns the refusal in err's chain; any other error becomes Internal
// with err as the cause.
func As(err error) *Error {
	var r *Error
	if errors.As(err, &r) {
		return r
	}
	return New(Internal, 0, "Агент не смог выполнить операцию. Перезапустите агент и повторите; если не помогло, обратитесь в поддержку.", err)
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Fault.Error() }

// Unwrap gives the words and the cause to errors.As.
func (e *Error) Unwrap() error { return e.Fault }

// Status is the HTTP status of the refusal.
func (e *Error) Status() int {
	if e.Code == TooLarge {
		return http.StatusRequestEntityTooLarge
	}
	switch e.Fault.Kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooMany:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}
