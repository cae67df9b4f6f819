package registry

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// dictionary is all words in C order; the number of a word is its place there,
// from 1.
type dictionary struct {
	text  *wordText
	order []uint32 // the lexicon's number of each
	df    []uint32
	hot   []uint16 // 1 and more for words that many lines have, in order
	hots  []uint32 // their numbers
}

// sorted puts the lexicon into order, which ends it, and tells the place of each
// of its numbers.
func (l *lexicon) sorted() (*dictionary, []uint32) {
	df := make([]uint32, l.words+1)
	for _, s := range l.slots {
		df[s.id] = s.df
	}
	l.slots = nil
	type entry struct {
		key uint64 // the first eight bytes
		id  uint32
	}
	list := make([]entry, l.words)
	for i := range list {
		list[i] = entry{firstBytes(l.text.of(uint32(i + 1))), uint32(i + 1)}
	}
	slices.SortFunc(list, func(a, b entry) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return bytes.Compare(l.text.of(a.id), l.text.of(b.id))
	})
	d := &dictionary{text: &l.text, order: make([]uint32, l.words+1), df: make([]uint32, l.words+1), hot: make([]uint16, l.words+1)}
	place := make([]uint32, l.words+1)
	for i, e := range list {
		d.order[i+1], d.df[i+1], place[e.id] = e.id, df[e.id], uint32(i+1)
	}
	return d, place
}

// firstBytes compare as the words do as far as they go.
func firstBytes(word []byte) uint64 {
	if len(word) >= 8 {
		return binary.BigEndian.Uint64(word)
	}
	var b [8]byte
	copy(b[:], word)
	return binary.BigEndian.Uint64(b[:])
}

// word is the text of a number of the dictionary.
func (d *dictionary) word(n uint32) []byte { return d.text.of(d.order[n]) }

func (d *dictionary) len() uint32 { return uint32(len(d.order) - 1) }

// warm marks the words that more lines than that have.
func (d *dictionary) warm(than uint32) {
	for n := uint32(1); n <= d.len(); n++ {
		if d.df[n] > than {
			d.hots = append(d.hots, n)
			d.hot[n] = uint16(len(d.hots))
		}
	}
}

// letters is the bytes of the first n letters of a word, after its @ if it has
// one; short is set when it has fewer.
func letters(word []byte, n int) (begin []byte, short bool) {
	end := 0
	if len(word) > 0 && word[0] == '@' {
		end = 1
	}
	for range n {
		if end >= len(word) {
			return word, true
		}
		_, size := utf8.DecodeRune(word[end:])
		end += size
	}
	return word[:end], false
}
