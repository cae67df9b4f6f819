package ident

import "strings"

// Phone reads a telephone number as people type it and returns it as + and
// digits (E.164). A Russian number may begin with 8, 7, +7 or its area code.
func Phone(s string) (string, error) {
	var digits strings.Builder
	for i, r := range strings.TrimSpace(s) {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" -()\u00a0\u2011\u2013", r):
		default:
			return "", refuse("Телефон состоит из цифр, скобок, пробелов и дефисов, а здесь «%c»", r)
		}
	}
	d := digits.String()
	plus := strings.HasPrefix(strings.TrimSpace(s), "+")
	switch {
	case d == "":
		return "", refuse("Телефон не указан")
	case plus && d[0] != '7' && len(d) >= 8 && len(d) <= 15:
		return "+" + d, nil
	case !plus && len(d) == 10:
		return "+7" + d, nil
	case len(d) == 11 && (d[0] == '7' || d[0] == '8' && !plus):
		return "+7" + d[1:], nil
	}
	return "", refuse("В российском номере телефона 10 цифр после +7, а здесь всего %d", len(d))
}

// FormatPhone writes +79121234567 as +7 912 123-45-67; a foreign number unchanged.
func FormatPhone(s string) string {
	if len(s) != 12 || !strings.HasPrefix(s, "+7") {
		return s
	}
	return s[:2] + " " + s[2:5] + " " + s[5:8] + "-" + s[8:10] + "-" + s[10:]
}
