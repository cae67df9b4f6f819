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
