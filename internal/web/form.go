package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"signdesk/internal/fault"
)

// Field is one control of a form, as the partials show it.
type Field struct {
	Name, Label, Value, Hint, Error, Type, Mask string
	Source, SourceAt                            string // where the value came from, and when
	Required, Readonly, Autofocus               bool
	Options                                     []Option
	MaxLength                                   int
}

// Option is one choice of a select.
type Option struct {
	Value, Label string
	Selected     bool
}

// Options marks the one whose value is current.
func Options(current string, pairs ...string) []Option {
	var list []Option
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, Option{pairs[i], pairs[i+1], pairs[i] == current})
	}
	return list
}

// WithErrors puts err's messages at their fields and returns the fields.
func WithErrors(fields []Field, err error) []Field {
	e := fault.As(err)
	if e == nil {
		return fields
	}
	for i := range fields {
		fields[i].Error = e.Fields[fields[i].Name]
	}
	return fields
}

// Text reads a form value: trimmed, NFC, control characters and zero bytes out,
// line breaks kept.
func Text(c *fiber.Ctx, name string) string {
	return Clean(c.FormValue(name))
}

// Clean is Text for a value at hand.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if r < ' ' || r == 0x7f || r == 0xfeff {
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.TrimSpace(s))
}

// ID reads a positive number from the route; anything else is "not found".
func ID(c *fiber.Ctx, name string) (int64, error) {
	n, err := c.ParamsInt(name)
	if err != nil || n <= 0 {
		return 0, fault.Missing()
	}
	return int64(n), nil
}
