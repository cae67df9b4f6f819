package pdfsig

import (
	"errors"
	"fmt"
)

const maxNesting = 64

var errLimit = errors.New("the document is too complex")

// budget is what all readings of a document may cost together. Values count by
// number and by length, so that reading the same long token again has an end.
type budget struct{ values, inflated int }

// parser reads values.
type parser struct {
	lexer
	budget *budget
	left   int  // values of one object
	twice  bool // a dictionary had a key twice
}

func newParser(b []byte, at int, placed bool, all *budget) *parser {
	return &parser{lexer: lexer{b: b, at: at, placed: placed}, budget: all, left: maxObject}
}

func (p *parser) next() (any, error) {
	at := p.at
	t, err := p.token()
	p.left--
	if p.budget.values -= 1 + (p.at-at)/4; p.budget.values < 0 || p.left < 0 {
		return nil, errLimit
	}
	return t, err
}

// value reads one value; a keyword is returned as it is, for the caller to know.
func (p *parser) value(depth int) (any, error) {
	if depth > maxNesting {
		return nil, errLimit
	}
	t, err := p.next()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case int:
		return p.reference(t), nil
	case keyword:
		switch t {
		case "null":
			return nil, nil
		case "true", "false":
			return t == "true", nil
		case "[":
			return p.array(depth)
		case "<<":
			return p.dict(depth)
		}
	}
	return t, nil
}

// reference reads on after an integer: N G R is a reference.
func (p *parser) reference(n int) any {
	at := p.at
	if p.skip(); p.at >= len(p.b) || p.b[p.at] < '0' || p.b[p.at] > '9' || n < 0 {
		p.at = at
		return n
	}
	if gen, err := p.next(); err == nil {
		if g, ok := gen.(int); ok {
			if r, err := p.next(); err == nil && r == keyword("R") {
				return ref{n, g}
			}
		}
	}
	p.at = at
	return n
}

func (p *parser) array(depth int) (any, error) {
	a := array{}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if k, ok := v.(keyword); ok {
			if k == "]" {
				return a, nil
			}
			return nil, errSyntax
		}
		a = append(a, v)
	}
}

func (p *parser) dict(depth int) (any, error) {
	d := dict{}
	for {
		t, err := p.next()
		if err != nil {
			return nil, err
		}
		key, ok := t.(name)
		if !ok {
			if t == keyword(">>") {
				return d, nil
			}
			return nil, errSyntax
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if _, ok := v.(keyword); ok {
			return nil, errSyntax
		}
		if _, ok := d[key]; ok {
			p.twice = true
		}
		d[key] = v
	}
}

// object reads the indirect object at an offset. The length of a stream is
// taken from length, which resolves references; nil when it cannot.
func (p *parser) object(at int, length func(any) (int, bool)) (*object, error) {
	if at < 0 || at >= len(p.b) {
		return nil, errEnd
	}
	p.at, p.twice = at, false
	p.skip()
	o := &object{start: p.at}
	num, err := p.next()
	if err != nil {
		return nil, err
	}
	gen, _ := p.next()
	word, _ := p.next()
	n, ok := num.(int)
	if _, isInt := gen.(int); !ok || !isInt || word != keyword("obj") {
		return nil, fmt.Errorf("%w: no object at %d", errSyntax, at)
	}
	o.num, o.gen = n, gen.(int)
	if o.value, err = p.value(0); err != nil {
		return nil, err
	}
	if o.value == keyword("endobj") { // an empty object is null
		o.value, o.end = nil, p.at
		return o, nil
	}
	end, err := p.next()
	if err != nil {
		return nil, err
	}
	if d, ok := o.value.(dict); ok && end == keyword("stream") {
		if o.value, err = p.stream(d, length); err != nil {
			return nil, err
		}
		if end, err = p.next(); err != nil {
			return nil, err
		}
	}
	if end != keyword("endobj") {
		return nil, fmt.Errorf("%w: object %d has no end", errSyntax, n)
	}
	o.end, o.twice = p.at, p.twice
	return o, nil
}

// stream reads the bytes after the keyword and the keyword at their end.
func (p *parser) stream(d dict, length func(any) (int, bool)) (*stream, error) {
	switch {
	case p.at+1 < len(p.b) && p.b[p.at] == '\r' && p.b[p.at+1] == '\n':
		p.at += 2
	case p.at < len(p.b) && (p.b[p.at] == '\n' || p.b[p.at] == '\r'):
		p.at++
	}
	s := &stream{dict: d, start: p.at}
	n, ok := length(d["Length"])
	if !ok || n < 0 || n > len(p.b)-s.start {
		return nil, fmt.Errorf("%w: length of a stream", errSyntax)
	}
	s.end = s.start + n
	p.at = s.end
	if word, err := p.next(); err != nil || word != keyword("endstream") {
		return nil, fmt.Errorf("%w: a stream does not end where it says", errSyntax)
	}
	return s, nil
}
