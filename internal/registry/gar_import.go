package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

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

// garMember is what a file's name says.
type garMember struct {
	name   string // without folder
	region string // the folder's name when it is a region's code
	houses bool   // houses of this region are wanted
	day    int64  // of the copy, since 1970; 0 when the name does not tell
}

var garFileDay = regexp.MustCompile(`_(2\d{7})_`) // AS_HOUSES_20261120_….XML

func garMemberOf(m dumpMember, o GAROptions) garMember {
	name := strings.ReplaceAll(m.name, `\`, "/")
	g := garMember{name: strings.ToUpper(path.Base(name)), houses: true}
	if i := garFileDay.FindStringSubmatch(g.name); i != nil {
		day, _ := time.Parse("20060102", i[1])
		g.day = max(day.Unix()/(24*60*60), 0)
	}
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
	from   int64 // elements loaded by an earlier import
}

// name is how the report calls the file.
func (f garFile) name() string {
	if f.member.name != "" {
		return f.member.name
	}
	return filepath.Base(f.dump.path)
}

// garImporter carries one ImportGAR.
type garImporter struct {
	conn    *pgx.Conn // holds the lock and takes over
	dsn     string
	filter  *garFilter // nil when there is too little to read for it to pay
	tell    func(Progress)
	started time.Time
	read    atomic.Int64 // bytes of XML
	passed  int64        // that an earlier import had read

	mu     sync.Mutex // of what follows
	total  int64      // bytes of XML, and of work after them
	steps  int64      // of that work done
	told   time.Time
	report Report
}

// garFilterFrom is how many bytes of hierarchies and parameters make it pay to
// ask first what objects there are.
const garFilterFrom = 64 << 20

// ImportGAR takes files of the state address register, full or with changes
// only, .xml or zips. A row replaces the row of the same id unless that is newer;
// what a file does not mention stays. Objects are read before what refers to
// them, in whatever order the files are given, several files at once; what is
// said of objects that neither these files nor the register know is left out.
//
// What is read is loaded into tables beside and committed batch by batch with
// the place reached, so that an import that was killed is gone on with. Then all
// of it is taken over in one transaction: a few changes are merged into the
// register, many make it be built anew beside and take its place. Progress may
// be nil.
func ImportGAR(ctx context.Context, d *db.DB, files []string, o GAROptions, progress func(Progress)) (Report, error) {
	im := &garImporter{dsn: d.DSN(), tell: progress, started: time.Now()}
	var err error
	if im.conn, err = connectGAR(ctx, im.dsn); err != nil {
		return Report{}, err
	}
	w := &writer{conn: im.conn}
	defer w.close()
	if got, err := w.lock(ctx, importLock); err != nil || !got {
		return Report{}, cmp.Or(err, ErrBusy)
	}
	var list []garFile
	var failed []error
	for _, file := range files {
		d, err := openDump(file)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		defer d.close()
		for _, err := range d.odd {
			failed = append(failed, fmt.Errorf("%s: %w", filepath.Base(file), err))
		}
		more, err := im.files(ctx, d, o)
		list = append(list, more...)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", filepath.Base(file), err))
		}
	}
	broken := im.load(ctx, list)
	failed = append(failed, broken...)
	if ctx.Err() == nil && !slices.ContainsFunc(broken, func(err error) bool { return !errors.As(err, new(*fileError)) }) {
		if err := im.takeOver(ctx); err != nil {
			failed = append(failed, err)
		}
	}
	im.report.Bytes, im.report.Elapsed = im.read.Load(), time.Since(im.started)
	return im.report, errors.Join(failed...)
}

// files lists what a dump holds of the register; what was read whole already is
// left out.
func (im *garImporter) files(ctx context.Context, d *dump, o GAROptions) (list []garFile, err error) {
	known, err := im.reached(ctx, d.key)
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
		f := garFile{dump: d, member: m, is: garMemberOf(m, o), kind: kind, from: known[m.name].records}
		if m.name == "" {
			f.is.name = strings.ToUpper(filepath.Base(d.path))
		}
		if kind.table.name == "house" && !f.is.houses {
			continue
		}
		im.total += m.size
		im.report.Known += f.from
		if known[m.name].done {
			im.passed += m.size
			continue
		}
		list = append(list, f)
	}
	if !found && len(failed) == 0 {
		failed = append(failed, errors.New("no file of the address register in it"))
	}
	return list, errors.Join(failed...)
}

// load reads the files, objects first, and returns what went wrong.
func (im *garImporter) load(ctx context.Context, list []garFile) (failed []error) {
	var objects, others []garFile
	var size int64
	for _, f := range list {
		if f.kind.objects {
			objects = append(objects, f)
		} else {
			others = append(others, f)
			size += f.member.size
		}
	}
	if size > garFilterFrom {
		im.filter = newGARFilter()
		if err := im.filter.fill(ctx, im.conn); err != nil {
			return []error{fmt.Errorf("read known objects: %w", err)}
		}
	}
	im.total += im.total / 2 // taking over is about a third of it all
	for _, part := range [][]garFile{objects, others} {
		if failed = append(failed, im.several(ctx, part)...); ctx.Err() != nil {
			return append(failed, ctx.Err())
		}
	}
	return failed
}

// several reads as many files at once as there are processors, each over a
// connection of its own.
func (im *garImporter) several(ctx context.Context, list []garFile) (failed []error) {
	// The largest first, so that none is left to be read alone at the end.
	slices.SortStableFunc(list, func(a, b garFile) int { return cmp.Compare(b.member.size, a.member.size) })
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan garFile, len(list))
	for _, f := range list {
		next <- f
	}
	close(next)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list), 4) {
		wg.Go(func() {
			err := im.reader(ctx, next, func(err error) {
				im.mu.Lock()
				failed = append(failed, err)
				im.mu.Unlock()
			})
			if err != nil { // the database, or told to stop
				im.mu.Lock()
				if ctx.Err() == nil {
					failed = append(failed, err)
				}
				im.mu.Unlock()
				cancel()
			}
		})
	}
	wg.Wait()
	return failed
}

func (im *garImporter) reader(ctx context.Context, next <-chan garFile, wrong func(error)) error {
	conn, err := connectGAR(ctx, im.dsn)
	if err != nil {
		return err
	}
	defer (&writer{conn: conn}).close()
	for f := range next {
		err := im.file(ctx, conn, f)
		if errors.As(err, new(*fileError)) {
			wrong(fmt.Errorf("%s: %w", f.name(), err))
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.name(), err)
		}
	}
	return nil
}

// file reads one: one goroutine reads, this one loads.
func (im *garImporter) file(ctx context.Context, conn *pgx.Conn, f garFile) error {
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan *garBatch, 1)
	defer func() {
		cancel()
		for range batches {
		}
	}()
	go func() {
		defer close(batches)
		im.cut(ctx, f, batches)
	}()
	rejected := 0
	for b := range batches {
		if err := f.load(ctx, conn, b); err != nil {
			return err
		}
		rejected += len(b.rejects)
		im.count(f, b)
		if b.err != nil {
			return &fileError{b.err}
		}
		if rejected > maxGARRejects {
			return &fileError{fmt.Errorf("more than %d rows rejected", maxGARRejects)}
		}
	}
	return ctx.Err()
}

// count adds a committed batch to the report and tells of the progress.
func (im *garImporter) count(f garFile, b *garBatch) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.report.Rows += b.n
	im.report.Rejected += int64(len(b.rejects))
	im.report.Why = append(im.report.Why, b.rejects[:min(len(b.rejects), 100-len(im.report.Why))]...)
	im.progress("", f.name(), b.last)
}

// progress tells how far all of it is, a few times a second: the bytes to read,
// and half as much for taking them over.
func (im *garImporter) progress(phase, file string, now bool) {
	if im.tell == nil || !now && time.Since(im.told) < 200*time.Millisecond {
		return
	}
	im.told = time.Now()
	took, done := time.Since(im.started), im.read.Load()+im.steps
	p := Progress{Phase: phase, File: file, Done: done + im.passed, Total: im.total, Rows: im.report.Rows, Rejected: im.report.Rejected}
	if phase == "" {
		p.MBPerSecond = float64(done) / 1e6 / took.Seconds()
	}
	if done > 0 {
		p.Left = time.Duration(float64(took) * float64(max(p.Total-p.Done, 0)) / float64(done))
	}
	im.tell(p)
}
