package xmldsig

import (
	"encoding/xml"
	"errors"
)

// ErrNoElement is returned by Element when a step of the path finds no element
// or more than one.
var ErrNoElement = errors.New("xmldsig: no such element")

// Element returns the exclusive canonical form of the element reached from the
// document by the path of names, the root's first. The zero name matches the
// only child element, whatever its name. The result is a document by itself:
// every namespace it uses is declared in it.
func Element(doc []byte, path ...xml.Name) ([]byte, error) {
	t, err := parse(doc)
	if err != nil {
		return nil, err
	}
	e := elem{t, 0}
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
