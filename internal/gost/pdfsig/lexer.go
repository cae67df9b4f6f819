package pdfsig

import (
	"errors"
	"strconv"
)

var (
	errSyntax = errors.New("bad syntax")
	errEnd    = errors.New("unexpected end")
)

// lexer cuts bytes into tokens (ISO 32000-1, 7.2).
type lexer struct {
	b      []byte
	at     int
	placed bool // b is the file itself: strings know their places
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// skip passes white space and comments.
func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case isSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// token reads one token: a number, name, text or keyword; the brackets are
// keywords too.
func (l *lexer) token() (any, error) {
	l.skip()
	if l.at >= len(l.b) {
		return nil, errEnd
	}
	start := l.at
	switch c := l.b[l.at]; c {
	case '[', ']', '{', '}':
		l.at++
		return keyword(c), nil
	case '(':
		return l.literal()
	case '/':
		return l.name()
	case ')':
		return nil, errSyntax
	case '<', '>':
		if l.at+1 < len(l.b) && l.b[l.at+1] == c {
			l.at += 2
			return keyword(l.b[start:l.at]), nil
		}
		if c == '>' {
			return nil, errSyntax
		}
		return l.hex()
	}
	for l.at < len(l.b) && !isSpace(l.b[l.at]) && !isDelimiter(l.b[l.at]) {
		l.at++
	}
	word := string(l.b[start:l.at])
	if c := word[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if n, err := strconv.Atoi(word); err == nil {
			return n, nil
		}
		if f, err := strconv.ParseFloat(word, 64); err == nil {
			return f, nil
		}
	}
	return keyword(word), nil
}

func (l *lexer) name() (any, error) {
	var b []byte
	for l.at++; l.at < len(l.b) && !isSpace(l.b[l.at]) && !isDelimiter(l.b[l.at]); l.at++ {
		c := l.b[l.at]
		if c == '#' && l.at+2 < len(l.b) && digit(l.b[l.at+1]) >= 0 && digit(l.b[l.at+2]) >= 0 {
			c = byte(digit(l.b[l.at+1])<<4 | digit(l.b[l.at+2]))
			l.at += 2
		}
		b = append(b, c)
	}
	return name(b), nil
}

func (l *lexer) place(start int, b []byte, hex bool) text {
	if !l.placed {
		return text{string(b), -1, -1, hex}
	}
	return text{string(b), start, l.at, hex}
}

func (l *lexer) hex() (any, error) {
	start, high := l.at, -1
	var b []byte
	for l.at++; l.at < len(l.b); l.at++ {
		c := l.b[l.at]
		d := digit(c)
		switch {
		case c == '>':
			if l.at++; high >= 0 {
				b = append(b, byte(high<<4))
			}
			return l.place(start, b, true), nil
		case isSpace(c):
		case d < 0:
			return nil, errSyntax
		case high < 0:
			high = d
		default:
			b, high = append(b, byte(high<<4|d)), -1
		}
	}
	return nil, errEnd
}

// literal reads a string in parentheses, with its escapes.
func (l *lexer) literal() (any, error) {
	start, depth := l.at, 0
	var b []byte
	for ; l.at < len(l.b); l.at++ {
		c := l.b[l.at]
		switch c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				l.at++
				return l.place(start, b, false), nil
			}
		case '\\':
			b = l.escape(b)
			continue
		}
		b = append(b, c)
	}
	return nil, errEnd
}

// escape reads what stands after a backslash and stops at its last byte.
func (l *lexer) escape(b []byte) []byte {
	if l.at++; l.at >= len(l.b) {
		return b
	}
	switch c := l.b[l.at]; c {
	case 'n':
		return append(b, '\n')
	case 'r':
		return append(b, '\r')
	case 't':
		return append(b, '\t')
	case 'b':
		return append(b, '\b')
	case 'f':
		return append(b, '\f')
	case '\n':
		return b
	case '\r':
		if l.at+1 < len(l.b) && l.b[l.at+1] == '\n' {
			l.at++
		}
		return b
	default:
		if c < '0' || c > '7' {
			return append(b, c)
		}
		v := 0
		for n := 0; n < 3 && l.at < len(l.b) && l.b[l.at] >= '0' && l.b[l.at] <= '7'; n++ {
			v = v<<3 | int(l.b[l.at]-'0')
			l.at++
		}
		l.at--
		return append(b, byte(v))
	}
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
