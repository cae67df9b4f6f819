package xmldsig

import (
	"encoding/xml"
	"errors"
)

// ErrNoElement is returned by Element when a step of the path finds no element
// or more than one.
var ErrNoElement = errors.New("xmldsig: no such element")

// Document is a message that was read once, for several looks at it. All of them
// together are held to the limits of one document, and are for one goroutine.
type Document struct{ t *tree }

// Parse reads a document. The error tells what is not well-formed, not accepted
// (ErrDTD) or too large (ErrTooLarge).
func Parse(doc []byte) (*Document, error) {
	t, err := parse(doc)
	if err != nil {
		return nil, err
	}
	return &Document{t}, nil
}

// Element returns the exclusive canonical form of the element reached from the
// document by the path of names, the root's first. The zero name matches the
// only child element, whatever its name. The result is a document by itself:
// every namespace it uses is declared in it.
func Element(doc []byte, path ...xml.Name) ([]byte, error) {
	d, err := Parse(doc)
	if err != nil {
		return nil, err
	}
	return d.Element(path...)
}

// Element is the function of this name on a document read before.
func (d *Document) Element(path ...xml.Name) ([]byte, error) {
	e := elem{d.t, 0}
	for _, name := range path {
		var next elem
		if name != (xml.Name{}) {
			next = e.only(name.Space, name.Local)
		} else if all := e.elements(); len(all) == 1 {
			next = all[0]
		}
		if next.none() {
			return nil, ErrNoElement
		}
		e = next
	}
	return C14N{}.form(e)
}
