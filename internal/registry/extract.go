package registry

import (
	"errors"
	"io"
)

// Errors of ParseExtract.
var (
	ErrNoRecord   = errors.New("extract holds no record")
	ErrManyRecord = errors.New("extract holds more than one record")
)

// ParseExtract reads the one record of an extract in the form of a dump. Errors
// are ErrNotDump, ErrDoctype, ErrCutOff, ErrNoRecord, ErrManyRecord, a
// *RejectError that says what is wrong with the record, or r's own.
func ParseExtract(r io.Reader) (*Record, Meta, error) {
	dump := NewReader(r)
	raw, err := dump.Next()
	if errors.Is(err, io.EOF) {
		return nil, dump.Meta(), ErrNoRecord
	}
	if err != nil {
		return nil, dump.Meta(), err
	}
	record, err := dump.Parse(raw)
	if err != nil {
		return nil, dump.Meta(), err
	}
	if _, err := dump.Next(); err == nil {
		return nil, dump.Meta(), ErrManyRecord
	} else if !errors.Is(err, io.EOF) {
		return nil, dump.Meta(), err
	}
	return record, dump.Meta(), nil
}
