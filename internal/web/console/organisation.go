package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/ident"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// orgPage is views/console/organisation/*.html: the tabs of «Организация».
type orgPage struct {
	Frame    web.Frame
	Tab      string
	Card     *org.Card
	Branches []registry.Branch
	Changes  []changeRow
	More     more
	Stamps   stamps

	Addresses []addressRow
	Refresh   string             // why the card cannot be refreshed from the register; "" = it can
	Register  registerWords      // how the card stands to the register
	Outdated  *issuance.Outdated // certificates on former data
	History   []registry.Change  // of the register's record
	Show      string             // of the history: "" the card's, register

	MayEdit, MaySave bool // edit the client; save requisites and accounts
}

// changeRow is a line of the history; At in the centre's zone.
type changeRow struct {
	org.Change
	When time.Time
}

// more is «показать ещё» under a table; URL is "" at the end.
type more struct {
	URL          string
	Shown, Total int
}

// changesShown is a page of the history.
const changesShown = 50

func orgURL(id int64) string { return "/organisations/" + strconv.FormatInt(id, 10) }

// orgPage reads the card for a tab.
func (c *Console) orgPage(ctx *fiber.Ctx, title, tab string) (*orgPage, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	e := by(ctx)
	p := &orgPage{Tab: tab, MayEdit: e.Can(staff.OrgEdit), MaySave: e.Must(staff.OrgEdit, staff.OrgRequisites) == nil}
	if p.Frame, _, _, err = c.orgFrame(ctx, title, id, "organisation"); err != nil {
		return nil, err
	}
	if p.Card, err = org.OpenCard(ctx.UserContext(), c.db, e, id); err != nil {
		return nil, err
	}
	o, zone := p.Card, e.Location()
	p.Stamps = stamps{CreatedAt: o.CreatedAt.In(zone), CreatedBy: o.CreatedName, EditedAt: o.UpdatedAt.In(zone), EditedBy: o.UpdatedName}
	if p.MayEdit {
		if p.Refresh, err = issuance.MayRefresh(ctx.UserContext(), c.db, e, c.now(), id); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Deleted:
		p.Stamps.DeletedAt, p.Stamps.DeletedBy = o.DeletedAt.In(zone), o.DeletedName
	case !o.DeletedAt.IsZero():
		p.Stamps.RestoredAt, p.Stamps.RestoredBy = o.DeletedAt.In(zone), o.DeletedName
	}
	return p, nil
}

func (c *Console) orgShow(ctx *fiber.Ctx) error {
	p, err := c.orgPage(ctx, "Реквизиты", "requisites")
	if err != nil {
		return err
	}
	if p.Register, err = c.registerWords(ctx, p.Card); err != nil {
		return err
	}
	if p.Outdated, err = c.outdated(ctx, p.Card.ID); err != nil {
		return err
	}
	return ctx.Render("console/organisation/requisites", p)
}

func (c *Console) orgAddresses(ctx *fiber.Ctx) error {
	p, err := c.orgPage(ctx, "Адреса", "addresses")
	if err != nil {
		return err
	}
	verdicts, err := org.AddressVerdicts(ctx.UserContext(), c.db, by(ctx), p.Card)
	if err != nil {
		return err
	}
	for _, kind := range []string{"legal", "actual", "postal"} {
		row := addressRow{Address: p.Card.Address(kind), Verdict: verdicts[kind]}
		if p.MaySave && !p.Card.Deleted && !row.Agreed {
			row.EditURL = orgURL(p.Card.ID) + "/addresses/" + kind + "/edit"
		}
		p.Addresses = append(p.Addresses, row)
	}
	return ctx.Render("console/organisation/addresses", p)
}

// addressRow is a line of the tab «Адреса».
type addressRow struct {
	org.Address
	Verdict org.AddressVerdict
	EditURL string
}

// Differs are the parts that differ, in one line.
func (r addressRow) Differs() string { return strings.Join(r.Verdict.Differs, ", ") }

func (c *Console) orgAccounts(ctx *fiber.Ctx) error { return c.orgTab(ctx, "Счета", "accounts") }

func (c *Console) orgHeads(ctx *fiber.Ctx) error {
	return c.orgTab(ctx, "Руководители", "heads")
}

func (c *Console) orgTab(ctx *fiber.Ctx, title, tab string) error {
	p, err := c.orgPage(ctx, title, tab)
	if err != nil {
		return err
	}
	return ctx.Render("console/organisation/"+tab, p)
}

func (c *Console) orgBranches(ctx *fiber.Ctx) error {
	p, err := c.orgPage(ctx, "Филиалы", "branches")
	if err != nil {
		return err
	}
	if p.Branches, err = org.Branches(ctx.UserContext(), c.db, by(ctx), p.Card.ID); err != nil {
		return err
	}
	return ctx.Render("console/organisation/branches", p)
}

// orgHistory shows what changed; ?before= is the last change shown already.
func (c *Console) orgHistory(ctx *fiber.Ctx) error {
	p, err := c.orgPage(ctx, "История", "history")
	if err != nil {
		return err
	}
	if p.History, err = org.RegisterHistory(ctx.UserContext(), c.db, by(ctx), p.Card.ID); err != nil {
		return err
	}
	if p.Show = ctx.Query("show"); p.Show == "register" {
		return ctx.Render("console/organisation/history", p)
	}
	before, shown := int64(ctx.QueryInt("before")), max(ctx.QueryInt("shown"), 0)
	list, total, err := org.History(ctx.UserContext(), c.db, by(ctx), p.Card.ID, before, changesShown)
	if err != nil {
		return err
	}
	for _, ch := range list {
		p.Changes = append(p.Changes, changeRow{ch, ch.At.In(by(ctx).Location())})
	}
	p.More = more{Shown: min(shown+len(list), total), Total: total}
	if len(list) == changesShown && p.More.Shown < total {
		p.More.URL = fmt.Sprintf("%s/history?before=%d&shown=%d", orgURL(p.Card.ID), list[len(list)-1].ID, p.More.Shown)
	}
	return ctx.Render("console/organisation/history", p)
}

func (c *Console) orgDelete(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := org.Delete(ctx.UserContext(), c.db, by(ctx), c.now(), id); err != nil {
		return err
	}
	return c.done(ctx, orgURL(id), "Организация удалена из списков. Её можно восстановить здесь же.")
}

func (c *Console) orgRestore(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := org.Restore(ctx.UserContext(), c.db, by(ctx), c.now(), id); err != nil {
		return err
	}
	return c.done(ctx, orgURL(id), "Организация восстановлена.")
}

// Phone is the card's phone as people write it.
func (p *orgPage) Phone() string { return ident.FormatPhone(p.Card.Phone) }
