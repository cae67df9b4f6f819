// Package ident knows the numbers Russian registers give to people, firms,
// banks and accounts: how long each is, what stands in which place and how the
// check digits are computed.
//
// A check answers one question: can this number exist? It says nothing about
// whether somebody holds it; that is the register's answer. Every refusal is an
// *Error whose Text names the rule that was broken, so that the person at the
// desk sees what to correct. The functions are pure; numbers are strings because
// leading zeros are part of them.
package ident

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Error says in Russian which rule the number breaks.
type Error struct{ Text string }

func (e *Error) Error() string { return e.Text }

func refuse(format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...)}
}

// ErrKind is returned by Check for a kind it does not know.
var ErrKind = errors.New("unknown kind of identifier")

// Kinds lists the kinds Check knows, in the order help texts show them.
func Kinds() []string {
	return []string{"inn", "kpp", "ogrn", "ogrnip", "snils", "okpo", "bik", "account", "corr_account"}
}

// Check applies the rule of the kind to the value: nil when the number can
// exist, *Error when it cannot, ErrKind for an unknown kind. Bik is the bank of
// an account and is ignored for other kinds. Kind ogrn takes both the 13 digits
// of an organisation and the 15 of an entrepreneur.
func Check(kind, value, bik string) error {
	switch kind {
	case "inn":
		return INN(value)
	case "kpp":
		return KPP(value)
	case "ogrn":
		return AnyOGRN(value)
	case "ogrnip":
		return OGRNIP(value)
	case "snils":
		return SNILS(value)
	case "okpo":
		return OKPO(value)
	case "bik":
		return BIK(value)
	case "account":
		return Account(value, bik)
	case "corr_account":
		return CorrAccount(value, bik)
	}
	return fmt.Errorf("%w: %q", ErrKind, kind)
}

// digitsOnly refuses a value with anything but the digits 0-9 in it.
func digitsOnly(name, s string) error {
	if s == "" {
		return refuse("%s не указан", name)
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return refuse("%s состоит только из цифр, а здесь «%c»", name, r)
		}
	}
	return nil
}

// weighted is the sum of the digits of s times their weights.
func weighted(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return sum
}

func digit(n int) string { return strconv.Itoa(n) }

func allZero(s string) bool { return strings.Trim(s, "0") == "" }
