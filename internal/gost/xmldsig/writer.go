package xmldsig

// writer collects the octets of one form of an element.
type writer struct {
	*tree
	out   []byte
	limit int
}

func newWriter(e elem) writer {
	from, to := 0, len(e.buf)
	if !e.isDocument() {
		from = int(e.node().name.from)
		if next := int(e.node().next); next < len(e.nodes) {
			to = int(e.nodes[next].name.from)
		}
	}
	return writer{e.tree, make([]byte, 0, to-from+(to-from)/8), min(maxForm, e.left)}
}

// finish returns the form, or the error met while writing it.
func (w *writer) finish(err error) ([]byte, error) {
	w.left -= len(w.out)
	if err != nil {
		return nil, err
	}
	return w.out, nil
}

// namespace and value write the rest of a declaration or of an attribute.
func (w *writer) namespace(uri int32) {
	w.out = append(w.out, `="`...)
	w.out = appendEscaped(w.out, []byte(w.names.uris[uri]), &inAttribute)
	w.out = append(w.out, '"')
}

func (w *writer) value(s span) error {
	w.out = append(w.out, `="`...)
	err := w.escape(s, &inAttribute)
	w.out = append(w.out, '"')
	return err
}

// escape writes characters in pieces: a long text of signs to escape must not
// grow far beyond the limit before anybody looks.
func (w *writer) escape(s span, table *escapes) error {
	const piece = 1 << 20
	b := w.bytes(s)
	for len(b) > piece && w.bounded() == nil {
		w.out = appendEscaped(w.out, b[:piece], table)
		b = b[piece:]
	}
	w.out = appendEscaped(w.out, b, table)
	return w.bounded()
}

func (w *writer) bounded() error {
	if len(w.out) > w.limit {
		return ErrTooLarge
	}
	return nil
}

// escapes says what stands for an octet, "" for the octet itself (C14N 1.0, 2.3).
type escapes [256]string

var (
	inText      = escapes{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}
	inAttribute = escapes{'&': "&amp;", '<': "&lt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}
)

func appendEscaped(out, b []byte, table *escapes) []byte {
	from := 0
	for i, c := range b {
		if s := table[c]; s != "" {
			out = append(append(out, b[from:i]...), s...)
			from = i + 1
		}
	}
	return append(out, b[from:]...)
}
