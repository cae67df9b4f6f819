package gost

// window holds the multiples 1..32 of a point.
type window [1 << (digitBits - 1)]affine

// baseWindows returns the windows of 64^i times the base point, one for each
// digit of a scalar. They are made on first use and kept: 1376 points, 176 KB,
// in half a millisecond to one for a curve of 256 bits; 2752 points, 352 KB,
// in two to five for one of 512. Making them takes twice that memory besides.
func (g *group) baseWindows() []window {
	g.baseOnce.Do(func() {
		table := make([]window, g.windows())
		points := make([]jacobian, len(table)*len(table[0]))
		next := jacobian{g.base, g.field.one}
		for i := range points {
			if i%len(table[0]) == 0 {
				points[i] = next
				continue
			}
			g.add(&points[i], &points[i-1], &next.affine, &next.z)
			if i%len(table[0]) == len(table[0])-1 {
				g.double(&next, &points[i])
			}
		}
		for i, p := range g.affines(points) {
			table[i/len(table[0])][i%len(table[0])] = p
		}
		g.baseTable = table
	})
	return g.baseTable
}

// affines returns finite points in affine coordinates by one inversion: the
// inverse of the product of all z gives each 1/z from the last to the first.
func (g *group) affines(points []jacobian) []affine {
	f := g.field
	products := make([]elem, len(points)) // of all z before
	all := f.one
	for i := range points {
		products[i] = all
		f.mul(&all, &all, &points[i].z)
	}
	f.invert(&all, &all)
	result := make([]affine, len(points))
	for i := len(points) - 1; i >= 0; i-- {
		p := &points[i]
		var zi, zz elem
		f.mul(&zi, &all, &products[i])
		f.mul(&all, &all, &p.z)
		f.sqr(&zz, &zi)
		f.mul(&result[i].x, &p.x, &zz)
		f.mul(&zz, &zz, &zi)
		f.mul(&result[i].y, &p.y, &zz)
	}
	return result
}

// pick sets z to the multiple with the given number, 1..32, touching all of
// them; number 0 leaves a z of zeros, which is no point.
func (g *group) pick(z *affine, w *window, number uint64) {
	for half := 0; half < g.field.n; half += 4 {
		var x0, x1, x2, x3, y0, y1, y2, y3 uint64
		for i := range w {
			x, y := (*[4]uint64)(w[i].x[half:]), (*[4]uint64)(w[i].y[half:])
			mask := equalMask(uint64(i+1), number)
			x0, x1, x2, x3 = x0|x[0]&mask, x1|x[1]&mask, x2|x[2]&mask, x3|x[3]&mask
			y0, y1, y2, y3 = y0|y[0]&mask, y1|y[1]&mask, y2|y[2]&mask, y3|y[3]&mask
		}
		copy(z.x[half:], []uint64{x0, x1, x2, x3})
		copy(z.y[half:], []uint64{y0, y1, y2, y3})
	}
}
