package contract

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
)

// heard takes back what later has noted, now that 1C answers again.
func heard(ctx context.Context, d *db.DB, s *Shipment) error {
	if s.Error == "" {
		return nil
	}
	return d.Tx(ctx, s.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE shipment SET error = '', attempts = 0 WHERE partner_id = ? AND id = ? AND status = ?`, s.PartnerID, s.ID, s.Status)
		return err
	})
}

// move changes the status as a compare-and-swap and runs more in the same transaction.
func move(ctx context.Context, d *db.DB, now time.Time, s *Shipment, to Status, more func(context.Context, bun.IDB) error) error {
	if !s.Status.Can(to) {
		return fmt.Errorf("shipment %d: no move from %s to %s", s.ID, s.Status, to)
	}
	return d.Tx(ctx, s.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE shipment SET status = ?, status_at = ? WHERE partner_id = ? AND id = ? AND status = ?`,
			to, now, s.PartnerID, s.ID, s.Status)); err != nil {
			return err
		}
		if err := more(ctx, tx); err != nil {
			return err
		}
		if err := wakeCase(ctx, tx, s); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: s.PartnerID, Actor: audit.Program, Action: "contract.shipment_" + string(to),
			Object: fmt.Sprintf("shipment:%d", s.ID), Org: s.OrgID})
	})
}

// fail ends the shipment with accounting's words; its services may be shipped again.
func fail(ctx context.Context, d *db.DB, now time.Time, s *Shipment, text string) error {
	return move(ctx, d, now, s, Failed, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, `UPDATE shipment SET error = ?, next_at = NULL WHERE partner_id = ? AND id = ?`, text, s.PartnerID, s.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE service SET state = 'failed', ship_date = NULL, version = version + 1 WHERE partner_id = ?
			AND id IN (SELECT service_id FROM shipment_line WHERE partner_id = ? AND shipment_id = ?)`, s.PartnerID, s.PartnerID, s.ID)
		return err
	})
}

// later notes why the shipment waits and when it is tried again.
func later(ctx context.Context, d *db.DB, now time.Time, s *Shipment, text string) (time.Duration, error) {
	wait := backoff(s.Attempts)
	return wait, d.Tx(ctx, s.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE shipment SET error = ?, attempts = attempts + 1, next_at = ? WHERE partner_id = ? AND id = ? AND status = ?`,
			text, now.Add(wait), s.PartnerID, s.ID, s.Status)
		return err
	})
}

// backoff is 2, 4, 8 … 60 seconds.
func backoff(attempts int) time.Duration {
	return min(time.Duration(2<<min(attempts, 5))*time.Second, time.Minute)
}
