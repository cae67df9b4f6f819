package document

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// forms of a noun: 1 рубль, 2 рубля, 5 рублей.
type forms struct {
	one, few, many string
	feminine       bool
}

var (
	roubles = forms{"рубль", "рубля", "рублей", false}
	kopecks = forms{"копейка", "копейки", "копеек", true}
	scales  = []forms{
		{},
		{"тысяча", "тысячи", "тысяч", true},
		{"миллион", "миллиона", "миллионов", false},
		{"миллиард", "миллиарда", "миллиардов", false},
		{"триллион", "триллиона", "триллионов", false},
		{"квадриллион", "квадриллиона", "квадриллионов", false},
	}
	units = []string{"", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
		"одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"}
	tens     = []string{"", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"}
	hundreds = []string{"", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"}
)

// of chooses the form for n.
func (f forms) of(n uint64) string {
	switch {
	case n%100 >= 11 && n%100 <= 14:
		return f.many
	case n%10 == 1:
		return f.one
	case n%10 >= 2 && n%10 <= 4:
		return f.few
	default:
		return f.many
	}
}

// SumInWords says an amount of kopecks as papers do: roubles in words with a
// capital letter, kopecks in digits. «Одна тысяча сорок пять рублей 00 копеек».
func SumInWords(amount int64) string {
	sign, n := "", uint64(amount)
	if amount < 0 {
		sign, n = "минус ", -n
	}
	rub, kop := n/100, n%100
	s := fmt.Sprintf("%s%s %s %02d %s", sign, number(rub), roubles.of(rub), kop, kopecks.of(kop))
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// number in words, masculine.
func number(n uint64) string {
	if n == 0 {
		return "ноль"
	}
	var parts []string
	for scale := 0; n > 0; scale++ {
		if group := n % 1000; group > 0 {
			words := triple(group, scales[scale].feminine)
			if scale > 0 {
				words = append(words, scales[scale].of(group))
			}
			parts = append(words, parts...)
		}
		n /= 1000
	}
	return strings.Join(parts, " ")
}

// triple is a number below a thousand.
func triple(n uint64, feminine bool) []string {
	var words []string
	add := func(w string) {
		if w != "" {
			words = append(words, w)
		}
	}
	add(hundreds[n/100])
	if n %= 100; n >= 20 {
		add(tens[n/10])
		n %= 10
	}
	switch {
	case feminine && n == 1:
		add("одна")
	case feminine && n == 2:
		add("две")
	default:
		add(units[n])
	}
	return words
}
