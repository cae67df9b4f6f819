package owner

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Takeable reports whether the register named another number than the card has:
// people decide whether it is taken.
func (c *Check) Takeable() bool {
	return c != nil && c.Status == "negative" && c.Value != "" && (c.Kind == CheckINN || c.Kind == FindSNILS)
}

// TakeFound writes the number that a register has named onto the owner's card.
// The INN that the tax service gave for the passport is thereby confirmed; the
// SNILS is checked anew like every other. It refuses what was said about other
// data than the card has now.
func TakeFound(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, owner, check int64) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		p, err := PassportOf(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		c, err := lockCheck(ctx, tx, by.PartnerID, check)
		if err != nil {
			return err
		}
		if c.OwnerID != owner {
			return fault.Missing()
		}
		last, err := lastCheck(ctx, tx, by.PartnerID, owner, c.Kind)
		if err != nil {
			return err
		}
		if !c.Takeable() || last.ID != c.ID || string(c.Fingerprint) != string(fingerprint(c.Kind, o, p)) {
			return fault.New(fault.Conflict, "Данные с тех пор изменились: запросите номер ещё раз.")
		}
		text := "СНИЛС назван СФР по паспорту и взят в карточку."
		if c.Kind == CheckINN {
			o.INN, text = c.Value, "ИНН назван ФНС по паспорту и взят в карточку."
		} else {
			o.SNILS = c.Value
		}
		if err := o.check(); err != nil {
			return err
		}
		if err := update(ctx, tx, by, now, o); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE owner_check SET status = 'positive', status_at = ?, text = ?, fingerprint = ?, decided_by = ? WHERE partner_id = ? AND id = ?`,
			now, text, fingerprint(c.Kind, o, p), by.ID, by.PartnerID, c.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.take_found", Object: fmt.Sprintf("owner:%d", owner), Org: o.OrgID,
			Details: map[string]any{"check": c.ID, "kind": c.Kind}})
	})
}
