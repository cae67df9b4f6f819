package console

import (
	"context"
	"encoding/pem"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// readyShowPage is views/console/ready/show.html: «Данные сертификата» (F379).
type readyShowPage struct {
	Frame       web.Frame
	Certificate *ready.Certificate
	OwnerName   string
	State       web.Chip
	Details     *ready.Details
	Limits      []string
	CryptoType  string
	MayCrypto   bool // cpPlugin and cpPluginEx only (F378)
	MayChoose   bool
	MayAsk      bool
	MayWork     bool
	Waits       bool  // the page looks again by itself
	Seen        int64 // the owner's active certificate, 0 = none
	History     []readyEvent
	zone        *time.Location
}

type readyEvent struct {
	ready.Event
	Local time.Time
}

// Local is the moment in the centre's time.
func (p *readyShowPage) Local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(p.zone)
}

// ReasonRU is why the authority revoked.
func (p *readyShowPage) ReasonRU(reason int) string { return ready.ReasonRU(reason) }

// readyRow is a loaded certificate in the owner's list.
type readyRow struct {
	ready.Certificate
	State      web.Chip
	Until      time.Time
	Loaded     time.Time
	IssuerName string
	Crypto     string
	MayChoose  bool
}

func readyRows(list []ready.Certificate, e *staff.Employee, now time.Time) (rows []readyRow, active int64) {
	for _, x := range list {
		row := readyRow{Certificate: x, Until: x.NotAfter.In(e.Location()), Loaded: x.LoadedAt.In(e.Location()), Crypto: ready.CryptoRU(x.CryptoType), IssuerName: x.IssuerName(),
			MayChoose: e.Can(staff.ApplicationWork) && x.Status == ready.Valid && now.Before(x.NotAfter) && !x.Active}
		row.State.Kind, row.State.Text = x.Chip(now)
		rows = append(rows, row)
		if x.Active {
			active = x.ID
		}
	}
	return rows, active
}

func (c *Console) readyShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	e := by(ctx)
	if err := e.Must(staff.OrgView); err != nil {
		return err
	}
	p := &readyShowPage{MayWork: e.Can(staff.ApplicationWork), zone: e.Location()}
	err = c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) (err error) {
		if p.Certificate, err = ready.Find(q, tx, e.PartnerID, id); err != nil {
			return err
		}
		w, err := owner.Find(q, tx, e.PartnerID, p.Certificate.OwnerID)
		if err != nil {
			return err
		}
		p.OwnerName = w.FullName()
		events, err := ready.History(q, tx, e.PartnerID, id)
		for _, event := range events {
			p.History = append(p.History, readyEvent{event, event.At.In(p.zone)})
		}
		if err != nil {
			return err
		}
		list, err := ready.OfOwner(q, tx, e.PartnerID, w.ID)
		_, p.Seen = readyRows(list, e, c.now())
		return err
	})
	if err != nil {
		return err
	}
	if err := p.fill(c.now()); err != nil {
		return err
	}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Сертификат "+p.Certificate.ShortSerial(), p.Certificate.OrgID, "certificates"); err != nil {
		return err
	}
	return ctx.Render("console/ready/show", p)
}

func (p *readyShowPage) fill(now time.Time) (err error) {
	x := p.Certificate
	p.State.Kind, p.State.Text = x.Chip(now)
	p.Waits = x.Status == ready.Checking || !x.NextAt.IsZero() && !x.NextAt.After(now.Add(5*time.Second)) && !x.Status.Final()
	p.CryptoType, p.MayCrypto = ready.CryptoRU(x.CryptoType), p.MayWork && x.CryptoType != ready.CryptoOther
	p.MayChoose = p.MayWork && x.Status == ready.Valid && now.Before(x.NotAfter) && !x.Active
	p.MayAsk = p.MayWork && !x.Status.Final() && x.Status != ready.Checking
	if x.Limits != "" {
		p.Limits = strings.Split(x.Limits, "\n")
	}
	for i := range x.Checks { // what was to be asked has been answered since
		if k := &x.Checks[i]; k.Code == "revocation" && x.Status != ready.Checking {
			k.Kind, _ = x.Chip(now)
			k.Text = x.StatusText
		}
	}
	p.Details, err = x.Details()
	return err
}

// readyActivate is the tick «Активный сертификат» (F377); it returns to where it
// was ticked.
func (c *Console) readyActivate(ctx *fiber.Ctx) error {
	return c.readyVerb(ctx, "Активный сертификат выбран.", func(q context.Context, id int64) error {
		return ready.Choose(q, c.db, by(ctx), c.now(), id, int64(formInt(ctx, "seen")))
	})
}

func (c *Console) readyCrypto(ctx *fiber.Ctx) error {
	return c.readyVerb(ctx, "Криптотип изменён.", func(q context.Context, id int64) error {
		return ready.SetCryptoType(q, c.db, by(ctx), c.now(), id, formInt(ctx, "version"), web.Text(ctx, "crypto_type"))
	})
}

func (c *Console) readyAsk(ctx *fiber.Ctx) error {
	return c.readyVerb(ctx, "Спрашиваем УЦ.", func(q context.Context, id int64) error {
		return ready.AskAgain(q, c.db, by(ctx), c.now(), id)
	})
}

func (c *Console) readyVerb(ctx *fiber.Ctx, words string, verb func(context.Context, int64) error) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := verb(ctx.UserContext(), id); err != nil {
		return err
	}
	address := fmt.Sprintf("/ready-certificates/%d", id)
	if back := formInt(ctx, "owner"); back > 0 {
		address = fmt.Sprintf("/owners/%d", back)
	}
	return c.done(ctx, address, words)
}

// readyFile is «Скачать сертификат»: .cer in PEM, .der as it is.
func (c *Console) readyFile(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := by(ctx).Must(staff.OrgView); err != nil {
		return err
	}
	var x *ready.Certificate
	err = c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		x, err = ready.Find(q, tx, by(ctx).PartnerID, id)
		return err
	})
	if err != nil {
		return err
	}
	content, ext := x.DER, ctx.Params("format")
	switch ext {
	case "cer":
		content = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: x.DER})
	case "der":
	default:
		return fault.Missing()
	}
	ctx.Set(fiber.HeaderContentType, "application/pkix-cert")
	ctx.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": x.Serial + "." + ext}))
	return ctx.Send(content)
}
