package pdfsig

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

// decode returns the bytes of an object or cross-reference stream: plain or
// FlateDecode, with the predictors of PNG (ISO 32000-1, 7.4.4). The rest of
// the filters is for pictures and old files. What is inflated counts against
// the budget of the document.
func decode(raw []byte, d dict, budget *budget) ([]byte, error) {
	filter, parameters := d["Filter"], d["DecodeParms"]
	if a, ok := filter.(array); ok {
		if len(a) > 1 {
			return nil, fmt.Errorf("%w: several filters", errSyntax)
		}
		if filter = nil; len(a) == 1 {
			filter = a[0]
		}
		if a, ok := parameters.(array); ok && len(a) == 1 {
			parameters = a[0]
		}
	}
	if filter == nil {
		return raw, nil
	}
	if filter != name("FlateDecode") {
		return nil, fmt.Errorf("%w: filter %v", errSyntax, filter)
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	// A wrong checksum at the end is not asked: viewers do not either.
	b, err := io.ReadAll(io.LimitReader(z, int64(budget.inflated)+1))
	if budget.inflated -= len(b); budget.inflated < 0 {
		return nil, errLimit
	}
	if err != nil && len(b) == 0 {
		return nil, err
	}
	p, _ := parameters.(dict)
	switch predictor, _ := p["Predictor"].(int); {
	case predictor <= 1:
		return b, nil
	case predictor >= 10:
		return unfilter(b, p)
	default:
		return nil, fmt.Errorf("%w: predictor %d", errSyntax, predictor)
	}
}

// unfilter undoes the row filters of PNG (RFC 2083, section 6).
func unfilter(b []byte, p dict) ([]byte, error) {
	number := func(key name, otherwise int) int {
		if n, ok := p[key].(int); ok {
			return n
		}
		return otherwise
	}
	columns, colours, bits := number("Columns", 1), number("Colors", 1), number("BitsPerComponent", 8)
	if columns < 1 || columns > 1<<20 || colours < 1 || colours > 32 || bits < 1 || bits > 16 {
		return nil, fmt.Errorf("%w: predictor", errSyntax)
	}
	row, pixel := (columns*colours*bits+7)/8, max(1, colours*bits/8)
	out := make([]byte, 0, len(b))
	above := make([]byte, row)
	for len(b) > row {
		kind, line := b[0], b[1:1+row]
		b = b[1+row:]
		for i := range line {
			var left, upLeft byte
			if i >= pixel {
				left, upLeft = line[i-pixel], above[i-pixel]
			}
			switch up := above[i]; kind {
			case 0:
			case 1:
				line[i] += left
			case 2:
				line[i] += up
			case 3:
				line[i] += byte((int(left) + int(up)) / 2)
			case 4:
				line[i] += paeth(left, up, upLeft)
			default:
				return nil, fmt.Errorf("%w: row filter %d", errSyntax, kind)
			}
		}
		out, above = append(out, line...), line
	}
	return out, nil
}

func paeth(left, up, upLeft byte) byte {
	distance := func(v byte) int {
		d := int(left) + int(up) - int(upLeft) - int(v)
		return max(d, -d)
	}
	switch {
	case distance(left) <= distance(up) && distance(left) <= distance(upLeft):
		return left
	case distance(up) <= distance(upLeft):
		return up
	}
	return upLeft
}
