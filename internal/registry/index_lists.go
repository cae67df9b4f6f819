package registry

import (
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
