package registry

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset is the encoding of a file and the names the Reader looks for, in it.
type charset struct {
	cp1251                bool
	org, ip, doc, madeOut []byte
}

var (
	inUTF8   = charset{org: []byte("СвЮЛ"), ip: []byte("СвИП"), doc: []byte("Документ"), madeOut: []byte("ДатаВып=")}
	inCP1251 = charset{cp1251: true, org: to1251("СвЮЛ"), ip: to1251("СвИП"), doc: to1251("Документ"), madeOut: to1251("ДатаВып=")}
)

func to1251(s string) []byte {
	b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err) // only called with the literals of this package
	}
	return b
}

// from1251 is the UTF-8 of every byte of windows-1251, the first byte lowest,
// with its length in the top byte, or without for what is refused.
var from1251 = func() (table [256]uint32) {
	for i := range table {
		if control(byte(i)) || i == 0x98 { // the one byte windows-1251 leaves undefined
			continue
		}
		text := string(charmap.Windows1251.DecodeByte(byte(i)))
		for at := range len(text) {
			table[i] |= uint32(text[at]) << (8 * at)
		}
		table[i] |= uint32(len(text)) << 24
	}
	return table
}()

var errCharacter = errors.New("недопустимый символ: файл повреждён или в другой кодировке")

// decode returns the text of raw, or errCharacter when it holds a character
// that XML and the database refuse.
func (c *charset) decode(raw []byte) (string, error) {
	var room []byte
	return c.decodeIn(&room, raw)
}

// decodeIn is decode that works in room, kept from one record to the next.
func (c *charset) decodeIn(room *[]byte, raw []byte) (string, error) {
	if !c.cp1251 {
		if !utf8.Valid(raw) {
			return "", errCharacter
		}
		for _, b := range raw {
			if control(b) {
				return "", errCharacter
			}
		}
		return string(raw), nil
	}
	// No character takes more than three bytes, and four are written at once.
	if need := 3*len(raw) + 4; cap(*room) < need {
		*room = make([]byte, need)
	}
	text, n := (*room)[:cap(*room)], 0
	for _, b := range raw {
		utf := from1251[b]
		if utf == 0 {
			return "", errCharacter
		}
		binary.LittleEndian.PutUint32(text[n:], utf)
		n += int(utf >> 24)
	}
	return string(text[:n]), nil
}

func control(b byte) bool { return b < 0x20 && b != '\t' && b != '\n' && b != '\r' }

var declaredEncoding = regexp.MustCompile(`^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']`)

// charsetOf tells the encoding of a file by its beginning: by the declaration,
// unless the letters show otherwise. It returns how many bytes of byte order mark
// to skip.
func charsetOf(head []byte) (charset, int, error) {
	skip := 0
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		skip = 3
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return charset{}, 0, errors.New("encoding UTF-16 is not one the register uses")
	}
	cs := inUTF8
	if m := declaredEncoding.FindSubmatch(head[skip:min(len(head), skip+200)]); m != nil {
		switch strings.ToLower(string(m[1])) {
		case "windows-1251", "cp1251":
			cs = inCP1251
		case "utf-8":
		default:
			return charset{}, 0, fmt.Errorf("encoding %q is not one the register uses", m[1])
		}
	}
	// Files were seen that somebody had converted without touching the declaration.
	if is, ok := looksLike(head); ok {
		cs = is
	}
	return cs, skip, nil
}

// looksLike tells the encoding of Russian text: in UTF-8 its letters are pairs of
// 0xd0 or 0xd1 and a byte under 0xc0, which in windows-1251 would be a Р or a С
// before a sign.
func looksLike(text []byte) (cs charset, ok bool) {
	high, paired := 0, 0
	for i, b := range text {
		if b >= 0x80 {
			high++
			if b < 0xc0 && i > 0 && text[i-1]|1 == 0xd1 {
				paired += 2
			}
		}
	}
	if high < 8 { // a word at least
		return charset{}, false
	}
	if 2*paired > high {
		return inUTF8, true
	}
	return inCP1251, true
}
