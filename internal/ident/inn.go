package ident

// Weights of the check digits of the taxpayer number (order of the tax service
// MMV-7-6/435 of 29.06.2012, appendix, clause 4).
var (
	innOrg    = []int{2, 4, 10, 3, 5, 9, 4, 6, 8}
	innFirst  = []int{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	innSecond = []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
)

// INN checks a taxpayer number: 10 digits of an organisation, the last one a
// check digit, or 12 of a person, the last two check digits.
func INN(s string) error {
	if err := digitsOnly("ИНН", s); err != nil {
		return err
	}
	if len(s) != 10 && len(s) != 12 {
		return refuse("ИНН состоит из 10 цифр (организация) или 12 (физическое лицо), а здесь %d", len(s))
	}
	if allZero(s) {
		return refuse("ИНН не бывает из одних нулей")
	}
	want := INNWithCheckDigits(s[:9])
	if len(s) == 12 {
		want = INNWithCheckDigits(s[:10])
	}
	return tail("ИНН", s, want)
}

// OrgINN is INN for a field that takes organisations only.
func OrgINN(s string) error {
	if err := INN(s); err != nil {
		return err
	}
	if len(s) != 10 {
		return refuse("ИНН организации состоит из 10 цифр, а здесь %d: это ИНН физического лица", len(s))
	}
	return nil
}

// PersonINN is INN for a field that takes persons only.
func PersonINN(s string) error {
	if err := INN(s); err != nil {
		return err
	}
	if len(s) != 12 {
		return refuse("ИНН физического лица состоит из 12 цифр, а здесь %d: это ИНН организации", len(s))
	}
	return nil
}

// INNWithCheckDigits completes the first 9 digits of an organisation's number
// or the first 10 of a person's.
func INNWithCheckDigits(s string) string {
	if len(s) == 9 {
		return s + digit(weighted(s, innOrg...)%11%10)
	}
	s += digit(weighted(s, innFirst...) % 11 % 10)
	return s + digit(weighted(s, innSecond...)%11%10)
}

// tail compares the check digits at the end of s with those computed.
func tail(name, s, want string) error {
	if s == want {
		return nil
	}
	i := 0
	for s[i] == want[i] {
		i++
	}
	return refuse("Контрольное число %s не сходится: в конце должно быть %s, а стоит %s. Проверьте, нет ли опечатки", name, want[i:], s[i:])
}
