package console

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// readyPage is views/console/ready/new.html and file.html: the two steps of
// «Загрузить имеющуюся ЭП» (F370, F371).
type readyPage struct {
	Frame      web.Frame
	Org        *org.Card
	Owner      *owner.Owner
	Live       *issuance.Application // blocks the loading (F376); nil = none
	MayEdit    bool
	Wrong      string        // at the file
	Checks     []ready.Check // of the file that was sent; nil = none yet
	Stopped    bool          // a rule refuses it
	Limits     []string      // of use, to be acknowledged (F373)
	Understood web.Field     // the tick
	Name       string        // of the file
	Content    string        // base64 of the certificate, so that the tick needs no second choice of the file
	MaxKB      int           // of a file
	MinDays    int           // of validity left
	Accept     string        // extensions, for the browser's own window
	Never      string        // extensions that do not even leave the browser
}

func (c *Console) readyNew(ctx *fiber.Ctx) error {
	p, err := c.readyPage(ctx)
	if err != nil {
		return err
	}
	return ctx.Render("console/ready/new", p)
}

func (c *Console) readyChoose(ctx *fiber.Ctx) error {
	p, err := c.readyPage(ctx)
	if err != nil {
		return err
	}
	return ctx.Render("console/ready/file", p)
}

func (c *Console) readyPage(ctx *fiber.Ctx) (*readyPage, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	e := by(ctx)
	if err := e.Must(staff.ApplicationWork); err != nil {
		return nil, err
	}
	rules := c.set.Ready
	p := &readyPage{MayEdit: e.Can(staff.OrgEdit), MaxKB: rules.MaxBytes >> 10, MinDays: int(rules.MinLeft.Hours() / 24),
		Accept: strings.Join(ready.Extensions, ","), Never: strings.Join(ready.PrivateExtensions, " "),
		Understood: web.Field{Name: "understood", Label: ready.Understood, Required: true}}
	err = c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) (err error) {
		if p.Owner, err = owner.Seen(q, tx, e, id); err != nil {
			return err
		}
		if p.Org, err = org.Find(q, tx, e.PartnerID, p.Owner.OrgID); err != nil {
			return err
		}
		cases, err := issuance.OfOwner(q, tx, e.PartnerID, id)
		for i := range cases {
			if cases[i].Status.Live() {
				p.Live = &cases[i]
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Frame, _, _, err = c.orgFrame(ctx, "Загрузить имеющуюся ЭП", p.Owner.OrgID, "certificates")
	return p, err
}

// readyLoad takes the file, or once more the certificate that was shown with
// its limits. What is refused is shown with every rule's verdict and not kept.
func (c *Console) readyLoad(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	l := ready.Loading{Owner: id, Understood: ctx.FormValue("understood") != ""}
	if shown := ctx.FormValue("certificate"); shown != "" {
		l.Upload.Name = web.Text(ctx, "name")
		if l.Upload.Content, err = base64.StdEncoding.DecodeString(shown); err != nil {
			return fault.Wrap(fault.Invalid, "Страница устарела. Выберите файл снова.", err)
		}
	} else if l.Upload.Name, l.Upload.Content, err = uploaded(ctx, "file"); err != nil {
		return err
	}
	x, j, err := issuance.LoadReady(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Ready, l)
	if fault.Is(err, fault.Invalid) {
		return c.readyRefused(ctx, l, j, fault.As(err))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(ctx, fmt.Sprintf("/ready-certificates/%d", x.ID)) // the page says how far it is
}

func (c *Console) readyRefused(ctx *fiber.Ctx, l ready.Loading, j *ready.Judgement, why *fault.Error) error {
	p, err := c.readyPage(ctx)
	if err != nil {
		return err
	}
	p.Name, p.Wrong = web.Clean(l.Upload.Name), why.Fields["file"]
	if j != nil {
		p.Checks, p.Stopped, p.Limits = j.Checks, j.Stopped(), j.Limits
		if !p.Stopped { // only the tick is missing
			p.Understood.Error = why.Fields["understood"]
			p.Content = base64.StdEncoding.EncodeToString(l.Upload.Content)
		}
	}
	return invalid(ctx, "console/ready/file", p)
}
