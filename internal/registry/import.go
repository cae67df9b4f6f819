package registry

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"signdesk/internal/db"
)

// Report is what an import did.
type Report struct {
	Rows     int64 // records read in this run, rejected ones included
	Written  int64 // of them new or newer than what was known
	Rejected int64
	Known    int64         // records an earlier run had taken in already
	Bytes    int64         // of XML, read in this run
	Elapsed  time.Duration // of all, search tables included
	Indexed  time.Duration // of bringing the search tables up to date
	Why      []Rejection   // the first hundred; Rejections tells all
}

// MBPerSecond of XML.
func (r Report) MBPerSecond() float64 { return float64(r.Bytes) / 1e6 / max(r.Elapsed.Seconds(), 1e-9) }

// Plus is the report of two imports, one after the other.
func (r Report) Plus(more Report) Report {
	return Report{Rows: r.Rows + more.Rows, Written: r.Written + more.Written, Rejected: r.Rejected + more.Rejected, Known: r.Known + more.Known,
		Bytes: r.Bytes + more.Bytes, Elapsed: r.Elapsed + more.Elapsed, Indexed: r.Indexed + more.Indexed, Why: append(r.Why, more.Why...)}
}

// Rejection is one record that was not taken in.
type Rejection struct {
	File   string // the XML file, in a zip or bare
	Record int64  // 0, 1, … in the file
	OGRN   string // as far as it could be read
	Reason string // Russian
}

// Import takes dumps (.xml, .zip) into the register. A record replaces what is
// known under its OGRN unless that is later (see version), so that files may come
// in any order. Everything is committed batch by batch with the place reached: the
// same call after a kill continues, and a dump taken in whole is passed over. A
// file that is no dump or is cut off does not keep the others from being read; the
// error returned tells of it. Progress may be nil.
func Import(ctx context.Context, d *db.DB, files []string, progress func(Progress)) (Report, error) {
	im := &importer{tell: progress, started: time.Now()}
	err := im.records(ctx, d.DSN(), files)
	if im.w != nil && ctx.Err() == nil && !errors.As(err, new(*pgconn.PgError)) {
		r, failed := Reindex(ctx, d, im.tellIndex)
		im.report.Indexed, err = r.Elapsed, errors.Join(err, failed)
	}
	im.report.Elapsed = time.Since(im.started)
	return im.report, err
}

// records is Import without the search tables.
func (im *importer) records(ctx context.Context, dsn string, files []string) (err error) {
	// It is tomorrow in Kamchatka when it is afternoon in UTC.
	im.latest = Date(time.Now().UTC().Add(12 * time.Hour).Format(time.DateOnly))
	if im.w, err = newWriter(ctx, dsn); err != nil {
		return err
	}
	defer im.w.close()
	// Records come and go; what lives on is a few batches.
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	if err = im.w.ready(ctx); err == nil {
		err = im.take(ctx, files)
	}
	im.report.Bytes = im.read.Load()
	return err
}
