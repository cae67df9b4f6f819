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
		p.path = p.stroke(p.path, p.at, [2]float64{n[0], n[1]})
		p.at = [2]float64{n[0], n[1]}
	case "c":
		p.at = [2]float64{n[4], n[5]}
	case "v", "y":
		p.at = [2]float64{n[2], n[3]}
	case "h":
		p.path = p.stroke(p.path, p.at, p.begun)
		p.at = p.begun
	case "re":
		p.box(n[0], n[1], n[2], n[3])
	case "S", "s", "B", "B*", "b", "b*":
		p.keep(true)
	case "f", "F", "f*":
		p.keep(false)
	case "n":
		p.path, p.boxes = p.path[:0], p.boxes[:0]
	}
}

func (p *painter) stroke(to []Rule, a, b [2]float64) []Rule {
	if p.rules+len(to) >= maxRules {
		return to
	}
	x1, y1 := p.state.ctm.at(a[0], a[1])
	x2, y2 := p.state.ctm.at(b[0], b[1])
	return append(to, Rule{math.Min(x1, x2), math.Min(y1, y2), math.Max(x1, x2), math.Max(y1, y2)})
}

// box is a rectangle: a line when it is thin, else its four sides.
func (p *painter) box(x, y, width, height float64) {
	a, b, c, d := [2]float64{x, y}, [2]float64{x + width, y}, [2]float64{x + width, y + height}, [2]float64{x, y + height}
	x1, y1 := p.state.ctm.at(a[0], a[1])
	x2, y2 := p.state.ctm.at(c[0], c[1])
	if math.Abs(x2-x1) < thin || math.Abs(y2-y1) < thin {
		p.boxes = p.stroke(p.boxes, a, c)
		return
	}
	for _, side := range [][2][2]float64{{a, b}, {b, c}, {c, d}, {d, a}} {
		p.path = p.stroke(p.path, side[0], side[1])
	}
}

// keep takes over the lines of a path; of a filled one only the thin boxes: the
// sides of an area are not drawn.
func (p *painter) keep(stroked bool) {
	list := p.boxes
	if stroked {
		list = append(list, p.path...)
	}
	for _, r := range list {
		if (r.X2-r.X1 < thin || r.Y2-r.Y1 < thin) && p.rules < maxRules {
			p.rules++
			p.page.Rules = append(p.page.Rules, r)
		}
	}
	p.path, p.boxes = p.path[:0], p.boxes[:0]
}
