package pdfsig

import (
	"bytes"
	"errors"
	"fmt"
)

// Limits of a document.
const (
	maxFile     = 64 << 20
	maxValues   = 64 << 20 // values read over all, repeated reading included
	maxObject   = 2 << 20  // values of one object
	maxInflated = 256 << 20
	maxObjects  = 1 << 19 // entries of all cross-references together
	maxSections = 1000
)

// ErrEncrypted means a document under a password: nothing in it can be compared.
var ErrEncrypted = errors.New("PDF: the document is encrypted")

// entry says where an object stands: at an offset of the file, or in an object
// stream under an index.
type entry struct {
	free             bool
	offset, gen      int
	container, index int
}

// file is a document as one of its revisions leaves it.
type file struct {
	b        []byte
	sections []section // newest first
	table    map[int]entry
	trailer  dict
	rebuilt  bool // the cross-references are broken: found by scanning

	budget     *budget // shared by the views of the document
	listed     int     // entries read
	containers map[int]*container
	lengths    int // nesting of lengths that are references
}

// container is an opened object stream.
type container struct {
	b       []byte
	numbers []int
	offsets []int
}

// open reads the cross-references of a document.
func open(b []byte, cost *budget) (*file, error) {
	f := &file{b: b, table: map[int]entry{}, budget: cost, containers: map[int]*container{}}
	err := f.readSections()
	if err == nil && f.catalog() == nil {
		err = errors.New("no catalog")
	}
	if err != nil {
		if err := f.rebuild(); err != nil {
			return nil, err
		}
		if f.catalog() == nil {
			return nil, fmt.Errorf("PDF: no catalog: %w", err)
		}
	}
	if f.trailer["Encrypt"] != nil {
		return nil, ErrEncrypted
	}
	for _, s := range f.sections {
		if s.trailer["Encrypt"] != nil {
			return nil, ErrEncrypted
		}
	}
	return f, nil
}

func (f *file) catalog() dict {
	d := f.plain(f.trailer["Root"])
	if _, ok := d["Pages"]; !ok {
		return nil
	}
	return d
}

// object reads an object; nil when the document has none of that number and
// generation, or it cannot be read.
func (f *file) object(r ref) *object {
	e, ok := f.table[r.num]
	if !ok || e.free || e.gen != r.gen {
		return nil
	}
	if e.container != 0 {
		return f.contained(r.num, e)
	}
	return f.placed(r.num, e)
}

// placed reads an object that stands in the file itself.
func (f *file) placed(num int, e entry) *object {
	o, err := newParser(f.b, 0, true, f.budget).object(e.offset, f.length)
	if err != nil || o.num != num || o.gen != e.gen {
		return nil
	}
	return o
}

// length is the length of a stream, which may be an object of its own.
func (f *file) length(v any) (int, bool) {
	if f.lengths++; f.lengths > 2 { // the length of a stream is no stream
		f.lengths--
		return 0, false
	}
	n, ok := f.resolve(v).(int)
	f.lengths--
	return n, ok
}

// resolve follows a reference; a dangling one is null (ISO 32000-1, 7.3.10).
func (f *file) resolve(v any) any {
	r, ok := v.(ref)
	if !ok {
		return v
	}
	return f.object(r).held()
}

// plain resolves a dictionary that is no stream; nil for anything else.
func (f *file) plain(v any) dict {
	d, _ := f.resolve(v).(dict)
	return d
}

func (f *file) contained(num int, e entry) *object {
	c, ok := f.containers[e.container]
	if !ok {
		c = f.openContainer(e.container)
		f.containers[e.container] = c
	}
	if c == nil {
		return nil
	}
	at := e.index
	if at < 0 || at >= len(c.numbers) || c.numbers[at] != num {
		return nil
	}
	p := newParser(c.b, c.offsets[at], false, f.budget)
	v, err := p.value(0)
	if err != nil {
		return nil
	}
	return &object{num: num, value: v, start: -1, end: -1, twice: p.twice}
}

// openContainer reads an object stream (ISO 32000-1, 7.5.7).
func (f *file) openContainer(num int) *container {
	e := f.table[num]
	if e.free || e.container != 0 { // it must not stand in another
		return nil
	}
	o := f.placed(num, e)
	if o == nil {
		return nil
	}
	s, ok := o.value.(*stream)
	if !ok || s.dict["Type"] != name("ObjStm") {
		return nil
	}
	b, err := decode(f.b[s.start:s.end], s.dict, f.budget)
	n, _ := s.dict["N"].(int)
	first, _ := s.dict["First"].(int)
	if err != nil || n < 0 || n > maxObjects || first < 0 || first > len(b) {
		return nil
	}
	c := &container{b: b}
	l := lexer{b: b[:first]}
	for range n {
		number, _ := l.token()
		offset, _ := l.token()
		i, ok := number.(int)
		at, ok2 := offset.(int)
		if !ok || !ok2 || at < 0 || at > len(b)-first {
			return nil
		}
		c.numbers, c.offsets = append(c.numbers, i), append(c.offsets, first+at)
	}
	return c
}

// revisions counts the revisions: a linearised file has two sections in its
// first, of which the one that stands first points forward.
func (f *file) revisions() int {
	n := len(f.sections)
	for i, s := range f.sections[:max(0, n-1)] {
		if f.sections[i+1].start > s.start {
			n--
		}
	}
	return n
}

// lastIndex is the place of a word near the end of b, or -1.
func lastIndex(b []byte, word string, within int) int {
	from := max(0, len(b)-within)
	if i := bytes.LastIndex(b[from:], []byte(word)); i >= 0 {
		return from + i
	}
	return -1
}
