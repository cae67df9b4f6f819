package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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
	rows    []byte        // for COPY into registry_stage
	rejects []Rejection
}

// cut reads one file on from the place reached before and hands out batches.
// It reports whether to go on with the next file.
func (im *importer) cut(ctx context.Context, m dumpMember, from reached, ordered, unparsed chan<- *batch) bool {
	if from.done {
		im.passed.Add(m.size)
		return true
	}
	b := &batch{member: m.name, through: from.records, parsed: make(chan struct{})}
	hand := func() bool {
		for _, to := range []chan<- *batch{unparsed, ordered} {
			select {
			case to <- b:
			case <-ctx.Done():
				return false
			}
		}
		b = &batch{member: m.name, through: b.through, parsed: make(chan struct{})}
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
		if err == nil {
			err = b.row(raw.N, r)
		}
		if err != nil {
			rejection := Rejection{File: b.member, Record: raw.N, Reason: err.Error()}
			var reject *RejectError
			if errors.As(err, &reject) {
				rejection.OGRN = reject.OGRN
			}
			b.rejects = append(b.rejects, rejection)
		}
	}
}

// row appends one line in the text form of COPY, in the order of stageColumns.
func (b *batch) row(n int64, r *Record) error {
	card, err := json.Marshal(r)
	if err != nil {
		return err
	}
	made := b.meta.Made
	if made == "" {
		made = r.Extracted
	}
	active := "t"
	if r.Status.State == Closed {
		active = "f"
	}
	for i, value := range []string{
		fmt.Sprint(n), r.OGRN, r.INN, r.KPP, string(r.Kind), r.Region(), string(r.Status.State), active,
		r.Name(), searchName(r), strings.Join(terms(r), " "), string(r.Extracted), string(made), string(card),
	} {
		if i > 0 {
			b.rows = append(b.rows, '\t')
		}
		b.rows = appendCopy(b.rows, value)
	}
	b.rows = append(b.rows, '\n')
	return nil
}

// appendCopy escapes what has a meaning in the text form of COPY.
func appendCopy(to []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '\\':
			to = append(to, '\\', '\\')
		case '\t':
			to = append(to, '\\', 't')
		case '\n':
			to = append(to, '\\', 'n')
		case '\r':
			to = append(to, '\\', 'r')
		default:
			to = append(to, c)
		}
	}
	return to
}

// searchName is the normalised name, short enough for a b-tree.
func searchName(r *Record) string {
	name := Normalize(r.Name())
	if letters := []rune(name); len(letters) > 400 {
		name = string(letters[:400])
	}
	return name
}

// terms are the words by which a record is found: of both names, and heads'
// surnames with @ before them. None is longer than a lexeme may be.
func terms(r *Record) []string {
	var list []string
	seen := map[string]bool{}
	add := func(mark, text string) {
		for _, word := range withoutForms(words(text)) {
			if word = mark + word; !seen[word] && len(word) < 200 {
				seen[word] = true
				list = append(list, word)
			}
		}
	}
	add("", r.Name())
	add("", r.FullName)
	for _, h := range r.Heads {
		if h.Person != nil {
			add("@", h.Person.Surname)
		}
	}
	return list
}
