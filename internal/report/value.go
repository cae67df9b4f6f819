package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Kind says what a column holds.
type Kind string

// The kinds and the Go values they have in Result.Rows; nil is "nothing".
const (
	Text     Kind = "text"     // string
	Number   Kind = "number"   // int64 or float64
	Money    Kind = "money"    // int64, kopecks
	Date     Kind = "date"     // time.Time, midnight UTC
	DateTime Kind = "datetime" // time.Time in the centre's zone
	Percent  Kind = "percent"  // float64, a fraction of one
)

var kinds = []Kind{Text, Number, Money, Date, DateTime, Percent}

// Right reports whether the kind stands at the right edge of its column.
func (k Kind) Right() bool { return k == Number || k == Money || k == Percent }

// read turns what the driver gave into the value of the kind.
func (k Kind) read(v any, zone *time.Location) (any, error) {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch x := v.(type) {
	case nil:
		return nil, nil
	case string:
		return k.readString(x)
	case int64:
		switch k {
		case Text:
			return strconv.FormatInt(x, 10), nil
		case Number, Money:
			return x, nil
		case Percent:
			return float64(x), nil
		}
	case float64:
		if k == Number || k == Percent {
			return x, nil
		}
	case time.Time:
		switch k {
		case Date:
			return time.Date(x.Year(), x.Month(), x.Day(), 0, 0, 0, 0, time.UTC), nil
		case DateTime:
			return x.In(zone), nil
		}
	}
	return nil, fmt.Errorf("%T is no %s", v, k)
}

// readString reads text, and numeric and date, which arrive as text.
func (k Kind) readString(s string) (any, error) {
	switch k {
	case Text:
		return s, nil
	case Number:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
		return strconv.ParseFloat(s, 64)
	case Money:
		return strconv.ParseInt(s, 10, 64)
	case Percent:
		return strconv.ParseFloat(s, 64)
	case Date:
		if len(s) > 10 {
			s = s[:10]
		}
		return time.Parse(time.DateOnly, s)
	}
	return nil, fmt.Errorf("%q is no %s", s, k)
}

const nbsp = "\u00a0"

// Show writes a value for people: 1 045,00 · 20.11.2026 · 12,7 %. Nothing is "".
func (k Kind) Show(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case time.Time:
		if k == Date {
			return x.Format("02.01.2006")
		}
		return x.Format("02.01.2006" + nbsp + "15:04")
	case int64:
		if k == Money {
			return minus(x < 0) + group(magnitude(x)/100, nbsp) + fmt.Sprintf(",%02d", magnitude(x)%100)
		}
		return minus(x < 0) + group(magnitude(x), nbsp)
	case float64:
		if k == Percent {
			return minus(x < 0) + strings.Replace(strconv.FormatFloat(math.Abs(x)*100, 'f', 1, 64), ".", ",", 1) + nbsp + "%"
		}
		return minus(x < 0) + strings.Replace(strconv.FormatFloat(math.Abs(x), 'f', -1, 64), ".", ",", 1)
	}
	return ""
}

// Plain writes a value for another program: decimal comma in numbers, no
// groups, an ASCII minus. comma false gives a decimal point and ISO dates.
func (k Kind) Plain(v any, comma bool) string {
	var s string
	switch x := v.(type) {
	case string:
		return x
	case time.Time:
		switch {
		case comma && k == Date:
			return x.Format("02.01.2006")
		case comma:
			return x.Format("02.01.2006 15:04:05")
		case k == Date:
			return x.Format(time.DateOnly)
		default:
			return x.Format(time.RFC3339)
		}
	case int64:
		if s = strconv.FormatInt(x, 10); k == Money {
			s = strconv.FormatUint(magnitude(x)/100, 10) + fmt.Sprintf(".%02d", magnitude(x)%100)
			if x < 0 {
				s = "-" + s
			}
		}
	case float64:
		s = strconv.FormatFloat(x, 'f', -1, 64)
	}
	if comma {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func minus(negative bool) string {
	if negative {
		return "−"
	}
	return ""
}

// group puts sep between thousands.
func group(n uint64, sep string) string {
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return b.String()
}
