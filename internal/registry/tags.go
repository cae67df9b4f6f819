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

// hold keeps everything from t on in the buffer; held returns it up to the end
// of another tag; release lets go.
func (s *tagScanner) hold(t tag)        { s.keep = t.at }
func (s *tagScanner) held(t tag) []byte { return s.buf[s.keep-s.base : t.at-s.base+int64(len(t.text))] }
func (s *tagScanner) release()          { s.keep = -1 }
func (s *tagScanner) unread(t tag)      { s.pos = int(t.at - s.base) }
