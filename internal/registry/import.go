package registry

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"signdesk/internal/db"
)

// Report is what an import did.
type Report struct {
	Rows     int64 // records read in this run, rejected ones included
	Written  int64 // of them new or newer than what was known
	Rejected int64
	Known    int64 // records an earlier run had taken in already
	Bytes    int64 // of XML, read in this run
	Elapsed  time.Duration
	Why      []Rejection // the first hundred; all stand in registry_reject
}

// MBPerSecond of XML.
func (r Report) MBPerSecond() float64 { return float64(r.Bytes) / 1e6 / max(r.Elapsed.Seconds(), 1e-9) }

// Plus is the report of two imports, one after the other.
func (r Report) Plus(more Report) Report {
	return Report{Rows: r.Rows + more.Rows, Written: r.Written + more.Written, Rejected: r.Rejected + more.Rejected, Known: r.Known + more.Known,
		Bytes: r.Bytes + more.Bytes, Elapsed: r.Elapsed + more.Elapsed, Why: append(r.Why, more.Why...)}
}

// Rejection is one record that was not taken in.
type Rejection struct {
	File   string // the XML file, in a zip or bare
	Record int64  // 0, 1, … in the file
	OGRN   string // as far as it could be read
	Reason string // Russian
}

// Progress is told while an import runs, a few times a second.
type Progress struct {
	File        string
	Done, Total int64 // bytes of XML over all files
	Rows        int64
	Rejected    int64
}

// Import takes dumps (.xml, .zip) into the register. A record replaces what is
// known under its OGRN unless that is newer. Everything is committed batch by
// batch with the place reached: the same call after a kill continues, and a
// dump taken in whole is passed over. A file that is no dump or is cut off does
// not keep the others from being read; the error returned tells of it.
// Progress may be nil.
func Import(ctx context.Context, d *db.DB, files []string, progress func(Progress)) (Report, error) {
	now := time.Now()
	// It is tomorrow in Kamchatka when it is afternoon in UTC.
	im := &importer{tell: progress, started: now, latest: Date(now.UTC().Add(12 * time.Hour).Format(time.DateOnly))}
	var err error
	if im.w, err = newWriter(ctx, d.DSN()); err != nil {
		return Report{}, err
	}
	defer im.w.close()
	var dumps []*dump
	var failed []error
	for _, path := range files {
		dump, err := openDump(path)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		defer dump.close()
		dumps = append(dumps, dump)
		for _, m := range dump.members {
			im.total += m.size
		}
	}
	for _, dump := range dumps {
		err := im.dump(ctx, dump)
		if err == nil {
			continue
		}
		failed = append(failed, fmt.Errorf("%s: %w", filepath.Base(dump.path), err))
		if !errors.As(err, new(*fileError)) { // the database, or told to stop
			break
		}
	}
	im.report.Bytes = im.read.Load()
	im.report.Elapsed = time.Since(im.started)
	return im.report, errors.Join(failed...)
}

// importer carries one Import.
type importer struct {
	w       *writer
	tell    func(Progress)
	started time.Time
	latest  Date // the last day that has begun somewhere in the country
	told    time.Time
	total   int64        // bytes of XML in all files
	read    atomic.Int64 // of them read
	passed  atomic.Int64 // of them passed over
	report  Report
}

// fileError is what is wrong with one file, not with the database.
type fileError struct{ err error }

func (e *fileError) Error() string { return e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// dump takes in all files of one dump. One goroutine cuts records, several
// parse them, this one writes the batches in their order.
func (im *importer) dump(ctx context.Context, d *dump) error {
	reached, err := im.w.reached(ctx, d.key)
	if err != nil {
		return err
	}
	for _, p := range reached {
		im.report.Known += p.records
	}
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	ordered, unparsed := make(chan *batch, workers+1), make(chan *batch, workers+1)
	defer func() { // whatever happened, leave no goroutine reading the file
		cancel()
		for range ordered {
		}
	}()
	go func() {
		defer close(ordered)
		defer close(unparsed)
		for _, m := range d.members {
			if !im.cut(ctx, m, reached[m.name], ordered, unparsed) {
				return
			}
		}
	}()
	for range workers {
		go func() {
			for b := range unparsed {
				b.parse()
			}
		}()
	}
	var broken error
	for b := range ordered {
		select {
		case <-b.parsed:
		case <-ctx.Done():
			return ctx.Err()
		}
		written, err := im.w.write(ctx, d.key, b)
		if err != nil {
			return err
		}
		im.count(d, b, written)
		if b.err != nil {
			broken = errors.Join(broken, b.err)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if broken != nil {
		return &fileError{broken}
	}
	return nil
}

// count adds a committed batch to the report and tells of the progress.
func (im *importer) count(d *dump, b *batch, written int64) {
	im.report.Rows += int64(len(b.raw))
	im.report.Written += written
	im.report.Rejected += int64(len(b.rejects))
	for _, r := range b.rejects {
		if len(im.report.Why) < 100 {
			if r.File == "" {
				r.File = filepath.Base(d.path)
			}
			im.report.Why = append(im.report.Why, r)
		}
	}
	if im.tell != nil && (time.Since(im.told) > 200*time.Millisecond || b.last) {
		im.told = time.Now()
		im.tell(Progress{
			File: filepath.Base(d.path), Done: im.read.Load() + im.passed.Load(), Total: im.total,
			Rows: im.report.Rows, Rejected: im.report.Rejected,
		})
	}
}
