package registry

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"
)

// The binary form of COPY (PostgreSQL's manual, "COPY", file formats): a
// signature, rows of a 16-bit column count and columns behind their 32-bit
// lengths, all big-endian, a count of -1 at the end.
var (
	copyHead = append([]byte("PGCOPY\n\xff\r\n\x00"), 0, 0, 0, 0, 0, 0, 0, 0)
	copyTail = []byte{0xff, 0xff}
)

type copyRows []byte

func newCopy(size int) copyRows { return append(make(copyRows, 0, size+64), copyHead...) }

func (c *copyRows) row(columns int) { *c = binary.BigEndian.AppendUint16(*c, uint16(columns)) }

func (c *copyRows) int32(n int32) {
	*c = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(*c, 4), uint32(n))
}

func (c *copyRows) int64(n int64) {
	*c = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(*c, 8), uint64(n))
}

func (c *copyRows) bool(b bool) {
	*c = binary.BigEndian.AppendUint32(*c, 1)
	if b {
		*c = append(*c, 1)
	} else {
		*c = append(*c, 0)
	}
}

func (c *copyRows) text(s string) {
	*c = append(binary.BigEndian.AppendUint32(*c, uint32(len(s))), s...)
}

func (c *copyRows) bytes(b []byte) {
	*c = append(binary.BigEndian.AppendUint32(*c, uint32(len(b))), b...)
}

// date is in days since 2000.
func (c *copyRows) date(d Date) {
	t, _ := time.Parse(time.DateOnly, string(d)) // was checked when it was read
	c.int32(int32(t.Unix()/86400 - 10957))
}

func (w *writer) copyIn(ctx context.Context, into string, rows copyRows) error {
	if len(rows) == len(copyHead) {
		return nil
	}
	rows = append(rows, copyTail...)
	if _, err := w.conn.PgConn().CopyFrom(ctx, bytes.NewReader(rows), "COPY "+into+" FROM STDIN (FORMAT binary)"); err != nil {
		return fmt.Errorf("copy into %s: %w", into, err)
	}
	return nil
}

// copy adds the rows of all three tables.
func (m *merging) copy(ctx context.Context) error {
	size := 0
	for _, l := range m.lines {
		size += len(l.card) + 64
	}
	orgs, docs, pending := newCopy(size), newCopy(400*len(m.lines)), newCopy(15*len(m.lines))
	for _, l := range m.lines {
		l.addOrg(&orgs)
		if !l.still {
			l.addDoc(&docs)
		}
		if !l.keeps {
			pending.row(2)
			pending.int32(l.ord)
			pending.bool(false)
		}
	}
	for _, ord := range m.dead {
		pending.row(2)
		pending.int32(ord)
		pending.bool(true)
	}
	if err := m.w.copyIn(ctx, "registry_org (ogrn, ord, extracted, made, digest, card)", orgs); err != nil {
		return err
	}
	if err := m.w.copyIn(ctx, "registry_doc (ord, ogrn, inn, kpp, kind, region, state, form, okved, name, norm, more, head, place)", docs); err != nil {
		return err
	}
	return m.w.copyIn(ctx, "registry_pending (ord, gone)", pending)
}

func (l *line) addOrg(c *copyRows) {
	c.row(6)
	c.text(l.ogrn)
	c.int32(l.ord)
	c.date(l.version.extracted)
	c.date(l.version.made)
	c.int64(l.version.digest)
	c.bytes(l.card)
}

func (l *line) addDoc(c *copyRows) {
	c.row(14)
	c.int32(l.ord)
	for _, s := range []string{l.doc.ogrn, l.doc.inn, l.doc.kpp, l.doc.kind, l.doc.region, l.doc.state, l.doc.form, l.doc.okved,
		l.doc.name, l.doc.norm, l.doc.more, l.doc.head, l.doc.place} {
		c.text(s)
	}
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
