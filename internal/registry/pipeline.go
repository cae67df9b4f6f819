package registry

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// importer carries one Import.
type importer struct {
	w       *writer
	tell    func(Progress)
	started time.Time
	latest  Date // the last day that has begun somewhere in the country
	told    time.Time
	phased  time.Time    // when the search tables' turn came
	total   int64        // bytes of XML in all files
	read    atomic.Int64 // of them read
	passed  atomic.Int64 // of them passed over
	report  Report
}

// fileError is what is wrong with one file, not with the database.
type fileError struct{ err error }

func (e *fileError) Error() string { return e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// source is one XML file to be read.
type source struct {
	dump    *dump
	member  dumpMember
	reached reached
}

// name is how the report calls the file.
func (s *source) name() string {
	if s.member.name != "" {
		return s.member.name
	}
	return s.dump.name()
}

// take reads all files; what is wrong with some of them it tells at the end.
func (im *importer) take(ctx context.Context, files []string) error {
	var sources []*source
	var failed []error
	for _, path := range files {
		d, err := openDump(path)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		defer d.close()
		for _, err := range d.odd {
			failed = append(failed, fmt.Errorf("%s: %w", d.name(), err))
		}
		reached, err := im.w.reached(ctx, d.key)
		if err != nil {
			return err
		}
		for _, m := range d.members {
			from := &source{dump: d, member: m, reached: reached[m.name]}
			im.total += m.size
			im.report.Known += from.reached.records
			if from.reached.done {
				im.passed.Add(m.size)
				continue
			}
			sources = append(sources, from)
		}
	}
	for b, err := range im.batches(ctx, sources) {
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		written, err := im.w.write(ctx, b)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		im.count(b, written)
		if b.err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", b.from.dump.name(), b.err))
		}
	}
	return errors.Join(failed...)
}

// lane is one file being cut.
type lane chan *batch

// batches yields what the files hold, parsed, in the order of the files. While
// one is being yielded the next are cut already, each by a goroutine of its own;
// batches of all of them are parsed by as many goroutines as there are processors.
func (im *importer) batches(ctx context.Context, sources []*source) func(func(*batch, error) bool) {
	return func(yield func(*batch, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
		lanes, unparsed := make(chan lane, 1), make(chan *batch)
		var parsing sync.WaitGroup
		defer parsing.Wait() // whatever happened, leave no goroutine reading a file
		defer cancel()
		parsing.Go(func() {
			defer close(unparsed)
			im.cutAll(ctx, sources, lanes, unparsed)
		})
		for range workers {
			parsing.Go(func() {
				for b := range unparsed {
					b.parse()
				}
			})
		}
		for l := range lanes {
			for b := range l {
				select {
				case <-b.parsed:
				case <-ctx.Done():
				}
				if ctx.Err() != nil {
					break
				}
				if !yield(b, nil) {
					return
				}
			}
		}
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
		}
	}
}

// cutAll cuts the files, some ahead of others.
func (im *importer) cutAll(ctx context.Context, sources []*source, lanes chan<- lane, unparsed chan<- *batch) {
	defer close(lanes)
	var cutting sync.WaitGroup
	defer cutting.Wait()
	for _, from := range sources {
		l := make(lane, 1)
		select {
		case lanes <- l:
		case <-ctx.Done():
			return
		}
		cutting.Go(func() {
			defer close(l)
			im.cut(ctx, from, func(b *batch) bool {
				for _, to := range []chan<- *batch{unparsed, l} {
					select {
					case to <- b:
					case <-ctx.Done():
						return false
					}
				}
				return true
			})
		})
	}
}

// count adds a committed batch to the report and tells of the progress.
func (im *importer) count(b *batch, written int64) {
	im.report.Rows += int64(len(b.raw))
	im.report.Written += written
	im.report.Rejected += int64(len(b.rejects))
	im.report.Why = append(im.report.Why, b.rejects[:min(len(b.rejects), 100-len(im.report.Why))]...)
	if im.tell != nil && (time.Since(im.told) > 200*time.Millisecond || b.last) {
		im.told = time.Now()
		im.tell(im.progress(b.from.dump.name()))
	}
}
