package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// merging is what one transaction does to the register.
type merging struct {
	tx      pgx.Tx
	w       *writer
	b       *batch
	lines   []*line  // to be written
	renewed []string // rows that leave registry_org, for others to come
	gone    []int32  // lines that leave registry_doc
	dead    []int32  // of them those whose place stays empty
	changes []Change
}

// known is what the register has under a number that a batch brings again.
type known struct {
	ogrn            string
	ord             int32
	extracted, made Date
	digest          int64
}

// newest picks the latest record of each number in the batch.
func (b *batch) newest() map[string]*line {
	latest := make(map[string]*line, len(b.lines))
	for i := range b.lines {
		l := &b.lines[i]
		if was := latest[l.ogrn]; was == nil || was.version.compare(l.version) <= 0 {
			latest[l.ogrn] = l
		}
	}
	return latest
}

// merge takes the batch over, the latest record of each number, unless what is
// known is later. It returns how many were new or newer.
func (w *writer) merge(ctx context.Context, tx pgx.Tx, b *batch) (int64, error) {
	m := merging{tx: tx, w: w, b: b}
	latest := b.newest()
	met := 0
	if !w.strangers {
		var err error
		if met, err = m.meet(ctx, latest); err != nil {
			return 0, err
		}
	}
	w.strangers = met == 0
	// In the order of the file, so that an import gives the same places every time.
	for i := range b.lines {
		if l := &b.lines[i]; latest[l.ogrn] == l {
			m.lines = append(m.lines, l)
		}
	}
	return int64(len(m.lines)), m.write(ctx)
}

// meet compares what the batch brings with what is known, takes out of latest
// what is not to be written, and tells how many are known.
func (m *merging) meet(ctx context.Context, latest map[string]*line) (met int, err error) {
	numbers := make([]string, 0, len(latest))
	for ogrn := range latest {
		numbers = append(numbers, ogrn)
	}
	rows, err := m.tx.Query(ctx, `SELECT ogrn, ord, extracted, made, digest FROM registry_org WHERE ogrn = ANY ($1)`, numbers)
	if err != nil {
		return 0, err
	}
	var same, other []known
	var k known
	var extracted, made time.Time
	_, err = pgx.ForEachRow(rows, []any{&k.ogrn, &k.ord, &extracted, &made, &k.digest}, func() error {
		met++
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
		return 0, err
	}
	if err := m.confirm(ctx, same); err != nil {
		return 0, err
	}
	return met, m.replace(ctx, latest, other)
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
	byNumber := make(map[string]known, len(others))
	numbers := make([]string, len(others))
	for i, k := range others {
		byNumber[k.ogrn], numbers[i] = k, k.ogrn
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
		k, l := byNumber[was.ogrn], latest[was.ogrn]
		before, err := unpackCard(card)
		if err != nil {
			return fmt.Errorf("record %s: %w", was.ogrn, err)
		}
		v := versionOf(before, k.made, before.Extracted, k.digest)
		v.extracted = k.extracted
		if v.compare(l.version) > 0 {
			delete(latest, was.ogrn)
			return nil
		}
		after, err := unpackCard(m.b.card(l))
		if err != nil {
			return fmt.Errorf("record %s: %w", was.ogrn, err)
		}
		if what := differences(before, after); len(what) > 0 {
			m.changes = append(m.changes, Change{OGRN: was.ogrn, Made: l.version.extracted, What: what})
		}
		m.renewed = append(m.renewed, was.ogrn)
		is := docOf(after)
		if l.keeps = l.bucket == int(k.ord>>bucketBits) && is.sameWords(&was); l.keeps {
			l.ord = k.ord
		} else {
			m.dead = append(m.dead, k.ord)
		}
		if l.still = l.keeps && is == was; !l.still {
			m.gone = append(m.gone, k.ord)
		}
		return nil
	})
	return err
}
