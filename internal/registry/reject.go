package registry

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
)

// Rejections yields every record that some import did not take in, of the latest
// import first.
func Rejections(ctx context.Context, tx bun.IDB, yield func(dump string, r Rejection) error) error {
	rows, err := tx.QueryContext(ctx, `SELECT file, member, record, ogrn, reason FROM registry_reject ORDER BY at DESC, dump, member, record`)
	if err != nil {
		return fmt.Errorf("read rejected records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var dump string
		var r Rejection
		if err := rows.Scan(&dump, &r.File, &r.Record, &r.OGRN, &r.Reason); err != nil {
			return err
		}
		if err := yield(dump, r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reject notes the rejected records of a batch.
func (w *writer) reject(ctx context.Context, tx pgx.Tx, b *batch) error {
	if len(b.rejects) == 0 {
		return nil
	}
	var records []int64
	var ogrns, reasons []string
	for _, r := range b.rejects {
		records, ogrns, reasons = append(records, r.Record), append(ogrns, r.OGRN), append(reasons, r.Reason)
	}
	_, err := tx.Exec(ctx, `INSERT INTO registry_reject (file, dump, member, record, ogrn, reason)
		SELECT $1, $2, $3, r.record, r.ogrn, r.reason FROM unnest($4::bigint[], $5::text[], $6::text[]) r (record, ogrn, reason)`,
		b.from.dump.name(), b.from.dump.key, b.from.member.name, records, ogrns, reasons)
	if err != nil {
		return fmt.Errorf("note rejected records: %w", err)
	}
	return nil
}
