package org

import (
	"strings"
	"testing"

	"signdesk/internal/registry"
)

// By the object of the address register, and by parts where one is not known.
func TestCompareAddress(t *testing.T) {
	const guid = "14830646-27d7-4d40-839c-cc355ecbc9b5"
	legal := Address{Kind: "legal", Region: "55", Locality: "г Омск", Street: "УЛ. ЛЕСНАЯ", House: "Д. 3 ОФИС 12", FiasID: guid}
	for name, c := range map[string]struct {
		a    Address
		kind string
		text string
		diff string
	}{
		"the same object":         {Address{Region: "55", Locality: "г. Омск", Street: "ул Лесная", House: "д. 3", Room: "12", FiasID: strings.ToUpper(guid)}, "done", "по ФИАС", ""},
		"the same parts":          {Address{Region: "55", Locality: "Омск", Street: "Лесная ул.", House: "дом 3", Room: "оф. 12"}, "done", "по частям", ""},
		"another room":            {Address{Region: "55", Locality: "г Омск", Street: "ул Лесная", House: "д. 3", Room: "14", HouseID: guid, FiasID: guid}, "note", "Отличается", "помещение"},
		"another street":          {Address{Region: "55", Locality: "г Омск", Street: "ул Лесной", House: "3", Room: "12"}, "note", "Отличается", "улица"},
		"a city that is a region": {Address{Region: "55", Street: "ул Лесная", House: "3 офис 12"}, "done", "по частям", ""},
		"another region":          {Address{Region: "54", Locality: "г Омск", Street: "ул Лесная", House: "3", Room: "12"}, "note", "Отличается", "регион"},
	} {
		v := compareAddress(c.a, legal)
		if v.Kind != c.kind || !strings.Contains(v.Text, c.text) || strings.Join(v.Differs, ", ") != c.diff {
			t.Errorf("%s: %+v", name, v)
		}
	}
	for name, c := range map[string]struct {
		g    *registry.GARAddress
		kind string
		diff string
	}{
		"unknown":        {nil, "note", ""},
		"archived":       {&registry.GARAddress{Archived: true}, "warn", ""},
		"confirmed":      {&registry.GARAddress{Level: 10, RegionCode: "55", Place: "г Омск", Street: "ул Лесная", House: "д. 3"}, "done", ""},
		"another house":  {&registry.GARAddress{Level: 10, RegionCode: "55", Place: "г Омск", Street: "ул Лесная", House: "д. 31"}, "warn", "дом"},
		"only a street":  {&registry.GARAddress{Level: 8, RegionCode: "55", Place: "г Омск", Street: "ул Лесная"}, "done", ""},
		"another street": {&registry.GARAddress{Level: 8, RegionCode: "55", Place: "г Омск", Street: "ул Садовая"}, "warn", "улица"},
	} {
		var is registry.AddressComparison
		if c.g != nil {
			is = registry.CompareAddresses(legal.parts(), c.g.Parts())
		}
		if v := garVerdict(is, c.g); v.Kind != c.kind || strings.Join(v.Differs, ", ") != c.diff {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
