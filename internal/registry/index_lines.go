package registry

import (
	"context"
	"encoding/binary"
	"fmt"
)

// indexLines is the register as words by number: parts of it in the order of ords.
type indexLines struct {
	spill *spill
	words *lexicon
	docs  int64
	ids   []uint32 // of the line being read
	buf   []byte   // scratch for words
}

// linePart is which part a line belongs to: parts follow one another by ord, and
// one is small enough to be sorted in memory.
func linePart(ord uint32) uint32 { return ord >> 18 }

// readLines takes all lines out of registry_doc in the transaction of ix.conn.
func (ix *indexer) readLines(ctx context.Context, expected int64) (*indexLines, error) {
	s, err := newSpill()
	if err != nil {
		return nil, err
	}
	ls := &indexLines{spill: s, words: newLexicon()}
	out := &copyReader{fields: 5, row: func(fields [][]byte) error {
		if ls.docs%4096 == 0 {
			ix.progress("читаются строки реестра", 0.3*float64(ls.docs)/float64(max(expected, ls.docs+1)))
		}
		return ls.add(binary.BigEndian.Uint32(fields[0]), fields[1], string(fields[2]), string(fields[3]), string(fields[4]))
	}}
	_, err = ix.conn.PgConn().CopyTo(ctx, out, `COPY (SELECT ord, region, norm, more, head FROM registry_doc) TO STDOUT (FORMAT binary)`)
	if err != nil {
		s.close()
		return nil, fmt.Errorf("read registry_doc: %w", err)
	}
	return ls, nil
}

// add notes one line: ord, region, how many words, their numbers.
func (ls *indexLines) add(ord uint32, region []byte, norm, more, head string) error {
	ls.docs++
	ls.ids = ls.ids[:0]
	ls.buf = eachWord(norm, more, head, ls.buf, func(word []byte) {
		slot := ls.words.at(word)
		for _, id := range ls.ids {
			if id == slot.id {
				return
			}
		}
		if len(ls.ids) < maxDocWords {
			slot.df++
			ls.ids = append(ls.ids, slot.id)
		}
	})
	p, err := ls.spill.room(linePart(ord), 7+4*len(ls.ids))
	if err != nil {
		return err
	}
	var code uint16
	if len(region) == 2 {
		code = binary.BigEndian.Uint16(region)
	}
	b := binary.LittleEndian.AppendUint32(p.buf, ord)
	b = append(binary.LittleEndian.AppendUint16(b, code), byte(len(ls.ids)))
	for _, id := range ls.ids {
		b = binary.LittleEndian.AppendUint32(b, id)
	}
	p.buf = b
	return nil
}

// indexLine is one line as the lists need it.
type indexLine struct {
	ord    int32
	region uint16 // its two digits, 0 for none
	words  []uint32
}

// each calls fn with all lines by ascending ord; numbers of words are looked up
// in place.
func (ls *indexLines) each(place []uint32, fn func(indexLine) error) error {
	var raw []byte
	var order []uint64
	var other []uint64
	words := make([]uint32, 0, maxDocWords)
	for part := range ls.spill.parts {
		var err error
		if raw, err = ls.spill.bytes(part, raw); err != nil {
			return err
		}
		order = order[:0]
		for at := 0; at < len(raw); at += 7 + 4*int(raw[at+6]) {
			order = append(order, uint64(binary.LittleEndian.Uint32(raw[at:]))<<32|uint64(at))
		}
		if cap(other) < len(order) {
			other = make([]uint64, cap(order))
		}
		for _, o := range sortHigh(order, other[:len(order)]) {
			at := int(uint32(o))
			words = words[:raw[at+6]]
			for i := range words {
				words[i] = place[binary.LittleEndian.Uint32(raw[at+7+4*i:])]
			}
			if err := fn(indexLine{int32(o >> 32), binary.LittleEndian.Uint16(raw[at+4:]), words}); err != nil {
				return err
			}
		}
	}
	return nil
}
