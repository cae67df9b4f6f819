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
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil { // was a day when it was read
		panic(err)
	}
	c.int32(int32(t.Unix()/86400 - 10957))
}

// copyIn sends the rows, as they stand.
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

// org is a row of registry_org; what is of fixed length stands before the card.
func (c *copyRows) org(l *line, cs charset, xml []byte) {
	c.row(6)
	c.text(l.ogrn)
	c.int32(0)
	c.date(l.version.extracted)
	c.date(l.version.made)
	c.int64(l.version.digest)
	*c = append(*c, 0, 0, 0, 0) // the card's length
	at := len(*c)
	*c = packCard(*c, cs, xml)
	binary.BigEndian.PutUint32((*c)[at-4:], uint32(len(*c)-at))
}

const orgColumns = "registry_org (ogrn, ord, extracted, made, digest, card)"

// ordAt and cardAt are where those columns stand in batch.orgs.
func (l *line) ordAt() int  { return l.org.from + 2 + 4 + len(l.ogrn) + 4 }
func (l *line) cardAt() int { return l.ordAt() + 4 + 2*(4+4) + (4 + 8) + 4 }

// doc is a row of registry_doc.
func (c *copyRows) doc(d doc) {
	c.row(14)
	c.int32(0)
	for _, s := range [...]string{d.ogrn, d.inn, d.kpp, d.kind, d.region, d.state, d.form, d.okved, d.name, d.norm, d.more, d.head, d.place} {
		c.text(s)
	}
}

const docColumns = "registry_doc (ord, ogrn, inn, kpp, kind, region, state, form, okved, name, norm, more, head, place)"

// setOrd writes the place given into both rows of a line.
func (b *batch) setOrd(l *line) {
	binary.BigEndian.PutUint32(b.orgs[l.ordAt():], uint32(l.ord))
	binary.BigEndian.PutUint32(b.docs[l.doc.from+2+4:], uint32(l.ord))
}
