package pdfsig

import (
	"fmt"
	"slices"
)

// fields compares two lists of fields: those of the signed document are still
// there, and only signature fields came.
func (c *comparison) fields(x, y any, prefix string, kind any, where string, depth int) {
	a, ok := c.signed.resolve(x).(array)
	b, ok2 := c.now.resolve(y).(array)
	if depth > maxNesting {
		c.add(Content, where)
		return
	}
	if !ok || !ok2 {
		c.strict(x, y, where)
	}
	for _, v := range a {
		switch r, isRef := v.(ref); {
		case !isRef || !holds(b, r):
			c.add(Content, where)
		case c.signed.plain(r) == nil || c.now.plain(r) == nil:
			c.strict(r, r, where)
		case c.role(r, r):
			c.field(r, prefix, kind, where, depth)
		}
	}
	for _, v := range b {
		if r, isRef := v.(ref); !isRef || !holds(a, r) {
			c.newWidget(v, where)
		}
	}
}

// holds reports whether a list holds the reference.
func holds(list array, r ref) bool {
	return slices.ContainsFunc(list, func(v any) bool { return v == r })
}

// field compares a field, or a widget of one, with itself.
func (c *comparison) field(v ref, prefix string, kind any, where string, depth int) {
	a, b := c.signed.plain(v), c.now.plain(v)
	if own, ok := a["FT"]; ok {
		kind = c.signed.resolve(own)
	}
	full := prefix
	if t, ok := c.signed.resolve(a["T"]).(text); ok {
		if full != "" {
			full += "."
		}
		full += decodeText(t.b)
	}
	where = under(where, "/"+full)
	var may []name // change
	empty := c.signed.resolve(a["V"]) == nil
	switch {
	case kind == name("Sig") && empty && c.now.resolve(b["V"]) != nil:
		c.newSignature(b, where)
		may = []name{"V", "AP", "AS", "F", "Ff", "M", "P", "MK", "DA", "Lock"}
	case kind == name("Sig"):
	case c.differ(a, b, "V", "AS"):
		may = []name{"V", "AS", "AP", "MK", "I", "TI", "RV", "M", "DA", "Ff"}
		c.add(FormFilled, full)
	}
	for _, key := range keys(a, b) {
		switch {
		case key == "Kids":
			c.fields(a[key], b[key], full, kind, where, depth+1)
		case key == "Parent", slices.Contains(may, key):
		default:
			c.strict(a[key], b[key], under(where, "/"+string(key)))
		}
	}
	if c.differ(a, b, "Parent") {
		c.add(Content, where)
	}
}

func (c *comparison) differ(a, b dict, keys ...name) bool {
	for _, key := range keys {
		if !c.same(a[key], b[key]) {
			return true
		}
	}
	return false
}

// newSignature tells a signature from a time-stamp.
func (c *comparison) newSignature(field dict, where string) {
	sig := dictOf(c.now.resolve(field["V"]))
	if c.now.resolve(sig["SubFilter"]) == name("ETSI.RFC3161") {
		c.add(NewTimestamp, where)
		return
	}
	c.record(Change{Kind: NewSignature, Where: where, Allowed: c.permissions != 1, Visible: c.visible(field)})
}

// visible reports whether the field, or a widget of it, has a place on a page
// and something to draw there.
func (c *comparison) visible(field dict) bool {
	kids, _ := c.now.resolve(field["Kids"]).(array)
	return c.drawn(field) || slices.ContainsFunc(kids, func(k any) bool { return c.drawn(c.now.plain(k)) })
}

func (c *comparison) drawn(field dict) bool {
	rect, _ := c.now.resolve(field["Rect"]).(array)
	if len(rect) != 4 || c.now.resolve(field["AP"]) == nil {
		return false
	}
	return !c.sameNumber(rect[0], rect[2]) && !c.sameNumber(rect[1], rect[3])
}

func (c *comparison) sameNumber(a, b any) bool {
	return fmt.Sprint(c.now.resolve(a)) == fmt.Sprint(c.now.resolve(b))
}

// newWidget judges a field or widget that came later: of a signature or none.
func (c *comparison) newWidget(v any, where string) {
	if r, ok := v.(ref); ok {
		if c.fresh[r] {
			return
		}
		c.fresh[r] = true
	}
	d := dictOf(c.now.resolve(v))
	kind, value := d["FT"], d["V"]
	for parent, n := d, 0; kind == nil && n < maxNesting; n++ {
		if parent = dictOf(c.now.resolve(parent["Parent"])); parent == nil {
			break
		}
		kind, value = parent["FT"], parent["V"]
	}
	if c.now.resolve(kind) != name("Sig") {
		c.add(Content, where)
		return
	}
	c.newSignature(dict{"V": value, "Rect": d["Rect"], "AP": d["AP"], "Kids": d["Kids"]}, where)
}
