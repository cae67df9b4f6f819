package pdfsig

import (
	"bytes"
	"slices"
)

// accounted reports whether everything after the signed revision belongs to
// the revisions that were appended: the objects their cross-references name,
// the cross-references themselves, and the words between. A second object of
// the same number, an object nobody names, a key that stands twice, or bytes
// after the end are read by some programs and not by others.
func (f *file) accounted(from int) bool {
	var spans [][2]int
	for _, s := range f.sections {
		if s.start < from {
			continue
		}
		if s.doubtful {
			return false
		}
		spans = append(spans, [2]int{s.start, s.end})
		for num, e := range s.entries {
			var o *object
			switch {
			case e.free:
				continue
			case e.container != 0:
				o = f.contained(num, e)
			default:
				o = f.placed(num, e)
			}
			if o == nil || o.twice {
				return false
			}
			if o.start < from {
				continue
			}
			spans = append(spans, [2]int{o.start, o.end})
		}
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	at := from
	for _, s := range spans {
		if s[0] > at && !between(f.b[at:s[0]]) {
			return false
		}
		at = max(at, s[1])
	}
	return between(f.b[at:])
}

// between: white space, comments, and startxref with its number. A comment is
// one line and no more than the marks programs leave: what is hidden in a long
// one may be meant for another reader.
func between(b []byte) bool {
	for line := range bytes.FieldsFuncSeq(b, func(c rune) bool { return c == '\r' || c == '\n' }) {
		line = bytes.Trim(line, " \t\x00\f")
		switch {
		case len(line) == 0, line[0] == '%' && len(line) < 100:
		case string(line) == "startxref":
		default:
			l := lexer{b: bytes.TrimPrefix(line, []byte("startxref"))}
			if n, _ := l.token(); n == nil {
				return false
			} else if _, ok := n.(int); !ok || l.skipped() != len(l.b) {
				return false
			}
		}
	}
	return true
}

func (l *lexer) skipped() int {
	l.skip()
	return l.at
}
