package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// addressPage is views/console/organisation/address.html: an address composed
// from the address register. The blocks hits and postcode answer alone.
type addressPage struct {
	Frame  web.Frame
	ID     int64
	Form   org.AddressForm
	Title  string
	Fields fields
	Wrong  string // somebody else's change
	Known  bool   // the address register has been taken in
	Legal  string // the address that may be taken as it is
	Hits   []addressHit
	Query  string
}

// garField is a field that offers what the address register has.
type garField struct {
	web.Field
	What string // places, streets or houses: where the answers come from
	GUID string
}

// addressHit is one offered line; what it becomes in the form.
type addressHit struct {
	registry.GARHit
	Value string
}

// addressHits is how many lines are offered.
const addressHits = 12

func (c *Console) addressEdit(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.OrgEdit, staff.OrgRequisites); err != nil {
		return err
	}
	p, card, err := c.addressPage(ctx)
	if err != nil {
		return err
	}
	p.fill(card.AddressForm(p.Form.Kind))
	return ctx.Render("console/organisation/address", p)
}

func (c *Console) addressPage(ctx *fiber.Ctx) (*addressPage, *org.Card, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, nil, err
	}
	p := &addressPage{ID: id}
	p.Form.Kind = ctx.Params("kind")
	if !slices.Contains([]string{"legal", "actual", "postal"}, p.Form.Kind) {
		return nil, nil, fault.Missing()
	}
	p.Title = org.Address{Kind: p.Form.Kind}.KindRU()
	if p.Frame, _, _, err = c.orgFrame(ctx, p.Title, id, "organisation"); err != nil {
		return nil, nil, err
	}
	card, err := org.OpenCard(ctx.UserContext(), c.db, by(ctx), id)
	if err != nil {
		return nil, nil, err
	}
	if p.Form.Kind == "legal" && card.Address("legal").Agreed {
		return nil, nil, fault.New(fault.Conflict, org.AddressFilled+": он подтверждён ФИАС и закрыт для изменения.")
	}
	if p.Form.Kind != "legal" {
		p.Legal = card.Address("legal").FullText
	}
	p.Known, err = registry.GARKnown(ctx.UserContext(), c.db)
	return p, card, err
}

// fill shows the address in the form.
func (p *addressPage) fill(f org.AddressForm) {
	p.Form = f
	on := map[bool]string{true: "1"}
	p.Fields = fields{
		{Name: "same", Label: "Совпадает с юридическим", Value: on[f.Same], Hint: p.Legal},
		{Name: "manual", Label: "Адреса нет в ФИАС", Value: on[f.Manual]},
		{Name: "region", Label: "Регион", Required: true, Options: regionOptions(f.Region)},
		{Name: "place", Label: "Населённый пункт", Value: f.Place, Required: true, Autofocus: true, MaxLength: 250, Hint: "Первые буквы без типа; в городе с районами сразу и район: Братск Центральный"},
		{Name: "no_street", Label: "Без улицы", Value: on[f.NoStreet]},
		{Name: "street", Label: "Улица", Value: f.Street, Required: true, MaxLength: 250},
		{Name: "corner", Label: "Угловая улица", Value: on[f.Corner]},
		{Name: "street2", Label: "Улица 2", Value: f.Street2, Required: true, MaxLength: 250},
		{Name: "house", Label: "Дом", Value: f.House, MaxLength: 100},
		{Name: "building", Label: "Корпус", Value: f.Building, MaxLength: 50},
		{Name: "room", Label: "Офис, квартира, комната", Value: f.Room, MaxLength: 50, Hint: "Номер или «кв. 5, ком. 2»"},
		{Name: "postcode", Label: "Индекс", Value: f.Postcode, Required: true, MaxLength: 6},
	}
}

// Gar is a field with answers of the address register; a template asks for it.
func (p *addressPage) Gar(name string) garField {
	g := garField{Field: p.Fields.Get(name), What: map[string]string{"place": "places", "street": "streets", "street2": "streets", "house": "houses"}[name]}
	g.GUID = map[string]string{"place": p.Form.PlaceID, "street": p.Form.StreetID, "street2": p.Form.Street2ID, "house": p.Form.HouseID}[name]
	return g
}

func (c *Console) addressSave(ctx *fiber.Ctx) error {
	p, card, err := c.addressPage(ctx)
	if err != nil {
		return err
	}
	f := addressTyped(ctx)
	f.Kind = p.Form.Kind
	err = org.SaveAddress(ctx.UserContext(), c.db, by(ctx), c.now(), p.ID, f)
	var wrong *fault.Error
	switch {
	case err == nil:
		return c.addressDone(ctx, p, card)
	case errors.As(err, &wrong) && wrong.Kind == fault.Invalid:
		p.fill(f)
		p.Fields = web.WithErrors(p.Fields, err)
		return invalid(ctx, "console/organisation/address", p)
	case errors.As(err, &wrong) && wrong.Kind == fault.Conflict && !card.Deleted:
		f.Version = card.Version // saved again, it is saved over what the form now shows
		p.fill(f)
		p.Wrong = wrong.Text
		return ctx.Status(fiber.StatusConflict).Render("console/organisation/address", p)
	}
	return err
}

