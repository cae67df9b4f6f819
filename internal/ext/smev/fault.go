package smev

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"signdesk/internal/gost"
)

// Error is why a call did not do what it should. Exactly one of Temporary,
// Stale and Refused is true.
type Error struct {
	Operation   string
	Fault       string   // SMEV's fault, e.g. InvalidContent; "" when SMEV did not speak
	Code        string   // SMEV's code of the place that refused
	Description string   // SMEV's words; may quote personal data: for people, not for logs
	Reason      string   // of SignatureVerificationFault: what is wrong with the signature
	Errors      []string // of InvalidContent: what the schema forbids; may quote personal data
	Status      int      // HTTP status, 0 without an answer
	Err         error

	// ClockWrong marks a stale message that by our clock is fresh: one of the
	// clocks is wrong, by Skew (SMEV's less ours) when that is known.
	ClockWrong bool
	Skew       time.Duration

	kind kind
}

type kind int

const (
	retry     kind = iota // the same message again, with back-off, without limit
	untrusted             // an answer not to be believed: again, and tell people
	unsigned              // the signing key is out of reach: again, and tell people
	stale                 // a new MessageID, a new signature
	refused               // people must look
)

// Temporary reports whether the same call may be repeated until it succeeds.
// Repeating SendRequest with the same MessageID never doubles the request.
func (e *Error) Temporary() bool {
	return e.kind == retry || e.kind == untrusted || e.kind == unsigned
}

// Untrusted reports whether an answer came whose signature, signer or form is
// wrong. It is temporary, but people should know.
func (e *Error) Untrusted() bool { return e.kind == untrusted }

// Stale reports whether the request must be sent anew under a new MessageID.
func (e *Error) Stale() bool { return e.kind == stale }

// Refused reports whether repeating is of no use.
func (e *Error) Refused() bool { return e.kind == refused }

func (e *Error) Unwrap() error { return e.Err }

// Error is for the log and leaves Description out.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("smev: " + e.Operation)
	if e.Fault != "" {
		b.WriteString(": fault " + e.Fault)
	}
	if e.Code != "" {
		b.WriteString(" (" + e.Code + ")")
	}
	if e.Status != 0 && e.Status != http.StatusOK {
		fmt.Fprintf(&b, ": HTTP status %d", e.Status)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Text says to the person what happened and whose move it is, with SMEV's own
// words, which may quote personal data.
func (e *Error) Text() string { return e.Outline() + e.Said() }

// Outline is Text without SMEV's own words.
func (e *Error) Outline() string {
	if e.ClockWrong {
		return e.clockText()
	}
	if f, ok := faults[e.Fault]; ok && e.kind == f.kind && f.text != "" {
		return f.text
	}
	switch e.kind {
	case retry:
		return "СМЭВ сейчас не отвечает. Обращение повторится само."
	case unsigned:
		return "Ключ подписи организации сейчас недоступен. Обращение повторится само, сообщите администратору."
	case untrusted:
		return "Пришёл ответ, подпись СМЭВ под которым не подтвердилась; он не принят. Обращение повторится само, сообщите администратору."
	case stale:
		return "Запрос ждал отправки слишком долго и уйдёт в СМЭВ заново под новым номером."
	}
	if e.Fault == "" && e.Description == "" {
		return "Обратиться в СМЭВ не удалось из-за настройки или данных запроса. Сообщите администратору."
	}
	return "СМЭВ не принял запрос. Сообщите администратору."
}

// Said is SMEV's own words, to be put behind Outline; "" when it refused nothing.
func (e *Error) Said() string {
	if e.Description == "" || e.kind != refused || e.ClockWrong {
		return ""
	}
	return " Ответ СМЭВ: «" + e.Description + "»."
}

func (e *Error) clockText() string {
	const much = "Часы сервера и СМЭВ расходятся больше чем на полчаса"
	if e.Skew == 0 {
		return much + ", поэтому СМЭВ не принимает запросы. Сообщите администратору."
	}
	which := "отстают от СМЭВ"
	if e.Skew < 0 {
		which = "спешат против СМЭВ"
	}
	return fmt.Sprintf("Часы сервера %s на %d\u00a0мин, поэтому СМЭВ не принимает запросы. Сообщите администратору.",
		which, int(e.Skew.Abs().Round(time.Minute)/time.Minute))
}

// kindOfSigning tells the trouble of a key behind an agent, which passes or is
// put right by people, from a message that cannot be signed.
func kindOfSigning(err error) kind {
	var t interface{ Temporary() bool }
	if errors.Is(err, gost.ErrSignature) || errors.As(err, &t) && t.Temporary() {
		return unsigned
	}
	return refused
}

func kindOfStatus(status int) kind {
	if status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests {
		return retry
	}
	return refused
}
