package org

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Extract is one extract read from the storage folder.
type Extract struct {
	bun.BaseModel   `bun:"table:extract,alias:x"`
	ID              int64 `bun:",pk,autoincrement"`
	PartnerID       int64
	OrgID           int64
	FileID          uuid.UUID
	SignatureFileID uuid.UUID `bun:",nullzero"`
	ExtractDate     time.Time `bun:",nullzero"`
	Signature       string    // good, bad, missing or untrusted
	SignatureText   string
	Signer          string
	Verdict         string // same, note, warn or stop: the worst of the rows and the signature
	CreatedAt       time.Time
	CreatedBy       int64  `bun:",nullzero"`
	FileName        string `bun:",scanonly"`
	CreatedName     string `bun:",scanonly"`
}

// Row is one line of the comparison «карточка / выписка / вердикт».
type Row struct {
	bun.BaseModel `bun:"table:extract_row,alias:r"`
	PartnerID     int64
	ExtractID     int64
	Position      int
	Field         string
	Label         string
	CardValue     string
	ExtractValue  string
	Verdict       string
	Hint          string
	Takeable      bool
	TakenAt       time.Time `bun:",nullzero"`
	TakenBy       int64     `bun:",nullzero"`
	TakenName     string    `bun:",scanonly"`
}

// Fresh reports whether the extract may carry an issue: its signature is good,
// nothing in it stops the work, and it is not older than maxAge.
func (x *Extract) Fresh(now time.Time, maxAge time.Duration) bool {
	return x.Signature == "good" && x.Verdict != "stop" && !x.ExtractDate.IsZero() && !tooOld(x.ExtractDate, now, maxAge)
}

// gravity orders verdicts.
var gravity = map[string]int{"same": 0, "note": 1, "warn": 2, "stop": 3}

// takeExtract stores the extract and its comparison. Another organisation's is refused.
func takeExtract(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, id int64, s *seen, f *file.File, sign *seen, signFile *file.File) (int64, error) {
	card, err := Find(ctx, tx, by.PartnerID, id)
	if err != nil {
		return 0, err
	}
	if s.record.OGRN != card.OGRN {
		return 0, fault.New(fault.Invalid, "Файл «"+s.Name+"» не принят: это выписка другой организации — "+s.record.Name()+", ОГРН "+s.record.OGRN+".")
	}
	x := &Extract{PartnerID: by.PartnerID, OrgID: id, FileID: f.ID, ExtractDate: day(s.record.Extracted), CreatedAt: now, CreatedBy: by.ID}
	if signFile != nil {
		x.SignatureFileID = signFile.ID
	}
	x.verify(now, rules, s, sign)
	rows := compare(card, s.record, now, rules.MaxAge)
	x.Verdict = worst(x, rows)
	if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert extract: %w", err)
	}
	for i := range rows {
		rows[i].PartnerID, rows[i].ExtractID, rows[i].Position = by.PartnerID, x.ID, i
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert extract rows: %w", err)
	}
	return x.ID, wake(ctx, tx, x)
}

// signExtract adds a signature that came later than its extract.
func signExtract(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, x *Extract, s, sign *seen, signFile *file.File) (int64, error) {
	x.SignatureFileID = signFile.ID
	x.verify(now, rules, s, sign)
	rows, err := Rows(ctx, tx, by.PartnerID, x.ID)
	if err != nil {
		return 0, err
	}
	x.Verdict = worst(x, rows)
	if _, err := tx.NewUpdate().Model(x).Column("signature_file_id", "signature", "signature_text", "signer", "verdict").WherePK().Exec(ctx); err != nil {
		return 0, err
	}
	return x.ID, wake(ctx, tx, x)
}

// wake tells the organisation's live cases that the extract has changed.
func wake(ctx context.Context, tx bun.IDB, x *Extract) error {
	return job.Enqueue(ctx, tx, job.OrgMoved{Partner: x.PartnerID, Org: x.OrgID})
}

// verify checks the detached signature over the very bytes of the extract.
func (x *Extract) verify(now time.Time, rules Rules, s, sign *seen) {
	if sign == nil {
		x.Signature, x.SignatureText = "missing", "Подпись не приложена: положите рядом файл .p7s той же выписки."
		return
	}
	results, err := signers(sign, s.Content)
	if err != nil {
		x.Signature, x.SignatureText = "bad", "Подпись не сходится с файлом: выписка изменена или подпись от другой выписки. Получите выписку заново."
		return
	}
	cert := results[0].Certificate
	x.Signer = cert.Subject.Get(gost.OIDCommonName)
	if _, err := cert.Verify(gost.VerifyOptions{Roots: rules.Roots, Intermediates: sign.cms.Certificates, At: now}); err != nil {
		x.Signature, x.SignatureText = "untrusted", "Подпись верна, но её сертификат не от налоговой службы или не действует."
		return
	}
	x.Signature, x.SignatureText = "good", "Подпись верна, файл не изменён. Техническая проверка."
}

// signers returns the verdicts when every signature over the content is right.
func signers(sign *seen, content []byte) ([]gost.SignerResult, error) {
	results, err := sign.cms.Verify(content)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	return results, err
}

func worst(x *Extract, rows []Row) string {
	v := "same"
	for _, r := range rows {
		cured := !r.TakenAt.IsZero() && r.Field != "status" // a closed firm stays closed on the card
		if gravity[r.Verdict] > gravity[v] && !cured {
			v = r.Verdict
		}
	}
	if x.Signature == "bad" || x.Signature == "untrusted" {
		v = "stop"
	}
	return v
}

// LatestExtract returns the organisation's last extract, or nil.
func LatestExtract(ctx context.Context, tx bun.IDB, partner, id int64) (*Extract, error) {
	list, err := Extracts(ctx, tx, partner, id, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Extracts lists the organisation's extracts, the newest first.
func Extracts(ctx context.Context, tx bun.IDB, partner, id int64, limit int) ([]Extract, error) {
	var list []Extract
	err := tx.NewSelect().Model(&list).ColumnExpr("x.*").
		ColumnExpr("(SELECT name FROM stored_file WHERE id = x.file_id) AS file_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = x.created_by) AS created_name").
		Where("x.partner_id = ? AND x.org_id = ?", partner, id).OrderExpr("x.id DESC").Limit(limit).Scan(ctx)
	return list, err
}

// GetExtract returns one extract of the organisation.
func GetExtract(ctx context.Context, tx bun.IDB, partner, org, id int64) (*Extract, error) {
	var x Extract
	err := tx.NewSelect().Model(&x).ColumnExpr("x.*").
		ColumnExpr("(SELECT name FROM stored_file WHERE id = x.file_id) AS file_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = x.created_by) AS created_name").
		Where("x.partner_id = ? AND x.org_id = ? AND x.id = ?", partner, org, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &x, nil
}

// Rows returns an extract's comparison.
func Rows(ctx context.Context, tx bun.IDB, partner, extract int64) ([]Row, error) {
	var list []Row
	err := tx.NewSelect().Model(&list).ColumnExpr("r.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.taken_by) AS taken_name").
		Where("r.partner_id = ? AND r.extract_id = ?", partner, extract).OrderExpr("r.position").Scan(ctx)
	return list, err
}

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
