package pdfsig

import "math"

// thin is the greatest width of a filled box that is meant for a line, in points.
const thin = 3

// draw follows the operations of paths, for the lines of tables.
func (p *painter) draw(word string, n [6]float64) {
	switch word {
	case "m":
		p.at = [2]float64{n[0], n[1]}
		p.begun = p.at
	case "l":
		p.stroke(p.at, [2]float64{n[0], n[1]})
		p.at = [2]float64{n[0], n[1]}
	case "c":
		p.at = [2]float64{n[4], n[5]}
	case "v", "y":
		p.at = [2]float64{n[2], n[3]}
	case "h":
		p.stroke(p.at, p.begun)
		p.at = p.begun
	case "re":
		p.box(n[0], n[1], n[2], n[3])
	case "S", "s", "B", "B*", "b", "b*":
		p.keep(true)
	case "f", "F", "f*":
		p.keep(false)
	case "n":
		p.path = p.path[:0]
	}
}

func (p *painter) stroke(a, b [2]float64) {
	if p.rules+len(p.path) < maxRules {
		x1, y1 := p.state.ctm.at(a[0], a[1])
		x2, y2 := p.state.ctm.at(b[0], b[1])
		p.path = append(p.path, Rule{math.Min(x1, x2), math.Min(y1, y2), math.Max(x1, x2), math.Max(y1, y2)})
	}
}

// box is a rectangle: a line when it is thin, else its four sides.
func (p *painter) box(x, y, width, height float64) {
	a, b, c, d := [2]float64{x, y}, [2]float64{x + width, y}, [2]float64{x + width, y + height}, [2]float64{x, y + height}
	x1, y1 := p.state.ctm.at(a[0], a[1])
	x2, y2 := p.state.ctm.at(c[0], c[1])
	if math.Abs(x2-x1) < thin || math.Abs(y2-y1) < thin {
		p.stroke(a, c)
		return
	}
	p.stroke(a, b)
	p.stroke(b, c)
	p.stroke(c, d)
	p.stroke(d, a)
}

// keep takes over the lines of a path; of a filled one only the thin boxes.
func (p *painter) keep(stroked bool) {
	for _, r := range p.path {
		width, height := r.X2-r.X1, r.Y2-r.Y1
		slim := width < thin || height < thin
		exact := width == 0 || height == 0 // the side of a filled area is not drawn
		if slim && (stroked || !exact) && p.rules < maxRules {
			p.rules++
			p.page.Rules = append(p.page.Rules, r)
		}
	}
	p.path = p.path[:0]
}
