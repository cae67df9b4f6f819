package console

import (
	"context"
	"encoding/pem"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert/active"
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
	Waits       bool   // the page looks again by itself
	Seen        string // the owner's active certificate, "" = none
	Clash       readyClash
	History     []readyEvent
	zone        *time.Location
}

// readyClash is what came between the person's form and his pressing the button.
type readyClash struct {
	Active string // of the active certificate: what somebody else did
	Crypto string // of the crypto type
	Picked string // the crypto type that the person had picked
}

// Picked is the crypto type that is marked in the form: the person's own, if he
// has picked one.
func (p *readyShowPage) Picked() string { return or(p.Clash.Picked, p.Certificate.CryptoType) }

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

func (c *Console) readyShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	return c.readyPageOf(ctx, id, readyClash{})
}

func (c *Console) readyPageOf(ctx *fiber.Ctx, id int64, clash readyClash) error {
	e := by(ctx)
	if err := e.Must(staff.OrgView); err != nil {
		return err
	}
	p := &readyShowPage{Clash: clash, MayWork: e.Can(staff.ApplicationWork), zone: e.Location()}
	err := c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) (err error) {
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
		current, err := active.Of(q, tx, e.PartnerID, w.ID)
		p.Seen = current.String()
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

// readyCrypto changes the crypto type. When somebody else has changed it
// meanwhile, his change is shown and what the person picked is kept.
func (c *Console) readyCrypto(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	picked := web.Text(ctx, "crypto_type")
	err = ready.SetCryptoType(ctx.UserContext(), c.db, by(ctx), c.now(), id, formInt(ctx, "version"), picked)
	if f := fault.As(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		ctx.Status(map[bool]int{true: fiber.StatusConflict, false: fiber.StatusUnprocessableEntity}[f.Kind == fault.Conflict])
		return c.readyPageOf(ctx, id, readyClash{Crypto: or(f.Fields["crypto_type"], f.Text), Picked: picked})
	}
	if err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/ready-certificates/%d", id), "Криптотип изменён.")
}

func (c *Console) readyAsk(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	err = ready.AskAgain(ctx.UserContext(), c.db, by(ctx), c.now(), id)
	if f := fault.As(err); f != nil && f.Kind == fault.Conflict { // it has come to an end meanwhile: the page says how
		ctx.Status(fiber.StatusConflict)
		return c.readyPageOf(ctx, id, readyClash{Active: f.Text})
	}
	if err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/ready-certificates/%d", id), "Спрашиваем УЦ.")
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
