package registry

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxGARElement bounds one element of a file of the address register in bytes;
// the longest value the schemas allow has 8,000 characters.
const maxGARElement = 64 << 10

// garAttr is one attribute; good until the next element is read.
type garAttr struct {
	name  string
	value []byte
}

// garScanner reads the register's files: a root and elements in it that consist
// of attributes alone, in UTF-8. It holds one element, knows no entities but the
// predefined ones and refuses document types.
type garScanner struct {
	r     *bufio.Reader
	buf   []byte
	list  []garAttr
	names []string // of the attributes of the element before
}

func newGARScanner(r io.Reader) *garScanner { return &garScanner{r: bufio.NewReaderSize(r, 256<<10)} }

var (
	errGARText     = errors.New("text between elements")
	errGAREncoding = errors.New("encoding is not UTF-8")
)

// garTag is a start or an end tag. Fault is what is wrong with it, in Russian.
type garTag struct {
	name       string
	end, empty bool
	attrs      []garAttr
	fault      string
}

// get is the value of an attribute, nil when it is absent.
func (t garTag) get(name string) []byte {
	for _, a := range t.attrs {
		if a.name == name {
			return a.value
		}
	}
	return nil
}

// next returns the next tag, or io.EOF.
func (s *garScanner) next() (garTag, error) {
	for {
		over, err := s.markup()
		if err != nil {
			return garTag{}, err
		}
		switch {
		case bytes.HasPrefix(s.buf, []byte("<?")):
			if i := bytes.Index(s.buf, []byte("encoding=")); bytes.HasPrefix(s.buf, []byte("<?xml ")) && i >= 0 &&
				!bytes.HasPrefix(bytes.ToLower(s.buf[i+len("encoding=")+1:]), []byte("utf-8")) {
				return garTag{}, errGAREncoding
			}
		case bytes.HasPrefix(s.buf, []byte("<!--")):
		case bytes.HasPrefix(s.buf, []byte("<!")):
			return garTag{}, ErrDoctype
		default:
			return s.tag(over), nil
		}
	}
}

// markup reads from a < to its >. Of what is longer than an element may be the
// rest is passed over.
func (s *garScanner) markup() (over bool, err error) {
	s.buf = s.buf[:0]
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return false, err
		}
		if c == '<' {
			break
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0xEF && c != 0xBB && c != 0xBF { // and the mark of UTF-8
			return false, errGARText
		}
	}
	s.buf = append(s.buf, '<')
	quote := byte(0)
	for {
		chunk, err := s.r.ReadSlice('>')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) {
				err = ErrCutOff
			}
			return false, err
		}
		quote = openQuote(chunk, quote)
		if len(s.buf)+len(chunk) > maxGARElement {
			over = true
			s.buf = append(s.buf, chunk[:min(len(chunk), 64)]...) // the name
			s.buf = s.buf[:min(len(s.buf), 64)]
			chunk = chunk[max(0, len(chunk)-3):] // and whether a comment ends here
		}
		s.buf = append(s.buf, chunk...)
		switch {
		case err != nil: // the > is yet to come
		case bytes.HasPrefix(s.buf, []byte("<!--")):
			if bytes.HasSuffix(s.buf, []byte("-->")) && len(s.buf) >= len("<!---->") {
				return false, nil
			}
		case bytes.HasPrefix(s.buf, []byte("<!")), bytes.HasPrefix(s.buf, []byte("<?")), quote == 0:
			return over, nil
		}
	}
}

