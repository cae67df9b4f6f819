package registry

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"
)

// F048: part by part, and as a whole.
func TestCompareAddresses(t *testing.T) {
	const guid = "14830646-27d7-4d40-839c-cc355ecbc9b5"
	base := AddressParts{GUID: guid, Level: 11, RegionCode: "55", District: "м.р-н Омский", City: "г Омск", Street: "ул Ленина", House: "д. 3 к. 1", Room: "офис 12"}
	with := func(change func(p *AddressParts)) AddressParts {
		p := base
		change(&p)
		return p
	}
	for name, c := range map[string]struct {
		b    AddressParts
		want Likeness
		diff string
	}{
		"equal": {base, Equal, ""},
		"respelled": {with(func(p *AddressParts) {
			p.City, p.Street, p.House, p.Room = "ГОРОД ОМСК", "Ленина ул.", "дом 3 корп. 1", "помещ. 12"
		}), Respelled, ""},
		"short house":                    {with(func(p *AddressParts) { p.House = "3/1" }), Respelled, ""},
		"house":                          {with(func(p *AddressParts) { p.House = "д. 31" }), Differs, "дом"},
		"room":                           {with(func(p *AddressParts) { p.Room = "" }), Differs, "помещение"},
		"region":                         {with(func(p *AddressParts) { p.RegionCode = "54" }), Differs, "регион"},
		"street":                         {with(func(p *AddressParts) { p.Street = "пр-кт Мира" }), Differs, "улица"},
		"city":                           {with(func(p *AddressParts) { p.City, p.Settlement = "", "с Омск" }), Respelled, ""},
		"other city":                     {with(func(p *AddressParts) { p.City = "г Тара" }), Differs, "город"},
		"district of the other division": {with(func(p *AddressParts) { p.District, p.Municipal = "Центральный", "Омский м.р-н" }), Respelled, ""},
		"district, same object":          {with(func(p *AddressParts) { p.District = "г.о. Омск" }), Respelled, ""},
		"district, another object":       {with(func(p *AddressParts) { p.District, p.GUID = "Тарский р-н", "" }), Differs, "район"},
		"only a street":                  {with(func(p *AddressParts) { p.Level, p.House, p.Room = 8, "", "" }), Equal, ""},
		"a line only":                    {AddressParts{Level: 11, RegionCode: "55", House: "д. 3 к. 1", Room: "офис 12"}, NotComparable, ""},
		"nothing":                        {AddressParts{Level: 8}, NotComparable, ""},
	} {
		got := CompareAddresses(base, c.b)
		if got.Likeness != c.want || strings.Join(got.Differing(), ",") != c.diff {
			t.Errorf("%s: %+v", name, got)
		}
		if back := CompareAddresses(c.b, base); back.Likeness != got.Likeness {
			t.Errorf("%s the other way: %+v", name, back)
		}
	}
	for in, want := range map[string]string{"д. 3 к. 1 офис 12": "д. 3 к. 1|офис 12", "Д. 3, КВ. 5": "Д. 3|КВ. 5", "офис 12": "|офис 12", "12 оф.4": "12|оф.4", "д. 3 корп. 2": "д. 3 корп. 2|", "": "|"} {
		if house, room := SplitRoom(in); house+"|"+room != want {
			t.Errorf("%s: %q %q", in, house, room)
		}
	}
}

// What the register of organisations says of an address is set beside the object
// whose GUID it gives; a former name is the same place.
func TestCheckAddress(t *testing.T) {
	d := newGAR(t)
	var guid, name, former string
	if err := d.Plain().QueryRowContext(t.Context(), `SELECT o.guid, o.name, f.name FROM gar_object o JOIN gar_object f ON f.objectid = o.objectid AND NOT f.current
		WHERE o.level = 8 AND o.current AND o.region = '55' AND o.town IN (SELECT objectid FROM gar_object WHERE name = 'Омск') LIMIT 1`).Scan(&guid, &name, &former); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		a    Address
		want Likeness
		gone bool
	}{
		"agrees":  {Address{GUID: strings.ToUpper(guid), RegionCode: "55", Locality: "Г. ОМСК", Street: "УЛ. " + strings.ToUpper(name), House: "Д. 3", Room: "ОФИС 1"}, Respelled, false},
		"former":  {Address{GUID: guid, RegionCode: "55", Locality: "г Омск", Street: former}, Respelled, false},
		"other":   {Address{GUID: guid, RegionCode: "55", Locality: "г Омск", Street: "ул Иная"}, Differs, false},
		"unknown": {Address{GUID: "00000000-0000-4000-8000-000000000000", RegionCode: "55"}, NotComparable, true},
		"none":    {Address{RegionCode: "55", Street: name}, NotComparable, true},
	} {
		err := d.Read(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
			got, g, err := CheckAddress(ctx, tx, c.a.Parts())
			if got.Likeness != c.want || (g == nil) != c.gone {
				t.Errorf("%s: %+v", what, got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
