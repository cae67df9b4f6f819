package pdfsig

import (
	"bytes"
	"encoding/ascii85"
	"encoding/hex"
	"fmt"
	"io"
)

// maxDrawn is how much the pages may inflate to, a multiple of the longest
// extracts'.
const maxDrawn = 128 << 20

// openAny opens a document for reading.
func openAny(pdf []byte) (*file, error) {
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return nil, ErrNotPDF
	}
	return open(pdf, &budget{maxValues / 2, maxDrawn})
}

// maxFilters of one stream, one behind another.
const maxFilters = 4

// inflate undoes the filters of a stream of text, fonts or forms. Those of
// pictures are an error.
func (f *file) inflate(s *stream) ([]byte, error) {
	b := f.b[s.start:s.end]
	filters, parameters := asArray(f.resolve(s.dict["Filter"])), asArray(f.resolve(s.dict["DecodeParms"]))
	if len(filters) > maxFilters {
		return nil, errLimit
	}
	for i, filter := range filters {
		var parameter any
		if i < len(parameters) {
			parameter = f.plain(parameters[i])
		}
		var err error
		switch kind := f.resolve(filter); kind {
		case name("FlateDecode"), name("Fl"):
			b, err = decode(b, dict{"Filter": name("FlateDecode"), "DecodeParms": parameter}, f.budget)
		case name("ASCII85Decode"), name("A85"):
			b, _, _ = bytes.Cut(b, []byte("~>"))
			b, err = io.ReadAll(ascii85.NewDecoder(bytes.NewReader(b)))
		case name("ASCIIHexDecode"), name("AHx"):
			b, _, _ = bytes.Cut(b, []byte(">"))
			b = bytes.Join(bytes.Fields(b), nil)
			plain := make([]byte, len(b)/2)
			_, err = hex.Decode(plain, b[:len(b)/2*2])
			b = plain
		default:
			return nil, fmt.Errorf("%w: filter %v", errSyntax, kind)
		}
		if f.budget.inflated -= len(b) / 8; f.budget.inflated < 0 {
			return nil, errLimit
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// asArray is an array, or the one thing in its place.
func asArray(v any) array {
	switch v := v.(type) {
	case nil:
		return nil
	case array:
		return v
	}
	return array{v}
}
