package org

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// TaskKind is what has changed in the register about a client.
type TaskKind string

const (
	TaskHead        TaskKind = "head"
	TaskLiquidation TaskKind = "liquidation"
	TaskUnreliable  TaskKind = "unreliable"
	TaskRenamed     TaskKind = "renamed"
)

// TaskKinds are all of them, the gravest first.
var TaskKinds = []TaskKind{TaskLiquidation, TaskHead, TaskRenamed, TaskUnreliable}

// RU is the kind on screen.
func (k TaskKind) RU() string {
	return map[TaskKind]string{TaskHead: "Сменился руководитель", TaskLiquidation: "Ликвидация, прекращение", TaskUnreliable: "Недостоверный адрес", TaskRenamed: "Переименована"}[k]
}

// Task is one line of «Изменения в реестре»: a client about whom the register
// says something else than it did.
type Task struct {
	bun.BaseModel `bun:"table:register_task,alias:k"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	Kind          TaskKind
	Made          time.Time // when the tax service wrote it down
	Before        string
	After         string
	At            time.Time // when it came onto the list
	Status        string    // new, taken, dismissed
	DecidedAt     time.Time `bun:",nullzero"`
	DecidedBy     int64     `bun:",nullzero"`
	Reason        string
	OrgName       string `bun:",scanonly"`
	OrgINN        string `bun:"org_inn,scanonly"`
	DecidedName   string `bun:",scanonly"`
	Live          int    `bun:",scanonly"` // applications under way
}

// TaskFilter of the list; Kind "" = every one; Decided = what has been dealt with.
type TaskFilter struct {
	Kind    TaskKind
	Decided bool
	Before  int64 // the page begins below this id; 0 = at the top
	Limit   int
}

// Tasks returns a page of the list, the newest first, and how many of each kind wait.
func Tasks(ctx context.Context, d *db.DB, by *staff.Employee, f TaskFilter) (list []Task, counts map[TaskKind]int, err error) {
	if err := by.Must(staff.RegisterChanges); err != nil {
		return nil, nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if counts, err = taskCounts(ctx, tx, by.PartnerID); err != nil {
			return err
		}
		q := tx.NewSelect().Model(&list).ColumnExpr("k.*").
			ColumnExpr("COALESCE(NULLIF(o.short_name, ''), o.full_name) AS org_name, o.inn AS org_inn").
			ColumnExpr("(SELECT name FROM employee WHERE id = k.decided_by) AS decided_name").
			ColumnExpr("(SELECT count(*) FROM application AS a WHERE a.partner_id = k.partner_id AND a.org_id = k.org_id AND a.status NOT IN ('done', 'rejected', 'withdrawn')) AS live").
			Join("JOIN organisation AS o ON o.partner_id = k.partner_id AND o.id = k.org_id").
			Where("k.partner_id = ? AND NOT o.deleted", by.PartnerID).OrderExpr("k.id DESC").Limit(f.Limit)
		if f.Decided {
			q.Where("k.status <> 'new'")
		} else {
			q.Where("k.status = 'new'")
		}
		if f.Kind != "" {
			q.Where("k.kind = ?", f.Kind)
		}
		if f.Before > 0 {
			q.Where("k.id < ?", f.Before)
		}
		return q.Scan(ctx)
	})
	return list, counts, err
}

func taskCounts(ctx context.Context, tx bun.IDB, partner int64) (map[TaskKind]int, error) {
	var rows []struct {
		Kind TaskKind
		N    int
	}
	err := tx.NewRaw(`SELECT k.kind, count(*) AS n FROM register_task AS k JOIN organisation AS o ON o.partner_id = k.partner_id AND o.id = k.org_id
		WHERE k.partner_id = ? AND k.status = 'new' AND NOT o.deleted GROUP BY k.kind`, partner).Scan(ctx, &rows)
	counts := map[TaskKind]int{}
	for _, r := range rows {
		counts[r.Kind] = r.N
	}
	return counts, err
}

// TasksWaiting is how many changes nobody has dealt with, and since when the
// oldest has waited; the start page asks.
func TasksWaiting(ctx context.Context, d *db.DB, by *staff.Employee) (n int, since time.Time, err error) {
	if err := by.Must(staff.RegisterChanges); err != nil {
		return 0, since, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var oldest bun.NullTime
		err := tx.QueryRowContext(ctx, `SELECT count(*), min(k.at) FROM register_task AS k JOIN organisation AS o ON o.partner_id = k.partner_id AND o.id = k.org_id
			WHERE k.partner_id = ? AND k.status = 'new' AND NOT o.deleted`, by.PartnerID).Scan(&n, &oldest)
		since = oldest.Time
		return err
	})
	return n, since, err
}

// TakeTask is «взять в карточку»: the card is overwritten from the register, the
// short name included, for a person has decided; everything on the list that the
// record tells of this client is dealt with at once. Where the register does not
// know the organisation, nothing is decided.
func TakeTask(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, id int64) (*Renewal, error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return nil, err
	}
	k, err := undecided(ctx, tx, by, id)
	if err != nil {
		return nil, err
	}
	renewal, err := renew(ctx, tx, now, by.Actor(), by.PartnerID, k.OrgID, true)
	if err != nil {
		return nil, err
	}
	if !renewal.Reached {
		return nil, fault.New(fault.Conflict, "Реестр сейчас не знает эту организацию: взять нечего. Получите выписку или отметьте, что изменение не важно.")
	}
	return renewal, k.set(ctx, tx, now, by, "taken", "")
}

// TaskOrg returns whose line it is.
func TaskOrg(ctx context.Context, tx bun.IDB, by *staff.Employee, id int64) (int64, error) {
	if err := by.Must(staff.RegisterChanges); err != nil {
		return 0, err
	}
	k, err := task(ctx, tx, by.PartnerID, id)
	if err != nil {
		return 0, err
	}
	return k.OrgID, nil
}

// DismissTask is «не важно»; why is obligatory.
func DismissTask(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, reason string) error {
	if err := by.Must(staff.RegisterChanges); err != nil {
		return err
	}
	if n := len([]rune(reason)); n < 3 || n > 500 {
		return fault.Fields{"reason": "Укажите, почему это не важно: от 3 до 500 знаков."}.Err()
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		k, err := undecided(ctx, tx, by, id)
		if err != nil {
			return err
		}
		return k.set(ctx, tx, now, by, "dismissed", reason)
	})
}

// undecided locks the organisation, then reads the line: whoever comes second is
// told who was first.
func undecided(ctx context.Context, tx bun.IDB, by *staff.Employee, id int64) (*Task, error) {
	org, err := TaskOrg(ctx, tx, by, id)
	if err != nil {
		return nil, err
	}
	if _, err := lockLive(ctx, tx, by.PartnerID, org); err != nil {
		return nil, err
	}
	k, err := task(ctx, tx, by.PartnerID, id)
	if err != nil {
		return nil, err
	}
	if k.Status != "new" {
		return nil, fault.New(fault.Conflict, "Это изменение уже "+k.DecisionRU()+". Обновите страницу.")
	}
	return k, nil
}

func task(ctx context.Context, tx bun.IDB, partner, id int64) (*Task, error) {
	var k Task
	err := tx.NewSelect().Model(&k).ColumnExpr("k.*").ColumnExpr("(SELECT name FROM employee WHERE id = k.decided_by) AS decided_name").
		Where("k.partner_id = ? AND k.id = ?", partner, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &k, nil
}

// DecisionRU says what became of the line and by whom; "" while it waits.
func (k *Task) DecisionRU() string {
	who := k.DecidedName
	if who == "" {
		who = "обновление карточки из реестра"
	}
	switch k.Status {
	case "taken":
		return "взято в карточку: " + who
	case "dismissed":
		return "отмечено неважным: " + who
	}
	return ""
}

func (k *Task) set(ctx context.Context, tx bun.IDB, now time.Time, by *staff.Employee, status, reason string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE register_task SET status = ?, decided_at = ?, decided_by = ?, reason = ? WHERE partner_id = ? AND id = ?`,
		status, now, by.ID, reason, by.PartnerID, k.ID); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.register_" + status,
		Object: fmt.Sprintf("organisation:%d", k.OrgID), Org: k.OrgID, Details: map[string]any{"change": k.ID, "kind": k.Kind}})
}

// settleTasks marks as taken what waits on the list and stands on the card since
// it was overwritten from the record. A renaming waits on while the card keeps
// another short name: that is for people to decide.
func settleTasks(ctx context.Context, tx bun.IDB, now time.Time, by int64, o *Organisation, r *registry.Record) error {
	renamed := fold(o.ShortName) == fold(r.ShortName) || r.ShortName == ""
	_, err := tx.ExecContext(ctx, `UPDATE register_task SET status = 'taken', decided_at = ?, decided_by = NULLIF(?, 0)
		WHERE partner_id = ? AND org_id = ? AND status = 'new' AND made <= ? AND (kind <> 'renamed' OR ?)`,
		now, by, o.PartnerID, o.ID, day(r.Extracted), renamed)
	return err
}
