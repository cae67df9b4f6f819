package ca

import (
	"fmt"
	"strings"
	"unicode"
)

// Refusal means that the authority said no for good: the same request will be
// refused again.
type Refusal struct {
	Text string // for people, with the authority's own words
	Err  error  // for the log

	failures uint32
}

func (r *Refusal) Error() string       { return fmt.Sprintf("ca refused: %v", r.Err) }
func (r *Refusal) Unwrap() error       { return r.Err }
func (r *Refusal) fails(bit uint) bool { return r.failures&(1<<bit) != 0 }

// Trouble is every other failure of an exchange: trying again may help.
type Trouble struct {
	Text string // for people: why there is no answer yet
	Err  error  // for the log

	// Untrusted: something answered that is not, or does not prove to be, the authority.
	Untrusted bool
}

func (t *Trouble) Error() string { return fmt.Sprintf("ca: %v", t.Err) }
func (t *Trouble) Unwrap() error { return t.Err }

func distrust(err error) error {
	return &Trouble{Text: "Ответ удостоверяющего центра не прошёл проверку подлинности. Сообщите администратору; запрос повторится сам.",
		Err: err, Untrusted: true}
}

func unreachable(op operation, err error) error {
	return &Trouble{Text: "Удостоверяющий центр не отвечает. Запрос повторится сам.", Err: fmt.Errorf("%s: %w", op.name, err)}
}

func unexpected(r *reply) error {
	return &Trouble{Text: "Удостоверяющий центр ответил непонятно. Запрос повторится сам.", Err: fmt.Errorf("body %d was not expected or is not readable", r.kind)}
}

// PKIStatus and bits of PKIFailureInfo (RFC 4210, 5.2.3).
const (
	statusAccepted               = 0
	statusGrantedWithMods        = 1
	statusRejection              = 2
	statusWaiting                = 3
	statusRevocationNotification = 5

	failBadMessageCheck    = 1
	failBadTime            = 3
	failMissingTimeStamp   = 8
	failCertRevoked        = 10
	failCertConfirmed      = 11
	failWrongIntegrity     = 12
	failBadRecipientNonce  = 13
	failTimeNotAvailable   = 14
	failAddInfoUnavailable = 17
	failBadSenderNonce     = 18
	failSignerNotTrusted   = 20
	failTransactionIDInUse = 21
	failSystemUnavailable  = 24
	failSystemFailure      = 25
)

// passing are the failures of a message or of the authority, not of what was
// asked: people set them right or they pass.
const passing = 1<<failBadMessageCheck | 1<<failBadTime | 1<<failMissingTimeStamp | 1<<failWrongIntegrity | 1<<failBadRecipientNonce |
	1<<failTimeNotAvailable | 1<<failAddInfoUnavailable | 1<<failBadSenderNonce | 1<<failSignerNotTrusted |
	1<<failSystemUnavailable | 1<<failSystemFailure

// failureNames say what the authority means by a bit when it says no more.
var failureNames = map[uint]string{
	0: "алгоритм не поддерживается", 1: "защита сообщения неверна", 2: "такая операция не разрешена", 3: "время сообщения неверно",
	4: "сертификат не найден", 5: "данные запроса не читаются", 6: "запрос адресован другому центру", 7: "данные запроса неверны",
	9: "подпись запроса не сошлась", 10: "сертификат уже аннулирован", 11: "сертификат уже подтверждён", 15: "политика не принята",
	16: "расширение не принято", 19: "данные сертификата не приняты", 21: "номер операции занят", 23: "нет полномочий",
	24: "центр временно недоступен", 25: "внутренняя ошибка центра", 26: "на этот ключ уже есть запрос",
}

// status is a PKIStatusInfo.
type status struct {
	code     int
	text     string
	failures uint32
}

func (s *status) granted() bool {
	return s.code == statusAccepted || s.code == statusGrantedWithMods
}
func (s *status) fails(bit uint) bool { return s.failures&(1<<bit) != 0 }

// err is the error of a status that is neither granted nor, where that is
// meant, waiting.
func (s *status) err() error {
	err := fmt.Errorf("status %d, failures %#x", s.code, s.failures)
	words := s.words()
	if s.code == statusRejection && s.failures&passing == 0 {
		return &Refusal{Text: "Удостоверяющий центр отказал: " + words + ".", Err: err, failures: s.failures}
	}
	return &Trouble{Text: "Удостоверяющий центр пока не может ответить: " + words + ". Запрос повторится сам.", Err: err}
}

// words are the authority's own, else the meaning of its failure bits.
func (s *status) words() string {
	if text := strings.TrimRight(s.text, ". "); text != "" {
		return text
	}
	var list []string
	for bit := range uint(32) {
		if name := failureNames[bit]; name != "" && s.fails(bit) {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return "причина не названа"
	}
	return strings.Join(list, ", ")
}

const maxText = 500 // signs of the authority's words that are shown

// clean makes foreign text fit to show: one line, no control signs, bounded.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText]) + "…"
	}
	return text
}
