package registry

import (
	"encoding/binary"
	"fmt"
	"os"
)

// spill sorts roughly more than memory holds: records are appended to numbered
// parts in any order, kept in one file, and read back a part at a time. It takes
// one block of memory for each part begun.
type spill struct {
	file  *os.File
	end   int64
	parts []*spillPart
}

const spillBlock = 32 << 10

type spillPart struct {
	buf    []byte // not yet in the file
	blocks []spillExtent
	size   int // bytes in all, buf included
}

type spillExtent struct {
	at int64
	n  int
}

// newSpill makes the file in the folder for temporary ones. The file has no
// name, so a killed process leaves nothing.
func newSpill() (*spill, error) {
	f, err := os.CreateTemp("", "console-index-*")
	if err != nil {
		return nil, fmt.Errorf("room for sorting: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("room for sorting: %w", err)
	}
	return &spill{file: f}, nil
}

func (s *spill) close() { s.file.Close() }

// room returns the part's buffer with room for n bytes more; the caller appends
// them and hands it back to put.
func (s *spill) room(part uint32, n int) (*spillPart, error) {
	for int(part) >= len(s.parts) {
		s.parts = append(s.parts, nil)
	}
	p := s.parts[part]
	if p == nil {
		p = &spillPart{buf: make([]byte, 0, spillBlock)}
		s.parts[part] = p
	}
	if len(p.buf)+n > cap(p.buf) {
		if _, err := s.file.WriteAt(p.buf, s.end); err != nil {
			return nil, fmt.Errorf("room for sorting: %w", err)
		}
		p.blocks = append(p.blocks, spillExtent{s.end, len(p.buf)})
		s.end += int64(len(p.buf))
		p.buf = p.buf[:0]
	}
	p.size += n
	return p, nil
}

// add appends one number to a part.
func (s *spill) add(part uint32, v uint64) error {
	p, err := s.room(part, 8)
	if err != nil {
		return err
	}
	p.buf = binary.LittleEndian.AppendUint64(p.buf, v)
	return nil
}

// bytes reads a part back in the order it was written, into buf if that is
// large enough.
func (s *spill) bytes(part int, buf []byte) ([]byte, error) {
	p := s.parts[part]
	if p == nil {
		return buf[:0], nil
	}
	if cap(buf) < p.size {
		buf = make([]byte, p.size)
	}
	buf = buf[:0]
	for _, b := range p.blocks {
		if _, err := s.file.ReadAt(buf[len(buf):len(buf)+b.n], b.at); err != nil {
			return nil, fmt.Errorf("room for sorting: %w", err)
		}
		buf = buf[:len(buf)+b.n]
	}
	return append(buf, p.buf...), nil
}

// numbers is bytes for what add wrote.
func (s *spill) numbers(part int, raw []byte, list []uint64) ([]byte, []uint64, error) {
	raw, err := s.bytes(part, raw)
	if err != nil {
		return nil, nil, err
	}
	if n := len(raw) / 8; cap(list) < n {
		list = make([]uint64, n)
	}
	list = list[:len(raw)/8]
	for i := range list {
		list[i] = binary.LittleEndian.Uint64(raw[8*i:])
	}
	return raw, list, nil
}

// sortHigh orders numbers by their upper half; equal ones stay in their order.
// other is room of the same length, and what is returned is one of the two.
func sortHigh(list, other []uint64) []uint64 {
	const digit = 11
	for shift := 32; shift < 64; shift += digit {
		var at [1 << digit]int
		for _, v := range list {
			at[v>>shift&(1<<digit-1)]++
		}
		sum := 0
		for i, n := range at {
			at[i], sum = sum, sum+n
		}
		for _, v := range list {
			d := v >> shift & (1<<digit - 1)
			other[at[d]] = v
			at[d]++
		}
		list, other = other, list
	}
	return list
}
