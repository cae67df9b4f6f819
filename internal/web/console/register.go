package console

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// registerWords says how a card stands to the register: what keeps certificates
// from being issued, or that the register cannot be asked.
type registerWords struct{ Text, Unreached string }

func (c *Console) registerWords(ctx *fiber.Ctx, card *org.Card) (w registerWords, err error) {
	e := by(ctx)
	if !e.Can(staff.OrgView) || card.Deleted {
		return w, nil
	}
	s, err := org.Compare(ctx.UserContext(), c.db, e, card.ID)
	if err != nil {
		return w, err
	}
	w.Text = issuance.BlockText(s, c.set.Cases)
	if s.Record == nil && w.Text == "" {
		w.Unreached = org.Unreached
	}
	return w, nil
}

// outdated is the notice about certificates on former data.
func (c *Console) outdated(ctx *fiber.Ctx, id int64) (*issuance.Outdated, error) {
	o, err := issuance.OutdatedBy(ctx.UserContext(), c.db, by(ctx), c.now(), id)
	if o != nil {
		o.At = o.At.In(by(ctx).Location())
	}
	return o, err
}

// orgRefresh is «Обновить из ЕГРЮЛ/ЕГРИП».
func (c *Console) orgRefresh(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	r, err := issuance.Refresh(ctx.UserContext(), c.db, by(ctx), c.now(), id)
	if err != nil {
		return err
	}
	said := "Сведения реестра на " + web.Date(r.AsOf) + " совпадают с карточкой."
	if len(r.Changes) > 0 {
		said = "Обновлено из реестра на " + web.Date(r.AsOf) + ": " + r.Fields() + "."
	}
	if r.AddressAgreed {
		said += " " + org.AddressFilled + "."
	}
	return c.done(ctx, orgURL(id), said)
}

// renewedForRevocation asks the register again for a revocation (F051, F252) and
// says what came of it. It never stands in the revocation's way (F054): what
// fails goes into the log.
func (c *Console) renewedForRevocation(ctx *fiber.Ctx, id int64) (said string) {
	r, err := issuance.RenewForRevocation(ctx.UserContext(), c.db, by(ctx), c.now(), id)
	if err != nil {
		c.log.Error("renew organisation for a revocation", "organisation", id, "err", err)
		return ""
	}
	if r.Message != "" {
		said = " " + r.Message + " (" + r.Fields() + ")."
	}
	if len(r.Rejected) > 0 {
		said += " Отклонены заявки: " + strings.Join(r.Rejected, ", ") + "."
	}
	if r.AddressAgreed {
		said += " " + org.AddressFilled + "."
	}
	return said
}

// registerChangesPage is views/console/organisation/changes.html: «Изменения в реестре».
type registerChangesPage struct {
	Frame   web.Frame
	Tabs    []applicationChoice
	Kinds   []filter
	Rows    []registerChangeRow
	More    more
	Empty   emptyPart
	Decided bool
	MayTake bool

	Wrong, Typed string // what was refused, at the row WrongID
	WrongID      int64
}

type registerChangeRow struct {
	org.Task
	Chip   web.Chip
	Ours   changed // before and after, what differs in the middle
	Theirs changed
	Page   *registerChangesPage
}

// Decides reports whether the row waits for a decision.
func (r registerChangeRow) Decides() bool { return r.Status == "new" }

// Refused reports whether this row's reason was refused.
func (r registerChangeRow) Refused() bool { return r.Page.WrongID == r.ID }

// registerChangesShown is a page of the list.
const registerChangesShown = 50

func (c *Console) changesIndex(ctx *fiber.Ctx) error {
	p, err := c.changesPage(ctx)
	if err != nil {
		return err
	}
	return ctx.Render("console/organisation/changes", p)
}

