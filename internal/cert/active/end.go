package active

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
)

// Event is one line of the history of an owner's choice.
type Event struct {
	bun.BaseModel `bun:"table:active_certificate_event,alias:e"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OwnerID       int64
	ReadyID       int64 `bun:",nullzero"`
	CertificateID int64 `bun:",nullzero"`
	At            time.Time
	ByID          int64 `bun:",nullzero"` // none = the program
	Kind          string
	Text          string
	ByName        string `bun:",scanonly"`
	Serial        string `bun:",scanonly"`
}

// ShortSerial is the certificate's serial as people say it: 57B6…3A.
func (e *Event) ShortSerial() string {
	if len(e.Serial) <= 8 {
		return e.Serial
	}
	return e.Serial[:4] + "…" + e.Serial[len(e.Serial)-2:]
}

// History lists what was active when, the newest first.
func History(ctx context.Context, tx bun.IDB, partner, owner int64) ([]Event, error) {
	var all []Event
	err := tx.NewSelect().Model(&all).ColumnExpr("e.*").ColumnExpr("(SELECT name FROM employee WHERE id = e.by_id) AS by_name").
		ColumnExpr("COALESCE((SELECT serial FROM certificate WHERE id = e.certificate_id), (SELECT serial FROM ready_certificate WHERE id = e.ready_id)) AS serial").
		Where("e.partner_id = ? AND e.owner_id = ?", partner, owner).OrderExpr("e.id DESC").Limit(50).Scan(ctx)
	return all, err
}

func note(ctx context.Context, tx bun.IDB, now time.Time, h Holder, r Ref, by int64, kind, text string) error {
	_, err := tx.NewInsert().Model(&Event{PartnerID: h.Partner, OwnerID: h.Owner, CertificateID: r.Issued, ReadyID: r.Ready, At: now, ByID: by, Kind: kind, Text: text}).Exec(ctx)
	return err
}

// Drop takes a certificate that is valid no longer out of its owner's choice, if
// it is there; why ends the sentence «Больше не активный: …».
func Drop(ctx context.Context, tx bun.IDB, now time.Time, h Holder, r Ref, why string) (bool, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM active_certificate WHERE partner_id = ? AND owner_id = ? AND COALESCE(certificate_id, 0) = ? AND COALESCE(ready_id, 0) = ?`, h.Partner, h.Owner, r.Issued, r.Ready)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, note(ctx, tx, now, h, r, 0, "stop", "Больше не активный: "+why)
}

// Expire drops the partner's issued certificates whose term has ended. Loaded
// ones are followed by their own job.
func Expire(ctx context.Context, d *db.DB, now time.Time, partner int64) error {
	return d.Tx(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		var ended []struct{ ID, OrgID, OwnerID int64 }
		err := tx.NewSelect().TableExpr("active_certificate AS a").ColumnExpr("c.id, c.org_id, c.owner_id").
			Join("JOIN certificate AS c ON c.partner_id = a.partner_id AND c.id = a.certificate_id").
			Where("a.partner_id = ? AND c.not_after < ?", partner, now).OrderExpr("c.owner_id").Limit(1000).Scan(ctx, &ended)
		for _, x := range ended {
			h, r := Holder{partner, x.OrgID, x.OwnerID}, Ref{Issued: x.ID}
			if err := Lock(ctx, tx, partner, x.OwnerID); err != nil {
				return err
			}
			dropped, err := Drop(ctx, tx, now, h, r, "закончился срок действия.")
			if err != nil {
				return err
			}
			if !dropped {
				continue
			}
			if err := audit.Write(ctx, tx, now, audit.Act{Partner: partner, Actor: audit.Program, Action: "cert.active_ended", Object: r.object(), Org: x.OrgID}); err != nil {
				return err
			}
		}
		return err
	})
}
