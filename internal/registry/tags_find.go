package registry

import (
	"bytes"
	"errors"
	"io"
)

// next returns the next tag.
func (s *tagScanner) next() (tag, error) { return s.find(nil) }

// find returns the next tag, of those that stand in names only, unless that is
// nil. What a tag passed over looks like is for the parser to say.
func (s *tagScanner) find(names [][]byte) (tag, error) {
	for {
		start := s.pos
		for text := 0; ; {
			if at := bytes.IndexByte(s.buf[s.pos:], '<'); at >= 0 {
				s.pos += at
				start = s.pos
				break
			}
			if text += len(s.buf) - s.pos; text > MaxRecord {
				return tag{}, errNoTags
			}
			s.pos = len(s.buf)
			if _, err := s.fill(s.pos); err != nil {
				return tag{}, err
			}
		}
		for len(s.buf)-start < longestName {
			moved, err := s.fill(start)
			start -= moved
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return tag{}, err
			}
		}
		s.pos = start
		rest := s.buf[start:]
		closing := ""
		switch {
		case len(rest) < 2 || rest[1] != '!' && rest[1] != '?':
			if names != nil && !named(rest, names) {
				s.pos++
				continue
			}
			return s.scanTag(start)
		case bytes.HasPrefix(rest, []byte("<!--")):
			closing = "-->"
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			closing = "]]>"
		case rest[1] == '?':
			closing = "?>"
		default:
			return tag{}, ErrDoctype
		}
		i := start + 2
		if err := s.index(&i, &start, closing); err != nil {
			return tag{}, err
		}
		s.pos = i + len(closing)
	}
}

// longestName of a tag that matters, with its </ before and a byte behind.
const longestName = 64

// named tells whether a start or end tag begins with one of the names.
func named(rest []byte, names [][]byte) bool {
	rest = rest[1:]
	if len(rest) > 0 && rest[0] == '/' {
		rest = rest[1:]
	}
	for _, name := range names {
		if len(rest) > len(name) && string(rest[:len(name)]) == string(name) {
			if c := rest[len(name)]; c == '>' || c == '/' || space(c) {
				return true
			}
		}
	}
	return false
}

var quotes = []byte{'"'}

// scanTag reads the tag whose < stands at start, minding quoted values.
func (s *tagScanner) scanTag(start int) (tag, error) {
	// Most tags hold no < and > but their own and their quotes in pairs.
	if gt := bytes.IndexByte(s.buf[start:min(len(s.buf), start+1024)], '>'); gt > 0 {
		inside := s.buf[start+1 : start+gt]
		if bytes.IndexByte(inside, '<') < 0 && bytes.IndexByte(inside, '\'') < 0 && bytes.Count(inside, quotes)%2 == 0 {
			s.pos = start + gt + 1
			return s.made(start, s.pos, false), nil
		}
	}
	var quote byte
	for i := start + 1; ; i++ {
		if i == len(s.buf) {
			moved, err := s.fill(start)
			start, i = start-moved, i-moved
			if err != nil {
				return tag{}, err
			}
		}
		switch c := s.buf[i]; {
		case c == '<': // never inside a tag, quoted or not
			s.pos = i
			return s.made(start, i, true), nil
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			s.pos = i + 1
			return s.made(start, i+1, false), nil
		}
	}
}

func (s *tagScanner) made(start, end int, broken bool) tag {
	text := s.buf[start:end]
	t := tag{at: s.base + int64(start), text: text, broken: broken}
	name := text[1:]
	if len(name) > 0 && name[0] == '/' {
		t.end, name = true, name[1:]
	}
	for i, c := range name {
		if space(c) || c == '/' || c == '>' {
			name = name[:i]
			break
		}
	}
	t.name = name
	t.empty = !t.end && bytes.HasSuffix(text, []byte("/>"))
	return t
}
