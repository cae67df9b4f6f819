package pdfsig

import (
	"fmt"
	"slices"
)

// What may change after a signature has a place in the document: the walk
// through catalog, form, fields, pages and annotations tells it by that place.
// Everything else must stay as it was.

// role marks a pair as walked by rules of its own; false when it was already.
func (c *comparison) role(a, b any) bool {
	x, ok := a.(ref)
	y, ok2 := b.(ref)
	if !ok || !ok2 {
		return true
	}
	p := pair{x, y}
	if c.seen[p] {
		return false
	}
	c.seen[p] = true
	return true
}

// keys are those of both, in order.
func keys(a, b dict) []name {
	all := make([]name, 0, len(a))
	for k := range a {
		all = append(all, k)
	}
	for k := range b {
		if _, both := a[k]; !both {
			all = append(all, k)
		}
	}
	slices.Sort(all)
	return all
}

func (c *comparison) catalog() {
	c.role(c.signed.trailer["Root"], c.now.trailer["Root"])
	a, b := c.signed.catalog(), c.now.catalog()
	c.role(a["Pages"], b["Pages"]) // before anything leads there
	for _, key := range keys(a, b) {
		where := "/" + string(key)
		switch key {
		case "AcroForm":
			c.form(a[key], b[key], where)
		case "Pages":
			c.pages(a[key], b[key], where, 0)
		case "DSS":
			if !c.same(a[key], b[key]) {
				c.add(ValidationData, where)
			}
		case "Metadata", "Extensions", "Version":
			if !c.same(a[key], b[key]) {
				c.add(Metadata, where)
			}
		default:
			c.strict(a[key], b[key], where)
		}
	}
}

func (c *comparison) form(x, y any, where string) {
	a, b := c.signed.plain(x), c.now.plain(y)
	if a == nil || b == nil {
		c.strict(x, y, where)
		return
	}
	c.role(x, y)
	for _, key := range keys(a, b) {
		switch where := where + "/" + string(key); key {
		case "Fields":
			c.fields(a[key], b[key], "", nil, where, 0)
		case "SigFlags":
		case "DA", "NeedAppearances":
			if !c.same(a[key], b[key]) {
				c.add(FormFilled, where)
			}
		case "DR": // what was there stays; new fonts for new values
			c.resources(a[key], b[key], where)
		default:
			c.strict(a[key], b[key], where)
		}
	}
}

func (c *comparison) resources(x, y any, where string) {
	a, b := c.signed.plain(x), c.now.plain(y)
	if a == nil || b == nil {
		c.strict(x, y, where)
	}
	for _, category := range keys(a, nil) {
		one, two := c.signed.resolve(a[category]), c.now.resolve(b[category])
		if d, ok := one.(dict); ok {
			other, _ := two.(dict)
			for _, key := range keys(d, nil) {
				c.strict(d[key], other[key], under(where, "/"+string(category)+"/"+string(key)))
			}
		} else {
			c.strict(one, two, under(where, "/"+string(category)))
		}
	}
}

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

// pages walks the page tree.
func (c *comparison) pages(x, y any, where string, depth int) {
	a, b := c.signed.plain(x), c.now.plain(y)
	if depth > maxNesting || a == nil || b == nil || c.steps < 0 {
		c.add(Content, where)
		return
	}
	c.steps--
	if c.signed.resolve(a["Type"]) == name("Page") {
		c.page(a, b, where)
		return
	}
	one, ok := c.signed.resolve(a["Kids"]).(array)
	two, ok2 := c.now.resolve(b["Kids"]).(array)
	if !ok || !ok2 || len(one) != len(two) {
		c.add(Content, under(where, "/Kids"))
		return
	}
	for i := range one {
		if c.role(one[i], two[i]) {
			c.pages(one[i], two[i], under(where, "/Kids"), depth+1)
		}
	}
	for _, key := range keys(a, b) {
		if key != "Kids" {
			c.strict(a[key], b[key], under(where, "/"+string(key)))
		}
	}
}

func (c *comparison) page(a, b dict, where string) {
	for _, key := range keys(a, b) {
		switch where := under(where, "/"+string(key)); key {
		case "Annots":
			c.annotations(a[key], b[key], where)
		case "LastModified", "PieceInfo":
			if !c.same(a[key], b[key]) {
				c.add(Metadata, where)
			}
		default:
			c.strict(a[key], b[key], where)
		}
	}
}

// annotations compares those of a page. Widgets are the faces of fields.
func (c *comparison) annotations(x, y any, where string) {
	a, ok := c.signed.resolve(x).(array)
	b, ok2 := c.now.resolve(y).(array)
	if !ok && x != nil || !ok2 && y != nil { // not a list, or out of reach
		c.strict(x, y, where)
	}
	for _, v := range a {
		r, isRef := v.(ref)
		widget := dictOf(c.signed.resolve(v))["Subtype"] == name("Widget")
		switch {
		case isRef && holds(b, r):
			if widget {
				c.strict(v, v, where) // walked already when it is under the form
			} else if !c.same(v, v) {
				c.add(Annotation, where)
			}
		case !isRef && slices.ContainsFunc(b, func(other any) bool { _, isRef := other.(ref); return !isRef && c.same(v, other) }):
		case widget:
			c.add(Content, where)
		default:
			c.add(Annotation, where)
		}
	}
	for _, v := range b {
		r, isRef := v.(ref)
		if isRef && holds(a, r) ||
			!isRef && slices.ContainsFunc(a, func(other any) bool { _, isRef := other.(ref); return !isRef && c.same(other, v) }) {
			continue
		}
		if dictOf(c.now.resolve(v))["Subtype"] == name("Widget") {
			c.newWidget(v, where)
		} else {
			c.add(Annotation, where)
		}
	}
}
