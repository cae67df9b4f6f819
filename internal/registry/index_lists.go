package registry

import (
	"encoding/binary"
	"slices"
)

// listPart is how many ords of a list lie in one row, which then fits a quarter
// of a page; best is how many the lists of the best hold.
const (
	listPart = 480
	best     = 100
)

// lists are the ords of words and of words beside hot ones, gathered line by
// line in the order of relevance.
type lists struct {
	dict     *dictionary
	postings *spill   // by place in the concatenation of all lists
	begins   []uint32 // where a word's list begins there
	pairs    *loader
	pair     [][]int32 // by a triangle of hot words: the row not yet full

	prefixes *spill  // by hot word
	prefix   []int32 // of a word: its first three letters, by number; 0 for none
	names    [][]byte
	count    []uint8 // hot word × prefix: how many of the best there are

	regions [][]int32 // hot word × region
	region  [1 << 16]uint16
	codes   []uint16

	hots []uint32 // of the line being taken
}

// postingBits: a part of postings is about so many ords.
const postingBits = 20

func newLists(d *dictionary, pairs *loader) (*lists, error) {
	h := len(d.hots)
	l := &lists{dict: d, pairs: pairs, begins: make([]uint32, d.len()+2), pair: make([][]int32, h*(h-1)/2),
		prefix: make([]int32, d.len()+1), names: [][]byte{nil}, codes: []uint16{0}}
	var last []byte
	for n := uint32(1); n <= d.len(); n++ {
		l.begins[n+1] = l.begins[n] + d.df[n]
		begin, short := letters(d.word(n), 3)
		if short {
			continue
		}
		if string(begin) != string(last) {
			last = begin
			l.names = append(l.names, begin)
		}
		l.prefix[n] = int32(len(l.names) - 1)
	}
	l.count = make([]uint8, h*len(l.names))
	l.regions = make([][]int32, 0, h*100)
	var err error
	if l.postings, err = newSpill(); err != nil {
		return nil, err
	}
	if l.prefixes, err = newSpill(); err != nil {
		l.postings.close()
		return nil, err
	}
	return l, nil
}

func (l *lists) close() {
	l.postings.close()
	l.prefixes.close()
}

// take adds one line to all lists of its words.
func (l *lists) take(d indexLine) error {
	l.hots = l.hots[:0]
	for _, w := range d.words {
		if err := l.postings.add(l.begins[w]>>postingBits, uint64(w)<<32|uint64(d.ord)); err != nil {
			return err
		}
		if l.dict.hot[w] > 0 {
			l.hots = append(l.hots, w)
		}
	}
	if len(l.hots) == 0 {
		return nil
	}
	slices.Sort(l.hots)
	for i, a := range l.hots {
		ha := int(l.dict.hot[a] - 1)
		for _, b := range l.hots[i+1:] {
			if err := l.takePair(ha, int(l.dict.hot[b]-1), d.ord); err != nil {
				return err
			}
		}
		l.takeRegion(ha, d)
		if err := l.takePrefixes(ha, a, d); err != nil {
			return err
		}
	}
	return nil
}

func (l *lists) takePair(a, b int, ord int32) error {
	row := &l.pair[b*(b-1)/2+a]
	if *row = append(*row, ord); len(*row) < listPart {
		return nil
	}
	err := l.sendPair(a, b, *row)
	*row = (*row)[:0]
	return err
}

func (l *lists) sendPair(a, b int, ords []int32) error {
	return l.pairs.begin(4).int(int32(l.dict.hots[a])).int(int32(l.dict.hots[b])).int(ords[0]).ints(ords).send()
}

// endPairs sends the rows that did not become full.
func (l *lists) endPairs() error {
	for b := range l.dict.hots {
		for a := range b {
			if row := l.pair[b*(b-1)/2+a]; len(row) > 0 {
				if err := l.sendPair(a, b, row); err != nil {
					return err
				}
			}
		}
	}
	l.pair = nil
	return nil
}

func (l *lists) takeRegion(hot int, d indexLine) {
	if d.region == 0 {
		return
	}
	r := int(l.region[d.region])
	if r == 0 {
		r = len(l.codes)
		l.codes = append(l.codes, d.region)
		l.region[d.region] = uint16(r)
	}
	at := (r-1)*len(l.dict.hots) + hot
	for len(l.regions) <= at {
		l.regions = append(l.regions, nil)
	}
	if len(l.regions[at]) < best {
		l.regions[at] = append(l.regions[at], d.ord)
	}
}

// takePrefixes adds the line to the lists of its hot word w beside what its
// other words begin with, each beginning once.
func (l *lists) takePrefixes(hot int, w uint32, d indexLine) error {
next:
	for i, other := range d.words {
		p := l.prefix[other]
		if p == 0 || other == w {
			continue
		}
		n := &l.count[hot*len(l.names)+int(p)]
		if *n == best {
			continue
		}
		for _, earlier := range d.words[:i] {
			if l.prefix[earlier] == p && earlier != w {
				continue next
			}
		}
		*n++
		if err := l.prefixes.add(uint32(hot), uint64(p)<<32|uint64(d.ord)); err != nil {
			return err
		}
	}
	return nil
}

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
