package pdfsig

// The values of a PDF (ISO 32000-1, 7.3): nil, bool, int, float64, name, text,
// array, dict, ref; a stream stands only as the whole of an object.
type (
	name  string
	array []any
	dict  map[name]any
	ref   struct{ num, gen int }
	// keyword is anything else: obj, endobj, stream, R, xref.
	keyword string
)

// text is a string with the place of its token in the file, which tells whether
// it is what a signature leaves out. In an object stream the place is -1.
type text struct {
	b          string
	start, end int
	hex        bool
}

// stream is a dictionary with the raw bytes, which stand in the file.
type stream struct {
	dict       dict
	start, end int
}

// object is an indirect object as it stands in the file; one out of an object
// stream stands nowhere (start is -1).
type object struct {
	num, gen   int
	value      any
	start, end int
	twice      bool // a dictionary in it has a key twice
}

// dictOf returns a dictionary or that of a stream; nil for anything else.
func dictOf(v any) dict {
	switch v := v.(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}
