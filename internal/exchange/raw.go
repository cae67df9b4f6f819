package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/vault"
)

// MayOpen reports whether the employee may see messages as they went over the
// wire, and whether only with a reason: they hold passports, so the rights to
// passports decide.
func MayOpen(by *staff.Employee) (may, needsReason bool) {
	return by.Can(staff.PassportView) || by.Can(staff.PassportReason), !by.Can(staff.PassportView)
}

// Reasoned refuses who may not see messages, and who needs a reason and gave none.
func Reasoned(by *staff.Employee, reason string) error {
	if err := by.Must(staff.PassportView, staff.PassportReason); err != nil {
		return err
	}
	if _, needs := MayOpen(by); needs {
		if n := len([]rune(reason)); n < 5 || n > 200 {
			text := "Укажите основание, от 5 до 200 знаков: оно попадёт в журнал."
			return &fault.Error{Kind: fault.Invalid, Text: text, Fields: map[string]string{"reason": text}}
		}
	}
	return nil
}

// Raw opens one message of the employee's partner as it went over the wire, and
// logs that he looked, and why.
func Raw(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, wire uuid.UUID, reason string) (*Wire, []byte, error) {
	if err := Reasoned(by, reason); err != nil {
		return nil, nil, err
	}
	var w Wire
	var body []byte
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		err := tx.NewSelect().Model(&w).ColumnExpr("w.*").ColumnExpr("w.sealed IS NULL AS destroyed").
			Where("w.id = ? AND EXISTS (SELECT FROM exchange_message WHERE id = w.message AND partner_id = ?)", wire, by.PartnerID).Scan(ctx)
		if err != nil {
			return db.Missing(err)
		}
		if w.Destroyed {
			return fault.New(fault.NotFound, "Сообщение уничтожено по сроку хранения. Остались его номера, время и исход.")
		}
		if body, err = vault.Of(ctx).Open(place(w.ID), w.KeyID, w.Sealed); err != nil {
			return err
		}
		w.Sealed = nil
		return audit.Looked(ctx, tx, now, by.PartnerID, by.Actor(), fmt.Sprintf("exchange:%d", w.Message), reason)
	})
	if err != nil {
		return nil, nil, err
	}
	return &w, body, nil
}
