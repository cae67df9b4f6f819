package console

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/cert/revoke"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// revocationForm is views/console/revocation/new.html: «Аннулировать электронную
// подпись» (F245, F246).
type revocationForm struct {
	Frame       web.Frame
	Certificate *cert.Certificate
	Until       time.Time
	OwnerName   string
	Form        fields
	BaseError   string
	Accept      string
}

func (c *Console) revocationNew(ctx *fiber.Ctx) error {
	x, err := c.certificate(ctx, staff.ApplicationWork)
	if err != nil {
		return err
	}
	return c.revocationForm(ctx, x, nil)
}

const scanTypes = "image/jpeg,image/png,image/tiff,image/gif,application/pdf"

func (c *Console) revocationForm(ctx *fiber.Ctx, x *cert.Certificate, wrong error) error {
	pairs := []string{"", "Выберите причину"}
	for _, r := range revoke.Reasons {
		pairs = append(pairs, strconv.Itoa(r.Code), r.Name)
	}
	reason := ctx.FormValue("reason")
	p := revocationForm{Certificate: x, Until: x.NotAfter.In(by(ctx).Location()), Accept: scanTypes}
	p.Form = web.WithErrors(fields{
		{Name: "reason", Label: "Причина", Value: reason, Required: true, Autofocus: true, Options: web.Options(reason, pairs...)},
		{Name: "words", Label: "Пояснение", Value: web.Text(ctx, "words"), Required: true, MaxLength: revoke.MaxWords, Hint: "Что случилось и кто об этом сообщил: это увидят проверяющий и архив."},
	}, wrong)
	if e := fault.As(wrong); e != nil {
		p.BaseError = e.Fields["base"]
	}
	var err error
	if p.Frame, _, _, err = c.orgFrame(ctx, "Аннулировать сертификат "+x.ShortSerial(), x.OrgID, "certificates"); err != nil {
		return err
	}
	err = c.db.Read(ctx.UserContext(), x.PartnerID, func(q context.Context, tx db.Conn) error {
		p.OwnerName, err = ownerName(q, tx, x)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		return invalid(ctx, "console/revocation/new", p)
	}
	return ctx.Render("console/revocation/new", p)
}

func (c *Console) revocationCreate(ctx *fiber.Ctx) error {
	x, err := c.certificate(ctx, staff.ApplicationWork)
	if err != nil {
		return err
	}
	wish := revoke.Wish{Certificate: x.ID, Reason: -1, Words: web.Text(ctx, "words")}
	if code, err := strconv.Atoi(ctx.FormValue("reason")); err == nil {
		wish.Reason = code
	}
	if base, err := uploadedBase(ctx); err != nil {
		return err
	} else if base.Name != "" {
		wish.Base = &base
	}
	id, err := revoke.Ask(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), wish)
	if fault.Is(err, fault.Invalid) {
		return c.revocationForm(ctx, x, err)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/revocations/%d", id), "Заявка создана. Её должен одобрить другой сотрудник."+c.renewedForRevocation(ctx, x.OrgID))
}

// uploadedBase is the base document; none without a name.
func uploadedBase(ctx *fiber.Ctx) (b revoke.Base, err error) {
	b.Name, b.Content, err = uploaded(ctx, "base")
	return b, err
}

// revocationPage is views/console/revocation/show.html.
type revocationPage struct {
	Frame      web.Frame
	Revocation *revoke.Revocation
	Chip       web.Chip
	Reason     string
	History    []revocationEvent
	MayDecide  bool
	Mine       bool // his own: another one decides
	MayBack    bool
	MayAttach  bool
	MayOpen    bool   // the base document
	Waits      bool   // the page looks again by itself
	Why        string // typed
	WhyError   string
	BaseError  string
	Accept     string
	zone       *time.Location
}

type revocationEvent struct {
	revoke.Event
	Local time.Time
}

// Local is the moment in the centre's time.
func (p *revocationPage) Local(t time.Time) time.Time { return t.In(p.zone) }

func (c *Console) revocationShow(ctx *fiber.Ctx) error { return c.revocationPage(ctx, nil) }

func (c *Console) revocationPage(ctx *fiber.Ctx, wrong error) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	e := by(ctx)
	if err := e.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return err
	}
	p := &revocationPage{zone: e.Location(), Why: web.Text(ctx, "why"), Accept: scanTypes}
	err = c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) (err error) {
		if p.Revocation, err = revoke.Find(q, tx, e.PartnerID, id); err != nil {
			return err
		}
		events, err := revoke.History(q, tx, e.PartnerID, id)
		for _, x := range events {
			p.History = append(p.History, revocationEvent{x, p.Local(x.At)})
		}
		return err
	})
	if err != nil {
		return err
	}
	v := p.Revocation
	p.Chip, p.Reason = web.Chip{Kind: v.Status.Chip(), Text: v.Status.RU()}, revoke.ReasonRU(v.Reason)
	asked := v.Status == revoke.Asked
	p.Mine = v.AskedBy == e.ID
	p.MayDecide = asked && !p.Mine && e.Can(staff.ApplicationReview)
	p.MayBack = asked && p.Mine && e.Can(staff.ApplicationWork)
	p.MayAttach, p.MayOpen = e.Can(staff.ApplicationWork), e.Can(staff.PassportView)
	p.Waits = v.Status == revoke.Approved || v.Status == revoke.Revoked
	if p.Frame, _, _, err = c.orgFrame(ctx, "Аннулирование сертификата", v.OrgID, "certificates"); err != nil {
		return err
	}
	if f := fault.As(wrong); f != nil {
		p.WhyError, p.BaseError = f.Fields["why"], f.Fields["base"]
		return invalid(ctx, "console/revocation/show", p)
	}
	return ctx.Render("console/revocation/show", p)
}

// revocationDecide approves or declines.
func (c *Console) revocationDecide(ctx *fiber.Ctx) error {
	return c.revocationAct(ctx, func(id int64) (string, error) {
		if ctx.FormValue("decision") == "decline" {
			return "Заявка отклонена.", revoke.Decline(ctx.UserContext(), c.db, by(ctx), c.now(), id, web.Text(ctx, "why"))
		}
		return "Одобрено: заявка отправляется в УЦ.", revoke.Approve(ctx.UserContext(), c.db, by(ctx), c.now(), id)
	})
}

func (c *Console) revocationWithdraw(ctx *fiber.Ctx) error {
	return c.revocationAct(ctx, func(id int64) (string, error) {
		return "Заявка отозвана.", revoke.Withdraw(ctx.UserContext(), c.db, by(ctx), c.now(), id, web.Text(ctx, "why"))
	})
}

func (c *Console) revocationAttach(ctx *fiber.Ctx) error {
	return c.revocationAct(ctx, func(id int64) (string, error) {
		base, err := uploadedBase(ctx)
		if err != nil {
			return "", err
		}
		return "Документ приложен.", revoke.Attach(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), id, base)
	})
}

func (c *Console) revocationAct(ctx *fiber.Ctx, act func(int64) (said string, err error)) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	said, err := act(id)
	if fault.Is(err, fault.Invalid) {
		return c.revocationPage(ctx, err)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/revocations/%d", id), said)
}
