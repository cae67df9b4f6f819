package ident

import "strconv"

// OGRN checks the main state registration number of an organisation: 13
// digits, the first 1 or 5 (other first digits number records, not
// organisations), the last the remainder of the first twelve by 11, its last
// digit (order of the Ministry of Finance 165n of 30.10.2017, clause 8).
func OGRN(s string) error {
	if err := digitsOnly("ОГРН", s); err != nil {
		return err
	}
	if len(s) != 13 {
		return refuse("ОГРН организации состоит из 13 цифр, а здесь %d", len(s))
	}
	if s[0] != '1' && s[0] != '5' {
		return refuse("ОГРН организации начинается с 1 или 5, а здесь %c: так начинается номер записи реестра, а не организации", s[0])
	}
	return tail("ОГРН", s, OGRNWithCheckDigit(s[:12]))
}

// OGRNIP checks the registration number of an entrepreneur: 15 digits, the
// first 3, the last the remainder of the first fourteen by 13, its last digit.
func OGRNIP(s string) error {
	if err := digitsOnly("ОГРНИП", s); err != nil {
		return err
	}
	if len(s) != 15 {
		return refuse("ОГРНИП состоит из 15 цифр, а здесь %d", len(s))
	}
	if s[0] != '3' {
		return refuse("ОГРНИП начинается с 3, а здесь %c", s[0])
	}
	return tail("ОГРНИП", s, OGRNWithCheckDigit(s[:14]))
}

// AnyOGRN checks the number of an organisation or of an entrepreneur, told
// apart by length.
func AnyOGRN(s string) error {
	if err := digitsOnly("ОГРН", s); err != nil {
		return err
	}
	switch len(s) {
	case 13:
		return OGRN(s)
	case 15:
		return OGRNIP(s)
	}
	return refuse("ОГРН состоит из 13 цифр (организация) или 15 (предприниматель), а здесь %d", len(s))
}

// OGRNWithCheckDigit completes the first 12 digits of an organisation's number
// or the first 14 of an entrepreneur's.
func OGRNWithCheckDigit(s string) string {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return s
	}
	return s + digit(int(n%uint64(len(s)-1))%10)
}
