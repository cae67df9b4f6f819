package console

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// accountingPage is views/console/accounting/show.html: acts and invoices of a period.
type accountingPage struct {
	Frame   web.Frame
	Fields  fields
	Asked   bool // the period is right, List is its answer
	List    []contract.Document
	Cut     bool
	Totals  []kindTotal // an act and its invoice are one sale: never summed together
	Files   []link
	Waiting contract.Work
}

// kindTotal sums the documents of one kind.
type kindTotal struct {
	Name        string
	Count       int
	Amount, VAT int64
}

func totals(list []contract.Document) (sums []kindTotal) {
	at := map[string]int{}
	for i := range list {
		d := &list[i]
		n, ok := at[d.Kind]
		if !ok {
			n = len(sums)
			at[d.Kind], sums = n, append(sums, kindTotal{Name: d.KindRU()})
		}
		sums[n].Count++
		sums[n].Amount += d.Amount
		sums[n].VAT += d.VATAmount
	}
	return sums
}

// link is a file to take away.
type link struct{ URL, Name, Icon string }

// accountingShown lines are on the page; files and totals have all of them.
const accountingShown = 500

func (c *Console) accountingShow(ctx *fiber.Ctx) error {
	e := by(ctx)
	now := c.now().In(e.Location())
	ask := func(name, otherwise string) string {
		if ctx.Context().QueryArgs().Has(name) {
			return web.Clean(ctx.Query(name))
		}
		return otherwise
	}
	from, to, kind := ask("from", now.Format("2006-01-")+"01"), ask("to", now.Format(time.DateOnly)), ask("kind", "")
	p := accountingPage{Fields: fields{
		{Name: "from", Label: "С", Value: from, Type: "date", Required: true},
		{Name: "to", Label: "По", Value: to, Type: "date", Required: true},
		{Name: "kind", Label: "Вид документа", Value: kind, Required: true, Options: web.Options(kind, "", "Все", "act", "Акты", "invoice", "Счета-фактуры", "utd", "УПД", "licence", "Акты передачи лицензий")},
	}}
	first, last, wrong := period(from, to)
	var err error
	if p.Waiting, err = contract.Waiting(ctx.UserContext(), c.db, e); err != nil {
		return err
	}
	if p.List, err = contract.Period(ctx.UserContext(), c.db, e, kind, first, last); err != nil {
		return err
	}
	p.Frame = c.frame(ctx, "Акты и счета")
	if wrong != nil {
		p.Fields, p.List = web.WithErrors(p.Fields, wrong), nil
		return invalid(ctx, "console/accounting/show", p)
	}
	p.Asked, p.Totals = true, totals(p.List)
	if p.Cut = len(p.List) > accountingShown; p.Cut {
		p.List = p.List[:accountingShown]
	}
	if e.Must(staff.ReportAccounting, staff.ReportAll) == nil {
		query := url.Values{"from": {from}, "to": {to}}
		if kind != "" {
			query.Set("kind", kind)
		}
		for _, f := range []link{{"xlsx", "XLSX", "file-earmark-excel"}, {"csv", "CSV", "filetype-csv"}, {"pdf", "PDF", "file-earmark-pdf"}} {
			f.URL = "/reports/acts_invoices." + f.URL + "?" + query.Encode()
			p.Files = append(p.Files, f)
		}
	}
	return ctx.Render("console/accounting/show", p)
}

// period reads the two days of a form, at most ten years apart.
func period(from, to string) (first, last time.Time, err error) {
	wrong := fault.Fields{}
	first, err1 := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err1 != nil {
		wrong.Add("from", "Укажите дату в виде ДД.ММ.ГГГГ.")
	}
	if err2 != nil {
		wrong.Add("to", "Укажите дату в виде ДД.ММ.ГГГГ.")
	}
	switch {
	case len(wrong) > 0:
	case last.Before(first):
		wrong.Add("to", "Конец периода раньше начала.")
	case last.After(first.AddDate(10, 0, 0)):
		wrong.Add("to", "Период длиннее десяти лет.")
	}
	return first, last, wrong.Err()
}
