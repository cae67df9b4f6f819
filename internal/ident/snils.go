package ident

import (
	"fmt"
	"strings"
)

// lastUnchecked is the greatest insurance number issued without check digits
// (order of the Pension Fund, annex on the individual account number).
const lastUnchecked = "001001998"

var snilsWeights = []int{9, 8, 7, 6, 5, 4, 3, 2, 1}

// SNILS checks an insurance number of 11 digits, bare or written 000-000-000 00:
// the last two are the weighted sum of the first nine by 101, 100 written as 00.
// Numbers up to 001-001-998 carry no check digits.
func SNILS(s string) error {
	s = SNILSDigits(s)
	if err := digitsOnly("СНИЛС", s); err != nil {
		return err
	}
	if len(s) != 11 {
		return refuse("СНИЛС состоит из 11 цифр, а здесь %d", len(s))
	}
	if allZero(s[:9]) {
		return refuse("СНИЛС не бывает из одних нулей")
	}
	if s[:9] <= lastUnchecked {
		return nil
	}
	return tail("СНИЛС", s, SNILSWithCheckDigits(s[:9]))
}

// SNILSWithCheckDigits completes the nine digits of the number.
func SNILSWithCheckDigits(s string) string {
	return s + fmt.Sprintf("%02d", weighted(s, snilsWeights...)%101%100)
}

// SNILSDigits strips the dashes and spaces people write into the number.
func SNILSDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0', '\u2011', '\u2013':
			return -1
		}
		return r
	}, s)
}

// FormatSNILS writes 11 digits as 000-000-000 00; anything else unchanged.
func FormatSNILS(s string) string {
	d := SNILSDigits(s)
	if len(d) != 11 {
		return s
	}
	return d[:3] + "-" + d[3:6] + "-" + d[6:9] + " " + d[9:]
}
