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
	n, err := parse(doc)
	if err != nil {
		return nil, err
	}
	for _, name := range path {
		var next *node
		if name == (xml.Name{}) {
			if all := n.elements(); len(all) == 1 {
				next = all[0]
			}
		} else {
			next = n.only(name.Space, name.Local)
		}
		if next == nil {
			return nil, ErrNoElement
		}
		n = next
	}
	return canonical(n)
}
