package registry

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// garRow checks the attributes of one element and collects what is stored of
// them, in the text form of COPY.
type garRow struct {
	tag   garTag
	out   []byte
	begun bool
	err   error
}

func (r *garRow) fail(name, what string) {
	if r.err == nil {
		r.err = errors.New(name + " " + what)
	}
}

func (r *garRow) put(value string) {
	if r.begun {
		r.out = append(r.out, '\t')
	}
	r.begun = true
	r.out = appendCopy(r.out, value)
}

// text is at most limit characters; required ones are not empty.
func (r *garRow) text(name string, limit int, required bool) string {
	v := r.tag.get(name)
	switch {
	case required && len(v) == 0:
		r.fail(name, "не указан")
	case utf8.RuneCount(v) > limit:
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
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil || n < low || n > high {
		r.fail(name, fmt.Sprintf("«%.20s» — не число от %d до %d", v, low, high))
	}
	return n
}

// id is a number of the register's own.
func (r *garRow) id(name string) int64 { return r.number(name, 1, 1<<62, true) }

func (r *garRow) guid(name string) string {
	v := strings.ToLower(string(r.tag.get(name)))
	if !validGUID(v) {
		r.fail(name, fmt.Sprintf("«%.40s» — не GUID", v))
	}
	return v
}

func (r *garRow) date(name string) string {
	v := string(r.tag.get(name))
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		r.fail(name, fmt.Sprintf("«%.20s» — не дата", v))
	}
	return v
}

func (r *garRow) flag(name string) bool {
	switch v := string(r.tag.get(name)); v {
	case "1", "true":
		return true
	case "0", "false":
	default:
		r.fail(name, fmt.Sprintf("«%.20s» — не 0 и не 1", v))
	}
	return false
}

// path is PATH as an array of PostgreSQL; it ends with the object itself.
func (r *garRow) path(objectid int64) string {
	v := string(r.tag.get("PATH"))
	steps := strings.Split(v, ".")
	for _, step := range steps {
		if n, err := strconv.ParseInt(step, 10, 64); err != nil || n < 1 || len(steps) > 32 {
			r.fail("PATH", fmt.Sprintf("«%.40s» записан неверно", v))
		}
	}
	if steps[len(steps)-1] != strconv.FormatInt(objectid, 10) {
		r.fail("PATH", "не заканчивается самим объектом")
	}
	return "{" + strings.Join(steps, ",") + "}"
}

// validGUID takes the lower-case form with dashes.
func validGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

func copyFlag(v bool) string {
	if v {
		return "t"
	}
	return "f"
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
