package registry

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// write brings the tables up to date.
func (m *merging) write(ctx context.Context) error {
	if len(m.lines) == 0 {
		return nil
	}
	if len(m.renewed) > 0 {
		if _, err := m.tx.Exec(ctx, `DELETE FROM registry_org WHERE ogrn = ANY ($1)`, m.renewed); err != nil {
			return err
		}
	}
	if len(m.gone) > 0 {
		if _, err := m.tx.Exec(ctx, `DELETE FROM registry_doc WHERE ord = ANY ($1)`, m.gone); err != nil {
			return err
		}
	}
	if err := m.number(ctx); err != nil {
		return err
	}
	orgs, docs := m.rows()
	if err := m.w.copyIn(ctx, orgColumns, orgs); err != nil {
		return err
	}
	if err := m.w.copyIn(ctx, docColumns, docs); err != nil {
		return err
	}
	if err := m.leaveWord(ctx); err != nil {
		return err
	}
	return m.remember(ctx)
}

// number gives the lines places that nobody ever had.
func (m *merging) number(ctx context.Context) error {
	var want [64]int32
	for _, l := range m.lines {
		if !l.keeps {
			want[l.bucket]++
		}
	}
	var buckets, many []int32
	for b, n := range want {
		if n > 0 {
			buckets, many = append(buckets, int32(b)), append(many, n)
		}
	}
	rows, err := m.tx.Query(ctx, `UPDATE registry_bucket b SET next = next + v.n
		FROM unnest($1::int[], $2::int[]) v (bucket, n) WHERE b.bucket = v.bucket RETURNING b.bucket::int, next - v.n`, buckets, many)
	if err != nil {
		return err
	}
	var next [64]int32
	var b, first int32
	if _, err := pgx.ForEachRow(rows, []any{&b, &first}, func() error { next[b] = first; return nil }); err != nil {
		return err
	}
	for _, l := range m.lines {
		if !l.keeps {
			l.ord = int32(l.bucket)<<bucketBits | next[l.bucket]
			next[l.bucket]++
		}
		m.b.setOrd(l)
	}
	return nil
}

// rows are those of the batch that are written: as a rule all of them.
func (m *merging) rows() (orgs, docs copyRows) {
	still := 0
	for _, l := range m.lines {
		if l.still {
			still++
		}
	}
	if len(m.lines) == len(m.b.lines) && still == 0 {
		return m.b.orgs, m.b.docs
	}
	orgs, docs = newCopy(len(m.b.orgs)), newCopy(len(m.b.docs))
	for _, l := range m.lines {
		orgs = append(orgs, m.b.orgs[l.org.from:l.org.to]...)
		if !l.still {
			docs = append(docs, m.b.docs[l.doc.from:l.doc.to]...)
		}
	}
	return orgs, docs
}

// leaveWord tells the search tables what they do not know of yet.
func (m *merging) leaveWord(ctx context.Context) error {
	if m.w.all {
		return nil // they are built anew anyway
	}
	pending := newCopy(15 * (len(m.lines) + len(m.dead)))
	add := func(ord int32, gone bool) {
		pending.row(2)
		pending.int32(ord)
		pending.bool(gone)
	}
	for _, ord := range m.dead {
		add(ord, true)
	}
	for _, l := range m.lines {
		if !l.keeps {
			add(l.ord, false)
		}
	}
	return m.w.copyIn(ctx, "registry_pending (ord, gone)", pending)
}
