// Package fault is the one error type people may see.
//
// An error has two readers. Text is for the person at the desk: what happened
// and what to do, in Russian. Err is for the log: lower case English, naming
// what failed. Everything that is not a *Error is an incident: the person gets
// a number, the log gets the details.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says what the person can do about the error; web maps it to a status.
type Kind int

const (
	// Invalid means that something typed or uploaded must be corrected (422).
	Invalid Kind = iota + 1
	// NotFound means that the thing does not exist or belongs to another partner (404).
	NotFound
	// Forbidden means that the person's role has no such right (403).
	Forbidden
	// Conflict means that somebody else changed the thing first (409).
	Conflict
	// Unauthenticated means that the person must sign in again (401).
	Unauthenticated
	// TooMany means that an attempt limit is used up (429).
	TooMany
	// Unavailable means that an outside system does not answer now (503).
	Unavailable
)

// Error is an error with words for the person.
type Error struct {
	Kind   Kind
	Text   string            // Russian: what happened and what to do
	Fields map[string]string // form field -> Russian message shown at that field
	Err    error             // for the log only
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Text)
	for _, name := range e.FieldNames() {
		fmt.Fprintf(&b, "; %s: %s", name, e.Fields[name])
	}
	if e.Err != nil {
		fmt.Fprintf(&b, " (%v)", e.Err)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// FieldNames lists the fields with messages in a stable order.
func (e *Error) FieldNames() []string {
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// New makes an error of the kind with a text for the person.
func New(kind Kind, text string) *Error { return &Error{Kind: kind, Text: text} }

// Wrap is New with the cause for the log.
func Wrap(kind Kind, text string, err error) *Error {
	return &Error{Kind: kind, Text: text, Err: err}
}

// Missing is the answer to an unknown or foreign id.
func Missing() *Error {
	return New(NotFound, "Не найдено. Проверьте адрес или найдите запись поиском.")
}

// As returns the *Error in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Is reports whether err is a *Error of the kind.
func Is(err error, kind Kind) bool {
	e := As(err)
	return e != nil && e.Kind == kind
}

// Fields collects messages for form fields; the first message of a field stays.
type Fields map[string]string

// Add notes a message for the field unless the field already has one.
func (f Fields) Add(field, message string) {
	if _, ok := f[field]; !ok {
		f[field] = message
	}
}

// Err returns nil when nothing was collected, else an Invalid error.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	text := "Исправьте отмеченные поля."
	if len(f) == 1 {
		for _, message := range f {
			text = message
		}
	}
	return &Error{Kind: Invalid, Text: text, Fields: f}
}
