package mail

import (
	"errors"
	"fmt"

	gomail "github.com/wneessen/go-mail"
)

// Error is a letter that the relay did not take. It names no recipient, so it
// may stand in a log.
type Error struct {
	Final bool   // this letter will not be taken, however often it is sent
	Text  string // for people
	Err   error  // for the log
}

func (e *Error) Error() string { return fmt.Sprintf("mail: %v", e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// unreachable: no connection, no TLS or no sign-in. Nothing was sent.
func unreachable(err error) error {
	return &Error{Text: "Почтовый сервер не отвечает. Письмо уйдёт, когда он ответит.", Err: fmt.Errorf("connect: %w", err)}
}

// refused reads the relay's word on a letter. Only a permanent answer (5xx) to
// the recipient or to the letter itself is final; one to our own sender's
// address is set right by people. go-mail's own error text repeats recipients.
func refused(err error) error {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return unreachable(errors.New("connection was lost"))
	}
	code := e.ErrorCode()
	known := fmt.Errorf("%s: code %d %s", e.Reason, code, e.EnhancedStatusCode())
	if code < 500 || e.Reason == gomail.ErrSMTPMailFrom {
		return &Error{Text: "Почтовый сервер пока не принимает письмо. Отправка повторится.", Err: known}
	}
	text := fmt.Sprintf("Почтовый сервер отказался принять письмо (код %d).", code)
	switch {
	case e.Reason != gomail.ErrSMTPRcptTo:
	case code == 552:
		text = "Ящик получателя переполнен (код 552)."
	default:
		text = fmt.Sprintf("Такого почтового адреса нет или он не принимает письма (код %d). Проверьте адрес.", code)
	}
	return &Error{Final: true, Text: text, Err: known}
}
