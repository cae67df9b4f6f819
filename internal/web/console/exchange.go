package console

import (
	"context"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// exchangePage is views/console/exchange/index.html: the questions to the
// registers as a supervisor watches them. It refreshes itself.
type exchangePage struct {
	Frame    web.Frame
	Address  string // of this very page, with its filters
	Down     []exchangeLine
	Lines    []exchangeLine
	Figures  []exchangeFigure
	Failures []exchangeFailure
	Chart    template.HTML
	Filters  []filter
	Form     fields
	Rows     []exchangeRow
	More     morePart
	First    string // address of the first page
	Empty    emptyPart
	Strays   []exchange.Answer
	MayTest  bool
}

// exchangeFigure is one number at the top.
type exchangeFigure struct{ Label, Value, Note string }

const exchangeRows = 50

// exchangeFilter reads the filters of the address.
func exchangeFilter(ctx *fiber.Ctx, zone *time.Location) exchange.Filter {
	f := exchange.Filter{Status: ctx.Query("status"), Kind: ctx.Query("kind"), Fault: ctx.Query("fault"), Limit: exchangeRows}
	f.Before, _ = strconv.ParseInt(ctx.Query("before"), 10, 64)
	f.From, _ = time.ParseInLocation(time.DateOnly, ctx.Query("from"), zone)
	if to, err := time.ParseInLocation(time.DateOnly, ctx.Query("to"), zone); err == nil {
		f.To = to.AddDate(0, 0, 1)
	}
	return f
}

// exchangeURL is the page's address with one of its filters changed.
func exchangeURL(ctx *fiber.Ctx, name, value string) string {
	q := url.Values{}
	for _, key := range []string{"status", "kind", "fault", "from", "to"} {
		v := ctx.Query(key)
		if key == name {
			v = value
		}
		if v != "" {
			q.Set(key, v)
		}
	}
	if name == "before" {
		q.Set("before", value)
	}
	if len(q) == 0 {
		return "/exchange"
	}
	return "/exchange?" + q.Encode()
}

func (c *Console) exchangeIndex(ctx *fiber.Ctx) error {
	e := by(ctx)
	if err := e.Must(staff.ExchangeView); err != nil {
		return err
	}
	zone := e.Location()
	p := &exchangePage{Frame: c.frame(ctx, "Обмен"), Address: ctx.OriginalURL(), First: exchangeURL(ctx, "", ""), MayTest: e.Can(staff.Settings), Form: exchangeFields(ctx),
		Empty: emptyPart{Icon: "inbox", Title: "Запросов нет", Text: "По этим условиям ни одного. Первый появится, когда оператор проверит паспорт, СНИЛС или ИНН."}}
	f := exchangeFilter(ctx, zone)
	err := c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error {
		state, err := exchange.Look(q, tx, e.PartnerID, c.now())
		if err != nil {
			return err
		}
		p.fill(ctx, state, c.now(), zone)
		hours, err := exchange.Hours(q, tx, e.PartnerID, c.now().Add(-47*time.Hour), c.now())
		if err != nil {
			return err
		}
		p.Chart = exchangeChart(hours, zone)
		if state.Strays > 0 {
			if p.Strays, err = exchange.Strays(q, tx, 10); err != nil {
				return err
			}
		}
		list, err := exchange.List(q, tx, e.PartnerID, f)
		if err != nil {
			return err
		}
		for _, m := range list {
			row := exchangeRowOf(&m, c.now(), zone)
			row.MayResend = !m.Resent && mayResend(e, &m)
			p.Rows = append(p.Rows, row)
		}
		p.More.Total, err = exchange.Count(q, tx, e.PartnerID, f)
		return err
	})
	if err != nil {
		return err
	}
	shown, _ := strconv.Atoi(ctx.Query("shown"))
	if p.More.Shown = shown + len(p.Rows); len(p.Rows) == exchangeRows && p.More.Shown < p.More.Total {
		p.More.URL = fmt.Sprintf("%s&shown=%d", exchangeURL(ctx, "before", strconv.FormatInt(p.Rows[len(p.Rows)-1].ID, 10)), p.More.Shown)
	}
	return ctx.Render("console/exchange/index", p)
}

// fill words the state at the top of the page.
func (p *exchangePage) fill(ctx *fiber.Ctx, s *exchange.State, now time.Time, zone *time.Location) {
	age := func(q exchange.Queue) string {
		if q.Count == 0 {
			return "пусто"
		}
		if q.Count < 20 {
			return "старейший " + lasted(now.Sub(q.Oldest))
		}
		return "старейший " + lasted(now.Sub(q.Oldest)) + ", половина ждёт " + lasted(q.Half) + ", каждый двадцатый " + lasted(q.Most)
	}
	p.Figures = []exchangeFigure{
		{"ждут отправки", strconv.Itoa(s.Queued.Count), age(s.Queued)},
		{"ждут ответа", strconv.Itoa(s.Sent.Count), age(s.Sent)},
		{"отправляются повторно", strconv.Itoa(s.Retried), "после неудачи, сами"},
		{"отказов за неделю", strconv.Itoa(s.Refused), "ещё не повторены"},
		{"ответов разбирается", strconv.Itoa(s.Untold), "получены, статус меняется"},
		{"без подтверждения", strconv.Itoa(s.Unacked), "СМЭВ ещё не знает о получении"},
	}
	for _, l := range s.Lines {
		line := exchangeLineOf(l, now, zone)
		p.Lines = append(p.Lines, line)
		if l.Error != "" {
			p.Down = append(p.Down, line)
		}
	}
	for _, x := range s.Failures {
		p.Failures = append(p.Failures, exchangeFailure{Kind: exchangeKind(x.Kind), Fault: exchangeFault(x.Fault), Queued: x.Queued, Refused: x.Refused, Last: x.Last.In(zone),
			URL: "/exchange?" + url.Values{"kind": {x.Kind}, "fault": {x.Fault}}.Encode()})
	}
	for _, x := range []struct {
		status, name string
		count        int
	}{{"", "Все", -1}, {"queued", "Ждут отправки", s.Queued.Count}, {"sent", "Ждут ответа", s.Sent.Count}, {"answered", "Отвечены", -1}, {"refused", "Отказы", s.Refused}} {
		p.Filters = append(p.Filters, filter{URL: exchangeURL(ctx, "status", x.status), Name: x.name, Count: x.count, Current: ctx.Query("status") == x.status})
	}
}

func exchangeFields(ctx *fiber.Ctx) fields {
	kinds := []web.Option{{Value: "", Label: "все", Selected: ctx.Query("kind") == ""}}
	for _, k := range exchangeKinds {
		kinds = append(kinds, web.Option{Value: k.Code, Label: k.Name, Selected: ctx.Query("kind") == k.Code})
	}
	return fields{{Name: "kind", Label: "Вид запроса", Options: kinds, Required: true}, {Name: "from", Label: "С", Value: ctx.Query("from"), Required: true}, {Name: "to", Label: "По", Value: ctx.Query("to"), Required: true}}
}
