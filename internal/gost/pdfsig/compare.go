package pdfsig

// Change is something that came after a signature.
type Change struct {
	Kind    Kind
	Where   string // the way from the root, or the name of the field
	Allowed bool   // by the signature and what certifies the document
	// Visible: a new signature draws something over a page, which may cover
	// what was signed.
	Visible bool
}

// Kind tells changes apart.
type Kind string

// The kinds of change. The first four take nothing from what was signed.
const (
	NewSignature   Kind = "signature"       // somebody else signed
	NewTimestamp   Kind = "timestamp"       // of the document
	ValidationData Kind = "validation-data" // DSS: certificates, lists and answers
	Metadata       Kind = "metadata"        // the description of the file, not its pages
	FormFilled     Kind = "form"            // values of fields
	Annotation     Kind = "annotation"      // notes over the pages, added, changed or taken off
	Content        Kind = "content"         // pages, fonts, appearances, the form itself, a signature taken off
	StrayBytes     Kind = "stray-bytes"     // bytes that belong to no object: another program may read them
	Replaced       Kind = "replaced"        // not appended to the signed revision but put in its place
)

const (
	maxChanges = 32
	maxSteps   = 4 << 20
)

func allAllowed(all []Change) bool {
	for _, c := range all {
		if !c.Allowed {
			return false
		}
	}
	return true
}

// comparison walks the signed document and the present one side by side.
type comparison struct {
	signed, now *file
	permissions int
	lock        dict // FieldMDP of the signature
	changes     []Change
	seen        map[pair]bool // compared, or compared by the rules of their role
	fresh       map[ref]bool  // new fields that are counted
	queue       []task
	steps       int
}

type pair struct{ signed, now ref }

type task struct {
	signed, now any
	where       string
}

// compare lists what the present document has that the signed one, which ends
// at end, had not.
func (f *file) compare(now *file, end, permissions int, lock dict) []Change {
	c := &comparison{signed: f, now: now, permissions: permissions, lock: lock, seen: map[pair]bool{}, fresh: map[ref]bool{}, steps: maxSteps}
	if now.rebuilt || !now.continues(f) {
		c.add(Replaced, "")
	}
	if !now.rebuilt && !now.accounted(end) {
		c.add(StrayBytes, "")
	}
	c.catalog()
	if !c.same(f.trailer["Info"], now.trailer["Info"]) {
		c.add(Metadata, "/Info")
	}
	c.run()
	return c.changes
}

// continues reports whether the document is built on the signed one.
func (f *file) continues(signed *file) bool {
	for _, s := range f.sections {
		if len(signed.sections) > 0 && s.start == signed.sections[0].start {
			return true
		}
	}
	return false
}

func (c *comparison) add(kind Kind, where string) {
	allowed := false
	switch kind {
	case NewTimestamp, ValidationData:
		allowed = true
	case NewSignature, Metadata:
		allowed = c.permissions != 1
	case FormFilled:
		allowed = c.permissions >= 2 && !c.locked(where)
	case Annotation:
		allowed = c.permissions == 3
	}
	c.record(Change{Kind: kind, Where: where, Allowed: allowed})
}

func (c *comparison) record(change Change) {
	for _, other := range c.changes {
		if other == change {
			return
		}
	}
	if len(c.changes) < maxChanges || !change.Allowed && allAllowed(c.changes) {
		c.changes = append(c.changes, change)
	}
}

// locked reports whether the signature forbids to change the field
// (ISO 32000-1, 12.8.2.4).
func (c *comparison) locked(field string) bool {
	if c.lock == nil {
		return false
	}
	listed := false
	list, _ := c.signed.resolve(c.lock["Fields"]).(array)
	for _, v := range list {
		if t, ok := c.signed.resolve(v).(text); ok && decodeText(t.b) == field {
			listed = true
		}
	}
	switch c.signed.resolve(c.lock["Action"]) {
	case name("Include"):
		return listed
	case name("Exclude"):
		return !listed
	}
	return true
}

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
