package console

import (
	"context"
	"encoding/pem"
	"fmt"
	"mime"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/revoke"
	"signdesk/internal/db"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// certificatePage is views/console/certificate/show.html.
type certificatePage struct {
	Frame       web.Frame
	Certificate *cert.Certificate
	State       web.Chip
	Fields      []cert.SubjectField // of the subject
	From, Until string
	Issued      string
	Carrier     string
	MayWork     bool
	Active      bool   // the owner signs with this one
	MayChoose   bool   // «Активный сертификат»
	Seen        string // the owner's active certificate, "" = none
	MayRevoke   bool
	MaySee      bool            // the applications themselves
	Revocations []revocationRow // «История заявок» (F253)
}

func (c *Console) certificate(ctx *fiber.Ctx, may ...staff.Permission) (x *cert.Certificate, err error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	if err := by(ctx).Must(may...); err != nil {
		return nil, err
	}
	err = c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		x, err = cert.Find(q, tx, by(ctx).PartnerID, id)
		return err
	})
	return x, err
}

func (c *Console) certificateShow(ctx *fiber.Ctx) error {
	x, err := c.certificate(ctx, staff.OrgView)
	if err != nil {
		return err
	}
	zone := by(ctx).Location()
	p := certificatePage{Certificate: x, From: web.DateTime(x.NotBefore.In(zone)), Until: web.DateTime(x.NotAfter.In(zone)), Issued: web.DateTime(x.IssuedAt.In(zone)),
		Carrier: cert.CarrierRU(x.CarrierType) + " № " + x.CarrierNumber, MayWork: by(ctx).Can(staff.ApplicationWork),
		MaySee: by(ctx).Must(staff.ApplicationWork, staff.ApplicationReview) == nil}
	p.State.Kind, p.State.Text = x.Chip(c.now())
	err = c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		current, err := active.Of(q, tx, x.PartnerID, x.OwnerID)
		if err != nil {
			return err
		}
		p.Seen, p.Active = current.String(), current.Issued == x.ID && x.Usable(c.now())
		list, err := revoke.OfCertificate(q, tx, x.PartnerID, x.ID)
		p.MayRevoke = p.MayWork && x.RevokedAt.IsZero() && c.now().Before(x.NotAfter)
		for _, v := range list {
			p.Revocations = append(p.Revocations, revocationRow{v, web.Chip{Kind: v.Status.Chip(), Text: v.Status.RU()}, revoke.ReasonRU(v.Reason), v.AskedAt.In(zone)})
			p.MayRevoke = p.MayRevoke && !v.Status.Live()
		}
		return err
	})
	if err != nil {
		return err
	}
	p.MayChoose = p.MayWork && x.Usable(c.now()) && !p.Active
	if p.Fields, err = x.Fields(); err != nil {
		return err
	}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Сертификат "+x.ShortSerial(), x.OrgID, "certificates"); err != nil {
		return err
	}
	return ctx.Render("console/certificate/show", p)
}

// certificateNotice is «Отправить оповещение на email» (F331).
func (c *Console) certificateNotice(ctx *fiber.Ctx) error {
	x, err := c.certificate(ctx, staff.ApplicationWork)
	if err != nil {
		return err
	}
	if err := cert.SendNotice(ctx.UserContext(), c.db, by(ctx), c.now(), x.ID); err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/certificates/%d", x.ID), "Оповещение отправляется владельцу на почту.")
}

// certificateFile is «Скачать сертификат»: .cer in PEM, .der as it is (F194).
func (c *Console) certificateFile(ctx *fiber.Ctx) error {
	x, err := c.certificate(ctx, staff.OrgView)
	if err != nil {
		return err
	}
	ext := ctx.Params("format")
	content := x.DER
	switch ext {
	case "cer":
		content = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: x.DER})
	case "der":
	default:
		return web.NotFound(ctx)
	}
	ctx.Set(fiber.HeaderContentType, "application/pkix-cert")
	ctx.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": x.Serial + "." + ext}))
	return ctx.Send(content)
}