// addressDone says that certificates in force want to be re-issued when the
// address they may bear has changed (F308).
func (c *Console) addressDone(ctx *fiber.Ctx, p *addressPage, before *org.Card) error {
	text := p.Title + " сохранён."
	err := c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(ctx context.Context, tx db.Conn) error {
		now, err := org.Find(ctx, tx, before.PartnerID, p.ID)
		if err != nil || now.Address(p.Form.Kind).FullText == before.Address(p.Form.Kind).FullText {
			return err
		}
		n, err := cert.InForce(ctx, tx, before.PartnerID, p.ID, c.now(), time.Time{})
		if n > 0 {
			text += fmt.Sprintf(" У организации %d %s: если адрес в них изменился, перевыпустите.", n, web.Plural(n, "действующий сертификат", "действующих сертификата", "действующих сертификатов"))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.done(ctx, orgURL(p.ID)+"/addresses", text)
}

func regionOptions(code string) []web.Option {
	list := []web.Option{{Value: "", Label: "—", Selected: code == ""}}
	for _, r := range owner.Regions {
		list = append(list, web.Option{Value: r.Code, Label: r.Code + " " + r.Name, Selected: r.Code == code})
	}
	return list
}

func regionNamed(code string) string {
	for _, r := range owner.Regions {
		if r.Code == code {
			return r.Name
		}
	}
	return ""
}

func addressTyped(ctx *fiber.Ctx) org.AddressForm {
	return org.AddressForm{Version: formInt(ctx, "version"), Same: web.Text(ctx, "same") != "",
		Manual: web.Text(ctx, "manual") != "", Region: web.Text(ctx, "region"), RegionName: regionNamed(web.Text(ctx, "region")), Place: web.Text(ctx, "place"), PlaceID: web.Text(ctx, "place_id"),
		NoStreet: web.Text(ctx, "no_street") != "", Street: web.Text(ctx, "street"), StreetID: web.Text(ctx, "street_id"),
		Corner: web.Text(ctx, "corner") != "", Street2: web.Text(ctx, "street2"), Street2ID: web.Text(ctx, "street2_id"),
		House: web.Text(ctx, "house"), HouseID: web.Text(ctx, "house_id"), Building: web.Text(ctx, "building"), Room: web.Text(ctx, "room"),
		Postcode: digits(web.Text(ctx, "postcode"))}
}

// addressFind answers a field of the form while somebody types.
func (c *Console) addressFind(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.OrgEdit, staff.OrgRequisites); err != nil {
		return err
	}
	f := addressTyped(ctx)
	p := &addressPage{Frame: c.kit.BareFrame(ctx)}
	var found []registry.GARHit
	var err error
	switch ctx.Params("what") {
	case "places":
		p.Query = f.Place
		found, err = registry.Places(ctx.UserContext(), c.db, f.Place, addressHits)
	case "streets":
		p.Query = f.Street
		if ctx.Query("second") != "" {
			p.Query = f.Street2
		}
		found, err = registry.Streets(ctx.UserContext(), c.db, f.PlaceID, p.Query, addressHits)
	case "houses":
		p.Query = f.House
		in := f.StreetID
		if f.NoStreet {
			in = f.PlaceID
		}
		found, err = registry.Houses(ctx.UserContext(), c.db, in, p.Query, addressHits)
	case "postcode":
		return c.addressPostcode(ctx, p, f)
	default:
		return fault.Missing()
	}
	if err != nil {
		return err
	}
	for _, h := range found {
		p.Hits = append(p.Hits, addressHit{h, h.Value()})
	}
	return ctx.Render("console/organisation/address#hits", p)
}

// addressPostcode answers the field of the postal code: that of the innermost
// part chosen, else what stands there.
func (c *Console) addressPostcode(ctx *fiber.Ctx, p *addressPage, f org.AddressForm) error {
	p.fill(f)
	post := &p.Fields[len(p.Fields)-1]
	for _, guid := range []string{f.HouseID, f.StreetID, f.PlaceID} {
		a, err := registry.OpenGAR(ctx.UserContext(), c.db, guid)
		if err != nil {
			return err
		}
		if a != nil {
			if a.Postcode != "" {
				post.Value, post.Source = a.Postcode, "ФИАС"
			}
			break
		}
	}
	return ctx.Render("console/organisation/address#postcode", p)
}
