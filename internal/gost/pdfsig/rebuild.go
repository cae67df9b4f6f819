package pdfsig

import (
	"bytes"
	"errors"
	"fmt"
)

// rebuild finds the objects of a document with broken cross-references by their
// headers, the last of each number counting, and the trailer that names the
// catalog. Viewers do alike, but not all in the same way: hence the mark.
func (f *file) rebuild() error {
	f.table, f.sections, f.trailer, f.rebuilt = map[int]entry{}, nil, nil, true
	for at := 0; ; {
		i := bytes.Index(f.b[at:], []byte("obj"))
		if i < 0 {
			break
		}
		at += i
		if num, gen, start, ok := f.headerBefore(at); ok {
			if len(f.table) == maxObjects {
				return fmt.Errorf("PDF: %w", errLimit)
			}
			f.table[num] = entry{offset: start, gen: gen}
		}
		at += len("obj")
	}
	if err := f.scanStreams(); err != nil {
		return err
	}
	for end := len(f.b); f.trailer == nil; {
		i := bytes.LastIndex(f.b[:end], []byte("trailer"))
		if i < 0 {
			break
		}
		v, err := newParser(f.b, i+len("trailer"), true, f.budget).value(0)
		if errors.Is(err, errLimit) {
			return fmt.Errorf("PDF: %w", err)
		}
		if d, ok := v.(dict); ok && err == nil && d["Root"] != nil {
			f.trailer = d
		}
		end = i
	}
	if f.trailer == nil {
		return errors.New("PDF: neither cross-references nor a trailer")
	}
	return nil
}

// headerBefore reads N G before the word obj, backwards.
func (f *file) headerBefore(at int) (num, gen, start int, ok bool) {
	number := func() (n int, ok bool) {
		end := at
		for at > 0 && isSpace(f.b[at-1]) {
			at--
		}
		if at == end {
			return 0, false
		}
		for scale := 1; at > 0 && f.b[at-1] >= '0' && f.b[at-1] <= '9' && scale < 1e9; scale *= 10 {
			at--
			n, ok = n+int(f.b[at]-'0')*scale, true
		}
		return n, ok
	}
	if gen, ok = number(); !ok {
		return 0, 0, 0, false
	}
	if num, ok = number(); !ok || num == 0 || num > 8*maxObjects || at > 0 && !isSpace(f.b[at-1]) && !isDelimiter(f.b[at-1]) && !bytes.HasSuffix(f.b[:at], []byte("endobj")) {
		return 0, 0, 0, false
	}
	return num, gen, at, true
}

// scanStreams adds what object streams hold and takes the dictionary of a
// cross-reference stream for a trailer. An object that stands in the file
// itself goes before one in a stream.
func (f *file) scanStreams() error {
	trailerAt := -1
	var found []int
	for num, e := range f.table {
		// Only those that say so near their beginning are read here.
		head := f.b[e.offset:min(len(f.b), e.offset+512)]
		if bytes.Contains(head, []byte("/ObjStm")) {
			found = append(found, num)
		}
		if bytes.Contains(head, []byte("/XRef")) && e.offset > trailerAt {
			if o := f.placed(num, e); o != nil {
				if s, ok := o.value.(*stream); ok && s.dict["Type"] == name("XRef") && s.dict["Root"] != nil {
					f.trailer, trailerAt = s.dict, e.offset
				}
			}
		}
	}
	for _, num := range found {
		c := f.openContainer(num)
		if c == nil {
			continue
		}
		f.containers[num] = c
		for i, inside := range c.numbers {
			old, there := f.table[inside]
			if there && (old.container == 0 || f.table[old.container].offset > f.table[num].offset) {
				continue
			}
			if len(f.table) == maxObjects {
				return fmt.Errorf("PDF: %w", errLimit)
			}
			f.table[inside] = entry{container: num, index: i}
		}
	}
	return nil
}