// openQuote is the quote that is open behind b when quote was before it, 0 for none.
func openQuote(b []byte, quote byte) byte {
	if quote != '\'' && bytes.IndexByte(b, '\'') < 0 { // as nearly always
		if bytes.Count(b, []byte{'"'})%2 == 1 {
			quote ^= '"'
		}
		return quote
	}
	for _, c := range b {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote
}

func (s *garScanner) tag(over bool) garTag {
	body := s.buf[1 : len(s.buf)-1]
	var t garTag
	if bytes.HasPrefix(body, []byte("/")) {
		return garTag{name: string(bytes.TrimSpace(body[1:])), end: true}
	}
	if bytes.HasSuffix(body, []byte("/")) {
		t.empty, body = true, body[:len(body)-1]
	}
	n := bytes.IndexAny(body, " \t\r\n")
	if n < 0 {
		n = len(body)
	}
	t.name = garName(body[:n])
	if over {
		t.fault = "элемент больше " + strconv.Itoa(maxGARElement>>10) + " КБ"
		return t
	}
	s.list = s.list[:0]
	t.fault = s.attributes(body[n:])
	t.attrs = s.list
	return t
}

func (s *garScanner) attributes(b []byte) (fault string) {
	const broken = "атрибуты записаны неверно"
	for same := true; ; {
		b = trimSpace(b)
		if len(b) == 0 {
			s.names = s.names[:min(len(s.names), len(s.list))]
			for _, a := range s.list[len(s.names):] {
				s.names = append(s.names, a.name)
			}
			return ""
		}
		eq := bytes.IndexByte(b, '=')
		if eq < 1 || eq > 64 || len(s.list) >= 64 {
			return broken
		}
		name := ""
		if i := len(s.list); same && i < len(s.names) && string(b[:eq]) == s.names[i] {
			name = s.names[i] // as in the element before, which had none twice
		} else {
			if same {
				same, s.names = false, s.names[:min(i, len(s.names))]
			}
			name = garName(bytes.TrimRight(b[:eq], " \t\r\n"))
		}
		b = trimSpace(b[eq+1:])
		if len(b) < 2 || b[0] != '"' && b[0] != '\'' {
			return broken
		}
		end := bytes.IndexByte(b[1:], b[0])
		if end < 0 {
			return broken
		}
		value, ok := garValue(b[1 : 1+end])
		if !ok {
			return "значение " + name + " записано неверно"
		}
		if !same && slices.ContainsFunc(s.list, func(a garAttr) bool { return a.name == name }) {
			return "атрибут " + name + " указан дважды"
		}
		s.list, b = append(s.list, garAttr{name, value}), b[end+2:]
	}
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

// garNames are the names of elements and attributes that are read often.
var garNames = func() map[string]string {
	m := map[string]string{}
	for _, name := range strings.Fields(`OBJECT HOUSE ITEM PARAM ID OBJECTID OBJECTGUID CHANGEID CHANGEIDEND NAME TYPENAME LEVEL LEVELID OPERTYPEID PREVID NEXTID
		UPDATEDATE STARTDATE ENDDATE CREATEDATE ISACTUAL ISACTIVE PARENTOBJID REGIONCODE AREACODE CITYCODE PLACECODE PLANCODE STREETCODE OKTMO PATH
		HOUSENUM ADDNUM1 ADDNUM2 HOUSETYPE ADDTYPE1 ADDTYPE2 TYPEID VALUE SHORTNAME DESC`) {
		m[name] = name
	}
	return m
}()

// garName spares an allocation for the names the register uses.
func garName(b []byte) string {
	if name, ok := garNames[string(b)]; ok {
		return name
	}
	return string(b[:min(len(b), 64)])
}

// garValue replaces the predefined entities; what XML or the database could not
// hold is refused.
func garValue(b []byte) ([]byte, bool) {
	if asciiText(b) {
		return b, true
	}
	if bytes.IndexByte(b, '<') >= 0 || !utf8.Valid(b) {
		return nil, false
	}
	if bytes.IndexByte(b, '&') >= 0 {
		out := make([]byte, 0, len(b))
		for len(b) > 0 {
			if b[0] != '&' {
				out, b = append(out, b[0]), b[1:]
				continue
			}
			end := bytes.IndexByte(b, ';')
			if end < 0 || end > 10 {
				return nil, false
			}
			r, ok := garEntity(string(b[1:end]))
			if !ok {
				return nil, false
			}
			out, b = utf8.AppendRune(out, r), b[end+1:]
		}
		b = out
	}
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return nil, false
		}
	}
	return b, true
}

// asciiText means itself: no entities, nothing that is no text.
func asciiText(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf || c < ' ' || c == '&' || c == '<' {
			return false
		}
	}
	return true
}

func garEntity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), err == nil && utf8.ValidRune(rune(n))
}
