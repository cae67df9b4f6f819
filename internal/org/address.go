package org

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// AddressForm is an address as staff compose it from the address register. The
// ids are GUIDs of what was chosen there; one that does not belong to the text
// beside it is dropped.
type AddressForm struct {
	Version                  int
	Kind                     string // legal, actual or postal
	Same                     bool   // «совпадает с юридическим»
	Manual                   bool   // «Адреса нет в ФИАС»
	Region, RegionName       string // of such an address: the code and its name
	Place, PlaceID           string
	NoStreet                 bool // «Без улицы»
	Street, StreetID         string
	Corner                   bool // «Угловая улица»
	Street2, Street2ID       string
	House, HouseID           string
	Building, Room, Postcode string
}

// AddressForm is what the form shows of the card's address of the kind.
func (c *Card) AddressForm(kind string) AddressForm {
	a := c.Address(kind)
	place := joinComma(a.Locality, a.Area)
	return AddressForm{Version: c.Version, Kind: kind, Same: a.SameAsLegal, Place: place, PlaceID: a.PlaceID, NoStreet: a.NoStreet, Manual: a.Manual, Region: a.Region, RegionName: a.RegionName,
		Street: a.Street, StreetID: a.StreetID, Corner: a.Street2 != "", Street2: a.Street2, Street2ID: a.Street2ID,
		House: a.House, HouseID: a.HouseID, Building: a.Building, Room: a.Room, Postcode: a.Postcode}
}

