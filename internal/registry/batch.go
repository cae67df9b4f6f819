package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// A batch is what one transaction takes in.
const (
	batchRecords = 2000
	batchBytes   = 8 << 20
)

// batch is a run of records of one file on its way through the import.
type batch struct {
	member  string
	cs      charset
	meta    Meta
	raw     []Raw // with Bytes of their own
	size    int
	through int64         // records of the file up to the end of this batch
	last    bool          // the file ends here
	err     error         // the file went wrong after these records
	parsed  chan struct{} // closed when what follows is there
	lines   []line
	rejects []Rejection
	latest  Date // a record of a later day claims a day to come
}

// cut reads one file on from the place reached before and hands out batches.
// It reports whether to go on with the next file.
func (im *importer) cut(ctx context.Context, m dumpMember, from reached, ordered, unparsed chan<- *batch) bool {
	if from.done {
		im.passed.Add(m.size)
		return true
	}
	b := &batch{member: m.name, through: from.records, latest: im.latest, parsed: make(chan struct{})}
	hand := func() bool {
		for _, to := range []chan<- *batch{unparsed, ordered} {
			select {
			case to <- b:
			case <-ctx.Done():
				return false
			}
		}
		b = &batch{member: m.name, through: b.through, latest: im.latest, parsed: make(chan struct{})}
		return true
	}
	file, err := m.open()
	if err != nil {
		b.err = joinMember(m.name, err)
		return hand()
	}
	defer file.Close()
	dump := NewReader(&counted{file, &im.read})
	for {
		raw, err := dump.Next()
		b.cs, b.meta = dump.tags.cs, dump.Meta()
		if err != nil {
			if b.last = errors.Is(err, io.EOF); !b.last {
				b.err = joinMember(m.name, err)
			}
			return hand()
		}
		if raw.N < from.records {
			continue
		}
		raw.Bytes = append([]byte(nil), raw.Bytes...)
		b.raw, b.size, b.through = append(b.raw, raw), b.size+len(raw.Bytes), raw.N+1
		if (len(b.raw) == batchRecords || b.size >= batchBytes) && !hand() {
			return false
		}
	}
}

func joinMember(member string, err error) error {
	if member == "" {
		return err
	}
	return fmt.Errorf("%s: %w", member, err)
}

// counted adds up what is read.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// parse turns the batch's records into rows and rejections.
func (b *batch) parse() {
	defer close(b.parsed)
	for i := range b.raw {
		raw := b.raw[i]
		b.raw[i].Bytes = nil // let go of the text as early as possible
		r, err := parseRaw(b.cs, raw)
		if err != nil {
			rejection := Rejection{File: b.member, Record: raw.N, Reason: err.Error()}
			var reject *RejectError
			if errors.As(err, &reject) {
				rejection.OGRN = reject.OGRN
			}
			b.rejects = append(b.rejects, rejection)
			continue
		}
		b.lines = append(b.lines, b.line(r, raw.Bytes))
	}
}

// line is a valid record on its way into the tables.
type line struct {
	ogrn    string
	version version
	bucket  int
	ord     int32 // given when it is written
	keeps   bool  // the place it had
	still   bool  // its row of registry_doc is as it was
	card    []byte
	doc     doc
}

func (b *batch) line(r *Record, xml []byte) line {
	return line{
		ogrn: r.OGRN, version: versionOf(r, b.meta.Made, b.latest, digestOf(b.cs, xml)), bucket: r.bucket(),
		card: packCard(b.cs, xml), doc: docOf(r),
	}
}
