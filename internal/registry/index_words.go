package registry

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDocWords is how many words of a line are indexed.
const maxDocWords = 200

// eachWord calls add with the words by which a line is found: those of its
// names, and those of heads' names with @ before them. A word may come twice;
// add must not keep it.
func eachWord(norm, more, head string, scratch []byte, add func(word []byte)) []byte {
	for _, text := range [2]string{norm, more} {
		for text != "" {
			word, rest, _ := strings.Cut(text, " ")
			text = rest
			if word != "" {
				scratch = append(scratch[:0], word...)
				add(scratch)
			}
		}
	}
	scratch = append(scratch[:0], '@')
	scratch = appendWords(scratch, head)
	for begun := 0; begun < len(scratch); {
		end := bytes.IndexByte(scratch[begun:], ' ')
		if end < 0 {
			end = len(scratch) - begun
		}
		if end > 1 {
			add(scratch[begun : begun+end])
		}
		if begun += end; begun < len(scratch) {
			scratch[begun] = '@' // where the space was
		}
	}
	return scratch
}

// lexicon numbers distinct words in the order they come, and counts the lines
// they stand in.
type lexicon struct {
	seed  maphash.Seed
	slots []lexiconSlot // open addressing, a power of two
	words int
	text  wordText
}

type lexiconSlot struct {
	tag, id, df uint32 // id is 1 and more
}

func newLexicon() *lexicon {
	return &lexicon{seed: maphash.MakeSeed(), slots: make([]lexiconSlot, 1<<16)}
}

// at is the slot of a word, which is added when it is new.
func (l *lexicon) at(word []byte) *lexiconSlot {
	if l.words*4 > len(l.slots)*3 {
		l.grow()
	}
	h := maphash.Bytes(l.seed, word)
	mask := uint64(len(l.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := &l.slots[i]
		if s.id == 0 {
			l.words++
			l.text.add(word)
			*s = lexiconSlot{tag: uint32(h >> 32), id: uint32(l.words)}
			return s
		}
		if s.tag == uint32(h>>32) && string(l.text.of(s.id)) == string(word) {
			return s
		}
	}
}

func (l *lexicon) grow() {
	old := l.slots
	l.slots = make([]lexiconSlot, 2*len(old))
	mask := uint64(len(l.slots) - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		i := maphash.Bytes(l.seed, l.text.of(s.id)) & mask
		for l.slots[i].id != 0 {
			i = (i + 1) & mask
		}
		l.slots[i] = s
	}
}

// wordText keeps the bytes of words, numbered from 1.
type wordText struct {
	blocks [][]byte
	at     []uint32 // block << 16 | place
}

func (t *wordText) add(word []byte) {
	n := len(t.blocks) - 1
	if n < 0 || len(t.blocks[n])+1+len(word) > cap(t.blocks[n]) {
		t.blocks = append(t.blocks, make([]byte, 0, 1<<16))
		n++
	}
	t.at = append(t.at, uint32(n)<<16|uint32(len(t.blocks[n])))
	t.blocks[n] = append(append(t.blocks[n], byte(len(word))), word...)
}

func (t *wordText) of(id uint32) []byte {
	at := t.at[id-1]
	b := t.blocks[at>>16][at&0xffff:]
	return b[1 : 1+int(b[0])]
}

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
