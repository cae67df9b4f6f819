package registry

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// draft writes synthetic XML in windows-1251. Each record draws from its own
// random sequence, so that a record depends on the seed and its index only.
type draft struct {
	buf  []byte
	pcg  *rand.PCG
	rand *rand.Rand
	day  int // the dump's, in days since 1970
}

func (d *draft) reseed(seed uint64, kind Kind, index int) {
	salt := uint64(0x9e3779b97f4a7c15)
	if kind == Entrepreneur {
		salt = 0xbf58476d1ce4e5b9
	}
	d.pcg.Seed(seed, uint64(index)*0x94d049bb133111eb^salt)
}

// open writes a start tag, empty an element without content; attributes are
// pairs of name and value, those with an empty value are left out.
func (d *draft) open(name string, attrs ...string)  { d.tag(name, ">", attrs) }
func (d *draft) empty(name string, attrs ...string) { d.tag(name, "/>", attrs) }

func (d *draft) tag(name, end string, attrs []string) {
	d.raw("<")
	d.raw(name)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		d.raw(" ")
		d.raw(attrs[i])
		d.raw(`="`)
		d.value(attrs[i+1])
		d.raw(`"`)
	}
	d.raw(end)
}

func (d *draft) close(name string) {
	d.raw("</")
	d.raw(name)
	d.raw(">")
}

func (d *draft) text(name, value string) {
	d.raw("<")
	d.raw(name)
	d.raw(">")
	d.value(value)
	d.close(name)
}

var attributeEscape = strings.NewReplacer(`&`, "&amp;", `"`, "&quot;", `<`, "&lt;")

func (d *draft) value(s string) {
	if strings.ContainsAny(s, `&"<`) {
		s = attributeEscape.Replace(s)
	}
	d.raw(s)
}

// raw appends s in windows-1251; every character of ours is in it.
func (d *draft) raw(s string) {
	for i := 0; i < len(s); {
		b := s[i]
		if b < 0x80 {
			d.buf = append(d.buf, b)
			i++
			continue
		}
		r := rune(b&0x1f)<<6 | rune(s[min(i+1, len(s)-1)]&0x3f)
		switch {
		case b < 0xe0 && r >= 'А' && r <= 'я':
			d.buf = append(d.buf, byte(r-'А'+0xc0))
			i += 2
		case b < 0xe0 && r == 'Ё':
			d.buf = append(d.buf, 0xa8)
			i += 2
		case b < 0xe0 && r == 'ё':
			d.buf = append(d.buf, 0xb8)
			i += 2
		default:
			n := 2
			if b >= 0xe0 {
				n = 3
			}
			d.buf = append(d.buf, to1251(s[i:min(i+n, len(s))])...)
			i += n
		}
	}
}

// pick draws one of the list.
func pick[T any](d *draft, list []T) T { return list[d.rand.IntN(len(list))] }

// chance is true p times in a thousand.
func (d *draft) chance(p int) bool { return d.rand.IntN(1000) < p }

// digits draws n digits.
func (d *draft) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.rand.IntN(10))
	}
	return string(b)
}

// guid draws a random UUID (version 4).
func (d *draft) guid() string {
	a, b := d.rand.Uint64(), d.rand.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, 0x8000|b>>48&0x3fff, b&0xffffffffffff)
}

func dayOf(t time.Time) int { return int(t.Unix() / 86400) }

// date writes a day of days since 1970.
func date(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }

func year(day int) int { return time.Unix(int64(day)*86400, 0).UTC().Year() }
