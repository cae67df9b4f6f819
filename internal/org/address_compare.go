package org

import (
	"context"
	"slices"

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
		v, _, err := CompareLegal(ctx, tx, legal)
		list["legal"] = v
		return err
	})
	return list, err
}

// compareAddress sets an address beside the legal one, by the objects of the
// address register and by parts.
func compareAddress(a, legal Address) AddressVerdict {
	c := registry.CompareAddresses(a.parts(), legal.parts())
	v := AddressVerdict{Kind: "note", Differs: c.Differing()}
	switch c.Likeness {
	case registry.Equal, registry.Respelled:
		v.Kind, v.Text = "done", "Тот же, что юридический: по частям"
		if c.SameObject {
			v.Text = "Тот же, что юридический: по ФИАС"
		}
	case registry.NotComparable:
		v.Text = "С юридическим не сравнить: мало частей"
	default:
		v.Text = "Отличается от юридического"
		if c.SameObject && a.HouseID == "" && !slices.Contains(v.Differs, "улица") {
			v.Text = "По ФИАС тот же, по частям расходится"
		}
	}
	return v
}

// garVerdict judges the register's address by its object in the address register;
// nil is one that is not there.
func garVerdict(c registry.AddressComparison, g *registry.GARAddress) AddressVerdict {
	switch {
	case g == nil:
		return AddressVerdict{Kind: "note", Text: "Номера из ЕГРЮЛ нет в загруженном ФИАС"}
	case g.Archived:
		return AddressVerdict{Kind: "warn", Text: "В ФИАС это архивный адрес"}
	case c.Likeness == registry.Differs:
		return AddressVerdict{Kind: "warn", Text: "Расходится с ФИАС", Differs: c.Differing()}
	}
	return AddressVerdict{Kind: "done", Text: "Подтверждён ФИАС"}
}

// CompareLegal compares the card's legal address, as the register gave it, with
// the address register: by GUID, and part by part with former names (F048). Its
// Kind is done when the two agree.
func CompareLegal(ctx context.Context, tx bun.IDB, legal Address) (AddressVerdict, registry.AddressComparison, error) {
	c, g, err := registry.CheckAddress(ctx, tx, legal.parts())
	return garVerdict(c, g), c, err
}

// parts takes the card's address apart.
func (a Address) parts() registry.AddressParts {
	p := registry.AddressParts{GUID: a.FiasID, Level: 11, RegionCode: a.Region, Region: a.RegionName, Area: a.Area, Street: a.Street}
	p.City, p.Settlement = registry.SplitLocality(a.Locality)
	p.House, p.Room = registry.SplitRoom(joinWords(a.House, numbered("к.", a.Building), numbered("оф.", a.Room)))
	return p
}

// differentParts names the parts in which two addresses differ.
func differentParts(a, b Address) []string {
	return registry.CompareAddresses(a.parts(), b.parts()).Differing()
}
