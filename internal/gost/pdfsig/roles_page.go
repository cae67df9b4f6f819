package pdfsig

import "slices"

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
