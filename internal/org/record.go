package org

import (
	"strings"
	"time"
	"unicode"

	"signdesk/internal/registry"
)

func fromRecord(r *registry.Record) Organisation {
	o := Organisation{
		Kind: "legal", INN: r.INN, KPP: r.KPP, OGRN: r.OGRN, FullName: r.FullName, ShortName: r.ShortName,
		LegalForm: r.Form.Name, Status: string(r.Status.State), StatusText: r.Status.Text,
		RegisteredOn: day(r.Registered), RegisterDate: day(r.Extracted), Email: r.Email,
	}
	if r.Kind == registry.Entrepreneur {
		o.Kind = "sole"
	}
	if r.TaxOffice != nil {
		o.TaxOffice = joinWords(r.TaxOffice.Code, r.TaxOffice.Name)
	}
	if len(r.Activities) > 0 {
		o.Okved, o.OkvedName = r.Activities[0].Code, r.Activities[0].Name
	}
	if r.Capital != nil {
		o.Capital = &r.Capital.Kopecks
	}
	return o
}

// headsOf lists the people who act for the organisation; an entrepreneur acts
// for himself.
func headsOf(r *registry.Record) []Head {
	if r.Kind == registry.Entrepreneur {
		if r.Person == nil {
			return nil
		}
		return []Head{{Surname: nameCase(r.Person.Surname), Name: nameCase(r.Person.Name), Patronymic: nameCase(r.Person.Patronymic), INN: r.INN, Title: "Индивидуальный предприниматель"}}
	}
	var list []Head
	for _, h := range r.Heads {
		head := Head{Title: sentenceCase(h.Title), Since: day(h.Since), Unreliable: h.Doubt != ""}
		switch {
		case h.Person != nil:
			head.Surname, head.Name, head.Patronymic, head.INN = nameCase(h.Person.Surname), nameCase(h.Person.Name), nameCase(h.Person.Patronymic), h.Person.INN
		case h.Party != nil:
			head.Surname, head.INN = h.Party.Name, h.Party.INN
		default:
			head.Surname = "Сведения ограничены"
		}
		list = append(list, head)
	}
	return list
}

// nameCase writes a name of the register, which is all capitals, as a passport
// and people do: Салтыков-Щедрин. A name that has small letters already stays.
func nameCase(s string) string {
	if s != strings.ToUpper(s) {
		return s
	}
	r := []rune(strings.ToLower(s))
	for i := range r {
		if i == 0 || strings.ContainsRune(" -('", r[i-1]) {
			r[i] = unicode.ToUpper(r[i])
		}
	}
	return string(r)
}

// sentenceCase writes a title of the register, which is all capitals, with one
// capital letter: Генеральный директор.
func sentenceCase(s string) string {
	if s == "" || s != strings.ToUpper(s) {
		return s
	}
	r := []rune(strings.ToLower(s))
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func addressOf(r *registry.Record) (Address, bool) {
	a := r.Address
	if a == nil {
		a = r.Seat
	}
	if a == nil {
		return Address{}, false
	}
	locality := a.Locality
	if locality == "" {
		locality = a.City
	}
	return Address{Kind: "legal", Postcode: a.PostCode, Region: a.RegionCode, RegionName: a.Region, Locality: locality,
		Street: a.Street, House: joinWords(a.House, a.Room), FullText: a.Line, FiasID: a.GUID, Unreliable: a.Doubt != ""}, a.Line != ""
}

// day is the register's date as a time at midnight UTC; unknown is zero.
func day(d registry.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}
