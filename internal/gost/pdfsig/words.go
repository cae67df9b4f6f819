package pdfsig

import (
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText reads a text string: UTF-16 or UTF-8 by its mark, else
// PDFDocEncoding, of which only the part that is Latin-1 is told apart
// (ISO 32000-1, 7.9.2.2).
func decodeText(s string) string {
	switch {
	case strings.HasPrefix(s, "\xfe\xff"):
		var units []uint16
		for b := s[2:]; len(b) >= 2; b = b[2:] {
			units = append(units, uint16(b[0])<<8|uint16(b[1]))
		}
		return string(utf16.Decode(units))
	case strings.HasPrefix(s, "\xef\xbb\xbf") && utf8.ValidString(s):
		return s[3:]
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// decodeDate reads D:YYYYMMDDHHmmSSOHH'mm' (ISO 32000-1, 7.9.4); zero when it
// is none. Without an offset it is taken as UTC.
func decodeDate(s string) time.Time {
	s = strings.ReplaceAll(strings.TrimPrefix(decodeText(s), "D:"), "'", "")
	for _, layout := range []string{"20060102150405Z0700", "20060102150405Z0000", "20060102150405Z07", "20060102150405", "200601021504", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
