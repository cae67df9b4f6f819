package onec

import "math/big"

// rat reads a decimal string; what is no number counts as zero, its form was
// refused where it stands.
func rat(s string) *big.Rat {
	if r, ok := new(big.Rat).SetString(s); ok && (moneyForm.MatchString(s) || quantityForm.MatchString(s)) {
		return r
	}
	return new(big.Rat)
}

// kopecks rounds a positive amount half up to two decimals.
func kopecks(r *big.Rat) *big.Rat {
	n := new(big.Rat).Mul(r, big.NewRat(100, 1))
	n.Add(n, big.NewRat(1, 2))
	return new(big.Rat).SetFrac(new(big.Int).Quo(n.Num(), n.Denom()), big.NewInt(100))
}

// innRight checks the check digits of an INN (order MNS BG-3-09/178).
func innRight(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	digit := func(weights ...int) int {
		n := 0
		for i, w := range weights {
			n += w * int(s[i]-'0')
		}
		return n % 11 % 10
	}
	switch len(s) {
	case 10:
		return digit(2, 4, 10, 3, 5, 9, 4, 6, 8) == int(s[9]-'0') && s != "0000000000"
	case 12:
		return digit(7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(s[10]-'0') &&
			digit(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(s[11]-'0') && s != "000000000000"
	}
	return false
}
