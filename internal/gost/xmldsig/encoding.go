package xmldsig

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var declaration = regexp.MustCompile(`^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')` +
	`(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][-A-Za-z0-9._]*)"|'([A-Za-z][-A-Za-z0-9._]*)'))?` +
	`(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>`)

// Marks that a document in another encoding begins with (XML 1.0, appendix F);
// the longer stand first.
var foreign = []struct{ mark, name string }{
	{"\x00\x00\xFE\xFF", "UTF-32"}, {"\xFF\xFE\x00\x00", "UTF-32"}, {"\x00\x00\x00<", "UTF-32"}, {"<\x00\x00\x00", "UTF-32"},
	{"\xFE\xFF", "UTF-16"}, {"\xFF\xFE", "UTF-16"}, {"\x00<", "UTF-16"}, {"<\x00", "UTF-16"},
	{"\x4C\x6F\xA7\x94", "EBCDIC"},
}

// decode returns the document after its XML declaration in UTF-8 with line
// ends as XML 1.0, 2.11 has them, in a buffer of its own and followed by a NUL,
// which no document contains: whoever reads may look one octet ahead.
//
// UTF-8 is what SMEV speaks; windows-1251 is met in documents of registers put
// into messages by hand. Other encodings are refused by name.
func decode(doc []byte) ([]byte, error) {
	if len(doc) > maxDocument {
		return nil, ErrTooLarge
	}
	for _, f := range foreign {
		if bytes.HasPrefix(doc, []byte(f.mark)) {
			return nil, fmt.Errorf("xmldsig: encoding %s refused, want UTF-8 or windows-1251", f.name)
		}
	}
	body := bytes.TrimPrefix(doc, []byte("\xEF\xBB\xBF"))
	marked := len(body) < len(doc)
	encoding := "UTF-8"
	if len(body) > 5 && string(body[:5]) == "<?xml" && isSpace(body[5]) {
		m := declaration.FindSubmatch(body[:min(len(body), 512)])
		if m == nil {
			return nil, fmt.Errorf("xmldsig: malformed XML declaration, or not of XML 1.0")
		}
		body = body[len(m[0]):]
		if name := string(m[1]) + string(m[2]); name != "" {
			encoding = name
		}
	}
	var b []byte
	switch strings.ToLower(encoding) {
	case "utf-8":
		b = append(make([]byte, 0, len(body)+1), body...)
	case "windows-1251", "cp1251":
		if marked || bytes.IndexByte(body, 0x98) >= 0 { // 0x98 stands for nothing
			return nil, fmt.Errorf("xmldsig: the document is not in %s, as it says", encoding)
		}
		b, _ = charmap.Windows1251.NewDecoder().Bytes(body) // every other octet has its character
	default:
		return nil, fmt.Errorf("xmldsig: encoding %q refused, want UTF-8 or windows-1251", encoding)
	}
	if len(b) > maxDocument {
		return nil, ErrTooLarge
	}
	if err := checkChars(b); err != nil {
		return nil, err
	}
	return append(lineEnds(b), 0), nil
}

// lineEnds makes CR LF and CR a LF, in place.
func lineEnds(b []byte) []byte {
	to := bytes.IndexByte(b, '\r')
	if to < 0 {
		return b
	}
	for i := to; i < len(b); i++ {
		c := b[i]
		if c == '\r' {
			c = '\n'
			if i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
		}
		b[to] = c
		to++
	}
	return b[:to]
}

// checkChars refuses octets that are not UTF-8 and characters outside the Char
// production of XML 1.0.
func checkChars(b []byte) error {
	if !utf8.Valid(b) {
		return fmt.Errorf("xmldsig: not UTF-8")
	}
	for i, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return fmt.Errorf("xmldsig: byte %d: character U+%04X not allowed in XML", i, c)
		}
	}
	if bytes.Contains(b, []byte("\uFFFE")) || bytes.Contains(b, []byte("\uFFFF")) {
		return fmt.Errorf("xmldsig: character U+FFFE or U+FFFF not allowed in XML")
	}
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
