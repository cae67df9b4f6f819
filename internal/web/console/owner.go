package console

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/issuance"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// ownerPage is views/console/owner/show.html: «Подробная информация о
// владельце сертификата ЭП» (F072–F079).
type ownerPage struct {
	Frame       web.Frame
	Owner       *owner.Owner
	Checks      []checkChip
	Live        *issuance.Application // the case under way; nil = none
	Request     *cert.Request         // the last one
	OIDs        []string              // of the request's subject
	Certificate *cert.Certificate     // the newest
	State       web.Chip
	InESIA      bool
	List        []activeRow // issued and loaded, with the tick of the active one
	Active      string      // the active one's reference, "" = none
	Choices     []choiceEvent
	Clash       string     // somebody else has chosen, or the choice is not possible any more
	Chosen      *activeRow // what the person ticked then; nil = it can be ticked no more
	Stamps      stamps

	MayEdit, MayWork, MayPassport, Masked bool
	zone                                  *time.Location
}

// ESIADue reports whether the newest certificate still has to go to ESIA.
func (p *ownerPage) ESIADue() bool {
	return p.Certificate != nil && !p.InESIA && p.Certificate.RevokedAt.IsZero() && !p.Certificate.InstalledAt.IsZero()
}

// Local is the moment in the centre's time.
func (p *ownerPage) Local(t time.Time) time.Time { return t.In(p.zone) }

type checkChip struct {
	Name string
	Chip web.Chip
}

// choiceEvent is a line of the history of the active certificate.
type choiceEvent struct {
	active.Event
	Local time.Time
}

// stamps are «Внесение в базу», «Последнее редактирование», «Удалено».
type stamps struct {
	CreatedAt, EditedAt, DeletedAt, RestoredAt time.Time
	CreatedBy, EditedBy, DeletedBy, RestoredBy string
}

func (c *Console) ownerShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	return c.ownerPageOf(ctx, id, active.Ref{}, "")
}

// ownerPageOf shows the owner's page; clash says why the certificate that the
// person has ticked is not the active one.
func (c *Console) ownerPageOf(ctx *fiber.Ctx, id int64, chosen active.Ref, clash string) (err error) {
	e := by(ctx)
	p := &ownerPage{Clash: clash, MayEdit: e.Can(staff.OrgEdit), MayWork: e.Can(staff.ApplicationWork), Masked: !e.Can(staff.OrgView),
		MayPassport: e.Must(staff.PassportView, staff.PassportReason) == nil}
	err = c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error { return p.load(q, tx, e, id, c.now()) })
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(p.List, func(x activeRow) bool { return x.Ref == chosen.String() && x.MayChoose }); i >= 0 {
		p.Chosen = &p.List[i]
	}
	if p.Frame, _, _, err = c.orgFrame(ctx, p.Owner.FullName(), p.Owner.OrgID, "certificates"); err != nil {
		return err
	}
	return ctx.Render("console/owner/show", p)
}

func (p *ownerPage) load(ctx context.Context, tx db.Conn, e *staff.Employee, id int64, now time.Time) (err error) {
	if p.Owner, err = owner.Seen(ctx, tx, e, id); err != nil {
		return err
	}
	zone := e.Location()
	p.zone = zone
	p.Stamps = stamps{CreatedAt: p.Owner.CreatedAt.In(zone), CreatedBy: p.Owner.CreatedName, EditedAt: p.Owner.UpdatedAt.In(zone), EditedBy: p.Owner.UpdatedName}
	if p.Owner.Deleted {
		p.Stamps.DeletedAt, p.Stamps.DeletedBy = p.Owner.DeletedAt.In(zone), p.Owner.DeletedName
	}
	if p.Checks, err = checkChips(ctx, tx, e, id); err != nil {
		return err
	}
	list, err := cert.Certificates(ctx, tx, e.PartnerID, id)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		p.Certificate = &list[0]
		p.State.Kind, p.State.Text = list[0].Chip(now)
		r, err := cert.RegistrationOf(ctx, tx, e.PartnerID, list[0].ID)
		if err != nil {
			return err
		}
		p.InESIA = r != nil && r.Status != "failed"
	}
	if err := p.loadChoice(ctx, tx, e, list, now); err != nil {
		return err
	}
	cases, err := issuance.OfOwner(ctx, tx, e.PartnerID, id)
	if err != nil {
		return err
	}
	for i := range cases {
		if p.Live == nil && cases[i].Status.Live() {
			p.Live = &cases[i]
		}
		if p.Request == nil {
			if p.Request, err = cert.RequestOf(ctx, tx, e.PartnerID, cases[i].ID); err != nil {
				return err
			}
		}
	}
	if p.Request != nil {
		p.OIDs = p.Request.OIDs()
	}
	return nil
}

// loadChoice reads all certificates of the owner and which is the active one.
func (p *ownerPage) loadChoice(ctx context.Context, tx db.Conn, e *staff.Employee, issued []cert.Certificate, now time.Time) error {
	loaded, err := ready.OfOwner(ctx, tx, e.PartnerID, p.Owner.ID)
	if err != nil {
		return err
	}
	current, err := active.Of(ctx, tx, e.PartnerID, p.Owner.ID)
	if err != nil {
		return err
	}
	p.Active, p.List = current.String(), activeRows(issued, loaded, current.Ref, e, now)
	events, err := active.History(ctx, tx, e.PartnerID, p.Owner.ID)
	for _, x := range events {
		p.Choices = append(p.Choices, choiceEvent{x, x.At.In(p.zone)})
	}
	return err
}

// checkChips sums up the checks of the data as they are now; the paper itself stays closed.
func checkChips(ctx context.Context, tx db.Conn, e *staff.Employee, id int64) ([]checkChip, error) {
	o, err := owner.Find(ctx, tx, e.PartnerID, id)
	if err != nil {
		return nil, err
	}
	paper, err := owner.PassportOf(ctx, tx, e.PartnerID, id)
	if err != nil {
		return nil, err
	}
	current, err := owner.Current(ctx, tx, e.PartnerID, o, paper)
	if err != nil {
		return nil, err
	}
	var list []checkChip
	for _, kind := range owner.CheckKinds {
		chip := checkChip{Name: kind.NameRU()}
		chip.Chip.Kind, chip.Chip.Text = current[kind].Chip()
		list = append(list, chip)
	}
	return list, nil
}

// Address is region, town and street in one line.
func (p *ownerPage) Address() string {
	var parts []string
	for _, v := range []string{strings.TrimSpace(p.Owner.Region + " " + p.Owner.RegionName), p.Owner.Locality, p.Owner.Address} {
		if v != "" {
			parts = append(parts, v)
		}
	}
	return strings.Join(parts, ", ")
}

// CarrierRU is the kind of a carrier on screen.
func (p *ownerPage) CarrierRU(code string) string { return cert.CarrierRU(code) }

// ProfileRU is the type of a certificate on screen.
func (p *ownerPage) ProfileRU(code string) string { return cert.ProfileRU(code) }

// ownerApplication opens the owner's case, or the one under way.
func (c *Console) ownerApplication(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	application, err := issuance.Open(ctx.UserContext(), c.db, by(ctx), c.now(), id)
	if err != nil {
		return err
	}
	if err := c.lookAgain(ctx, application); err != nil {
		return err
	}
	return web.SeeOther(ctx, fmt.Sprintf("/applications/%d", application))
}
