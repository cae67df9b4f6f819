package registry

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// date reads an attribute that may be absent but, present, must be a day.
func (p *parser) date(e element, name string) Date {
	d := Date(e.attr(name))
	if d == "" || validDate(d) {
		return d
	}
	if p.fault == "" {
		p.fault = fmt.Sprintf("%s: «%s» — не дата", name, d)
	}
	return ""
}

func validDate(d Date) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// since is the day of the first entry about the element, else of the latest.
func (p *parser) since(e element) Date {
	for _, name := range []string{"ГРНДатаПерв", "ГРНДата", "ГРНИПДата"} {
		if c := e.child(name); c.exists() {
			return p.date(c, "ДатаЗаписи")
		}
	}
	return ""
}

func (p *parser) creation(e element, c Creation) *Creation {
	c.Number, c.Date, c.By = e.attr("РегНом"), p.date(e, "ДатаРег"), e.attr("НаимРО")
	if c == (Creation{}) {
		return nil
	}
	return &c
}

func (p *parser) office(e element) *Office {
	if !e.exists() {
		return nil
	}
	return &Office{Code: e.attr("КодНО"), Name: e.attr("НаимНО"), Address: e.attr("АдрРО")}
}

func (p *parser) taxOffice(e element) *Office {
	o := p.office(e.child("СвНО"))
	if o != nil {
		o.Since = p.date(e, "ДатаПостУч")
	}
	return o
}

// insurer reads СвРегПФ or СвРегФСС, whose names differ by the fund.
func (p *parser) insurer(e element, fund string) *Insurer {
	if !e.exists() {
		return nil
	}
	office := e.child("СвОрг" + fund)
	return &Insurer{
		Number: e.attr("РегНом" + fund), Since: p.date(e, "ДатаРег"),
		Code: office.attr("Код" + fund), Name: office.attr("Наим" + fund),
	}
}

func (p *parser) capital(e element) *Capital {
	if !e.exists() {
		return nil
	}
	return &Capital{Kind: e.attr("НаимВидКап"), Kopecks: p.kopecks(e, "СумКап")}
}

// kopecks reads roubles written as 10000 or 10000.5 (up to four decimals; less
// than a kopeck is dropped).
func (p *parser) kopecks(e element, name string) int64 {
	s := e.attr(name)
	if s == "" {
		return 0
	}
	whole, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	roubles, err := strconv.ParseInt(whole, 10, 64)
	cents, err2 := strconv.ParseUint((fraction + "00")[:2], 10, 8)
	if err != nil || err2 != nil || roubles < 0 || roubles > math.MaxInt64/100-1 {
		if p.fault == "" {
			p.fault = fmt.Sprintf("%s: «%s» — не сумма в рублях", name, s)
		}
		return 0
	}
	return roubles*100 + int64(cents)
}

func activities(e element) []Activity {
	var list []Activity
	for c := range e.all("") {
		if name := c.name(); name == "СвОКВЭДОсн" || name == "СвОКВЭДДоп" {
			list = append(list, Activity{
				Code: c.attr("КодОКВЭД"), Name: c.attr("НаимОКВЭД"), Edition: c.attr("ПрВерсОКВЭД"),
				Main: name == "СвОКВЭДОсн",
			})
		}
	}
	return list
}

// lastEntry is the youngest entry; of one day's, the last in the record.
func (p *parser) lastEntry(e element, name, number string) *Entry {
	var last *Entry
	for c := range e.all(name) {
		n := Entry{Number: c.attr(number), Date: p.date(c, "ДатаЗап"), What: c.child("ВидЗап").attr("НаимВидЗап")}
		if last == nil || n.Date >= last.Date {
			last = &n
		}
	}
	return last
}

// restricted tells that the law hides what the element is about.
func restricted(e element) bool {
	return e.child("ОгрДосСв").exists() || e.attr("ОгрДосСв") == "1"
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// joinWords joins what is not empty with single spaces.
func joinWords(words ...string) string {
	var b strings.Builder
	for _, words := range words {
		for word := range strings.FieldsSeq(words) {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
	}
	return b.String()
}
