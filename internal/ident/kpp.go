package ident

// KPP checks the code of the reason for tax registration: 4 digits of the tax
// office, 2 digits or Latin capitals of the reason, 3 digits of the number. It
// has no check digit (order MMV-7-6/435 of 29.06.2012, clause 5).
func KPP(s string) error {
	if s == "" {
		return refuse("КПП не указан")
	}
	if n := len([]rune(s)); n != 9 {
		return refuse("КПП состоит из 9 знаков, а здесь %d", n)
	}
	for i, r := range []rune(s) {
		number := r >= '0' && r <= '9'
		if i == 4 || i == 5 {
			if !number && (r < 'A' || r > 'Z') {
				return refuse("Пятый и шестой знаки КПП — цифры или заглавные латинские буквы, а здесь «%c»", r)
			}
		} else if !number {
			return refuse("Знак %d в КПП должен быть цифрой, а здесь «%c»", i+1, r)
		}
	}
	return nil
}

// OKPO checks the statistics code: 8 digits of an organisation, 10 of an
// entrepreneur, the last one a check digit; 14 digits of a branch carry none
// (PR 50.1.024-2005, appendix).
func OKPO(s string) error {
	if err := digitsOnly("ОКПО", s); err != nil {
		return err
	}
	switch len(s) {
	case 8, 10:
		return tail("ОКПО", s, OKPOWithCheckDigit(s[:len(s)-1]))
	case 14:
		return nil
	}
	return refuse("ОКПО состоит из 8 цифр (организация), 10 (предприниматель) или 14 (филиал), а здесь %d", len(s))
}

// OKPOWithCheckDigit completes 7 or 9 digits: the sum weighted 1, 2, 3… by 11;
// when that is 10, weighted 3, 4, 5…; when that is 10 too, 0.
func OKPOWithCheckDigit(s string) string {
	for _, first := range []int{1, 3} {
		sum := 0
		for i := range len(s) {
			sum += int(s[i]-'0') * ((first+i-1)%10 + 1)
		}
		if sum%11 < 10 {
			return s + digit(sum%11)
		}
	}
	return s + "0"
}
