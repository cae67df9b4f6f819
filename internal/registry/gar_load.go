package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// garBatch is what one transaction loads.
type garBatch struct {
	rows    copyRows
	n       int64 // elements read
	taken   int   // of them rows
	rejects []Rejection
	through int64 // elements of the file up to here
	last    bool
	err     error
}

// A batch is so many elements or so many bytes, whatever comes first.
const (
	garBatchRows  = 50_000
	garBatchBytes = 8 << 20
)

// connectGAR signs in as the owner: an import makes tables beside those in use
// and lets them take their place.
func connectGAR(ctx context.Context, dsn string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.RuntimeParams["application_name"] = "console registry import"
	// Losing the last commits with the power costs reading them again.
	cfg.RuntimeParams["synchronous_commit"] = "off"
	cfg.RuntimeParams["work_mem"] = "128MB"
	cfg.RuntimeParams["maintenance_work_mem"] = "256MB"
	cfg.RuntimeParams["jit"] = "off"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect for import: %w", err)
	}
	return conn, nil
}

// load puts one batch into the table beside, with its rejections and the place
// reached.
func (f garFile) load(ctx context.Context, conn *pgx.Conn, b *garBatch) error {
	if b.n == 0 && !b.last {
		return nil
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if b.taken > 0 {
			t := f.kind.table
			if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(append(b.rows, copyTail...)),
				`COPY gar_load_`+t.name+` (`+t.columns+`, turn) FROM STDIN (FORMAT binary)`); err != nil {
				return fmt.Errorf("load rows: %w", err)
			}
		}
		for _, r := range b.rejects {
			if _, err := tx.Exec(ctx, `INSERT INTO registry_reject (file, dump, member, record, ogrn, reason) VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT DO NOTHING`, f.dump.name(),
				f.dump.key, f.member.name, r.Record, r.Reason); err != nil {
				return fmt.Errorf("note rejected row: %w", err)
			}
		}
		// A killed import's last commit may come after the next one has begun.
		_, err := tx.Exec(ctx, `
			INSERT INTO gar_loading AS i (dump, member, records, done) VALUES ($1, $2, $3, $4)
			ON CONFLICT (dump, member) DO UPDATE SET records = GREATEST(i.records, excluded.records), done = i.done OR excluded.done`,
			f.dump.key, f.member.name, b.through, b.last)
		return err
	})
}

// cut reads the file on from the place reached and hands out batches.
func (im *garImporter) cut(ctx context.Context, f garFile, batches chan<- *garBatch) {
	b := &garBatch{rows: newCopy(garBatchBytes)}
	var n int64
	hand := func() bool {
		b.through = n
		select {
		case batches <- b:
			b = &garBatch{rows: newCopy(garBatchBytes)}
			return true
		case <-ctx.Done():
			return false
		}
	}
	file, err := f.member.open()
	if err != nil {
		b.err = err
		hand()
		return
	}
	defer file.Close()
	scan := newGARScanner(&counted{file, &im.read})
	root, err := scan.next()
	r := &garRow{}
	for depth := 1; err == nil && !root.empty && depth > 0; {
		var t garTag
		if t, err = scan.next(); err != nil {
			break
		}
		if t.end {
			depth--
			continue
		}
		if !t.empty {
			if depth++; depth > 16 {
				err = errors.New("elements stand too deep in each other")
				break
			}
		}
		if t.name != f.kind.element || depth > 2 || t.empty && depth > 1 {
			continue
		}
		n++
		if n <= f.from {
			continue
		}
		im.take(b, r, f, &t, n-1)
		if (b.n == garBatchRows || len(b.rows) > garBatchBytes) && !hand() {
			return
		}
	}
	if errors.Is(err, io.EOF) {
		err = ErrCutOff
	}
	b.err, b.last = err, err == nil
	hand()
}

// take turns one element into a row or a rejection.
func (im *garImporter) take(b *garBatch, r *garRow, f garFile, t *garTag, at int64) {
	b.n++
	begin := len(b.rows)
	r.tag, r.out, r.err, r.objectid = t, b.rows, nil, 0
	wanted := true
	if t.fault != "" {
		r.err = errors.New(t.fault)
	} else {
		wanted = f.kind.row(r, f.is)
	}
	b.rows = r.out[:begin]
	switch {
	case r.err != nil:
		b.rejects = append(b.rejects, Rejection{File: f.name(), Record: at, Reason: r.err.Error()})
	case !wanted:
	case im.filter != nil && f.kind.table.known && !im.filter.has(r.objectid):
	default:
		r.out.int64(f.is.day<<40 | at)
		b.rows = r.out
		b.taken++
		if im.filter != nil && (f.kind.table.name == "object" || f.kind.table.name == "house") {
			im.filter.add(r.objectid)
		}
	}
}

// reached is how far this and earlier imports came in the files of a dump.
func (im *garImporter) reached(ctx context.Context, dump string) (map[string]reached, error) {
	rows, err := im.conn.Query(ctx, `SELECT member, records, done FROM gar_loading WHERE dump = $1
		UNION ALL SELECT member, records, true FROM gar_import WHERE dump = $1`, dump)
	if err != nil {
		return nil, err
	}
	places := map[string]reached{}
	var member string
	var p reached
	_, err = pgx.ForEachRow(rows, []any{&member, &p.records, &p.done}, func() error {
		places[member] = p
		return nil
	})
	return places, err
}
