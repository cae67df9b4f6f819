package registry

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// stageGAR makes the table a batch is copied into before it is merged.
func (w *writer) stageGAR(ctx context.Context, k *garKind) error {
	names, types := strings.Split(k.columns, ", "), strings.Split(k.types, ", ")
	for i := range names {
		names[i] += " " + types[i]
	}
	_, err := w.conn.Exec(ctx, `DROP TABLE IF EXISTS gar_stage; CREATE TEMP TABLE gar_stage (`+strings.Join(names, ", ")+`) ON COMMIT DELETE ROWS`)
	return err
}

// mergeGAR takes the staged rows over: the later of the same id counts, and
// nothing replaces what is newer.
func (k *garKind) mergeGAR() string {
	var set []string
	for _, c := range strings.Split(k.columns, ", ") {
		if !strings.Contains(k.key+",", c+",") {
			set = append(set, c+" = excluded."+c)
		}
	}
	known := ""
	if k.known {
		known = ` WHERE EXISTS (SELECT FROM gar_object o WHERE o.objectid = s.objectid) OR EXISTS (SELECT FROM gar_house h WHERE h.objectid = s.objectid)`
	}
	return fmt.Sprintf(`INSERT INTO %[1]s AS known (%[2]s)
		SELECT DISTINCT ON (%[3]s) %[2]s FROM gar_stage s%[4]s ORDER BY %[3]s, updated DESC, ctid DESC
		ON CONFLICT (%[3]s) DO UPDATE SET %[5]s WHERE known.updated <= excluded.updated`,
		k.table, k.columns, k.key, known, strings.Join(set, ", "))
}

// writeGAR takes in one batch with its rejections and the place reached.
func (w *writer) writeGAR(ctx context.Context, f garFile, b *garBatch) (written int64, err error) {
	if b.n == 0 && !b.last {
		return 0, nil
	}
	err = pgx.BeginFunc(ctx, w.conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
			return err
		}
		if b.taken > 0 {
			if _, err := w.conn.PgConn().CopyFrom(ctx, bytes.NewReader(b.rows), `COPY gar_stage (`+f.kind.columns+`) FROM STDIN`); err != nil {
				return fmt.Errorf("copy rows: %w", err)
			}
			tag, err := tx.Exec(ctx, f.kind.mergeGAR())
			if err != nil {
				return fmt.Errorf("merge rows: %w", err)
			}
			written = tag.RowsAffected()
		}
		for _, r := range b.rejects {
			if _, err := tx.Exec(ctx, `INSERT INTO registry_reject (dump, member, record, ogrn, reason) VALUES ($1, $2, $3, '', $4) ON CONFLICT DO NOTHING`,
				f.dump.key, f.member.name, r.Record, r.Reason); err != nil {
				return fmt.Errorf("note rejected row: %w", err)
			}
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO registry_import AS i (dump, member, records, rejected, done) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (dump, member) DO UPDATE SET
				records = excluded.records, rejected = i.rejected + excluded.rejected, done = excluded.done, at = now()`,
			f.dump.key, f.member.name, b.through, len(b.rejects), b.last)
		return err
	})
	return written, err
}

// settleGAR puts the hierarchy onto objects and houses: the path in force, of the
// administrative division first, and the settlement around a street. It may be
// cut off and run again.
func (w *writer) settleGAR(ctx context.Context) error {
	const best = `WITH best AS (
		SELECT DISTINCT ON (objectid) objectid, NULLIF(region, '') AS region, path FROM gar_link
		ORDER BY objectid, active DESC, division, updated DESC, id DESC) `
	const place = ` SET path = b.path, region = b.region, parent = b.path[cardinality(b.path) - 1]`
	const differs = ` FROM best b WHERE b.objectid = o.objectid AND (o.path IS DISTINCT FROM b.path OR o.region IS DISTINCT FROM b.region)`
	for _, sql := range []string{
		best + `UPDATE gar_object o` + place + `, town = NULL` + differs,
		best + `UPDATE gar_house o` + place + differs,
		`UPDATE gar_object o SET town = t.town FROM (
			SELECT o.id, (SELECT a.objectid FROM unnest(o.path) WITH ORDINALITY AS p (objectid, n)
				JOIN gar_object a ON a.objectid = p.objectid AND a.place AND a.level <= 6
				WHERE p.objectid <> o.objectid ORDER BY p.n DESC LIMIT 1) AS town
			FROM gar_object o WHERE o.town IS NULL AND o.level IN (7, 8)) t
		WHERE t.id = o.id AND t.town IS NOT NULL`,
	} {
		if _, err := w.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("place objects: %w", err)
		}
	}
	return nil
}
