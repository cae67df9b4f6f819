package registry

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Words of so many letters can be found with a typo.
const (
	shortestNear = 4
	longestNear  = 24
)

// nearHashes are the hashes of a word and of what it is without one of its
// letters, @ left out; none for words too short or too long. Two words of which
// one letter differs, is lost, doubled or changed places with its neighbour have
// a hash in common.
func nearHashes(word string) []int32 { return appendNear(nil, []byte(word)) }

func appendNear(to []int32, word []byte) []int32 {
	word = bytes.TrimPrefix(word, []byte("@"))
	var rs [longestNear]uint32
	n := 0
	for at := 0; at < len(word); n++ {
		r, size := utf8.DecodeRune(word[at:])
		if at += size; n == longestNear {
			return to
		}
		rs[n] = uint32(r)
	}
	if n < shortestNear {
		return to
	}
	// A polynomial: before[i] of the first i letters, after of those past i.
	const base = 0x9e3779b1
	var before, power [longestNear + 1]uint32
	power[0] = 1
	for i := range n {
		before[i+1] = before[i]*base + rs[i]
		power[i+1] = power[i] * base
	}
	from := len(to)
	to = append(to, mixed(before[n]))
	var after uint32
	for i := n - 1; i >= 0; i-- {
		h := mixed(before[i]*power[n-1-i] + after)
		after += rs[i] * power[n-1-i]
		if !slices.Contains(to[from:], h) { // without either of two equal letters it is the same
			to = append(to, h)
		}
	}
	return to
}

// mixed spreads a hash over all its bits.
func mixed(h uint32) int32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return int32(h ^ h>>16)
}

// spelt tells that a word is one that people misspell or remember a part of:
// not a number, and no code that one line alone has.
func spelt(word []byte, df uint32) bool {
	digits, others := 0, 0
	for _, c := range word {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c != '@':
			others++
		}
	}
	return others > 0 && (df > 1 || digits == 0)
}

// nearRow is how many hashes lie in one row, as long as equal ones stay together.
const nearRow = 64

// sendNear writes the hashes of all words.
func (d *dictionary) sendNear(to *loader) error {
	s, err := newSpill()
	if err != nil {
		return err
	}
	defer s.close()
	var hashes []int32
	for n := uint32(1); n <= d.len(); n++ {
		word := d.word(n)
		if !spelt(word, d.df[n]) {
			continue
		}
		hashes = appendNear(hashes[:0], word)
		for _, h := range hashes {
			key := uint32(h) ^ 1<<31 // compares as the signed hash does
			if err := s.add(key>>26, uint64(key)<<32|uint64(n)); err != nil {
				return err
			}
		}
	}
	row := make([]nearHash, 0, 2*nearRow)
	var raw []byte
	var list, other []uint64
	for part := range s.parts {
		if raw, list, err = s.numbers(part, raw, list); err != nil {
			return err
		}
		if cap(other) < len(list) {
			other = make([]uint64, len(list))
		}
		for _, v := range sortHigh(list, other[:len(list)]) {
			h := nearHash{int32(uint32(v>>32) ^ 1<<31), int32(uint32(v))}
			if n := len(row); n >= nearRow && row[n-1].h != h.h {
				if err := to.sendNear(row); err != nil {
					return err
				}
				row = row[:0]
			}
			row = append(row, h)
		}
	}
	if len(row) == 0 {
		return nil
	}
	return to.sendNear(row)
}

// nearHash is a hash and the word it is of.
type nearHash struct{ h, word int32 }

func (l *loader) sendNear(row []nearHash) error {
	l.row = l.row[:0]
	l.row.near(row)
	return l.send()
}

// near is a row of registry_near.
func (c *copyRows) near(row []nearHash) {
	hashes, words := make([]int32, len(row)), make([]int32, len(row))
	for i, h := range row {
		hashes[i], words[i] = h.h, h.word
	}
	c.row(3)
	c.int32(hashes[0])
	c.ints(hashes)
	c.ints(words)
}
