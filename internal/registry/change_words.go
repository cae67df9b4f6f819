package registry

import (
	"fmt"
	"strings"
)

// What a change says of each field: one line of words that two records either
// share or not.

func statusWords(r *Record) string {
	if r.Status.Text != "" {
		return r.Status.Text
	}
	return r.Status.State.RU()
}

func headWords(r *Record) string {
	return list(r.Heads, func(h Head) string {
		name := "сведения ограничены"
		switch {
		case h.Person != nil && h.Person.FullName() != "":
			name = h.Person.FullName()
		case h.Party != nil && h.Party.Name != "":
			name = h.Party.Name
		}
		return joinLine(name, strings.ToLower(first(h.Title, h.Kind)))
	})
}

func addressWords(r *Record) string {
	for _, a := range []*Address{r.Address, r.Seat} {
		if a != nil && a.Line != "" {
			return a.Line
		}
	}
	return ""
}

func doubtWords(r *Record) string {
	var doubts []string
	if r.Address != nil && r.Address.Doubt != "" {
		doubts = append(doubts, "адрес: "+r.Address.Doubt)
	}
	for _, h := range r.Heads {
		if h.Doubt != "" {
			doubts = append(doubts, "руководитель: "+h.Doubt)
		}
	}
	for _, f := range r.Founders {
		if f.Doubt != "" {
			doubts = append(doubts, "учредитель: "+f.Doubt)
		}
	}
	return strings.Join(doubts, "; ")
}

func capitalWords(r *Record) string {
	if r.Capital == nil {
		return ""
	}
	return roubles(r.Capital.Kopecks)
}

func activityWords(r *Record) string {
	if len(r.Activities) == 0 || !r.Activities[0].Main {
		return ""
	}
	return joinWords(r.Activities[0].Code, r.Activities[0].Name)
}

func founderWords(r *Record) string {
	return list(r.Founders, func(f Founder) string {
		name, share := "сведения ограничены", ""
		switch {
		case f.Person != nil && f.Person.FullName() != "":
			name = f.Person.FullName()
		case f.Party != nil && f.Party.Name != "":
			name = f.Party.Name
		}
		switch {
		case strings.Contains(f.Percent, "/"):
			share = f.Percent
		case f.Percent != "":
			share = f.Percent + "%"
		case f.Kopecks > 0:
			share = roubles(f.Kopecks)
		}
		return joinLine(name, share)
	})
}

func branchWords(r *Record) string {
	return list(r.Branches, func(b Branch) string {
		line := ""
		if b.Address != nil {
			line = b.Address.Line
		}
		return joinLine(first(b.Name, "КПП "+b.KPP), line)
	})
}

func licenceWords(r *Record) string {
	return list(r.Licences, func(l Licence) string {
		if l.Suspended != "" {
			return joinLine(l.Number, "приостановлена "+l.Suspended.RU())
		}
		return l.Number
	})
}

func officeWords(r *Record) string {
	if r.TaxOffice == nil {
		return ""
	}
	return r.TaxOffice.Name
}

func successorWords(r *Record) string {
	return list(r.After, func(p Party) string { return joinWords(p.Name, p.OGRN) })
}

// list joins what is said of each; of banks with a thousand branches the first
// twenty are told and the rest counted.
func list[T any](items []T, say func(T) string) string {
	const most = 20
	var said []string
	for _, item := range items[:min(len(items), most)] {
		said = append(said, say(item))
	}
	if more := len(items) - most; more > 0 {
		said = append(said, fmt.Sprintf("и ещё %d", more))
	}
	return strings.Join(said, "; ")
}

// roubles writes 1 045,50 ₽ with no-break spaces.
func roubles(kopecks int64) string {
	digits := fmt.Sprint(kopecks / 100)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u00a0" + digits[i:]
	}
	return fmt.Sprintf("%s,%02d\u00a0₽", digits, kopecks%100)
}
