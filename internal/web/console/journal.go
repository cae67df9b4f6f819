package console

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// journalPage is views/console/journal/index.html: what was done, or who looked
// at personal data.
type journalPage struct {
	Frame   web.Frame
	Looks   bool
	Scope   string
	Rows    []journalRow
	Form    fields
	Filters []journalFilter
	More    morePart
	Empty   emptyPart
}

// journalRow is one act or one look.
type journalRow struct {
	ID                    int64
	At                    time.Time
	Who, What, Details    string
	Object, ObjectAddress string
}

type journalFilter struct {
	Name, URL string
	Current   bool
}

// morePart is «показать ещё».
type morePart struct {
	URL          string
	Shown, Total int
}

const journalRows = 50

func (c *Console) journalIndex(ctx *fiber.Ctx) error { return c.journal(ctx, false) }
func (c *Console) journalLooks(ctx *fiber.Ctx) error { return c.journal(ctx, true) }

func (c *Console) journal(ctx *fiber.Ctx, looks bool) error {
	e := by(ctx)
	scope, err := staff.JournalScope(e)
	if err != nil {
		return err
	}
	people, err := staff.People(ctx.UserContext(), c.db, e)
	if err != nil {
		return err
	}
	f := staff.JournalFilter{Area: ctx.Query("area"), Limit: journalRows}
	f.Employee, _ = strconv.ParseInt(ctx.Query("employee"), 10, 64)
	f.Before, _ = strconv.ParseInt(ctx.Query("before"), 10, 64)
	f.From, _ = time.ParseInLocation(time.DateOnly, ctx.Query("from"), e.Location())
	if to, err := time.ParseInLocation(time.DateOnly, ctx.Query("to"), e.Location()); err == nil {
		f.To = to.AddDate(0, 0, 1)
	}
	p := &journalPage{Frame: c.frame(ctx, "Журнал"), Looks: looks, Scope: map[string]string{"all": "все сотрудники", "centre": "ваш центр", "own": "только ваши действия"}[scope],
		Empty: emptyPart{Icon: "journal-text", Title: "Записей нет", Text: "По этим условиям ничего не записано. Возьмите период длиннее или снимите отбор."}}
	p.form(ctx, people)
	if err := c.journalRows(ctx, p, f); err != nil {
		return err
	}
	if n := len(p.Rows); n == journalRows && n < p.More.Total {
		p.More.URL = journalURL(ctx, looks, "before", strconv.FormatInt(p.Rows[n-1].ID, 10))
	}
	shown, _ := strconv.Atoi(ctx.Query("shown"))
	p.More.Shown = shown + len(p.Rows)
	if p.More.URL != "" {
		p.More.URL += "&shown=" + strconv.Itoa(p.More.Shown)
	}
	return ctx.Render("console/journal/index", p)
}

func (c *Console) journalRows(ctx *fiber.Ctx, p *journalPage, f staff.JournalFilter) error {
	zone := by(ctx).Location()
	if p.Looks {
		list, total, err := staff.Looks(ctx.UserContext(), c.db, by(ctx), f)
		for _, l := range list {
			row := journalRow{ID: l.ID, At: l.At.In(zone), Who: l.Actor, What: "смотрел(а)", Details: l.Reason}
			row.Object, row.ObjectAddress = objectRU(by(ctx), l.Object)
			p.Rows = append(p.Rows, row)
		}
		p.More.Total = total
		return err
	}
	list, total, err := staff.Journal(ctx.UserContext(), c.db, by(ctx), f)
	for _, r := range list {
		row := journalRow{ID: r.Seq, At: r.At.In(zone), Who: r.Actor, What: actionRU(r.Action)}
		row.Object, row.ObjectAddress = objectRU(by(ctx), r.Object)
		row.Details = detailsRU(r.Details)
		p.Rows = append(p.Rows, row)
	}
	p.More.Total = total
	return err
}

// form shows the filters as they were chosen.
func (p *journalPage) form(ctx *fiber.Ctx, people []staff.Colleague) {
	who := web.Field{Name: "employee", Label: "Сотрудник", Type: "combo", Required: true, Value: ctx.Query("employee"), Options: []web.Option{{Value: "", Label: "все"}}}
	for _, x := range people {
		id := strconv.FormatInt(x.ID, 10)
		who.Options = append(who.Options, web.Option{Value: id, Label: x.Name, Selected: id == who.Value})
	}
	p.Form = fields{who, {Name: "from", Label: "С", Value: ctx.Query("from"), Required: true}, {Name: "to", Label: "По", Value: ctx.Query("to"), Required: true}}
	if p.Looks {
		return
	}
	for _, a := range journalAreas {
		p.Filters = append(p.Filters, journalFilter{a.name, journalURL(ctx, false, "area", a.code), ctx.Query("area") == a.code})
	}
}

// journalURL is the page with one part of its query changed; it begins at the newest row.
func journalURL(ctx *fiber.Ctx, looks bool, name, value string) string {
	q := url.Values{}
	for _, key := range []string{"employee", "area", "from", "to"} {
		if v := ctx.Query(key); v != "" {
			q.Set(key, v)
		}
	}
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	address := "/journal"
	if looks {
		address = "/journal/looks"
	}
	return address + "?" + q.Encode()
}

// detailsRU is a record's JSON as people read it: "ogrn 1027700132195, kind inn".
func detailsRU(text string) string {
	var details map[string]any
	if err := json.Unmarshal([]byte(text), &details); err != nil {
		return text
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(details)) {
		parts = append(parts, fmt.Sprint(key, " ", details[key]))
	}
	return strings.Join(parts, ", ")
}

// objectRU names what a record is about, with the page it stands on when the
// reader may open it.
func objectRU(e *staff.Employee, object string) (name, address string) {
	kind, id, _ := strings.Cut(object, ":")
	word, page := objectNames[kind], objectPages[kind]
	if word == "" {
		word = kind
	}
	if page.page != "" && id != "" && e.Must(page.rights...) == nil {
		address = strings.ReplaceAll(page.page, "*", id)
	}
	return word + " " + id, address
}
