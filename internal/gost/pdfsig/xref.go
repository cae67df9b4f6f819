package pdfsig

import (
	"fmt"
)

// section is one piece of cross-references with its trailer: what a revision
// adds to those before.
type section struct {
	start, end int
	entries    map[int]entry
	trailer    dict
	doubtful   bool // a key twice, or a stream beside a table: programs differ in what counts
}

// readSections follows the chain from the end of the file backwards: classic
// tables, streams, and tables with a stream beside (ISO 32000-1, 7.5.4 and
// 7.5.8). What a newer section says of an object counts.
func (f *file) readSections() error {
	at := lastIndex(f.b, "startxref", 2048)
	if at < 0 {
		return fmt.Errorf("%w: no startxref", errSyntax)
	}
	l := lexer{b: f.b, at: at + len("startxref")}
	start, _ := l.token()
	next, ok := start.(int)
	seen := map[int]bool{}
	for ok {
		if seen[next] || len(f.sections) == maxSections {
			return fmt.Errorf("%w: cross-references in a circle", errSyntax)
		}
		seen[next] = true
		s, err := f.readSection(next)
		if err != nil {
			return err
		}
		if hybrid, ok := s.trailer["XRefStm"].(int); ok {
			beside, err := f.readStreamSection(hybrid)
			if err != nil {
				return err
			}
			for num, e := range beside.entries { // those hidden from old readers
				if old, ok := s.entries[num]; !ok || old.free {
					s.entries[num] = e
				}
			}
			f.sections = append(f.sections, section{start: beside.start, end: beside.end})
			s.doubtful = true
		}
		f.add(s)
		if f.trailer == nil {
			f.trailer = s.trailer
		}
		if v, there := s.trailer["Prev"]; there {
			if next, ok = v.(int); !ok {
				return fmt.Errorf("%w: Prev", errSyntax)
			}
			continue
		}
		return nil
	}
	return fmt.Errorf("%w: startxref", errSyntax)
}

func (f *file) add(s *section) {
	f.sections = append(f.sections, *s)
	for num, e := range s.entries {
		if _, newer := f.table[num]; !newer {
			f.table[num] = e
		}
	}
}

func (f *file) readSection(at int) (*section, error) {
	if at < 0 || at >= len(f.b) {
		return nil, fmt.Errorf("%w: cross-references outside the file", errSyntax)
	}
	p := newParser(f.b, at, true, f.budget)
	p.left = 4 * maxObjects // tokens of a table
	p.skip()
	s := &section{start: p.at, entries: map[int]entry{}}
	if t, err := p.next(); err != nil || t != keyword("xref") {
		return f.readStreamSection(at)
	}
	for {
		t, err := p.next()
		if err != nil {
			return nil, err
		}
		if t == keyword("trailer") {
			break
		}
		first, ok := t.(int)
		count, _ := p.next()
		n, ok2 := count.(int)
		if !ok || !ok2 || first < 0 || n < 0 || first > maxObjects || n > maxObjects {
			return nil, fmt.Errorf("%w: cross-reference table", errSyntax)
		}
		for num := first; num < first+n; num++ {
			offset, _ := p.next()
			gen, _ := p.next()
			kind, _ := p.next()
			at, ok := offset.(int)
			g, ok2 := gen.(int)
			if f.listed++; !ok || !ok2 || kind != keyword("n") && kind != keyword("f") || f.listed > maxObjects {
				return nil, fmt.Errorf("%w: cross-reference entry", errSyntax)
			}
			s.entries[num] = entry{free: kind == keyword("f"), offset: at, gen: g}
		}
	}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	var ok bool
	if s.trailer, ok = v.(dict); !ok {
		return nil, fmt.Errorf("%w: trailer", errSyntax)
	}
	s.end, s.doubtful = p.at, p.twice
	return s, nil
}

// readStreamSection reads a cross-reference stream; its dictionary is the trailer.
func (f *file) readStreamSection(at int) (*section, error) {
	o, err := newParser(f.b, 0, true, f.budget).object(at, func(v any) (int, bool) { n, ok := v.(int); return n, ok })
	if err != nil {
		return nil, err
	}
	bad := fmt.Errorf("%w: cross-reference stream", errSyntax)
	x, ok := o.value.(*stream)
	if !ok || x.dict["Type"] != name("XRef") {
		return nil, bad
	}
	b, err := decode(f.b[x.start:x.end], x.dict, f.budget)
	if err != nil {
		return nil, err
	}
	var width [3]int
	w, _ := x.dict["W"].(array)
	if len(w) != len(width) {
		return nil, bad
	}
	row := 0
	for i := range width {
		n, ok := w[i].(int)
		if !ok || n < 0 || n > 7 {
			return nil, bad
		}
		width[i], row = n, row+n
	}
	size, _ := x.dict["Size"].(int)
	index, ok := x.dict["Index"].(array)
	if !ok {
		index = array{0, size}
	}
	s := &section{start: o.start, end: o.end, entries: map[int]entry{}, trailer: x.dict, doubtful: o.twice}
	for ; len(index) >= 2; index = index[2:] {
		first, ok := index[0].(int)
		n, ok2 := index[1].(int)
		if !ok || !ok2 || first < 0 || n < 0 || first > maxObjects || row == 0 || n > len(b)/row || n > maxObjects-f.listed {
			return nil, bad
		}
		f.listed += n
		for num := first; num < first+n; num++ {
			s.entries[num], b = rowEntry(b, width), b[row:]
		}
	}
	return s, nil
}

// rowEntry reads a row of a cross-reference stream (ISO 32000-1, table 18).
func rowEntry(b []byte, width [3]int) entry {
	var field [3]int
	for i, n := range width {
		for _, c := range b[:n] {
			field[i] = field[i]<<8 | int(c)
		}
		b = b[n:]
	}
	if width[0] == 0 {
		field[0] = 1
	}
	switch field[0] {
	case 1:
		return entry{offset: field[1], gen: field[2]}
	case 2:
		if field[1] > 0 {
			return entry{container: field[1], index: field[2]}
		}
	}
	return entry{free: true}
}
