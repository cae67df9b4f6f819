package registry

import (
	"strconv"
	"strings"
)

// startTag reads <name a="b"> or <name/> at the beginning of s, adding its
// attributes to the tree's.
func (t *tree) startTag(s string) (name string, n int, empty bool, err error) {
	i := 1
	for i < len(s) && !space(s[i]) && s[i] != '>' && s[i] != '/' && s[i] != '=' && s[i] != '"' && s[i] != '<' && s[i] != '!' {
		i++
	}
	if name = s[1:i]; name == "" {
		return "", 0, false, errTags
	}
	for {
		spaced := i < len(s) && space(s[i])
		for i < len(s) && space(s[i]) {
			i++
		}
		switch {
		case i >= len(s) || s[i] == '<':
			return "", 0, false, errOpenTag
		case s[i] == '>':
			return name, i + 1, false, nil
		case s[i] == '/':
			if i+1 >= len(s) || s[i+1] != '>' {
				return "", 0, false, errTags
			}
			return name, i + 2, true, nil
		case !spaced:
			return "", 0, false, errAttr
		}
		key := i
		for i < len(s) && !space(s[i]) && s[i] != '=' && s[i] != '>' && s[i] != '<' && s[i] != '/' {
			i++
		}
		a := attr{name: s[key:i]}
		for i < len(s) && space(s[i]) {
			i++
		}
		if a.name == "" || i >= len(s) || s[i] != '=' {
			return "", 0, false, errAttr
		}
		for i++; i < len(s) && space(s[i]); i++ {
		}
		if i >= len(s) || s[i] != '"' && s[i] != '\'' {
			return "", 0, false, errAttr
		}
		end := strings.IndexByte(s[i+1:], s[i])
		if end < 0 || strings.IndexByte(s[i+1:i+1+end], '<') >= 0 {
			return "", 0, false, errOpenTag
		}
		if a.value, err = unescape(s[i+1 : i+1+end]); err != nil {
			return "", 0, false, err
		}
		i += end + 2
		t.attrs = append(t.attrs, a)
	}
}

func space(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// unescape resolves the five named references and the numeric ones.
func unescape(s string) (string, error) {
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s, nil
	}
	var b strings.Builder
	for ; amp >= 0; amp = strings.IndexByte(s, '&') {
		b.WriteString(s[:amp])
		semi := strings.IndexByte(s[amp:], ';')
		if semi < 0 {
			return "", errEntity
		}
		name := s[amp+1 : amp+semi]
		s = s[amp+semi+1:]
		switch name {
		case "amp":
			b.WriteByte('&')
		case "lt":
			b.WriteByte('<')
		case "gt":
			b.WriteByte('>')
		case "quot":
			b.WriteByte('"')
		case "apos":
			b.WriteByte('\'')
		default:
			r, err := reference(name)
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		}
	}
	b.WriteString(s)
	return b.String(), nil
}

// reference is the character of #1085 or #x43d.
func reference(name string) (rune, error) {
	digits, base := strings.TrimPrefix(name, "#"), 10
	if len(digits) == len(name) {
		return 0, errEntity
	}
	if x, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = x, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n < 0x20 && !space(byte(n)) || n >= 0xd800 && n < 0xe000 || n > 0x10ffff || n&0xfffe == 0xfffe {
		return 0, errEntity
	}
	return rune(n), nil
}
