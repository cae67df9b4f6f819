package registry

import (
	"bytes"
	"hash/maphash"
	"strings"
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
			if word != "" && len(word) <= 4*maxWord { // none is longer unless somebody else wrote it
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
