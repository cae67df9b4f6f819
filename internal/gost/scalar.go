package gost

// digitBits is the width of a digit in digits: with more, looking at all
// entries of a window takes longer than the additions saved.
const digitBits = 6

// windows is how many digits a scalar has: the bits above its own take the
// carry of the last one.
func (g *group) windows() int { return g.bits/digitBits + 1 }

// scalar reads a number below 2^Bits, big-endian, keeps as many of its upper
// bits as q has (bits2int of RFC 6979, section 2.3.2) and reports whether it
// is in [1, q-1].
func (g *group) scalar(b []byte) (k elem, ok bool) {
	k = bigEndian(b)
	excess := g.bits - g.scalars.length
	for i := range k {
		k[i] = k.bitsAt(64*i+excess, 64)
	}
	return k, !k.zero() && k.below(&g.scalars.p)
}

// bitsAt returns n bits of x from the given place.
func (x *elem) bitsAt(place, n int) uint64 {
	i, shift := place/64, place%64
	if i >= len(x) {
		return 0
	}
	v := x[i] >> shift
	if shift+n > 64 && i+1 < len(x) {
		v |= x[i+1] << (64 - shift)
	}
	return v & (1<<n - 1)
}

// digits are k in base 64 with digits -31..32 from the least significant, in
// the same time for all k.
func (g *group) digits(k *elem) (d [512/digitBits + 1]int8) {
	const half = 1 << (digitBits - 1)
	var carry uint64
	for i := range g.windows() {
		v := k.bitsAt(digitBits*i, digitBits) + carry
		carry = (half - v) >> 63 // 1 when v > half
		d[i] = int8(v) - int8(carry<<digitBits)
	}
	return d
}

// split returns the parts of a digit without branching on it: all ones or
// zeros for its sign, its absolute value, and all ones unless it is 0.
func split(d int8) (negative, absolute, nonzero uint64) {
	v := uint64(int64(d))
	negative = uint64(int64(d) >> 63)
	absolute = (v ^ negative) - negative
	return negative, absolute, ^equalMask(absolute, 0)
}

// equalMask is all ones when x = y, else 0; both must be below 2^63.
func equalMask(x, y uint64) uint64 { return uint64((int64(x^y) - 1) >> 63) }

// naf writes k with odd digits -15..15, at least four zeros after each, a digit
// for each power of two: about one in six is not zero. It branches on k.
func (g *group) naf(k *elem) (d [513]int8) {
	carry := 0
	for i := 0; i <= g.bits; {
		if int(k.bitsAt(i, 1)) == carry { // what remains is even
			i++
			continue
		}
		v := int(k.bitsAt(i, 5)) + carry
		carry = v >> 4
		d[i] = int8(v - carry<<5)
		i += 5
	}
	return d
}

func abs(d int8) int {
	if d < 0 {
		return -int(d)
	}
	return int(d)
}
