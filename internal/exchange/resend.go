package exchange

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

// Resend puts a refused question into the outbox once more, as a new message
// with the same content, after people have removed the cause. It stands in the
// transaction of the domain that asked, which goes back to waiting for the new
// message's answer (owner.Resend, cert.Resend, cert.ResendAccount, org.Resend). A
// question is resent once; the new one may be resent in its turn.
func Resend(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, id int64) (int64, error) {
	if err := by.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return 0, err
	}
	var m Message
	if err := tx.NewSelect().Model(&m).ColumnExpr(columns+", m.sealed, m.key_id").Where("m.partner_id = ? AND m.id = ?", by.PartnerID, id).For("UPDATE").Scan(ctx); err != nil {
		return 0, db.Missing(err)
	}
	if m.Status != "refused" {
		return 0, fault.New(fault.Conflict, "Повторить можно только отклонённый или просроченный запрос.")
	}
	resent, err := tx.NewSelect().Table("exchange_message").Where("resends = ?", id).Exists(ctx)
	if err != nil {
		return 0, err
	}
	if resent {
		return 0, fault.New(fault.Conflict, "Этот запрос уже отправлен повторно.")
	}
	if m.Sealed == nil {
		return 0, fault.New(fault.Conflict, "Содержание запроса уничтожено по сроку хранения: запросите заново.")
	}
	content, err := openMessage(ctx, &m)
	if err != nil {
		return 0, fmt.Errorf("resend: %w", err)
	}
	anew, err := store(ctx, tx, now, &Message{PartnerID: m.PartnerID, Kind: m.Kind, SubjectID: m.SubjectID, Resends: m.ID, ResentBy: by.ID}, content)
	if err != nil {
		return 0, err
	}
	return anew, audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "exchange.resend", Object: fmt.Sprintf("exchange:%d", id),
		Details: map[string]any{"as": anew, "kind": m.Kind, "fault": m.Fault}})
}
