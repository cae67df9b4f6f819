package registry

import (
	"bytes"
	"errors"
	"fmt"

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

func packCard(cs charset, xml []byte) []byte {
	card := make([]byte, 1+s2.MaxEncodedLen(len(xml)))
	card[0] = cardUTF8
	if cs.cp1251 {
		card[0] = cardCP1251
	}
	return card[:1+len(s2.Encode(card[1:], xml))]
}

var errCard = errors.New("card is neither UTF-8 nor windows-1251")

// unpackCard reads a card as the record was read when it came in.
func unpackCard(card []byte) (*Record, error) {
	var cs charset
	switch {
	case len(card) > 0 && card[0] == cardUTF8:
		cs = inUTF8
	case len(card) > 0 && card[0] == cardCP1251:
		cs = inCP1251
	default:
		return nil, errCard
	}
	if n, err := s2.DecodedLen(card[1:]); err != nil || n > MaxRecord+chunk {
		return nil, fmt.Errorf("unpack card of %d bytes: %w", n, err)
	}
	xml, err := s2.Decode(nil, card[1:])
	if err != nil {
		return nil, fmt.Errorf("unpack card: %w", err)
	}
	r, err := parseRaw(cs, Raw{Bytes: xml})
	var reject *RejectError
	if errors.As(err, &reject) && r != nil {
		return r, nil // valid when it was taken in
	}
	return r, err
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
