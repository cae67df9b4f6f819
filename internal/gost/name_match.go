package gost

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Names are compared as RFC 5280, section 7.1, wants it, by what they say and
// not by their bytes: the string type makes no difference, nor does the case of
// letters, nor how many spaces stand between words. So an authority that
// writes its name as PrintableString in one place and as UTF8String in another
// is still one authority. Whose signature it is, only the key tells.

// matchName is the form of a name in DER in which equal names are equal: one
// string to a relative name, its attributes in order of their text.
func matchName(der []byte) ([]string, error) {
	all, err := readAttributes(der)
	if err != nil {
		return nil, err
	}
	var form []string
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(a rawAttribute) bool { return a.set != all[0].set })
		if n < 0 {
			n = len(all)
		}
		set := make([]string, n)
		for i, a := range all[:n] {
			set[i] = a.Type.String() + "=" + strconv.Quote(matchText(a.Value)) // nothing in a value looks like another attribute
		}
		slices.Sort(set)
		form = append(form, strings.Join(set, "+"))
		all = all[n:]
	}
	return form, nil
}

// nameForm is matchName in one string, to be kept with what bears the name; ""
// is a name that cannot be read.
func nameForm(der []byte) string {
	form, err := matchName(der)
	if err != nil {
		return ""
	}
	return strings.Join(form, ",") + ","
}

// matchText prepares a value: compatibility forms and case folded, spaces at
// the ends dropped and those inside made one.
func matchText(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(s))), " ")
}

// sameName compares two names in DER; what cannot be read equals nothing.
func sameName(a, b []byte) bool {
	if string(a) == string(b) {
		return true
	}
	form := nameForm(a)
	return form != "" && form == nameForm(b)
}

// withinName reports whether the name begins with all of base: the subtree of
// a directory name (RFC 5280, 4.2.1.10).
func withinName(name, base []byte) bool {
	x, err := matchName(name)
	if err != nil {
		return false
	}
	y, err := matchName(base)
	return err == nil && len(y) <= len(x) && slices.Equal(x[:len(y)], y)
}
