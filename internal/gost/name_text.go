package gost

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Tags of string types that cryptobyte does not name.
const (
	tagNumeric   = cbasn1.Tag(18)
	tagUniversal = cbasn1.Tag(28)
	tagBMP       = cbasn1.Tag(30)
)

// fits reports whether the string type can hold s.
func fits(s string, tag cbasn1.Tag) bool {
	for _, r := range s {
		digit := '0' <= r && r <= '9'
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		switch tag {
		case tagNumeric:
			if !digit {
				return false
			}
		case cbasn1.PrintableString:
			if !digit && !letter && !strings.ContainsRune(" '()+,-./:=?", r) {
				return false
			}
		case cbasn1.IA5String:
			if r >= utf8.RuneSelf {
				return false
			}
		}
	}
	return utf8.ValidString(s)
}

// text decodes a directory string.
func text(b []byte, tag cbasn1.Tag) (string, error) {
	switch tag {
	case cbasn1.UTF8String, cbasn1.PrintableString, cbasn1.IA5String, tagNumeric:
		if !utf8.Valid(b) {
			return "", errors.New("not UTF-8")
		}
		return string(b), nil
	case cbasn1.T61String: // in practice Latin-1
		r := make([]rune, len(b))
		for i, c := range b {
			r[i] = rune(c)
		}
		return string(r), nil
	case tagBMP:
		if len(b)%2 != 0 {
			return "", errors.New("odd BMPString")
		}
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		r := utf16.Decode(u)
		if !slices.Equal(utf16.Encode(r), u) {
			return "", errors.New("half a sign in BMPString")
		}
		return string(r), nil
	case tagUniversal:
		if len(b)%4 != 0 {
			return "", errors.New("odd UniversalString")
		}
		var r []rune
		for i := 0; i < len(b); i += 4 {
			c := rune(uint32(b[i])<<24 | uint32(b[i+1])<<16 | uint32(b[i+2])<<8 | uint32(b[i+3]))
			if !utf8.ValidRune(c) {
				return "", errors.New("no sign in UniversalString")
			}
			r = append(r, c)
		}
		return string(r), nil
	}
	return "", fmt.Errorf("not a string (tag %d)", tag)
}
