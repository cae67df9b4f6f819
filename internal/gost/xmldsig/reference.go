package xmldsig

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// target resolves the URI of a Reference: #Id of an element of this document.
func (t *tree) target(ref elem) (id string, target elem, err error) {
	uri, given := ref.attribute("URI")
	id, inside := strings.CutPrefix(uri, "#")
	switch {
	case !given:
		return "", elem{}, errors.New("xmldsig: the Reference names nothing")
	case uri == "":
		return "", elem{}, errors.New("xmldsig: the Reference is to the whole document, want an Id")
	case !inside:
		return uri, elem{}, errors.New("xmldsig: the Reference leads out of the document")
	}
	if kind, typed := ref.attribute("Type"); typed {
		return id, elem{}, fmt.Errorf("xmldsig: the Reference is of type %q", kind)
	}
	target, err = t.resolve(id)
	return id, target, err
}

// resolve finds the element with the Id. SMEV's schemas know the unqualified
// attribute Id only, other readers take ID, id, wsu:Id or xml:id too, and all
// trim the value: a document in which they would find another element, or more
// than one, is refused.
func (t *tree) resolve(id string) (found elem, err error) {
	if !isNCName(id) {
		return found, fmt.Errorf("xmldsig: %q is not an Id", id)
	}
	count := 0
	proper := false
	for i := range t.nodes {
		list := t.attributes(&t.nodes[i])
		here := false
		for j := range list {
			a := &list[j]
			if !bytes.EqualFold(t.attrLocal(a), []byte("Id")) || string(bytes.TrimSpace(t.bytes(a.value))) != id {
				continue
			}
			here = true
			proper = proper || string(t.bytes(a.name)) == "Id" && int(a.value.to-a.value.from) == len(id)
		}
		if here {
			count++
			found = elem{t, int32(i)}
		}
	}
	switch {
	case count == 0:
		return elem{}, fmt.Errorf("xmldsig: no element with Id %q", id)
	case count > 1:
		return elem{}, fmt.Errorf("xmldsig: %d elements answer to the Id %q", count, id)
	case !proper:
		return elem{}, fmt.Errorf("xmldsig: %q is not given by the attribute Id", id)
	}
	return found, nil
}
