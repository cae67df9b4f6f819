package esia

import (
	"fmt"
	"regexp"
	"strings"

	"signdesk/internal/fault"
)

// Error is why a sign-in or a reading failed. The *fault.Error inside has the
// words for the person; neither tells tokens or personal data.
type Error struct {
	Operation string // sign-in, return, exchange, id_token, person …
	Code      string // ESIA-007053; "" when ESIA gave none
	Status    int    // HTTP status, 0 without an answer
	Fault     *fault.Error

	kind kind
}

type kind int

const (
	kindRetry     kind = iota // ESIA does not answer now: the same again
	kindAgain                 // this attempt is over, a new one may succeed
	kindDeclined              // the person said no
	kindClock                 // the two clocks differ: administrator
	kindSettings              // refused for what we are or ask: administrator
	kindUntrusted             // the answer is not to be believed: administrator
	kindUnsigned              // our key is out of reach: again, administrator
	kindOver                  // the access token is not valid any more
	kindForbidden             // the person did not open these data to us
	kindNotFound
	kindUnconfirmed // the account is not confirmed: the person's own move
)

// texts are what the person at the screen reads.
var texts = map[kind]struct {
	kind fault.Kind
	text string
}{
	kindRetry:       {fault.Unavailable, "Госуслуги сейчас не отвечают. Повторите вход через несколько минут."},
	kindAgain:       {fault.Unauthenticated, "Вход через Госуслуги не завершён: время вышло или ссылка уже использована. Начните вход заново."},
	kindDeclined:    {fault.Unauthenticated, "Вы отказались от входа через Госуслуги. Чтобы войти, разрешите доступ к указанным сведениям."},
	kindClock:       {fault.Unavailable, "Вход через Госуслуги не удался: часы сервера расходятся с часами Госуслуг. Сообщите администратору."},
	kindSettings:    {fault.Unavailable, "Госуслуги не приняли запрос этой системы. Сообщите администратору."},
	kindUntrusted:   {fault.Unavailable, "Ответ Госуслуг не прошёл проверку подлинности, вход отклонён. Сообщите администратору."},
	kindUnsigned:    {fault.Unavailable, "Ключ подписи организации сейчас недоступен. Повторите вход позже или сообщите администратору."},
	kindOver:        {fault.Unauthenticated, "Сеанс Госуслуг закончился. Войдите ещё раз."},
	kindForbidden:   {fault.Forbidden, "Госуслуги не дали доступа к этим сведениям. Войдите ещё раз и разрешите доступ."},
	kindNotFound:    {fault.NotFound, "В Госуслугах таких сведений нет."},
	kindUnconfirmed: {fault.Forbidden, "Нужна подтверждённая учётная запись Госуслуг. Подтвердите её в личном кабинете Госуслуг и войдите снова."},
}

// codes is what ESIA's own codes ask for («Методические рекомендации», tables
// of errors of v2/ac and v3/te). A code that is not here is a refusal.
var codes = map[string]kind{
	"ESIA-007004": kindDeclined,    // the owner of the resource or the service said no
	"ESIA-007019": kindDeclined,    // no permission for the access
	"ESIA-007007": kindRetry,       // an unexpected condition of the service
	"ESIA-007008": kindRetry,       // overloaded or under repair
	"ESIA-007011": kindAgain,       // the code is unknown, used, expired, or another client's
	"ESIA-007040": kindAgain,       // code_verifier is not that of code_challenge
	"ESIA-007015": kindClock,       // the timestamp is not of now
	"ESIA-007046": kindUnconfirmed, // a second factor is demanded that the person has not
	"ESIA-007055": kindUnconfirmed,
	"ESIA-007194": kindForbidden, // an organisation the person does not work for
}

var codeForm = regexp.MustCompile(`ESIA-\d{6}`)

// trouble makes an error of the kind; cause is for the log.
func trouble(operation string, k kind, cause error) *Error {
	t := texts[k]
	return &Error{Operation: operation, Fault: fault.Wrap(t.kind, t.text, cause), kind: k}
}

// told makes the error that ESIA's own words ask for: error and
// error_description of OAuth (RFC 6749, 5.2), the code at its beginning. The
// words may quote what was sent; only the code and the name are kept.
func told(operation string, status int, name, description string) *Error {
	code := codeForm.FindString(description)
	k, ok := codes[code]
	switch {
	case ok:
	case name == "access_denied":
		k = kindDeclined
	case name == "temporarily_unavailable" || name == "server_error" || code == "" && retryable(status):
		k = kindRetry
	case name == "invalid_grant":
		k = kindAgain
	default:
		k = kindSettings
	}
	e := trouble(operation, k, fmt.Errorf("ESIA says %s %s", oneWord(name), code))
	e.Code, e.Status = code, status
	return e
}

// oneWord keeps an OAuth error name fit for a log.
func oneWord(s string) string {
	if len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }) {
		return "?"
	}
	return s
}

func retryable(status int) bool {
	return status >= 500 || status == 429 || status == 408 || status == 0
}

// Temporary reports whether the same may succeed later without anybody's help.
func (e *Error) Temporary() bool { return e.kind == kindRetry || e.kind == kindUnsigned }

// Declined reports whether the person said no at ESIA.
func (e *Error) Declined() bool { return e.kind == kindDeclined }

// Administrator reports whether the administrator has to look: settings, keys,
// clocks, or somebody who answers in ESIA's place.
func (e *Error) Administrator() bool {
	switch e.kind {
	case kindClock, kindSettings, kindUntrusted, kindUnsigned:
		return true
	}
	return false
}

func (e *Error) Error() string {
	s := "esia: " + e.Operation
	if e.Status != 0 && e.Status != 200 {
		s += fmt.Sprintf(": HTTP status %d", e.Status)
	}
	if e.Fault.Err != nil {
		s += ": " + e.Fault.Err.Error()
	}
	return s
}

// Unwrap gives the words for the person to fault.As, and the cause.
func (e *Error) Unwrap() error { return e.Fault }
