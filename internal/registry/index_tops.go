package registry

import (
	"bytes"
	"slices"
)

// A beginning of up to longestPrefix letters has a list of its own when more
// than fewWords words share it; fewer are asked one by one.
const (
	longestPrefix = 8
	fewWords      = 50
)

// tops finds the best lines of every beginning from the best lines of words in
// C order: the beginnings of the last word are open, the longest on top.
type tops struct {
	to   *loader
	open []*openPrefix
	free []*openPrefix
}

type openPrefix struct {
	text  []byte
	words int
	ords  []int32
}

// word takes the next word with its best ords.
func (t *tops) word(word []byte, ords []int32) error {
	if err := t.close(word); err != nil {
		return err
	}
	for n := len(t.open) + 1; n <= longestPrefix; n++ {
		begin, short := letters(word, n)
		if short {
			break
		}
		p := &openPrefix{}
		if last := len(t.free) - 1; last >= 0 {
			p, t.free = t.free[last], t.free[:last]
		}
		p.text, p.words, p.ords = append(p.text[:0], begin...), 0, p.ords[:0]
		t.open = append(t.open, p)
	}
	if len(t.open) > 0 { // else it is a lone @
		p := t.open[len(t.open)-1]
		p.words++
		p.ords = mergeBest(p.ords, ords)
	}
	return nil
}

// close ends the beginnings that next has not; nil ends all.
func (t *tops) close(next []byte) error {
	for len(t.open) > 0 {
		last := len(t.open) - 1
		p := t.open[last]
		if next != nil && bytes.HasPrefix(next, p.text) {
			return nil
		}
		if p.words > fewWords {
			if err := t.to.begin(2).text(p.text).ints(p.ords).send(); err != nil {
				return err
			}
		}
		if last > 0 {
			up := t.open[last-1]
			up.words += p.words
			up.ords = mergeBest(up.ords, p.ords)
		}
		t.open, t.free = t.open[:last], append(t.free, p)
	}
	return nil
}

// mergeBest adds more, which is in order, to the best in list, each once.
func mergeBest(list, more []int32) []int32 {
	at := 0
	for _, ord := range more {
		if len(list) == best && ord > list[best-1] {
			break
		}
		i, known := slices.BinarySearch(list[at:], ord)
		if at += i; known {
			continue
		}
		if len(list) == best {
			list = list[:best-1]
		}
		list = slices.Insert(list, at, ord)
	}
	return list
}
