package pdfsig

import (
	"bytes"
	"errors"
	"math"
)

// painter follows the drawing operations of a page as far as they place text
// and straight lines (ISO 32000-1, 8.4, 8.5 and 9.4).
type painter struct {
	*pages
	page      *Page
	resources dict
	state     state
	saved     []state
	matrix    matrix // of the text
	line      matrix // of the beginning of its line
	path      []Rule // lines under way
	boxes     []Rule // thin ones
	at, begun [2]float64
	forms     int // nesting
}

// state is what q saves and Q brings back.
type state struct {
	ctm                              matrix
	font                             *font
	size, apart, between, lead, rise float64
	scale                            float64
	hidden                           bool
}

// run performs the operations of a content stream. What cannot be read in it
// is passed over.
func (p *painter) run(b []byte) error {
	in := newParser(b, 0, false, p.budget)
	in.left = math.MaxInt
	var operands []any
	for {
		t, err := in.next()
		switch {
		case errors.Is(err, errEnd):
			return nil
		case errors.Is(err, errLimit):
			return err
		case err != nil:
			in.at++ // a stray bracket
			continue
		}
		word, ok := t.(keyword)
		if ok {
			switch word {
			case "[":
				t, err = in.array(1)
			case "<<":
				t, err = in.dict(1)
			case "ID":
				p.page.Pictures++
				end := bytes.Index(in.b[in.at:], []byte("EI"))
				if end < 0 {
					return nil
				}
				in.at += end + 2
				operands = operands[:0]
				continue
			default:
				if err := p.operate(string(word), operands); err != nil {
					return err
				}
				operands = operands[:0]
				continue
			}
			if errors.Is(err, errLimit) {
				return err
			}
		}
		if operands = append(operands, t); len(operands) > 64 {
			operands = operands[:0]
		}
	}
}

func (p *painter) operate(word string, operands []any) error {
	var n [6]float64
	for i, v := range operands[:min(len(operands), 6)] {
		n[i], _ = number(v)
	}
	s := &p.state
	switch word {
	case "q":
		if len(p.saved) < 64*maxDepth {
			p.saved = append(p.saved, *s)
		}
	case "Q":
		if i := len(p.saved) - 1; i >= 0 {
			*s, p.saved = p.saved[i], p.saved[:i]
		}
	case "cm":
		s.ctm = matrix(n).times(s.ctm)
	case "BT":
		p.matrix = matrix{1, 0, 0, 1, 0, 0}
		p.line = p.matrix
	case "Tc":
		s.apart = n[0]
	case "Tw":
		s.between = n[0]
	case "Tz":
		s.scale = n[0] / 100
	case "TL":
		s.lead = n[0]
	case "Ts":
		s.rise = n[0]
	case "Tr":
		s.hidden = n[0] == 3 || n[0] == 7
	case "Tf":
		if len(operands) == 2 {
			key, _ := operands[0].(name)
			s.font, s.size = p.pages.font(p.plain(p.resources["Font"])[key]), n[1]
		}
	case "Td":
		p.move(n[0], n[1])
	case "TD":
		s.lead = -n[1]
		p.move(n[0], n[1])
	case "Tm":
		p.matrix, p.line = matrix(n), matrix(n)
	case "T*":
		p.move(0, -s.lead)
	case "Tj", "TJ":
		return p.show(operands)
	case "'", `"`:
		if word == `"` {
			s.between, s.apart = n[0], n[1]
		}
		p.move(0, -s.lead)
		return p.show(operands)
	case "Do":
		if len(operands) == 1 {
			key, _ := operands[0].(name)
			return p.form(p.resolve(p.plain(p.resources["XObject"])[key]))
		}
	default:
		p.draw(word, n)
	}
	return nil
}

func (p *painter) move(x, y float64) {
	p.line = matrix{1, 0, 0, 1, x, y}.times(p.line)
	p.matrix = p.line
}

// form draws a form in its own space; a picture is counted.
func (p *painter) form(v any) error {
	s, ok := v.(*stream)
	if !ok {
		return nil
	}
	if s.dict["Subtype"] != name("Form") {
		p.page.Pictures++
		return nil
	}
	if p.forms >= maxDepth/4 { // a form that draws itself, or many deep
		return errLimit
	}
	b, err := p.inflate(s)
	if err != nil {
		if errors.Is(err, errLimit) {
			return err
		}
		return nil
	}
	saved, resources, stack := p.state, p.resources, p.saved
	var m matrix
	if a, ok := p.resolve(s.dict["Matrix"]).(array); ok && len(a) == 6 {
		for i := range m {
			m[i], _ = number(p.resolve(a[i]))
		}
		p.state.ctm = m.times(p.state.ctm)
	}
	if own := p.plain(s.dict["Resources"]); own != nil {
		p.resources = own
	}
	p.saved = nil
	p.forms++
	err = p.run(b)
	p.forms--
	p.state, p.resources, p.saved = saved, resources, stack
	return err
}
