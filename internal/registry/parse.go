package registry

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// RejectError says in Russian why one record is not taken over, and which one.
type RejectError struct {
	OGRN   string // as far as it can be read
	Reason string
}

func (e *RejectError) Error() string { return e.Reason }

// parseRaw turns a record cut out of a file into a Record or a *RejectError.
func parseRaw(cs charset, raw Raw) (*Record, error) {
	if raw.Fault != "" {
		return nil, &RejectError{Reason: raw.Fault}
	}
	text, err := cs.decode(raw.Bytes)
	if err != nil {
		return nil, &RejectError{Reason: err.Error()}
	}
	t, err := parseElement(text)
	if err != nil {
		return nil, &RejectError{OGRN: looksLikeOGRN(text), Reason: err.Error()}
	}
	p := parser{}
	r := p.record(t.root())
	if p.fault == "" {
		p.fault = validate(r)
	}
	if p.fault != "" {
		return nil, &RejectError{OGRN: r.OGRN, Reason: p.fault}
	}
	return r, nil
}

// looksLikeOGRN finds the number of a record whose markup is broken.
func looksLikeOGRN(text string) string {
	for _, name := range []string{` ОГРН="`, ` ОГРНИП="`} {
		if _, rest, ok := strings.Cut(text, name); ok {
			if number, _, ok := strings.Cut(rest, `"`); ok && len(number) <= 15 {
				return number
			}
		}
	}
	return ""
}

// parser collects the first fault while a record is read.
type parser struct{ fault string }

func (p *parser) record(e element) *Record {
	if e.name() == "СвИП" {
		return p.entrepreneur(e)
	}
	return p.organisation(e)
}

func (p *parser) organisation(e element) *Record {
	names, form := e.child("СвНаимЮЛ"), e.child("СвОбрЮЛ")
	r := &Record{
		Kind:        Organisation,
		OGRN:        e.attr("ОГРН"),
		INN:         e.attr("ИНН"),
		KPP:         e.attr("КПП"),
		FullName:    names.attr("НаимЮЛПолн"),
		ShortName:   first(names.child("СвНаимЮЛСокр").attr("НаимСокр"), names.attr("НаимЮЛСокр")),
		ForeignName: first(names.child("СвНаимЮЛПолнИн").attr("НаимПолн"), names.child("СвНаимЮЛПолнАнгл").attr("НаимПолнАнгл")),
		Form:        Form{Classifier: e.attr("СпрОПФ"), Code: e.attr("КодОПФ"), Name: e.attr("ПолнНаимОПФ")},
		Registered:  p.date(e, "ДатаОГРН"),
		Extracted:   p.date(e, "ДатаВып"),
		Email:       e.child("СвАдрЭлПочты").attr("E-mail"),
		Address:     p.address(e.child("СвАдресЮЛ"), "СвАдрЮЛФИАС", "АдресРФ"),
		Seat:        p.fiasAddress(e.child("СвАдресЮЛ", "СвМНЮЛ")),
		TaxOffice:   p.taxOffice(e.child("СвУчетНО")),
		RegOffice:   p.office(e.child("СвРегОрг")),
		Pension:     p.insurer(e.child("СвРегПФ"), "ПФ"),
		Social:      p.insurer(e.child("СвРегФСС"), "ФСС"),
		Capital:     p.capital(e.child("СвУстКап")),
		Activities:  activities(e.child("СвОКВЭД")),
		LastEntry:   p.lastEntry(e, "СвЗапЕГРЮЛ", "ГРН"),
		Restricted:  restricted(e),
		Created: p.creation(form, Creation{
			Code: form.child("СпОбрЮЛ").attr("КодСпОбрЮЛ"), How: form.child("СпОбрЮЛ").attr("НаимСпОбрЮЛ"),
		}),
	}
	p.people(r, e)
	p.parts(r, e)
	r.Status = p.organisationStatus(e)
	r.Status.Doubt = r.unreliable()
	return r
}

func (p *parser) entrepreneur(e element) *Record {
	r := &Record{
		Kind:       Entrepreneur,
		OGRN:       e.attr("ОГРНИП"),
		INN:        e.attr("ИННФЛ"),
		Form:       Form{Code: e.attr("КодВидИП"), Name: e.attr("НаимВидИП")},
		Registered: p.date(e, "ДатаОГРНИП"),
		Extracted:  p.date(e, "ДатаВып"),
		Person:     person(e.child("СвФЛ")),
		Email:      e.child("СвАдрЭлПочты").attr("E-mail"),
		Address:    p.address(e.child("СвАдрМЖ"), "СвАдрФИАС", "АдресРФ"),
		TaxOffice:  p.taxOffice(e.child("СвУчетНО")),
		RegOffice:  p.office(e.child("СвРегОрг")),
		Pension:    p.insurer(e.child("СвРегПФ"), "ПФ"),
		Social:     p.insurer(e.child("СвРегФСС"), "ФСС"),
		Activities: activities(e.child("СвОКВЭД")),
		FarmHead:   e.child("СвГлКФХ").attr("ТекстГлКФХ"),
		Created:    p.creation(e.child("СвРегИП"), Creation{}),
		LastEntry:  p.lastEntry(e, "СвЗапЕГРИП", "ГРНИП"),
		Restricted: restricted(e),
	}
	if r.Person != nil {
		r.Person.INN = r.INN
		r.Person.Country = country(e.child("СвГражд"), "ВидГражд")
		r.FullName = r.Person.FullName()
		r.ShortName = "ИП " + r.FullName
		if r.Form.Code == "2" {
			r.ShortName = "ГЛАВА КФХ " + r.FullName
		}
	}
	p.licences(r, e)
	r.Status = p.entrepreneurStatus(e)
	return r
}

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

func joinWords(words ...string) string {
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
