package registry

import (
	"encoding/binary"
	"slices"
)

// sendPostings writes the lists of all words and lets tops have the best of
// each, in the order of words.
func (l *lists) sendPostings(to *loader, tops func(word uint32, ords []int32) error) error {
	var raw []byte
	var ords []int32
	word := uint32(1)
	for part := range l.postings.parts {
		var err error
		if raw, err = l.postings.bytes(part, raw); err != nil {
			return err
		}
		if len(raw) == 0 {
			continue
		}
		from, base := word, l.begins[word]
		for word <= l.dict.len() && l.begins[word]>>postingBits == uint32(part) {
			word++
		}
		if n := len(raw) / 8; cap(ords) < n {
			ords = make([]int32, n)
		}
		ords = ords[:len(raw)/8]
		next := slices.Clone(l.begins[from:word])
		for at := 0; at < len(raw); at += 8 {
			v := binary.LittleEndian.Uint64(raw[at:])
			i := &next[uint32(v>>32)-from]
			ords[*i-base] = int32(uint32(v))
			*i++
		}
		for w := from; w < word; w++ {
			list := ords[l.begins[w]-base : l.begins[w+1]-base]
			if err := tops(w, list[:min(len(list), best)]); err != nil {
				return err
			}
			for chunk := range slices.Chunk(list, listPart) {
				if err := to.begin(3).int(int32(w)).int(chunk[0]).ints(chunk).send(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (l *lists) sendRegions(to *loader) error {
	for at, ords := range l.regions {
		if len(ords) == 0 {
			continue
		}
		code := binary.BigEndian.AppendUint16(nil, l.codes[at/len(l.dict.hots)+1])
		if err := to.begin(3).int(int32(l.dict.hots[at%len(l.dict.hots)])).text(code).ints(ords).send(); err != nil {
			return err
		}
	}
	return nil
}

func (l *lists) sendPrefixes(to *loader) error {
	var raw []byte
	var list, other []uint64
	var ords []int32
	for part := range l.prefixes.parts {
		var err error
		if raw, list, err = l.prefixes.numbers(part, raw, list); err != nil {
			return err
		}
		if cap(other) < len(list) {
			other = make([]uint64, len(list))
		}
		sorted := sortHigh(list, other[:len(list)])
		for i := 0; i < len(sorted); {
			p := sorted[i] >> 32
			ords = ords[:0]
			for ; i < len(sorted) && sorted[i]>>32 == p; i++ {
				ords = append(ords, int32(uint32(sorted[i])))
			}
			if err := to.begin(3).int(int32(l.dict.hots[part])).text(l.names[p]).ints(ords).send(); err != nil {
				return err
			}
		}
	}
	return nil
}
