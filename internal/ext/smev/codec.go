package smev

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// Errors of reading a content. None of them quotes it: it is personal data.
var (
	ErrOtherType = errors.New("smev: the answer is of another information type")
	ErrForeign   = errors.New("smev: the answer has an element of a foreign namespace")
	ErrTooLarge  = errors.New("smev: the content exceeds the limits")
)

// maxContent bounds a content in octets: the register's answers about banks with
// thousands of branches are a few MB. maxNested bounds elements in each other.
const (
	maxContent = 32 << 20
	maxNested  = 40
)

// codec writes the questions and reads the answers of one version.
type codec struct {
	write func(Type, any) ([]byte, error)
	read  func(Type, []byte) (any, error)
}

// codecOf joins a pair of functions of their own types to the table.
func codecOf[Q, A any](write func(Type, Q) ([]byte, error), read func(Type, []byte) (A, error)) codec {
	return codec{
		write: func(t Type, q any) ([]byte, error) {
			asked, ok := q.(Q)
			if !ok {
				return nil, fmt.Errorf("smev: %s does not ask with a %T", t.Key, q)
			}
			return write(t, asked)
		},
		read: func(t Type, content []byte) (any, error) { return read(t, content) },
	}
}

// Write returns the content of the question in this version.
func (t Type) Write(question any) ([]byte, error) { return t.write(t, question) }

// Read reads the content of an answer in this version.
func (t Type) Read(content []byte) (any, error) { return t.read(t, content) }

// decode reads an answer to one of the questions, in whichever version it came.
func decode[A any](content []byte, keys ...string) (a A, err error) {
	if len(content) > maxContent {
		return a, ErrTooLarge
	}
	root, err := rootOf(content)
	if err != nil {
		return a, err
	}
	t, ok := Types.Of(root)
	if !ok || !slices.Contains(keys, t.Key) {
		return a, ErrOtherType
	}
	x, err := t.read(t, content)
	if err != nil {
		return a, err
	}
	return x.(A), nil // a key's versions read into one struct: TestTypes
}

// parse reads a content of type t into v: the root must be the answer's, and
// every element of the type's own or common namespaces.
func (t Type) parse(content []byte, v any) error {
	if len(content) > maxContent {
		return ErrTooLarge
	}
	clean, err := xmldsig.Canonicalize(content)
	if err != nil {
		return err
	}
	root, err := t.survey(clean)
	if err != nil {
		return err
	}
	if root.Space != t.Namespace || !t.anyRoot && root.Local != t.Answer {
		return ErrOtherType
	}
	return xml.Unmarshal(clean, v)
}

// survey walks over the elements before anything is built of them.
func (t Type) survey(clean []byte) (root xml.Name, err error) {
	d := xml.NewDecoder(bytes.NewReader(clean))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxNested {
				return root, ErrTooLarge
			}
			if depth == 1 {
				root = x.Name
			}
			if root.Space == t.Namespace && !t.knows(x.Name.Space) {
				return root, ErrForeign
			}
		case xml.EndElement:
			depth--
		}
	}
}

func (t Type) knows(space string) bool {
	return space == t.Namespace || slices.ContainsFunc(t.Commons, func(stem string) bool { return strings.HasPrefix(space, stem) })
}

func rootOf(content []byte) (xml.Name, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.Token()
		if err != nil {
			return xml.Name{}, fmt.Errorf("smev: the content is not XML: %w", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			return e.Name, nil
		}
	}
}

// encode writes a content in canonical form, where every namespace is declared
// once.
func encode(v any) ([]byte, error) {
	b, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return xmldsig.Canonicalize(b)
}

// asked is the root of a question's content.
func (t Type) asked() xml.Name { return xml.Name{Space: t.Namespace, Local: t.Request} }

// date is a calendar date on the wire, xs:date; the time's own zone counts.
func date(t time.Time) string { return t.Format(time.DateOnly) }

// digits keeps the digits of a number written for people.
func digits(s string) string {
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, s)
}

// number is digits of exactly n signs; what names it in the error, the value
// itself is personal data and is left out.
func number(what, s string, n int) (string, error) {
	d := digits(s)
	if len(d) != n {
		return "", fmt.Errorf("smev: %s must have %d digits", what, n)
	}
	return d, nil
}
