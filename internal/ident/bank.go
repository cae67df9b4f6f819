package ident

// BIK checks a bank identification code: 9 digits, the first two 00-04 (kind of
// participant or the country), then territory, division and the bank's own
// number (Bank of Russia regulation 732-P, appendix).
func BIK(s string) error {
	if err := digitsOnly("БИК", s); err != nil {
		return err
	}
	if len(s) != 9 {
		return refuse("БИК состоит из 9 цифр, а здесь %d", len(s))
	}
	if s[0] != '0' || s[1] > '4' {
		return refuse("БИК начинается с 04 (или 00–03), а здесь %s", s[:2])
	}
	return nil
}

// Account checks the key, the ninth digit, of a client's 20-digit account
// against the bank (Bank of Russia, Procedure 515 of 08.09.1997). An account in
// a settlement centre of the Bank of Russia (bik ends in 000-002) is keyed like
// a correspondent account. Treasury accounts, which begin with 0, follow an
// order of the Treasury and are checked for length only.
func Account(s, bik string) error {
	if err := accountShape("Номер счёта", s, bik); err != nil {
		return err
	}
	if s[0] == '0' {
		return nil
	}
	if bik[6:] <= "002" {
		return accountKey(s, "0"+bik[4:6])
	}
	return accountKey(s, bik[6:])
}

// CorrAccount checks a correspondent account, which every bank holds in the
// Bank of Russia: its key uses 0 and the fifth and sixth digits of the bik.
func CorrAccount(s, bik string) error {
	if err := accountShape("Номер корреспондентского счёта", s, bik); err != nil {
		return err
	}
	return accountKey(s, "0"+bik[4:6])
}

func accountShape(name, s, bik string) error {
	if err := digitsOnly(name, s); err != nil {
		return err
	}
	if len(s) != 20 {
		return refuse("%s состоит из 20 цифр, а здесь %d", name, len(s))
	}
	if bik == "" {
		return refuse("Счёт проверяется вместе с банком: укажите БИК")
	}
	return BIK(bik)
}

// accountKey wants the digits of the bank's number and of the account, weighted
// 7, 1, 3 in turn, to end in zero.
func accountKey(s, bank string) error {
	if keySum(bank+s) == 0 {
		return nil
	}
	return refuse("Ключ счёта (девятая цифра) не подходит к этому БИК: должна быть %c, а стоит %c. Проверьте счёт и БИК", AccountWithKey(s, bank)[8], s[8])
}

func keySum(s string) int {
	sum := 0
	for i := range len(s) {
		sum += int(s[i]-'0') * [3]int{7, 1, 3}[i%3]
	}
	return sum % 10
}

// AccountWithKey puts the right key into the ninth place of a 20-digit account.
// Bank is the bank's three digits: the end of its bik, or 0 and its fifth and
// sixth digits for a correspondent account.
func AccountWithKey(s, bank string) string {
	zero := s[:8] + "0" + s[9:]
	// The ninth digit stands twelfth after the bank's three: weight 3, and 3×3=9,
	// so a sum of n is cancelled by the digit 3n.
	return s[:8] + digit(keySum(bank+zero)*3%10) + s[9:]
}
