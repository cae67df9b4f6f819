package xmldsig

import (
	"fmt"
	"strings"

	"signdesk/internal/gost"
)

// Algorithm identifiers. "http://www.w3.org/2001/10/xml-exc-c14n#" is also the
// namespace of the method's parameter.
const (
	nsDSig = "http://www.w3.org/2000/09/xmldsig#"
	nsXML  = "http://www.w3.org/XML/1998/namespace"
	nsNS   = "http://www.w3.org/2000/xmlns/"
	nsSOAP = "http://schemas.xmlsoap.org/soap/envelope/"

	algC14N         = "http://www.w3.org/2001/10/xml-exc-c14n#"
	algC14NComments = algC14N + "WithComments"
	algTransform    = "urn://smev-gov-ru/xmldsig/transform"
	algGOST         = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
	algDigest       = algGOST + "gostr34112012-"               // + 256 | 512
	algSignature    = algGOST + "gostr34102012-gostr34112012-" // + 256 | 512
)

// previous are the algorithms of GOST R 34.10-2001 and GOST R 34.11-94. Old
// extracts are verified with them (gost.SignedData.Legacy), messages are not:
// the exchange has none that old.
var previous = map[string]bool{
	algGOST + "gostr34102001-gostr3411":                              true,
	algGOST + "gostr3411":                                            true,
	"http://www.w3.org/2001/04/xmldsig-more#gostr34102001-gostr3411": true,
	"http://www.w3.org/2001/04/xmldsig-more#gostr3411":               true,
}

// algorithm returns the identifier in the element, which must be the dsig
// element of the name.
func algorithm(e elem, local string) (string, error) {
	if !e.is(nsDSig, local) {
		return "", fmt.Errorf("xmldsig: {%s}%s where %s is due", e.space(), e.local(), local)
	}
	uri, _ := e.attribute("Algorithm")
	return uri, nil
}

// size returns 256 or 512 for an algorithm whose identifier is stem and that
// number. Parameters (HMACOutputLength cuts what is compared) have no place.
func size(e elem, local, stem string) (int, error) {
	uri, err := algorithm(e, local)
	switch {
	case err != nil:
		return 0, err
	case previous[uri]:
		return 0, fmt.Errorf("xmldsig: %s %s refused: %w", local, uri, gost.ErrLegacy)
	case len(e.elements()) > 0:
		return 0, fmt.Errorf("xmldsig: %s %s refused: it has parameters", local, uri)
	case uri == stem+"256":
		return 256, nil
	case uri == stem+"512":
		return 512, nil
	}
	return 0, fmt.Errorf("xmldsig: %s %q refused", local, uri)
}

// canonicalization returns the exclusive C14N that the element asks for.
func canonicalization(e elem, local string) (m C14N, err error) {
	uri, err := algorithm(e, local)
	if err != nil {
		return m, err
	}
	if uri != algC14N && uri != algC14NComments {
		return m, fmt.Errorf("xmldsig: %s %q refused, want exclusive C14N", local, uri)
	}
	m.Comments = uri == algC14NComments
	parameters := e.elements()
	if len(parameters) == 0 {
		return m, nil
	}
	list, ok := parameters[0].attribute("PrefixList")
	if !ok || len(parameters) > 1 || !parameters[0].is(algC14N, "InclusiveNamespaces") || len(parameters[0].elements()) > 0 {
		return m, fmt.Errorf("xmldsig: parameters of %s refused, want one InclusiveNamespaces", local)
	}
	m.Inclusive = strings.Fields(list)
	return m, nil
}

// transforms holds a Reference to the two of SMEV. Comments and inclusive
// namespaces of the first leave no trace in what the second makes of it.
func transforms(e elem) error {
	list := e.elements()
	if !e.is(nsDSig, "Transforms") || len(list) != 2 {
		return fmt.Errorf("xmldsig: transforms refused, want exclusive C14N and %s", algTransform)
	}
	if _, err := canonicalization(list[0], "Transform"); err != nil {
		return err
	}
	uri, err := algorithm(list[1], "Transform")
	if err != nil {
		return err
	}
	if uri != algTransform || len(list[1].elements()) > 0 {
		return fmt.Errorf("xmldsig: Transform %q refused, want %s without parameters", uri, algTransform)
	}
	return nil
}