// SaveAddress replaces an address. The legal one may be typed unless register and
// FIAS agree on it (F044, F048). Somebody else's change of the card since the form
// was opened is a Conflict.
func SaveAddress(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, f AddressForm) error {
	if err := by.Must(staff.OrgEdit, staff.OrgRequisites); err != nil {
		return err
	}
	if !slices.Contains([]string{"legal", "actual", "postal"}, f.Kind) {
		return fault.New(fault.NotFound, "Такого вида адреса нет.")
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lockLive(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		card, err := Find(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if o.Version != f.Version {
			return fault.New(fault.Conflict, "Карточку изменил "+card.editor()+". Сейчас в ней: «"+card.Address(f.Kind).FullText+"». Проверьте и сохраните ещё раз.")
		}
		if f.Kind == "legal" && card.Address("legal").Agreed {
			return fault.New(fault.Conflict, AddressFilled+": он подтверждён ФИАС и закрыт для изменения.")
		}
		a, err := f.address(ctx, tx, card)
		if err != nil {
			return err
		}
		a.Typed = true
		a.PartnerID, a.OrgID, a.Kind = o.PartnerID, o.ID, f.Kind
		if err := note(ctx, tx, now, o, by.ID, "operator", f.Kind+"_address", card.Address(f.Kind).FullText, a.FullText); err != nil {
			return err
		}
		if err := putAddress(ctx, tx, card, a); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE organisation SET updated_at = ?, updated_by = ?, version = version + 1 WHERE partner_id = ? AND id = ?`,
			now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.save_address", Object: fmt.Sprintf("organisation:%d", id), Org: id})
	})
}

func putAddress(ctx context.Context, tx bun.IDB, card *Card, a Address) error {
	if a.Kind == "legal" {
		return setLegal(ctx, tx, card, a)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM org_address WHERE partner_id = ? AND org_id = ? AND kind = ?`, card.PartnerID, card.ID, a.Kind); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(&a).Exec(ctx)
	return err
}

// address checks the form against the address register. Rule F309: no address
// without a postal code of its place, without its region or without a street,
// unless there is none.
func (f AddressForm) address(ctx context.Context, tx bun.IDB, card *Card) (Address, error) {
	if f.Same && f.Kind != "legal" {
		a := card.Address("legal")
		if a.FullText == "" {
			return a, fault.Fields{"same": "Юридического адреса в карточке нет."}.Err()
		}
		a.ID, a.SameAsLegal, a.Unreliable, a.Agreed = 0, true, false, false
		return a, nil
	}
	wrong := fault.Fields{}
	for field, text := range map[string]string{"place": f.Place, "street": f.Street, "street2": f.Street2, "house": f.House, "building": f.Building, "room": f.Room} {
		if len([]rune(text)) > 250 {
			wrong.Add(field, "Не больше 250 знаков.")
		}
	}
	a := Address{NoStreet: f.NoStreet, House: f.House, Building: f.Building, Room: f.Room, Postcode: f.Postcode}
	var place *registry.GARAddress
	var err error
	if !f.Manual {
		place, err = f.chosenPlace(ctx, tx)
	}
	switch {
	case err != nil:
		return a, err
	case f.Manual:
		f.typedPlace(&a, wrong)
	case place == nil && f.Place == "":
		wrong.Add("place", "Укажите населённый пункт.")
	case place == nil:
		wrong.Add("place", "Выберите населённый пункт из списка: по нему определяется регион. Нет в списке — отметьте «Адреса нет в ФИАС».")
	}
	if f.Street == "" && !f.NoStreet {
		wrong.Add("street", "Укажите улицу или отметьте «Без улицы».")
	}
	if f.Corner && f.Street2 == "" && !f.NoStreet {
		wrong.Add("street2", "Укажите вторую улицу или снимите отметку «Угловая улица».")
	}
	if f.Corner && !f.NoStreet && f.Street2 != "" && strings.EqualFold(f.Street, f.Street2) && f.StreetID == f.Street2ID {
		wrong.Add("street2", "Угол образуют две разные улицы.")
	}
	if len(f.Postcode) != 6 || strings.Trim(f.Postcode, "0123456789") != "" {
		wrong.Add("postcode", "Укажите индекс: шесть цифр.")
	}
	if err := wrong.Err(); err != nil {
		return a, err
	}
	if f.Manual {
		f.typed(&a)
		a.FullText = a.text("", "", card.Sole())
		return a, nil
	}
	if err := f.fill(ctx, tx, &a, place); err != nil {
		return a, err
	}
	a.FullText = a.text(place.District, place.Settlement, card.Sole())
	return a, nil
}

// chosenPlace is the settlement or district chosen; nil when the text is no
// name of it.
func (f AddressForm) chosenPlace(ctx context.Context, tx bun.IDB) (*registry.GARAddress, error) {
	name := f.Place // of a district: after its city
	if i := strings.LastIndex(name, ", "); i >= 0 {
		name = name[i+2:]
	}
	if ok, err := registry.GARNames(ctx, tx, f.PlaceID, name); err != nil || !ok {
		return nil, err
	}
	return registry.FindGAR(ctx, tx, f.PlaceID)
}

// fill sets the parts and the innermost object that the register knows.
func (f AddressForm) fill(ctx context.Context, tx bun.IDB, a *Address, place *registry.GARAddress) error {
	a.Region, a.RegionName, a.Locality, a.Area, a.PlaceID = place.RegionCode, place.Region, place.Place, place.Area, f.PlaceID
	if place.Place == place.Region {
		a.RegionName = ""
	}
	if place.Area == "" { // as it was chosen: perhaps a former name
		a.Locality = f.Place
	}
	a.FiasID = f.PlaceID
	inner := place
	within := func(g *registry.GARAddress) bool {
		return g != nil && (g.PlaceGUID == f.PlaceID || g.AreaGUID == f.PlaceID)
	}
	if !f.NoStreet {
		var street *registry.GARAddress
		var err error
		if street, a.Street, a.StreetID, err = chosenStreet(ctx, tx, f.Street, f.StreetID, within); err != nil {
			return err
		}
		if street != nil {
			inner, a.FiasID = street, f.StreetID
		}
		if f.Corner {
			if _, a.Street2, a.Street2ID, err = chosenStreet(ctx, tx, f.Street2, f.Street2ID, within); err != nil {
				return err
			}
		}
	}
	house, err := registry.FindGAR(ctx, tx, f.HouseID)
	if err != nil {
		return err
	}
	if within(house) && house.House == f.House && (f.NoStreet || house.StreetGUID == a.StreetID) {
		inner, a.HouseID, a.FiasID = house, f.HouseID, f.HouseID
	}
	a.OKATO, a.OKTMO = inner.OKATO, inner.OKTMO
	if len(inner.Postcode) == 6 && inner.Postcode[:3] != f.Postcode[:3] {
		return fault.Fields{"postcode": "Индекс не этого места: по справочнику " + inner.Postcode + "."}.Err()
	}
	return nil
}

// chosenStreet is the street if the register knows it in the place; a name it
// does not know is kept as typed.
func chosenStreet(ctx context.Context, tx bun.IDB, name, guid string, within func(*registry.GARAddress) bool) (*registry.GARAddress, string, string, error) {
	ok, err := registry.GARNames(ctx, tx, guid, name)
	if err != nil || !ok {
		return nil, name, "", err
	}
	street, err := registry.FindGAR(ctx, tx, guid)
	if err != nil || !within(street) {
		return nil, name, "", err
	}
	return street, name, guid, nil
}

// numbered sets the kind before a bare number.
func numbered(kind, number string) string {
	if number == "" || number[0] < '0' || number[0] > '9' {
		return number
	}
	return kind + " " + number
}

func joinComma(parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == "" }), ", ")
}
