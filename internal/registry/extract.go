package registry

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Errors of ParseExtract.
var (
	ErrNoRecord   = errors.New("extract holds no record")
	ErrManyRecord = errors.New("extract holds more than one record")
)

// ParseExtract reads the one record of an extract in the form of a dump, or of
// the tax service's answer through SMEV. Errors
// are ErrNotDump, ErrDoctype, ErrCutOff, ErrNoRecord, ErrManyRecord, a
// *RejectError that says what is wrong with the record, or r's own.
func ParseExtract(r io.Reader) (*Record, Meta, error) {
	start := bufio.NewReaderSize(r, 4<<10)
	head, err := start.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, Meta{}, err
	}
	r = start
	if isAnswer(head) {
		plain, err := asDump(start)
		if err != nil {
			return nil, Meta{}, err
		}
		r = bytes.NewReader(plain)
	}
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
