package pdfsig

import "slices"

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
