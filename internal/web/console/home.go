package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/report"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// worklist is work that waits: a tile of the start page and a link of the top bar.
type worklist struct {
	Name, URL string
	Count     int
	Note      string // how long the oldest has been waiting
}

// worklistsOf lists what waits for the employee, by what his role may do.
func (c *Console) worklistsOf(ctx context.Context, e *staff.Employee) ([]worklist, error) {
	var list []worklist
	if e.Must(staff.ApplicationWork, staff.ApplicationReview) == nil {
		mine, review, err := issuance.Counts(ctx, c.db, e)
		if err != nil {
			return nil, err
		}
		if e.Can(staff.ApplicationWork) {
			list = append(list, worklist{Name: "Мои заявки", URL: "/applications", Count: mine})
		}
		if e.Can(staff.ApplicationReview) {
			list = append(list, worklist{Name: "На рассмотрении", URL: "/applications?whose=all&status=review", Count: review})
			scans, since, err := owner.ReviewsWaiting(ctx, c.db, e)
			if err != nil {
				return nil, err
			}
			list = append(list, worklist{Name: "Проверки по скану", URL: "/reviews", Count: scans, Note: c.oldest("прислана", since, e)})
		}
	}
	if e.Can(staff.RegisterChanges) {
		n, since, err := org.TasksWaiting(ctx, c.db, e)
		if err != nil {
			return nil, err
		}
		list = append(list, worklist{Name: "Изменения в реестре", URL: "/register-changes", Count: n, Note: c.oldest("найдена", since, e)})
	}
	if e.Can(staff.ServicesView) {
		w, err := contract.Waiting(ctx, c.db, e)
		if err != nil {
			return nil, err
		}
		list = append(list,
			worklist{Name: "Отгрузка", URL: "/shipments", Count: w.Unshipped, Note: c.oldest("оплачена", w.Since, e)},
			worklist{Name: "Ответы бухгалтерии", URL: "/shipments?show=answered", Count: w.Answers})
		if w.UnderWay > 0 {
			list[len(list)-1].Note = fmt.Sprintf("обрабатывает бухгалтерия: %d", w.UnderWay)
		}
	}
	return list, nil
}

// oldest says for how many days the longest waiting has waited.
func (c *Console) oldest(what string, since time.Time, e *staff.Employee) string {
	if since.IsZero() {
		return ""
	}
	days := int(e.Today(c.now()).Sub(since).Hours() / 24)
	if days <= 0 {
		return "самая старая " + what + " сегодня"
	}
	return fmt.Sprintf("самая старая %s %d\u00a0%s назад", what, days, web.Plural(days, "день", "дня", "дней"))
}

// expiring counts the certificates that end within 30 days, by the report it
// leads to: the same rows by the same rights. Only the start page asks for it.
func (c *Console) expiring(ctx context.Context, e *staff.Employee) ([]worklist, error) {
	r, err := report.Find(e, "expiring_60")
	if fault.Is(err, fault.Forbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	res, err := r.Run(ctx, c.db, e, c.now(), map[string]string{"days": "30"})
	if err != nil {
		return nil, err
	}
	return []worklist{{Name: "Истекают за 30 дней", URL: "/reports/expiring_60?days=30", Count: len(res.Rows), Note: "сертификаты без замены"}}, nil
}

// homePage is views/console/search/home.html: my worklists and the clients of late.
type homePage struct {
	Frame  web.Frame
	Lists  []worklist
	Recent []hit
}

func (c *Console) home(ctx *fiber.Ctx) error {
	e := by(ctx)
	lists, err := c.worklistsOf(ctx.UserContext(), e)
	if err != nil {
		return err
	}
	ending, err := c.expiring(ctx.UserContext(), e)
	if err != nil {
		return err
	}
	loaded, err := c.loadedTroubles(ctx.UserContext(), e)
	if err != nil {
		return err
	}
	revoking, err := c.revocationsWaiting(ctx.UserContext(), e)
	if err != nil {
		return err
	}
	p := homePage{Frame: c.frame(ctx, "Мои списки"), Lists: slices.Concat(lists, ending, loaded, revoking)}
	if e.Must(staff.OrgView, staff.OrgViewMasked) == nil {
		recent, err := org.Recent(ctx.UserContext(), c.db, e, hitsShown)
		if err != nil {
			return err
		}
		for _, h := range recent {
			p.Recent = append(p.Recent, ownHit(h, nil))
		}
	}
	return ctx.Render("console/search/home", p)
}

// worklists are the links with counts in the top bar; a page is shown without
// them rather than not at all.
func (c *Console) worklists(ctx context.Context, e *staff.Employee) []web.Worklist {
	lists, err := c.worklistsOf(ctx, e)
	if err != nil {
		c.log.Error("worklists", "err", err)
	}
	var links []web.Worklist
	for _, w := range lists {
		links = append(links, web.Worklist{Name: w.Name, URL: w.URL, Count: w.Count})
	}
	return links
}

// ready reports whether people can be served.
func (c *Console) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return c.db.Ping(ctx)
}
