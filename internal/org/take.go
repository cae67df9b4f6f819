package org

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Take copies one value of the extract onto the card. Taking it twice changes
// nothing; only the organisation's latest extract with a good signature is taken from.
func Take(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, org, extract int64, field string) error {
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
		rows, err := Rows(ctx, tx, by.PartnerID, x.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Field == field })
		if i < 0 || !rows[i].Takeable {
			return fault.Missing()
		}
		if !rows[i].TakenAt.IsZero() {
			return nil
		}
		last, err := LatestExtract(ctx, tx, by.PartnerID, org)
		if err != nil {
			return err
		}
		if last.ID != x.ID || x.Signature != "good" {
			return fault.New(fault.Conflict, "Взять в карточку можно только из последней выписки с верной подписью.")
		}
		if err := take(ctx, tx, files, o, x, field, now, by.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE extract_row SET taken_at = ?, taken_by = ? WHERE partner_id = ? AND extract_id = ? AND field = ?`,
			now, by.ID, by.PartnerID, x.ID, field); err != nil {
			return err
		}
		rows[i].TakenAt = now
		if _, err := tx.ExecContext(ctx, `UPDATE extract SET verdict = ? WHERE partner_id = ? AND id = ?`, worst(x, rows), by.PartnerID, x.ID); err != nil {
			return err
		}
		if err := wake(ctx, tx, x); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.take_from_extract",
			Object: fmt.Sprintf("extract:%d", x.ID), Org: org, Details: map[string]string{"field": field}})
	})
}

// take reads the stored extract again, compares it with the card as it is now
// and writes the one value and its history.
func take(ctx context.Context, tx bun.IDB, files *file.Store, o *Organisation, x *Extract, field string, now time.Time, by int64) error {
	f, err := file.Get(ctx, tx, o.PartnerID, x.FileID)
	if err != nil {
		return err
	}
	content, err := files.Read(f)
	if err != nil {
		return err
	}
	r, _, err := registry.ParseExtract(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("read stored extract: %w", err)
	}
	card, err := Find(ctx, tx, o.PartnerID, o.ID)
	if err != nil {
		return err
	}
	for _, row := range compare(card, r, now, 0) {
		if row.Field == field {
			if err := note(ctx, tx, now, o, by, "extract", field, row.CardValue, row.ExtractValue); err != nil {
				return err
			}
		}
	}
	return apply(ctx, tx, o, r, x, field, now, by)
}