func (c *Console) changesPage(ctx *fiber.Ctx) (*registerChangesPage, error) {
	f := org.TaskFilter{Kind: org.TaskKind(ctx.Query("kind")), Decided: ctx.Query("show") == "decided", Before: int64(ctx.QueryInt("before")), Limit: registerChangesShown + 1}
	list, counts, err := org.Tasks(ctx.UserContext(), c.db, by(ctx), f)
	if err != nil {
		return nil, err
	}
	p := &registerChangesPage{Frame: c.frame(ctx, "Изменения в реестре"), Decided: f.Decided, MayTake: by(ctx).Can(staff.OrgEdit),
		Empty: emptyPart{Icon: "check-lg", Title: "Новых изменений нет", Text: "Когда в реестре сменится руководитель или наименование клиента, начнётся ликвидация или адрес станет недостоверным, он появится здесь."}}
	link := func(show string, kind org.TaskKind) string {
		return "/register-changes?show=" + show + "&kind=" + string(kind)
	}
	show := map[bool]string{true: "decided"}[f.Decided]
	p.Tabs = []applicationChoice{{Name: "Ждут решения", URL: link("", f.Kind), Current: !f.Decided}, {Name: "Решённые", URL: link("decided", f.Kind), Current: f.Decided}}
	total := 0
	for _, k := range org.TaskKinds {
		total += counts[k]
		p.Kinds = append(p.Kinds, filter{Name: k.RU(), URL: link(show, k), Count: counts[k], Current: k == f.Kind})
	}
	p.Kinds = append([]filter{{Name: "Все", URL: link(show, ""), Count: total, Current: f.Kind == ""}}, p.Kinds...)
	if f.Decided {
		p.Empty.Title, p.Empty.Text = "Решённых изменений нет", "Здесь остаётся всё, что взяли в карточку или отметили неважным, и кто это сделал."
	}
	if p.More.Total = total; f.Kind != "" {
		p.More.Total = counts[f.Kind]
	}
	if len(list) > registerChangesShown {
		list = list[:registerChangesShown]
		p.More.URL = link(show, f.Kind) + "&before=" + strconv.FormatInt(list[len(list)-1].ID, 10) + "&shown=" + strconv.Itoa(ctx.QueryInt("shown")+len(list))
	}
	p.More.Shown = ctx.QueryInt("shown") + len(list)
	for _, k := range list {
		row := c.changeRow(ctx, k)
		row.Page = p
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (c *Console) changeRow(ctx *fiber.Ctx, k org.Task) registerChangeRow {
	zone := by(ctx).Location()
	k.At = k.At.In(zone)
	if !k.DecidedAt.IsZero() {
		k.DecidedAt = k.DecidedAt.In(zone)
	}
	row := registerChangeRow{Task: k, Chip: web.Chip{Kind: "warn", Text: k.Kind.RU()}}
	if k.Kind == org.TaskLiquidation {
		row.Chip.Kind = "stop"
	}
	row.Ours, row.Theirs = difference(k.Before, k.After)
	return row
}

// changeDecide is «взять в карточку» or «не важно».
func (c *Console) changeDecide(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "change")
	if err != nil {
		return err
	}
	if ctx.FormValue("decision") == "take" {
		r, err := issuance.TakeChange(ctx.UserContext(), c.db, by(ctx), c.now(), id)
		if err != nil {
			return err
		}
		said := "В карточке уже так: изменение снято со списка."
		if len(r.Changes) > 0 {
			said = "Взято в карточку: " + r.Fields() + "."
		}
		if len(r.Rejected) > 0 {
			said += " Отклонены заявки: " + strings.Join(r.Rejected, ", ") + "."
		}
		return c.done(ctx, "/register-changes", said)
	}
	reason := web.Text(ctx, "reason")
	err = org.DismissTask(ctx.UserContext(), c.db, by(ctx), c.now(), id, reason)
	if e := fault.As(err); e != nil && e.Kind == fault.Invalid {
		p, err2 := c.changesPage(ctx)
		if err2 != nil {
			return err2
		}
		p.WrongID, p.Typed, p.Wrong = id, reason, e.Fields["reason"]
		return invalid(ctx, "console/organisation/changes", p)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, "/register-changes", "Отмечено неважным.")
}
