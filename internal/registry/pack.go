package registry

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/s2"
)

// A card is kept as the tax service wrote it, its XML compressed behind a byte
// that tells the encoding: nothing is lost, what a later version of the program
// learns to read is read out of cards kept before it, and an import spends no
// time on another notation.
const (
	cardUTF8   = 'u'
	cardCP1251 = 'w'
)

// packDict is some synthetic records that hold what most others hold; against it
// a record shrinks to a fifth, alone to a half. Cards are read with the very text
// they were written with: another one needs another pair of letters.
//
//go:embed pack_dict.xml
var packDict string

var dicts = map[byte]func() *s2.Dict{
	cardUTF8:   sync.OnceValue(func() *s2.Dict { return s2.MakeDictManual([]byte(packDict), 0) }),
	cardCP1251: sync.OnceValue(func() *s2.Dict { return s2.MakeDictManual(to1251(packDict), 0) }),
}

func (c *charset) card() byte {
	if c.cp1251 {
		return cardCP1251
	}
	return cardUTF8
}

// packCard appends the card of a record.
func packCard(to []byte, cs charset, xml []byte) []byte {
	to = append(to, cs.card())
	to = slices.Grow(to, s2.MaxEncodedLen(len(xml)))
	return to[:len(to)+len(dicts[cs.card()]().Encode(to[len(to):cap(to)], xml))]
}

var errCard = errors.New("card is neither UTF-8 nor windows-1251")

// unpackCard reads a card as the record was read when it came in.
func unpackCard(card []byte) (*Record, error) {
	if len(card) == 0 || dicts[card[0]] == nil {
		return nil, errCard
	}
	cs := inUTF8
	if card[0] == cardCP1251 {
		cs = inCP1251
	}
	if n, err := s2.DecodedLen(card[1:]); err != nil || n > MaxRecord+chunk {
		return nil, fmt.Errorf("unpack card of %d bytes: %w", n, err)
	}
	xml, err := dicts[card[0]]().Decode(nil, card[1:])
	if err != nil {
		return nil, fmt.Errorf("unpack card: %w", err)
	}
	r, err := parseRaw(cs, Raw{Bytes: xml})
	if r != nil {
		return r, nil // valid when it was taken in
	}
	return nil, err
}

// digestOf is of the record but for the day it was written down: two of one
// digest say the same.
func digestOf(cs charset, xml []byte) int64 {
	h := xxhash.New()
	before, rest, ok := bytes.Cut(xml, cs.madeOut)
	_, _ = h.Write(before)
	if ok && len(rest) > 12 { // "2006-01-02"
		rest = rest[12:]
	}
	_, _ = h.Write(rest)
	return int64(h.Sum64())
}
