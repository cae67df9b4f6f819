package console

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// certificatesPage is views/console/certificates/index.html: the owners of an
// organisation, each with the certificate that counts.
type certificatesPage struct {
	Frame   web.Frame
	OrgID   int64
	Rows    []ownerRow
	Heads   []org.Head // heads of the card who are no owners yet
	MayAdd  bool
	MayWork bool
	Empty   emptyPart
}

// emptyPart is the partial shown where a list has nothing.
type emptyPart struct{ Icon, Title, Text, ActionText, ActionURL string }

// ownerRow is an owner with the certificate that counts: his active one, or the
// newest when none is.
type ownerRow struct {
	owner.Owner
	Certificate *cert.Certificate
	Ready       *ready.Certificate // the active one of another authority
	Active      bool               // Certificate is the active one
	State       web.Chip
	Until       time.Time
}

func (c *Console) certificatesIndex(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	p := certificatesPage{OrgID: id, MayAdd: by(ctx).Can(staff.OrgEdit), MayWork: by(ctx).Can(staff.ApplicationWork),
		Empty: emptyPart{Icon: "person-vcard", Title: "Владельцев ещё нет", Text: "Добавьте человека, на которого выпускается сертификат. Руководителя можно взять с карточки организации."}}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Сертификаты", id, "certificates"); err != nil {
		return err
	}
	err = c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		owners, err := owner.SeenList(q, tx, by(ctx), id)
		if err != nil {
			return err
		}
		certificates, err := cert.OfOrganisation(q, tx, by(ctx).PartnerID, id)
		if err != nil {
			return err
		}
		p.Rows = c.ownerRows(ctx, owners, certificates)
		if err := c.withActive(q, tx, by(ctx), id, p.Rows, certificates); err != nil {
			return err
		}
		card, err := org.Find(q, tx, by(ctx).PartnerID, id)
		if err == nil && p.MayAdd {
			p.Heads = headsWithoutOwner(card.Heads, owners)
		}
		return err
	})
	if err != nil {
		return err
	}
	return ctx.Render("console/certificates/index", p)
}

func (c *Console) ownerRows(ctx *fiber.Ctx, owners []owner.Owner, certificates []cert.Certificate) []ownerRow {
	newest := map[int64]*cert.Certificate{}
	for i := range certificates { // the newest first
		if own := certificates[i].OwnerID; newest[own] == nil {
			newest[own] = &certificates[i]
		}
	}
	rows := make([]ownerRow, len(owners))
	for i, o := range owners {
		rows[i] = ownerRow{Owner: o, Certificate: newest[o.ID], State: web.Chip{Kind: "idle", Text: "Нет сертификата"}}
		if x := newest[o.ID]; x != nil {
			rows[i].State.Kind, rows[i].State.Text = x.Chip(c.now())
			rows[i].Until = x.NotAfter.In(by(ctx).Location())
		}
	}
	return rows
}

// withActive shows each owner by his active certificate, issued or loaded.
func (c *Console) withActive(ctx context.Context, tx db.Conn, e *staff.Employee, org int64, rows []ownerRow, issued []cert.Certificate) error {
	choices, err := active.OfOrganisation(ctx, tx, e.PartnerID, org)
	if err != nil {
		return err
	}
	loaded, err := ready.ActiveOf(ctx, tx, e.PartnerID, org)
	for i := range rows {
		row := &rows[i]
		if x := loaded[row.ID]; x != nil && c.now().Before(x.NotAfter) {
			row.Ready, row.Until = x, x.NotAfter.In(e.Location())
			row.State.Kind, row.State.Text = x.Chip(c.now())
		}
		for j := range issued {
			if x := &issued[j]; x.ID == choices[row.ID].Issued && x.Usable(c.now()) {
				row.Certificate, row.Active, row.Until = x, true, x.NotAfter.In(e.Location())
				row.State.Kind, row.State.Text = x.Chip(c.now())
			}
		}
	}
	return err
}

// headsWithoutOwner are offered for adding in one click.
func headsWithoutOwner(heads []org.Head, owners []owner.Owner) []org.Head {
	var list []org.Head
	for _, h := range heads {
		known := false
		for _, o := range owners {
			known = known || o.IsHead && strings.EqualFold(strings.ReplaceAll(o.FullName(), "ё", "е"), strings.ReplaceAll(h.FullName(), "ё", "е"))
		}
		if !known {
			list = append(list, h)
		}
	}
	return list
}
