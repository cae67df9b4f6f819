package contract

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/onec"
	"signdesk/internal/file"
	"signdesk/internal/job"
)

// followEvery is how often an accepted shipment is asked after.
const followEvery = 3 * time.Second

// Follow takes a shipment one step on its way through 1C and says when to look
// again; 0 means that 1C has nothing more to say. Safe to repeat: 1C knows the
// shipment by its key, documents by their reference.
func Follow(ctx context.Context, d *db.DB, files *file.Store, client *onec.Client, now func() time.Time, args job.Ship) (time.Duration, error) {
	var s *Shipment
	err := d.Read(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) (err error) {
		s = &Shipment{}
		return db.Missing(tx.NewSelect().Model(s).Where("partner_id = ? AND id = ?", args.Partner, args.Shipment).Scan(ctx))
	})
	if err != nil {
		return 0, err
	}
	switch {
	case s.Status != Queued && s.Status != Accepted && s.Status != DocumentsReady && s.Status != Delivered:
		return 0, nil
	case client == nil && (s.Status == Queued || s.Status == Accepted):
		return later(ctx, d, now(), s, "Бухгалтерия (1С) не подключена: обратитесь к администратору.")
	case client == nil:
		return time.Minute, nil
	case s.Status == Queued:
		return submit(ctx, d, client, now, s)
	case s.Status == Accepted:
		return collect(ctx, d, files, client, now, s)
	}
	return confirm(ctx, client, s), nil // killed between storing and confirming
}

// confirm tells 1C that the documents were taken over and says when to try again.
func confirm(ctx context.Context, client *onec.Client, s *Shipment) time.Duration {
	if err := client.Confirm(ctx, s.JobRef); err != nil && onec.Refused(err) == nil {
		return time.Minute
	}
	return 0
}

func submit(ctx context.Context, d *db.DB, client *onec.Client, now func() time.Time, s *Shipment) (time.Duration, error) {
	body, err := wire(ctx, d, s)
	if err != nil {
		return 0, err
	}
	ref, err := client.Submit(ctx, s.IdempotencyKey.String(), *body)
	if refused := onec.Refused(err); refused != nil {
		return 0, fail(ctx, d, now(), s, "1С не приняла отгрузку. "+refused.Text())
	}
	if err != nil {
		return later(ctx, d, now(), s, "Бухгалтерия (1С) не отвечает. Запрос будет повторён.")
	}
	return followEvery, move(ctx, d, now(), s, Accepted, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE shipment SET job_ref = ?, error = '', attempts = 0, next_at = ? WHERE partner_id = ? AND id = ?`,
			ref, now().Add(followEvery), s.PartnerID, s.ID)
		return err
	})
}

// collect asks for the job and, when it is done, fetches the files first and
// then stores everything in one transaction.
func collect(ctx context.Context, d *db.DB, files *file.Store, client *onec.Client, now func() time.Time, s *Shipment) (time.Duration, error) {
	j, err := client.Status(ctx, s.JobRef)
	if refused := onec.Refused(err); refused != nil {
		return 0, fail(ctx, d, now(), s, "1С больше не знает этого запроса. "+refused.Text())
	}
	if err != nil {
		return later(ctx, d, now(), s, "Бухгалтерия (1С) не отвечает. Ответ будет запрошен снова.")
	}
	switch j.Status {
	case "failed":
		text := (&onec.Error{Problems: j.Errors}).Text()
		return 0, fail(ctx, d, now(), s, "1С отказала. "+text)
	case "done":
	default:
		return followEvery, heard(ctx, d, s)
	}
	contents := map[string][]byte{}
	for _, doc := range j.Documents {
		for _, f := range doc.Files {
			if contents[f.FileID], err = client.Fetch(ctx, f); err != nil {
				return later(ctx, d, now(), s, "Документы готовы, но файл не передан. Загрузка будет повторена.")
			}
		}
	}
	err = move(ctx, d, now(), s, DocumentsReady, func(ctx context.Context, tx bun.IDB) error {
		for _, doc := range j.Documents {
			if err := storeDocument(ctx, tx, files, now(), s, doc, contents); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE shipment SET error = '', next_at = NULL WHERE partner_id = ? AND id = ?`, s.PartnerID, s.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE service SET state = 'shipped', version = version + 1 WHERE partner_id = ?
			AND id IN (SELECT service_id FROM shipment_line WHERE partner_id = ? AND shipment_id = ?)`, s.PartnerID, s.PartnerID, s.ID)
		return err
	})
	if err != nil {
		return 0, err
	}
	return confirm(ctx, client, s), nil
}

func storeDocument(ctx context.Context, tx bun.IDB, files *file.Store, now time.Time, s *Shipment, doc onec.Document, contents map[string][]byte) error {
	amount, err := onec.Kopecks(doc.Amount)
	if err != nil {
		return err
	}
	vat, err := onec.Kopecks(doc.VAT)
	if err != nil {
		return err
	}
	issued, err := time.Parse(time.DateOnly, doc.Date)
	if err != nil {
		return fmt.Errorf("date of document %s: %w", doc.Ref, err)
	}
	row := &Document{PartnerID: s.PartnerID, OrgID: s.OrgID, ShipmentID: s.ID, Kind: doc.Type, Number: doc.Number, IssuedOn: issued,
		Amount: amount, VATAmount: vat, Ref: doc.Ref, CreatedAt: now}
	res, err := tx.NewInsert().Model(row).On("CONFLICT (partner_id, ref) DO NOTHING").Returning("id").Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert accounting document: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil // answered twice
	}
	for _, f := range doc.Files {
		stored := &file.File{PartnerID: s.PartnerID, OrgID: s.OrgID, Folder: file.OneC, Name: f.Name, Mime: f.Mime, CreatedAt: now}
		if err := files.Add(ctx, tx, stored, contents[f.FileID]); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO accounting_file VALUES (?, ?, ?, ?)`, s.PartnerID, row.ID, stored.ID, f.FileID); err != nil {
			return err
		}
	}
	return nil
}
