// Package probe tries the connections to outside systems and says which part
// fails: the name, the port, TLS, HTTP, the protocol, our signature, theirs, the
// clock. Each step has a verdict and a cure of one line.
//
// A test is a row and a job: the steps stand in the row as they come, so the
// page that started it shows how far it is. Nothing is asked that could change
// anything at the other side; where no such question exists the test says so.
package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// The systems that can be tried, as they stand in addresses and rows.
const (
	SMEV = "smev"
	CA   = "ca"
	OneC = "onec"
	SMTP = "smtp"
	SMS  = "sms"
	OIDC = "oidc"

	DaData = "dadata"
)

// Names of the systems on screen.
var Names = map[string]string{SMEV: "СМЭВ 3", CA: "Удостоверяющий центр", OneC: "1С", SMTP: "Почта", SMS: "СМС", OIDC: "Вход сотрудников", DaData: "Справочник организаций"}

// OfAuthority is the system of an authority of that name.
func OfAuthority(name string) string {
	if name == CA {
		return CA
	}
	return CA + "-" + name
}

func isAuthority(system string) bool { return system == CA || strings.HasPrefix(system, CA+"-") }

// Verdict of a step; the words are kinds of chips.
type Verdict string

const (
	Good    Verdict = "done"
	Doubt   Verdict = "warn"
	Bad     Verdict = "stop"
	Note    Verdict = "note" // nothing to judge
	Skipped Verdict = "idle" // a step before it failed
)

// RU is the verdict in a word.
func (v Verdict) RU() string {
	return map[Verdict]string{Good: "Исправно", Doubt: "Внимание", Bad: "Не работает", Note: "К сведению", Skipped: "Не проверялось"}[v]
}

// Step is one part of the connection.
type Step struct {
	Part    string  `json:"part"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	Cure    string  `json:"cure"`
	MS      int64   `json:"ms"` // milliseconds it took
}

// Test is one self-test of a connection.
type Test struct {
	bun.BaseModel `bun:"table:connection_test,alias:t"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	System        string
	StartedAt     time.Time
	StartedBy     int64
	FinishedAt    time.Time `bun:",nullzero"`
	Steps         []Step    `bun:"type:jsonb"`
	StartedName   string    `bun:",scanonly"`
}

// limit of a whole test; one that runs longer has lost its worker.
const limit = 90 * time.Second

// Running reports whether the test still goes on.
func (t *Test) Running(now time.Time) bool {
	return t.FinishedAt.IsZero() && now.Sub(t.StartedAt) < 2*limit
}

// Verdict is the worst of the steps.
func (t *Test) Verdict() Verdict {
	worst := Good
	for _, s := range t.Steps {
		if s.Verdict == Bad {
			return Bad
		}
		if s.Verdict == Doubt {
			worst = Doubt
		}
	}
	return worst
}

// Start asks for a test of the system; while one runs, that one is meant.
func Start(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, system string) error {
	if err := by.Must(staff.Settings); err != nil {
		return err
	}
	if !isAuthority(system) && Names[system] == "" {
		return fault.Missing()
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, `UPDATE connection_test SET finished_at = ? WHERE partner_id = ? AND system = ? AND finished_at IS NULL AND started_at < ?`,
			now, by.PartnerID, system, now.Add(-2*limit)); err != nil {
			return err
		}
		t := &Test{PartnerID: by.PartnerID, System: system, StartedAt: now, StartedBy: by.ID, Steps: []Step{}}
		res, err := tx.NewInsert().Model(t).On("CONFLICT (partner_id, system) WHERE finished_at IS NULL DO NOTHING").Returning("id").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert test: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		if err := job.Enqueue(ctx, tx, job.TestConnection{Partner: by.PartnerID, Test: t.ID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "settings.test_connection", Object: "connection:" + system})
	})
}

// Last returns the partner's newest test of each system.
func Last(ctx context.Context, d *db.DB, by *staff.Employee) (map[string]*Test, error) {
	if err := by.Must(staff.Settings); err != nil {
		return nil, err
	}
	last := map[string]*Test{}
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var list []Test
		err := tx.NewSelect().Model(&list).DistinctOn("t.system").ColumnExpr("t.*").
			ColumnExpr("(SELECT name FROM employee WHERE id = t.started_by) AS started_name").
			Where("t.partner_id = ?", by.PartnerID).OrderExpr("t.system, t.id DESC").Scan(ctx)
		for i := range list {
			last[list[i].System] = &list[i]
		}
		return err
	})
	return last, err
}

// save writes the steps so far; a test that somebody has closed stays closed.
func (t *Test) save(ctx context.Context, d *db.DB, now time.Time, finished bool) error {
	steps, err := json.Marshal(t.Steps)
	if err != nil {
		return err
	}
	return d.Tx(ctx, t.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE connection_test SET steps = ?::jsonb, finished_at = CASE WHEN ? THEN ?::timestamptz END
			WHERE partner_id = ? AND id = ? AND finished_at IS NULL`, string(steps), finished, now, t.PartnerID, t.ID)
		return err
	})
}
