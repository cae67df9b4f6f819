package contract

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

// Acknowledge is «Подтвердить»: somebody has read accounting's answer.
func Acknowledge(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, org, id int64) error {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		s, err := lockShipment(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if s.OrgID != org {
			return fault.Missing()
		}
		if !s.AcknowledgedAt.IsZero() {
			return nil
		}
		to := s.Status
		switch s.Status {
		case DocumentsReady:
			to = Delivered
		case Failed:
		default:
			return fault.New(fault.Conflict, "Бухгалтерия ещё не ответила. Подождите сообщения.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE shipment SET status = ?, status_at = ?, acknowledged_at = ?, acknowledged_by = ?
			WHERE partner_id = ? AND id = ?`, to, now, now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		if err := wakeCase(ctx, tx, s); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.acknowledge", Object: fmt.Sprintf("shipment:%d", id), Org: s.OrgID})
	})
}
