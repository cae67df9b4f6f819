package report

// highest value: of the stacks, or of single series.
func (p plot) highest(stacked bool) int64 {
	var highest int64
	for i := range p.marks {
		var sum int64
		for _, s := range p.series {
			if stacked {
				sum += max(s.values[i], 0)
			} else {
				sum = max(sum, s.values[i])
			}
		}
		highest = max(highest, sum)
	}
	return highest
}

// scale chooses grid lines at 1, 2 or 5 times a power of ten, three to six of
// them, and the value at the upper edge. Counts have whole lines.
func scale(highest int64, money bool) (top, unit int64) {
	unit = 1
	if money {
		unit = 100
	}
	base := unit
	for highest > 5*unit {
		switch {
		case unit == base:
			unit = 2 * base
		case unit == 2*base:
			unit = 5 * base
		default:
			base *= 10
			unit = base
		}
	}
	return max(unit, (highest+unit-1)/unit*unit), unit
}
