package smev

import (
	"encoding/xml"
	"fmt"
)

const (
	soapNS = "http://schemas.xmlsoap.org/soap/envelope/"
	xopNS  = "http://www.w3.org/2004/08/xop/include"
)

// DefaultVersion of the message-exchange schemas.
const DefaultVersion = "1.1"

// namespaces is the set that a version of the message-exchange schemas uses.
type namespaces struct{ types, basic string }

func namespacesOf(version string) (namespaces, error) {
	if version == "" {
		version = DefaultVersion
	}
	switch version {
	case "1.1", "1.2", "1.3":
		const base = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/"
		return namespaces{types: base + version, basic: base + "basic/" + version}, nil
	}
	return namespaces{}, fmt.Errorf("smev: unknown version %q of message exchange, want 1.1, 1.2 or 1.3", version)
}

func (n namespaces) typed(local string) xml.Name { return xml.Name{Space: n.types, Local: local} }
func (n namespaces) basics(local string) xml.Name {
	return xml.Name{Space: n.basic, Local: local}
}

func soap(local string) xml.Name { return xml.Name{Space: soapNS, Local: local} }
