package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

var (
	errTooLarge = errors.New("record too large")
	errNoTags   = fmt.Errorf("no tag in %d MB", MaxRecord>>20)
)

// tag is a start or end tag; text is all of it, <…>. The slices point into the
// scanner's buffer and are good until its next call.
type tag struct {
	at         int64 // offset of < in the file
	name, text []byte
	end        bool // </name>
	empty      bool // <name/>
	broken     bool // the next < came before >
}

// tagScanner finds tags in a stream of single-byte or UTF-8 XML, skipping
// comments, CDATA sections and processing instructions.
type tagScanner struct {
	src  io.Reader
	cs   charset
	buf  []byte
	base int64 // file offset of buf[0]
	pos  int   // next byte to look at
	keep int64 // file offset from which bytes must stay in buf, -1 for none
	eof  bool
}

const chunk = 256 << 10

// fill reads more, moving what must stay to the front. It reports io.EOF when
// nothing is left and errTooLarge when too much has to stay.
func (s *tagScanner) fill(from int) (moved int, err error) {
	if s.eof {
		return 0, io.EOF
	}
	if s.keep >= 0 {
		from = min(from, int(s.keep-s.base))
	}
	if from > 0 {
		copy(s.buf, s.buf[from:])
		s.buf = s.buf[:len(s.buf)-from]
		s.base += int64(from)
		s.pos -= from
	}
	if len(s.buf) > MaxRecord {
		return from, errTooLarge
	}
	if cap(s.buf)-len(s.buf) < chunk {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)+2*chunk), s.buf...)
	}
	n, err := s.src.Read(s.buf[len(s.buf) : len(s.buf)+chunk])
	s.buf = s.buf[:len(s.buf)+n]
	if errors.Is(err, io.EOF) {
		s.eof = true
		if n > 0 {
			err = nil
		}
	}
	return from, err
}

// sniffed is how much of a file tells its encoding.
const sniffed = 4096

// detect reads the first bytes and settles the encoding.
func (s *tagScanner) detect() error {
	for len(s.buf) < sniffed && !s.eof {
		if _, err := s.fill(0); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	cs, skip, err := charsetOf(s.buf[:min(len(s.buf), sniffed)])
	if err != nil {
		return err
	}
	s.cs, s.pos = cs, skip
	return nil
}

// index finds sep at or after offset i of buf, reading on as needed.
func (s *tagScanner) index(i *int, start *int, sep string) error {
	for {
		if at := bytes.Index(s.buf[*i:], []byte(sep)); at >= 0 {
			*i += at
			return nil
		}
		*i = max(*i, len(s.buf)-len(sep)+1)
		moved, err := s.fill(*start)
		*i -= moved
		*start -= moved
		if err != nil {
			return err
		}
	}
}

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

// hold keeps everything from t on in the buffer; held returns it up to the end
// of another tag; release lets go.
func (s *tagScanner) hold(t tag)        { s.keep = t.at }
func (s *tagScanner) held(t tag) []byte { return s.buf[s.keep-s.base : t.at-s.base+int64(len(t.text))] }
func (s *tagScanner) release()          { s.keep = -1 }
func (s *tagScanner) unread(t tag)      { s.pos = int(t.at - s.base) }
