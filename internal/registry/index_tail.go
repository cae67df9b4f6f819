package registry

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// shortestTail is how many letters an ending has at least, tailRow how many of
// them lie in one row.
const (
	shortestTail = 3
	tailRow      = 120
)

// tailsOf are where the endings of a word begin, from its second letter on.
func tailsOf(word []byte, at []uint8) []uint8 {
	at = at[:0]
	for i := range word {
		if utf8.RuneStart(word[i]) {
			at = append(at, uint8(i))
		}
	}
	if len(at) <= shortestTail {
		return nil
	}
	return at[1 : len(at)-shortestTail+1]
}

// tailed tells that a word is found by its inside: it is of a name.
func tailed(word []byte, df uint32) bool { return word[0] != '@' && spelt(word, df) }

// tailPart groups endings by their first letter, groups in C order.
func tailPart(tail []byte) uint32 {
	switch r, _ := utf8.DecodeRune(tail); {
	case r < 'А':
		return uint32(min(r, 127)) >> 1
	case r <= 'Я':
		return 64 + uint32(r-'А')
	}
	return 96
}

// sendTails writes the words by their endings.
func (d *dictionary) sendTails(to *loader) error {
	s, err := newSpill()
	if err != nil {
		return err
	}
	defer s.close()
	at := make([]uint8, 0, 1<<8)
	for n := uint32(1); n <= d.len(); n++ {
		word := d.word(n)
		if !tailed(word, d.df[n]) {
			continue
		}
		for _, i := range tailsOf(word, at) {
			if err := s.add(tailPart(word[i:]), uint64(n)<<8|uint64(i)); err != nil {
				return err
			}
		}
	}
	type entry struct {
		key, ref uint64 // the first eight bytes; word << 8 | where in it
	}
	text := func(ref uint64) []byte { return d.word(uint32(ref >> 8))[ref&0xff:] }
	var raw []byte
	var refs []uint64
	var list []entry
	var row []int32
	for part := range s.parts {
		if raw, refs, err = s.numbers(part, raw, refs); err != nil {
			return err
		}
		list = list[:0]
		for _, ref := range refs {
			list = append(list, entry{firstBytes(text(ref)), ref})
		}
		slices.SortFunc(list, func(a, b entry) int {
			if a.key != b.key {
				return cmp.Compare(a.key, b.key)
			}
			return cmp.Or(bytes.Compare(text(a.ref), text(b.ref)), cmp.Compare(a.ref, b.ref))
		})
		err := cutTails(len(list), func(i, j int) bool { return bytes.Equal(text(list[i].ref), text(list[j].ref)) }, func(from, end int) error {
			row = row[:0]
			for _, e := range list[from:end] {
				row = append(row, int32(e.ref>>8))
			}
			return to.begin(2).text(text(list[from].ref)).ints(row).send()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cutTails cuts endings in order into rows. When equal ones go on in a further
// row, that holds nothing else: of several rows that begin alike none holds what
// comes after.
func cutTails(n int, same func(i, j int) bool, row func(from, to int) error) error {
	from, goesOn := 0, false
	for i := 1; i <= n; i++ {
		if i < n && i-from < tailRow && (!goesOn || same(from, i)) {
			continue
		}
		if err := row(from, i); err != nil {
			return err
		}
		goesOn = i < n && same(i-1, i)
		from = i
	}
	return nil
}
