package gost

import "math/big"

// plain returns the coordinates of a finite point.
func (g *group) plain(p *jacobian) (x, y *big.Int) {
	a := g.affines([]jacobian{*p})[0]
	return g.field.number(&a.x), g.field.number(&a.y)
}
