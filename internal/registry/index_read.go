package registry

import (
	"encoding/binary"
	"errors"
)

// copyReader reads what COPY … TO STDOUT (FORMAT binary) sends and calls row for
// each row; the fields are not to be kept.
type copyReader struct {
	fields  int
	row     func([][]byte) error
	begun   bool
	rest    []byte
	current [][]byte
}

var errCopy = errors.New("COPY sent something else than expected")

func (c *copyReader) Write(p []byte) (int, error) {
	n, data := len(p), p
	if len(c.rest) > 0 {
		c.rest = append(c.rest, p...)
		data = c.rest
	}
	if !c.begun {
		if len(data) < len(copyHead) {
			c.rest = append(c.rest[:0], data...)
			return n, nil
		}
		data, c.begun = data[len(copyHead):], true
	}
	for len(data) >= 2 {
		size, err := c.one(data)
		if err != nil {
			return 0, err
		}
		if size == 0 {
			break
		}
		data = data[size:]
	}
	c.rest = append(c.rest[:0], data...)
	return n, nil
}

// one takes the row at the beginning of data and returns its length, 0 when it
// is not all there.
func (c *copyReader) one(data []byte) (int, error) {
	switch count := binary.BigEndian.Uint16(data); {
	case count == 0xffff: // the end
		return 2, nil
	case int(count) != c.fields:
		return 0, errCopy
	}
	c.current = c.current[:0]
	at := 2
	for range c.fields {
		if len(data) < at+4 {
			return 0, nil
		}
		size := int(int32(binary.BigEndian.Uint32(data[at:])))
		if at += 4; size < 0 {
			return 0, errCopy // none of the columns may be null
		}
		if len(data) < at+size {
			return 0, nil
		}
		c.current = append(c.current, data[at:at+size])
		at += size
	}
	return at, c.row(c.current)
}
