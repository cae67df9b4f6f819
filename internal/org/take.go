package org

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Decision is one value taken onto the card. It is kept for ever.
type Decision struct {
	bun.BaseModel `bun:"table:extract_decision,alias:d"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	ExtractID     int64
	Field         string
	Verdict       string // of the row at that moment
	CardValue     string
	TakenValue    string
	CardVersion   int // before the taking
	At            time.Time
	ByID          int64
	ByName        string `bun:",scanonly"`
}

// FieldRU is the field's name on screen.
func (d Decision) FieldRU() string { return fieldNames[d.Field] }

// TakeAll in place of a field takes every value that may be taken.
const TakeAll = "*"

// Take copies values of the extract onto the card: of one field, or with TakeAll
// of all that differ. Taking twice changes nothing; only the organisation's
// latest extract of its source is taken from. The version is the card's that
// the decision was made by: when the card has changed since, Conflict says what.
func Take(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, org, extract int64, version int, field string) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lockLive(ctx, tx, by.PartnerID, org)
		if err != nil {
			return err
		}
		x, rows, err := takeable(ctx, tx, by, org, extract)
		if err != nil {
			return err
		}
		chosen := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !r.Takeable || field != TakeAll && r.Field != field })
		if len(chosen) == 0 {
			return fault.Missing()
		}
		chosen = slices.DeleteFunc(chosen, func(r Row) bool { return !r.TakenAt.IsZero() })
		if len(chosen) == 0 {
			return nil
		}
		if version != o.Version || x.CardVersion != o.Version {
			return changedMeanwhile(ctx, tx, o, x)
		}
		for _, row := range chosen {
			if err := x.take(ctx, tx, o, row, now, by.ID); err != nil {
				return err
			}
			i := slices.IndexFunc(rows, func(r Row) bool { return r.Field == row.Field })
			rows[i].TakenAt = now
		}
		x.sum(rows)
		if _, err := tx.ExecContext(ctx, `UPDATE extract SET verdict = ?, blocks = ?, card_version = ? WHERE partner_id = ? AND id = ?`,
			x.Verdict, x.Blocks, o.Version, by.PartnerID, x.ID); err != nil {
			return err
		}
		if err := wake(ctx, tx, x); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.take_from_extract",
			Object: fmt.Sprintf("extract:%d", x.ID), Org: org, Details: map[string]string{"field": field}})
	})
}

// takeable returns an extract that values may be taken from, with its rows.
func takeable(ctx context.Context, tx bun.IDB, by *staff.Employee, org, extract int64) (*Extract, []Row, error) {
	x, err := GetExtract(ctx, tx, by.PartnerID, org, extract)
	if err != nil {
		return nil, nil, err
	}
	last, err := lastOfSource(ctx, tx, x)
	if err != nil {
		return nil, nil, err
	}
	if !last || !x.MayTake() {
		return nil, nil, fault.New(fault.Conflict, "Взять в карточку можно только из последней выписки с верной подписью.")
	}
	rows, err := Rows(ctx, tx, by.PartnerID, x.ID)
	return x, rows, err
}

// lastOfSource reports whether there is no newer one: of an extract, no newer
// extract; of a reference service's answer, nothing newer at all.
func lastOfSource(ctx context.Context, tx bun.IDB, x *Extract) (bool, error) {
	where := "x.source <> 'dadata'"
	if x.Source == sourceDaData {
		where = "true"
	}
	last, err := latest(ctx, tx, x.PartnerID, x.OrgID, where)
	return last != nil && last.ID == x.ID, err
}

// take writes one value, its history and the decision.
func (x *Extract) take(ctx context.Context, tx bun.IDB, o *Organisation, row Row, now time.Time, by int64) error {
	source := "extract"
	if x.Source == sourceDaData {
		source = "dadata"
	}
	if err := note(ctx, tx, now, o, by, source, row.Field, row.CardValue, row.ExtractValue); err != nil {
		return err
	}
	before := o.Version
	if err := apply(ctx, tx, o, x.Record, x, row.Field, now, by); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&Decision{PartnerID: x.PartnerID, ExtractID: x.ID, Field: row.Field, Verdict: row.Verdict,
		CardValue: row.CardValue, TakenValue: row.ExtractValue, CardVersion: before, At: now, ByID: by}).Exec(ctx); err != nil {
		return fmt.Errorf("insert decision: %w", err)
	}
	_, err := tx.ExecContext(ctx, `UPDATE extract_row SET taken_at = ?, taken_by = ? WHERE partner_id = ? AND extract_id = ? AND field = ?`,
		now, by, x.PartnerID, x.ID, row.Field)
	return err
}

// changedMeanwhile says what somebody has changed on the card since the
// comparison was made.
func changedMeanwhile(ctx context.Context, tx bun.IDB, o *Organisation, x *Extract) error {
	var list []Change
	if err := tx.NewSelect().Model(&list).ColumnExpr("c.*").ColumnExpr("(SELECT name FROM employee WHERE id = c.by_id) AS by_name").
		Where("c.partner_id = ? AND c.org_id = ? AND c.at >= ?", o.PartnerID, o.ID, x.ComparedAt).OrderExpr("c.id DESC").Limit(5).Scan(ctx); err != nil {
		return err
	}
	var words []string
	for _, c := range list {
		words = append(words, strings.TrimSpace(c.ByName+" — «"+c.FieldRU()+"»: было «"+c.OldValue+"», стало «"+c.NewValue+"»"))
	}
	text := "Карточку изменили, пока вы смотрели сверку."
	if len(words) > 0 {
		text += " " + strings.Join(words, "; ") + "."
	}
	return fault.New(fault.Conflict, text+" Нажмите «Сверить заново» и решите ещё раз.")
}

// CompareAgain makes the rows anew, by the card as it is now. What was taken
// stays among the decisions.
func CompareAgain(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, org, extract int64) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lockLive(ctx, tx, by.PartnerID, org)
		if err != nil {
			return err
		}
		x, err := GetExtract(ctx, tx, by.PartnerID, org, extract)
		if err != nil {
			return err
		}
		switch last, err := lastOfSource(ctx, tx, x); {
		case err != nil:
			return err
		case !last || x.Record == nil:
			return fault.New(fault.Conflict, "Сверить заново можно только последнюю выписку. Загрузите её ещё раз.")
		case x.CardVersion == o.Version && x.ComparedAt.Equal(now):
			return nil
		}
		card, err := Find(ctx, tx, by.PartnerID, org)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM extract_row WHERE partner_id = ? AND extract_id = ?`, by.PartnerID, x.ID); err != nil {
			return err
		}
		rows := x.compare(card, now, rules.MaxAge)
		if _, err := tx.NewUpdate().Model(x).Column("verdict", "blocks", "card_version", "compared_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := x.keep(ctx, tx, rows); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.compare_extract", Object: fmt.Sprintf("extract:%d", x.ID), Org: org})
	})
}

// Decisions lists what was taken from an extract, the newest first.
func Decisions(ctx context.Context, tx bun.IDB, partner, extract int64) ([]Decision, error) {
	var list []Decision
	err := tx.NewSelect().Model(&list).ColumnExpr("d.*").ColumnExpr("(SELECT name FROM employee WHERE id = d.by_id) AS by_name").
		Where("d.partner_id = ? AND d.extract_id = ?", partner, extract).OrderExpr("d.id DESC").Limit(200).Scan(ctx)
	return list, err
}
