package pdfsig

import (
	"math"
	"strings"
)

// show places the letters of one operation: strings, and numbers between them
// that move the pen back by thousandths of the size.
func (p *painter) show(operands []any) error {
	if len(operands) == 0 {
		return nil
	}
	parts := asArray(operands[len(operands)-1])
	var run writing
	for _, part := range parts {
		if back, ok := number(part); ok {
			if back < -250 { // over a quarter of the letters' size: a gap
				p.end(&run)
			}
			p.matrix = matrix{1, 0, 0, 1, -back / 1000 * p.state.size * p.state.scale, 0}.times(p.matrix)
		} else if s, ok := part.(text); ok && p.state.font != nil {
			p.write(&run, s.b)
		}
	}
	p.end(&run)
	if p.length > maxLength {
		return errLimit
	}
	return nil
}

// writing is a run of letters that goes on.
type writing struct {
	strings.Builder
	start matrix
}

func (p *painter) write(run *writing, s string) {
	f, state := p.state.font, &p.state
	for len(s) > 0 {
		code, n := int(s[0]), 1
		if f.wide && len(s) > 1 {
			code, n = code<<8|int(s[1]), 2
		}
		s = s[n:]
		if run.Len() == 0 {
			run.start = p.matrix
		}
		p.length++
		letters, ok := f.letters[code]
		if !ok {
			p.page.Unread++
			letters = "\uFFFD"
		}
		run.WriteString(letters)
		width, ok := f.widths[code]
		if !ok {
			width = f.missing
		}
		step := width/1000*state.size + state.apart
		if code == ' ' && n == 1 {
			step += state.between
		}
		p.matrix = matrix{1, 0, 0, 1, step * state.scale, 0}.times(p.matrix)
	}
}

// end hands over what was written. Text that does not go from left to right is
// no line of a table and is left out.
func (p *painter) end(run *writing) {
	defer run.Reset()
	if strings.TrimSpace(run.String()) == "" || p.state.hidden {
		return
	}
	place := matrix{1, 0, 0, 1, 0, p.state.rise}.times(run.start).times(p.state.ctm)
	if place[0] <= 0 || math.Abs(place[1]) > place[0]/10 {
		return
	}
	x, y := place.at(0, 0)
	end, _ := p.matrix.times(p.state.ctm).at(0, 0)
	p.page.Texts = append(p.page.Texts, Text{X: x, Y: y, End: end, Size: math.Abs(p.state.size * place[3]), S: run.String()})
}
