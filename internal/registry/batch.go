package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
)

// A batch is what one transaction takes in.
const (
	batchRecords = 2000
	batchBytes   = 2 << 20
)

// batch is a run of records of one file on its way through the import.
type batch struct {
	from    *source
	cs      charset
	meta    Meta
	raw     []Raw  // Bytes stand in text
	text    []byte // of all records
	through int64  // records of the file up to the end of this batch
	last    bool   // the file ends here
	err     error  // the file went wrong after these records
	latest  Date   // a record of a later day claims a day to come

	parsed  chan struct{} // closed when what follows is there
	lines   []line
	orgs    copyRows
	docs    copyRows
	rejects []Rejection
}

func (im *importer) newBatch(from *source, through int64) *batch {
	return &batch{from: from, through: through, latest: im.latest, parsed: make(chan struct{})}
}

// add takes a copy of a record that the Reader is about to overwrite.
func (b *batch) add(raw Raw) {
	if b.text == nil {
		b.text = make([]byte, 0, batchBytes+batchBytes/8)
	}
	at := len(b.text)
	b.text = append(b.text, raw.Bytes...) // grown, it leaves earlier records where they are
	raw.Bytes = b.text[at:len(b.text):len(b.text)]
	b.raw, b.through = append(b.raw, raw), raw.N+1
}

func (b *batch) full() bool { return len(b.raw) == batchRecords || len(b.text) >= batchBytes }

// cut reads one file on from the place reached before and hands out batches.
func (im *importer) cut(ctx context.Context, from *source, hand func(*batch) bool) {
	b := im.newBatch(from, from.reached.records)
	file, err := from.member.open()
	if err != nil {
		b.err = joinMember(from.member.name, err)
		hand(b)
		return
	}
	defer file.Close()
	dump := NewReader(&counted{file, &im.read})
	for {
		raw, err := dump.Next()
		b.cs, b.meta = dump.tags.cs, dump.Meta()
		if err != nil {
			if b.last = errors.Is(err, io.EOF); !b.last {
				b.err = joinMember(from.member.name, err)
			} else if said := int64(b.meta.Records); b.through < said {
				b.err = joinMember(from.member.name, fmt.Errorf("%w: %d of %d", ErrMissing, b.through, said))
			}
			hand(b)
			return
		}
		if raw.N < from.reached.records {
			continue
		}
		if b.add(raw); b.full() {
			if !hand(b) {
				return
			}
			b = im.newBatch(from, b.through)
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

// line is a valid record on its way into the tables. Its rows stand ready in the
// batch, but for their ord.
type line struct {
	ogrn     string
	version  version
	bucket   int
	ord      int32 // given when it is written
	keeps    bool  // the place it had
	still    bool  // its row of registry_doc is as it was
	org, doc span  // of batch.orgs and batch.docs
}

type span struct{ from, to int }

// parse turns the batch's records into lines and rejections.
func (b *batch) parse() {
	defer close(b.parsed)
	d := &decoder{}
	b.lines = make([]line, 0, len(b.raw))
	b.orgs, b.docs = newCopy(len(b.text)/4+100*len(b.raw)), newCopy(500*len(b.raw))
	for _, raw := range b.raw {
		r, err := d.record(b.cs, raw)
		if err != nil {
			b.reject(raw.N, err)
			continue
		}
		l := line{ogrn: strings.Clone(r.OGRN), bucket: r.bucket()}
		l.version = versionOf(r, b.meta.Made, b.latest, digestOf(b.cs, raw.Bytes))
		l.org.from = len(b.orgs)
		b.orgs.org(&l, b.cs, raw.Bytes)
		l.org.to = len(b.orgs)
		l.doc.from = len(b.docs)
		b.docs.doc(docOf(r))
		l.doc.to = len(b.docs)
		b.lines = append(b.lines, l)
	}
	b.text = nil
	for i := range b.raw {
		b.raw[i].Bytes = nil
	}
}

func (b *batch) reject(n int64, err error) {
	r := Rejection{File: b.from.name(), Record: n, Reason: err.Error()}
	var reject *RejectError
	if errors.As(err, &reject) {
		r.OGRN = strings.Clone(reject.OGRN)
	}
	b.rejects = append(b.rejects, r)
}

// card of a line as it stands in its row.
func (b *batch) card(l *line) []byte { return slices.Clip(b.orgs[l.cardAt():l.org.to]) }
