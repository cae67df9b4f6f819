package registry

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// garRow checks the attributes of one element and collects what is stored of
// them, in the binary form of COPY.
type garRow struct {
	tag *garTag
	out copyRows
	err error
	// objectid is what the row tells of, once it is read.
	objectid int64
}

func (r *garRow) fail(name, what string) {
	if r.err == nil {
		r.err = errors.New(name + " " + what)
	}
}

// text is at most limit characters; required ones are not empty.
func (r *garRow) text(name string, limit int, required bool) string {
	v := r.tag.get(name)
	switch {
	case required && len(v) == 0:
		r.fail(name, "не указан")
	case len(v) > limit && utf8.RuneCount(v) > limit:
		r.fail(name, fmt.Sprintf("длиннее %d знаков", limit))
	}
	return strings.TrimSpace(string(v))
}

// number is from low to high; what is absent is 0 unless required.
func (r *garRow) number(name string, low, high int64, required bool) int64 {
	v := r.tag.get(name)
	if len(v) == 0 && !required {
		return 0
	}
	n, ok := garNumber(v)
	if !ok || n < low || n > high {
		r.fail(name, fmt.Sprintf("«%.20s» — не число от %d до %d", v, low, high))
	}
	return n
}

// garNumber reads up to 18 digits.
func garNumber(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(b) > 0 && len(b) <= 18
}

// id is a number of the register's own.
func (r *garRow) id(name string) int64 { return r.number(name, 1, 1<<59, true) }

// object is the number of the object the row tells of.
func (r *garRow) object() int64 {
	r.objectid = r.id("OBJECTID")
	return r.objectid
}

func (r *garRow) flag(name string) bool {
	switch v := r.tag.get(name); string(v) {
	case "1", "true":
		return true
	case "0", "false":
	default:
		r.fail(name, fmt.Sprintf("«%.20s» — не 0 и не 1", v))
	}
	return false
}

// date is in days since 2000, as the database counts.
func (r *garRow) date(name string) int32 {
	v := r.tag.get(name)
	if len(v) != len(time.DateOnly) || v[4] != '-' || v[7] != '-' {
		r.fail(name, fmt.Sprintf("«%.20s» — не дата", v))
		return 0
	}
	year, ok := garNumber(v[:4])
	month, ok2 := garNumber(v[5:7])
	day, ok3 := garNumber(v[8:])
	t := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	if !ok || !ok2 || !ok3 || year == 0 || t.Day() != int(day) || t.Month() != time.Month(month) {
		r.fail(name, fmt.Sprintf("«%.20s» — не дата", v))
	}
	return int32(t.Unix()/86400 - 10957)
}

// path checks PATH, which ends with the object itself, and returns it with the
// object before it, 0 of a region.
func (r *garRow) path() (path string, parent int64) {
	v := r.tag.get("PATH")
	var steps [32]int64
	n := 0
	for rest := v; ; {
		i := 0
		for i < len(rest) && rest[i] != '.' {
			i++
		}
		step, ok := garNumber(rest[:i])
		if !ok || step < 1 || n == len(steps) {
			r.fail("PATH", fmt.Sprintf("«%.40s» записан неверно", v))
			return "", 0
		}
		for _, other := range steps[:n] {
			if other == step {
				r.fail("PATH", fmt.Sprintf("«%.40s» проходит через %d дважды", v, step))
			}
		}
		steps[n], n = step, n+1
		if i == len(rest) {
			break
		}
		rest = rest[i+1:]
	}
	if steps[n-1] != r.objectid {
		r.fail("PATH", "не заканчивается самим объектом")
	}
	if n > 1 {
		parent = steps[n-2]
	}
	return string(v), parent
}

// guid appends a GUID as a column.
func (r *garRow) guid(name string) {
	v := r.tag.get(name)
	if !validGUID(v) {
		r.fail(name, fmt.Sprintf("«%.40s» — не GUID", v))
		return
	}
	var digits [32]byte
	n := 0
	for _, c := range v {
		if c != '-' {
			digits[n], n = c, n+1
		}
	}
	r.out = binary.BigEndian.AppendUint32(r.out, 16)
	r.out, _ = hex.AppendDecode(r.out, digits[:])
}

func (c *copyRows) int16(n int64) {
	*c = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(*c, 2), uint16(n))
}

// validGUID takes the form with dashes.
func validGUID[T string | []byte](s T) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return false
			}
		}
	}
	return true
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
