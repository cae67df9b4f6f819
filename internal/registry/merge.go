package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// known is what the register has under a number that a batch brings again.
type known struct {
	ogrn            string
	ord             int32
	extracted, made Date
	digest          int64
}

// merge takes the records of a batch over, the latest of each number, unless
// what is known is later. It returns how many were new or newer.
func (w *writer) merge(ctx context.Context, tx pgx.Tx, lines []line) (int64, error) {
	latest := make(map[string]*line, len(lines))
	for i := range lines {
		l := &lines[i]
		if was := latest[l.ogrn]; was == nil || was.version.compare(l.version) <= 0 {
			latest[l.ogrn] = l
		}
	}
	m := merging{tx: tx, w: w}
	if err := m.meet(ctx, latest); err != nil {
		return 0, err
	}
	// In the order of the file, that an import gives the same places every time.
	for i := range lines {
		if l := &lines[i]; latest[l.ogrn] == l {
			m.lines = append(m.lines, l)
		}
	}
	return int64(len(m.lines)), m.write(ctx)
}

// merging is what one transaction is going to write.
type merging struct {
	tx      pgx.Tx
	w       *writer
	lines   []*line
	renewed []string // rows that leave registry_org, for others to come
	gone    []int32  // lines that leave registry_doc
	dead    []int32  // of them those whose place stays empty
	changes []Change
}

// meet compares what the batch brings with what is known, and takes out of
// latest what is not to be written.
func (m *merging) meet(ctx context.Context, latest map[string]*line) error {
	numbers := make([]string, 0, len(latest))
	for ogrn := range latest {
		numbers = append(numbers, ogrn)
	}
	rows, err := m.tx.Query(ctx, `SELECT ogrn, ord, extracted, made, digest FROM registry_org WHERE ogrn = ANY ($1)`, numbers)
	if err != nil {
		return err
	}
	var same, other []known
	var k known
	var extracted, made time.Time
	_, err = pgx.ForEachRow(rows, []any{&k.ogrn, &k.ord, &extracted, &made, &k.digest}, func() error {
		k.extracted, k.made = Date(extracted.Format(time.DateOnly)), Date(made.Format(time.DateOnly))
		l := latest[k.ogrn]
		switch {
		case l.version.digest == k.digest:
			delete(latest, k.ogrn)
			if v := l.version; v.extracted > k.extracted || v.extracted == k.extracted && v.made > k.made {
				same = append(same, known{ogrn: k.ogrn, extracted: v.extracted, made: v.made})
			}
		case l.version.extracted < k.extracted:
			delete(latest, k.ogrn)
		default:
			other = append(other, k)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := m.confirm(ctx, same); err != nil {
		return err
	}
	return m.replace(ctx, latest, other)
}

// confirm notes the later day of records that say the same again.
func (m *merging) confirm(ctx context.Context, same []known) error {
	if len(same) == 0 {
		return nil
	}
	var numbers, extracted, made []string
	for _, k := range same {
		numbers, extracted, made = append(numbers, k.ogrn), append(extracted, string(k.extracted)), append(made, string(k.made))
	}
	_, err := m.tx.Exec(ctx, `UPDATE registry_org o SET extracted = v.extracted, made = v.made
		FROM unnest($1::text[], $2::date[], $3::date[]) v (ogrn, extracted, made) WHERE o.ogrn = v.ogrn`, numbers, extracted, made)
	return err
}

// replace decides what becomes of records that say something else than before.
func (m *merging) replace(ctx context.Context, latest map[string]*line, others []known) error {
	if len(others) == 0 {
		return nil
	}
	known := make(map[string]known, len(others))
	numbers := make([]string, len(others))
	for i, k := range others {
		known[k.ogrn], numbers[i] = k, k.ogrn
	}
	rows, err := m.tx.Query(ctx, `SELECT o.ogrn, o.card,
			d.inn, d.kpp, d.kind, d.region, d.state, d.form, d.okved, d.name, d.norm, d.more, d.head, d.place
		FROM registry_org o JOIN registry_doc d USING (ord) WHERE o.ogrn = ANY ($1)`, numbers)
	if err != nil {
		return err
	}
	var card []byte
	var was doc
	_, err = pgx.ForEachRow(rows, []any{&was.ogrn, &card, &was.inn, &was.kpp, &was.kind, &was.region, &was.state, &was.form, &was.okved,
		&was.name, &was.norm, &was.more, &was.head, &was.place}, func() error {
		k, l := known[was.ogrn], latest[was.ogrn]
		before, err := unpackCard(card)
		if err != nil {
			return fmt.Errorf("record %s: %w", was.ogrn, err)
		}
		v := versionOf(before, k.made, k.extracted, k.digest)
		v.extracted = k.extracted
		if v.compare(l.version) > 0 {
			delete(latest, was.ogrn)
			return nil
		}
		after, err := unpackCard(l.card)
		if err != nil {
			return fmt.Errorf("record %s: %w", was.ogrn, err)
		}
		if what := differences(before, after); len(what) > 0 {
			m.changes = append(m.changes, Change{OGRN: was.ogrn, Made: l.version.extracted, What: what})
		}
		m.renewed = append(m.renewed, was.ogrn)
		if l.keeps = l.bucket == int(k.ord>>bucketBits) && l.doc.sameWords(&was); l.keeps {
			l.ord = k.ord
		} else {
			m.dead = append(m.dead, k.ord)
		}
		if l.still = l.keeps && l.doc == was; !l.still {
			m.gone = append(m.gone, k.ord)
		}
		return nil
	})
	return err
}

// write brings the tables up to date.
func (m *merging) write(ctx context.Context) error {
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
	if err := m.copy(ctx); err != nil {
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
	}
	return nil
}
