package org

import (
	"strings"

	"signdesk/internal/fault"
)

// typedPlace is an address that the address register does not have, as it was
// typed; its region is chosen, because nothing else tells it.
func (f AddressForm) typedPlace(a *Address, wrong fault.Fields) {
	if f.Place == "" {
		wrong.Add("place", "Укажите населённый пункт.")
	}
	if f.Region == "" || f.RegionName == "" {
		wrong.Add("region", "Выберите регион: адреса нет в ФИАС, и по нему регион не узнать.")
	}
	a.Manual, a.Region, a.RegionName, a.Locality = true, f.Region, f.RegionName, f.Place
}

// typed fills the rest of an address that the address register does not have.
func (f AddressForm) typed(a *Address) {
	if strings.EqualFold(a.RegionName, f.Place) { // a city that is a region
		a.RegionName = ""
	}
	if !f.NoStreet {
		a.Street = f.Street
		if f.Corner {
			a.Street2 = f.Street2
		}
	}
}

// text writes the address as people do.
func (a *Address) text(district, settlement string, sole bool) string {
	corner := ""
	if a.Street2 != "" {
		corner = "угол " + a.Street2
	}
	return joinComma(a.Postcode, a.RegionName, district, settlement, a.Locality, a.Area, a.Street, corner, numbered("д.", a.House), numbered("к.", a.Building), roomText(a.Room, sole))
}

// roomText writes flats, offices and rooms one way: «кв. 5, ком. 2». A bare
// number is an office, of an entrepreneur a flat.
func roomText(s string, sole bool) string {
	bare := "оф."
	if sole {
		bare = "кв."
	}
	var parts []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		words := strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '.' })
		for i := 0; i < len(words); i++ {
			letters := strings.TrimRight(words[i], "0123456789")
			kind, number := roomKinds[strings.ToLower(letters)], words[i][len(letters):]
			switch {
			case kind != "" && number != "": // кв5
				parts = append(parts, kind+" "+number)
			case kind != "" && i+1 < len(words):
				i++
				parts = append(parts, kind+" "+words[i])
			default:
				parts = append(parts, numbered(bare, words[i]))
			}
		}
	}
	return strings.Join(parts, ", ")
}

var roomKinds = map[string]string{"кв": "кв.", "квартира": "кв.", "оф": "оф.", "офис": "оф.", "пом": "помещ.", "помещ": "помещ.", "помещение": "помещ.",
	"ком": "ком.", "комн": "ком.", "комната": "ком.", "каб": "каб.", "кабинет": "каб.", "эт": "эт.", "этаж": "эт."}

// ByHand names the parts that the address register does not have, Russian; the
// register's own address is not asked.
func (a Address) ByHand() string {
	switch {
	case a.Kind == "legal" && !a.Typed || a.FullText == "" || a.SameAsLegal:
		return ""
	case a.Manual:
		return "адрес"
	case a.PlaceID == "": // one line, typed with the requisites
		return ""
	}
	var parts []string
	if a.Street != "" && a.StreetID == "" {
		parts = append(parts, "улица")
	}
	if a.Street2 != "" && a.Street2ID == "" {
		parts = append(parts, "вторая улица")
	}
	if a.House != "" && a.HouseID == "" {
		parts = append(parts, "дом")
	}
	return strings.Join(parts, ", ")
}
