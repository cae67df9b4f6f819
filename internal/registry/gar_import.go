package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"signdesk/internal/db"
)

// GAROptions say what of the address register is taken.
type GAROptions struct {
	// Houses are the two-digit codes of the regions whose houses are wanted: nil
	// is all there are. A file outside a region's folder is always taken.
	Houses []string
}

// maxGARRatio is how many times a file of the register may be larger than
// packed; real ones come to thirty.
const maxGARRatio = 300

// maxGARRejects bounds the rejected rows of one file: what has more is not what
// it claims to be.
const maxGARRejects = 10_000

// IsGAR reports whether the file, an .xml or a zip of them, belongs to the state
// address register (ГАР), by what stands in it.
func IsGAR(file string) bool {
	d, err := openDump(file)
	if err != nil {
		return false
	}
	defer d.close()
	for i, m := range d.members {
		if kind, err := peekGAR(m); err == nil && kind != nil {
			return true
		}
		if i == 200 { // a dump of organisations may have thousands
			break
		}
	}
	return false
}

// peekGAR reads a file's root; nil is one that is not needed.
func peekGAR(m dumpMember) (*garKind, error) {
	f, err := m.open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := newGARScanner(io.LimitReader(f, 1<<20)).next()
	if err != nil || t.end {
		return nil, err
	}
	return garKindOf(t.name, garMemberOf(m, GAROptions{})), nil
}

func garMemberOf(m dumpMember, o GAROptions) garMember {
	name := strings.ReplaceAll(m.name, `\`, "/")
	g := garMember{name: strings.ToUpper(path.Base(name)), houses: true}
	if folder := path.Base(path.Dir(name)); len(folder) == 2 && strings.Trim(folder, "0123456789") == "" {
		g.region = folder
		g.houses = o.Houses == nil || slices.Contains(o.Houses, folder)
	}
	return g
}

// garFile is one file to be taken in.
type garFile struct {
	dump   *dump
	member dumpMember
	is     garMember
	kind   *garKind
	from   reached
}

// ImportGAR takes files of the state address register, full or with changes
// only, .xml or zips. A row replaces the row of the same id unless that is newer;
// what a file does not mention stays. Objects are taken before what refers to
// them, in whatever order the files are given. Everything is committed batch by
// batch with the place reached, as Import does; Progress may be nil.
func ImportGAR(ctx context.Context, d *db.DB, files []string, o GAROptions, progress func(Progress)) (Report, error) {
	im := &importer{tell: progress, started: time.Now()}
	var err error
	if im.w, err = newWriter(ctx, d.DSN()); err != nil {
		return Report{}, err
	}
	defer im.w.close()
	var list []garFile
	var failed []error
	for _, file := range files {
		d, err := openDump(file)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		defer d.close()
		more, err := im.garFiles(ctx, d, o)
		list = append(list, more...)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", filepath.Base(file), err))
		}
	}
	slices.SortStableFunc(list, func(a, b garFile) int { return a.kind.order - b.kind.order })
	var staged *garKind
	for _, f := range list {
		if f.kind != staged {
			if err := im.w.stageGAR(ctx, f.kind); err != nil {
				failed = append(failed, err)
				break
			}
			staged = f.kind
		}
		err := im.gar(ctx, f)
		if err == nil {
			continue
		}
		failed = append(failed, fmt.Errorf("%s: %w", f.name(), err))
		if !errors.As(err, new(*fileError)) {
			break
		}
	}
	if ctx.Err() == nil {
		if err := im.w.settleGAR(ctx); err != nil {
			failed = append(failed, err)
		}
	}
	im.report.Bytes, im.report.Elapsed = im.read.Load(), time.Since(im.started)
	return im.report, errors.Join(failed...)
}

// name is how the report calls the file.
func (f garFile) name() string {
	if f.member.name != "" {
		return f.member.name
	}
	return filepath.Base(f.dump.path)
}

// garFiles lists what a dump holds of the register; what was taken in whole
// already is left out.
func (im *importer) garFiles(ctx context.Context, d *dump, o GAROptions) (list []garFile, err error) {
	known, err := im.w.reached(ctx, d.key)
	if err != nil {
		return nil, err
	}
	var failed []error
	found := false
	for _, m := range d.members {
		kind, err := peekGAR(m)
		if err != nil {
			failed = append(failed, joinMember(m.name, err))
			continue
		}
		if kind == nil {
			continue
		}
		found = true
		if m.packed > 0 && m.size/m.packed > maxGARRatio {
			failed = append(failed, joinMember(m.name, errors.New("unpacks to far more than a file of the register")))
			continue
		}
		f := garFile{dump: d, member: m, is: garMemberOf(m, o), kind: kind, from: known[m.name]}
		if m.name == "" {
			f.is.name = strings.ToUpper(filepath.Base(d.path))
		}
		if kind.table == "gar_house" && !f.is.houses {
			continue
		}
		im.total += m.size
		im.report.Known += f.from.records
		if f.from.done {
			im.passed.Add(m.size)
			continue
		}
		list = append(list, f)
	}
	if !found && len(failed) == 0 {
		failed = append(failed, errors.New("no file of the address register in it"))
	}
	return list, errors.Join(failed...)
}

// garBatch is what one transaction takes in.
type garBatch struct {
	rows    []byte
	n       int64 // elements read
	taken   int   // of them rows
	rejects []Rejection
	through int64 // elements of the file up to here
	last    bool
	err     error
}

const garBatchRows = 20_000

// gar takes in one file: one goroutine reads, this one writes.
func (im *importer) gar(ctx context.Context, f garFile) error {
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan *garBatch, 1)
	defer func() {
		cancel()
		for range batches {
		}
	}()
	go func() {
		defer close(batches)
		im.cutGAR(ctx, f, batches)
	}()
	rejected := 0
	for b := range batches {
		written, err := im.w.writeGAR(ctx, f, b)
		if err != nil {
			return err
		}
		im.report.Rows += b.n
		im.report.Written += written
		im.report.Rejected += int64(len(b.rejects))
		rejected += len(b.rejects)
		im.report.Why = append(im.report.Why, b.rejects[:min(len(b.rejects), 100-len(im.report.Why))]...)
		if im.tell != nil && (time.Since(im.told) > 200*time.Millisecond || b.last) {
			im.told = time.Now()
			im.tell(im.progress(f.name()))
		}
		if b.err != nil {
			return &fileError{b.err}
		}
		if rejected > maxGARRejects {
			return &fileError{fmt.Errorf("more than %d rows rejected", maxGARRejects)}
		}
	}
	return ctx.Err()
}

// cutGAR reads the file on from the place reached and hands out batches.
func (im *importer) cutGAR(ctx context.Context, f garFile, batches chan<- *garBatch) {
	b := &garBatch{}
	var n int64
	hand := func() bool {
		b.through = n
		select {
		case batches <- b:
			b = &garBatch{}
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
		if n <= f.from.records {
			continue
		}
		b.take(f, t, n-1)
		if (b.n == garBatchRows || len(b.rows) > batchBytes) && !hand() {
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
func (b *garBatch) take(f garFile, t garTag, at int64) {
	b.n++
	begin := len(b.rows)
	r := garRow{tag: t, out: b.rows}
	wanted := true
	if t.fault != "" {
		r.err = errors.New(t.fault)
	} else {
		wanted = f.kind.row(&r, f.is)
	}
	b.rows = r.out[:begin]
	switch {
	case r.err != nil:
		b.rejects = append(b.rejects, Rejection{File: f.name(), Record: at, Reason: r.err.Error()})
	case wanted:
		b.rows = append(r.out, '\n')
		b.taken++
	}
}
