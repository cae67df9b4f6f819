package org

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// AddressVerdict says how an address stands to the registers: the legal one to
// the address register, the others to the legal one. Kind is a chip's.
type AddressVerdict struct {
	Kind, Text string
	Differs    []string // the parts, Russian
}

// AddressVerdicts compares the card's addresses, by kind; nothing for who may
// see them masked only.
func AddressVerdicts(ctx context.Context, d *db.DB, by *staff.Employee, card *Card) (map[string]AddressVerdict, error) {
	list := map[string]AddressVerdict{}
	if onlyMasked(by) {
		return list, nil
	}
	legal := card.Address("legal")
	for _, a := range card.Addresses {
		if a.Kind != "legal" && legal.FullText != "" {
			list[a.Kind] = compareAddress(a, legal)
		}
	}
	err := read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		if legal.FiasID == "" {
			return nil
		}
		g, err := registry.FindGAR(ctx, tx, legal.FiasID)
		if err == nil {
			list["legal"] = verdictByGAR(legal, g)
		}
		return err
	})
	return list, err
}

// compareAddress sets an address beside the legal one: the same object of the
// address register with the same room is the same; else the parts are compared.
func compareAddress(a, legal Address) AddressVerdict {
	differs := differentParts(a, legal)
	sameObject := a.FiasID != "" && strings.EqualFold(a.FiasID, legal.FiasID)
	switch {
	case len(differs) == 0 && sameObject:
		return AddressVerdict{Kind: "done", Text: "Тот же, что юридический: по ФИАС"}
	case len(differs) == 0:
		return AddressVerdict{Kind: "done", Text: "Тот же, что юридический: по частям"}
	case sameObject && a.HouseID == "" && !slices.Contains(differs, "улица"):
		return AddressVerdict{Kind: "note", Text: "По ФИАС тот же, по частям расходится", Differs: differs}
	}
	return AddressVerdict{Kind: "note", Text: "Отличается от юридического", Differs: differs}
}

// verdictByGAR judges the register's address by its object in the address
// register; nil is one that is not there.
func verdictByGAR(legal Address, g *registry.GARAddress) AddressVerdict {
	if g == nil {
		return AddressVerdict{Kind: "note", Text: "Номера из ЕГРЮЛ нет в загруженном ФИАС"}
	}
	if g.Archived {
		return AddressVerdict{Kind: "warn", Text: "В ФИАС это архивный адрес"}
	}
	theirs := Address{Region: g.RegionCode, Locality: g.Place, Area: g.Area, Street: g.Street, House: g.House}
	if g.Level < 10 { // the number names a street: the house is not its business
		theirs.House = legal.House
	}
	if legal.House != "" && g.House != "" && strings.HasPrefix(addressWords(legal.House)+" ", addressWords(g.House)+" ") {
		theirs.House = legal.House // then comes the room
	}
	if differs := differentParts(legal, theirs); len(differs) > 0 {
		return AddressVerdict{Kind: "warn", Text: "Расходится с ФИАС", Differs: differs}
	}
	return AddressVerdict{Kind: "done", Text: "Подтверждён ФИАС"}
}

func differentParts(a, b Address) (list []string) {
	number := func(x Address) string { return joinWords(x.House, x.Building, x.Room) }
	for _, p := range []struct{ name, a, b string }{
		{"регион", a.Region, b.Region}, {"населённый пункт", a.Locality, b.Locality}, {"улица", a.Street, b.Street}, {"дом и помещение", number(a), number(b)},
	} {
		x, y := addressWords(p.a), addressWords(p.b)
		if p.name == "населённый пункт" && (x == "" || y == "") && a.Region == b.Region {
			continue // a city that is a region is left out by one of them
		}
		if x != y {
			list = append(list, p.name)
		}
	}
	return list
}

// addressKinds are words that name the kind of a part, not the part.
var addressKinds = strings.Fields(`Г ГОРОД С СЕЛО Д ДЕРЕВНЯ П ПОС ПОСЕЛОК ПГТ РП Х ХУТОР УЛ УЛИЦА ПЕР ПЕРЕУЛОК ПР КТ ПРОСПЕКТ Ш ШОССЕ ПЛ ПЛОЩАДЬ НАБ НАБЕРЕЖНАЯ Б Р БУЛЬВАР
	ДОМ К КОРП КОРПУС СТР СТРОЕНИЕ ЗД ЗДАНИЕ ОФ ОФИС ПОМЕЩ ПОМЕЩЕНИЕ КВ КВАРТИРА КОМ КОМНАТА`)

// addressWords are the words that tell one part from another, in one order.
func addressWords(s string) string {
	words := strings.FieldsFunc(strings.ToUpper(fold(s)), func(r rune) bool { return strings.ContainsRune(` .,-№"()`, r) })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(addressKinds, w) })
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, " ")
}
