package pdfsig

// strict wants two values to be the same, with all they lead to.
func (c *comparison) strict(signed, now any, where string) {
	c.queue = append(c.queue, task{signed, now, where})
}

// run works off what strict put down: last, so that what has a role of its own
// is known by then.
func (c *comparison) run() {
	for len(c.queue) > 0 {
		t := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		where, same := c.equal(t.signed, t.now, t.where, c.seen, &c.queue)
		if c.steps < 0 {
			c.add(Content, "…")
			return
		}
		if !same {
			c.add(Content, where)
		}
	}
}

// same reports whether two values are equal with all they lead to.
func (c *comparison) same(signed, now any) bool {
	seen, queue := map[pair]bool{}, []task{{signed, now, ""}}
	for len(queue) > 0 {
		t := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if _, same := c.equal(t.signed, t.now, "", seen, &queue); !same {
			return false
		}
	}
	return true
}

// equal compares two values; references inside are put into the queue. Where
// they differ, the way there is returned.
func (c *comparison) equal(a, b any, where string, seen map[pair]bool, queue *[]task) (string, bool) {
	if c.steps--; c.steps < 0 {
		return where, false
	}
	x, xIs := a.(ref)
	y, yIs := b.(ref)
	if xIs && yIs {
		p := pair{x, y}
		if seen[p] || c.seen[p] {
			return "", true
		}
		seen[p] = true
		one, two := c.signed.object(x), c.now.object(y)
		// What cannot be read here may be read elsewhere, with what it leads to.
		if one == nil && c.signed.has(x.num) || two == nil && c.now.has(y.num) {
			return where, false
		}
		return c.equalValues(one.held(), two.held(), where, queue)
	}
	return c.equalValues(c.signed.resolve(a), c.now.resolve(b), where, queue)
}

// held is the value of an object: null when there is none, or a reference.
func (o *object) held() any {
	if o == nil {
		return nil
	}
	if _, again := o.value.(ref); again {
		return nil
	}
	return o.value
}

func (f *file) has(num int) bool {
	e, ok := f.table[num]
	return ok && !e.free
}

// equalValues compares what is no reference; inside, references are queued.
func (c *comparison) equalValues(a, b any, where string, queue *[]task) (string, bool) {
	if c.steps--; c.steps < 0 {
		return where, false
	}
	inner := func(a, b any, where string) (string, bool) {
		_, one := a.(ref)
		_, two := b.(ref)
		if one || two {
			*queue = append(*queue, task{a, b, where})
			return "", true
		}
		return c.equalValues(a, b, where, queue)
	}
	switch a := a.(type) {
	case array:
		b, ok := b.(array)
		if !ok || len(a) != len(b) {
			return where, false
		}
		for i := range a {
			if at, same := inner(a[i], b[i], under(where, "[]")); !same {
				return at, false
			}
		}
		return "", true
	case dict:
		b, ok := b.(dict)
		if !ok {
			return where, false
		}
		for _, key := range keys(a, b) {
			if at, same := inner(a[key], b[key], under(where, "/"+string(key))); !same {
				return at, false
			}
		}
		return "", true
	case *stream:
		b, ok := b.(*stream)
		if !ok || string(c.signed.b[a.start:a.end]) != string(c.now.b[b.start:b.end]) {
			return where, false
		}
		return c.equalValues(a.dict, b.dict, where, queue)
	case text:
		b, ok := b.(text)
		return where, ok && a.b == b.b
	}
	switch b.(type) { // not comparable with ==
	case array, dict, *stream:
		return where, false
	}
	return where, a == b
}

// under extends the way from the root, which is for people: it stays short.
func under(where, step string) string {
	if len(where) > 100 {
		return where
	}
	return where + step
}
