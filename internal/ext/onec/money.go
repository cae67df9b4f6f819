package onec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var decimalForm = regexp.MustCompile(`^-?[0-9]{1,13}\.[0-9]{2}$`)

// Decimal writes kopecks as 1045.00.
func Decimal(kopecks int64) string {
	sign := ""
	if kopecks < 0 {
		sign, kopecks = "-", -kopecks
	}
	return fmt.Sprintf("%s%d.%02d", sign, kopecks/100, kopecks%100)
}

// Kopecks reads what Decimal writes.
func Kopecks(s string) (int64, error) {
	if !decimalForm.MatchString(s) {
		return 0, fmt.Errorf("%q is not a sum with two decimals", s)
	}
	return strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
}
