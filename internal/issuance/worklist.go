package issuance

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Whose applications a worklist shows.
const (
	Mine   = "mine"
	Centre = "centre"
	All    = "all"
)

// Filter of a worklist; Status "" = every live one.
type Filter struct {
	Whose  string
	Status Status
	Before int64 // the page begins below this id; 0 = at the top
	Limit  int
}

// Worklist returns a page of applications, the newest first, and how many of
// each status the filter's people have.
func Worklist(ctx context.Context, d *db.DB, by *staff.Employee, f Filter) (list []Application, counts map[Status]int, err error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, nil, err
	}
	counts = map[Status]int{}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var rows []struct {
			Status Status
			N      int
		}
		if err := whose(tx.NewSelect().TableExpr("application AS a").ColumnExpr("a.status, count(*) AS n"), by, f.Whose).GroupExpr("a.status").Scan(ctx, &rows); err != nil {
			return err
		}
		for _, r := range rows {
			counts[r.Status] = r.N
		}
		q := whose(tx.NewSelect().Model(&list), by, f.Whose).ColumnExpr("a.*").
			ColumnExpr("(SELECT name FROM employee WHERE id = a.taken_by) AS taken_name").
			ColumnExpr("(SELECT concat_ws(' ', surname, name, NULLIF(patronymic, '')) FROM owner WHERE id = a.owner_id) AS owner_name").
			ColumnExpr("(SELECT COALESCE(NULLIF(short_name, ''), full_name) FROM organisation WHERE id = a.org_id) AS org_name").
			OrderExpr("a.id DESC").Limit(f.Limit)
		if f.Status != "" {
			q.Where("a.status = ?", f.Status)
		} else {
			q.Where("a.status NOT IN ('done', 'rejected', 'withdrawn')")
		}
		if f.Before > 0 {
			q.Where("a.id < ?", f.Before)
		}
		return q.Scan(ctx)
	})
	if !by.Can(staff.OrgView) {
		for i := range list {
			list[i].OwnerName, list[i].OrgName = initials(list[i].OwnerName), initials(list[i].OrgName)
		}
	}
	return list, counts, err
}

func whose(q *bun.SelectQuery, by *staff.Employee, w string) *bun.SelectQuery {
	q.Where("a.partner_id = ?", by.PartnerID)
	switch w {
	case Mine:
		q.Where("a.taken_by = ?", by.ID)
	case Centre:
		q.Where("a.centre_id = ?", by.CentreID)
	}
	return q
}

// initials leaves the first letter of every word.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	for i, w := range words {
		words[i] = string([]rune(w)[:1]) + "***"
	}
	return strings.Join(words, " ")
}

// Counts is how many live applications the employee has taken, and how many
// wait for his decision (0 for who decides nothing).
func Counts(ctx context.Context, d *db.DB, by *staff.Employee) (mine, review int, err error) {
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE taken_by = ?), count(*) FILTER (WHERE status = 'review')
			FROM application WHERE partner_id = ? AND status NOT IN ('done', 'rejected', 'withdrawn')`, by.ID, by.PartnerID).Scan(&mine, &review)
	})
	if !by.Can(staff.ApplicationReview) {
		review = 0
	}
	return mine, review, err
}

// Standing is the step an application stands at, as its timeline said last.
func (a *Application) Standing() (name string, state State) {
	seen := map[string]string{}
	if json.Unmarshal(a.Seen, &seen) != nil {
		return "", ""
	}
	for _, s := range stepNames {
		state, _, _ := strings.Cut(seen[s.key], "|")
		if state != "" && State(state) != StepDone {
			return s.name, State(state)
		}
	}
	return "", ""
}

// stepNames are all steps, in their order.
var stepNames = []struct{ key, name string }{
	{"contract", "Договор и оплата"}, {"extract", "Выписка"}, {"passport", "Паспорт"}, {"snils", "СНИЛС"}, {"inn", "ИНН"}, {"head", "Подпись руководителя"},
	{"review", "Рассмотрение"}, {"request", "Запрос"}, {"ca", "УЦ"}, {"install", "Установка"}, {"esia", "ЕСИА"}, {"receipt", "Расписка"}, {"shipment", "Отгрузка"},
}

// Late says whether the application has waited too long: "" no, "wait" it is
// due, "stop" overdue, with the words for the list.
func (a *Application) Late(now time.Time, rules Rules) (kind, text string) {
	waited := now.Sub(a.StatusAt)
	switch a.Status {
	case Requested:
		if waited > orDefault(rules.CAOverdue, 4*time.Hour) {
			return "stop", "УЦ молчит дольше 4 часов"
		} else if waited > orDefault(rules.CAAlert, time.Hour) {
			return "wait", "УЦ отвечает дольше часа"
		}
	case Review:
		if now.After(workingDays(a.StatusAt, 2)) {
			return "stop", "срок рассмотрения прошёл"
		}
	case HeadSignature:
		if left := a.CreatedAt.AddDate(0, 0, headDays).Sub(now); left < 7*24*time.Hour {
			return "wait", "до отклонения меньше недели"
		}
	}
	return "", ""
}

// workingDays adds n days from Monday to Friday. Public holidays are not in it:
// the production calendar is not in the register yet, so a reminder may come early.
func workingDays(from time.Time, n int) time.Time {
	for n > 0 {
		from = from.AddDate(0, 0, 1)
		if wd := from.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return from
}
