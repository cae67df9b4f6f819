package cert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
)

// OIDs are the identifiers in the request's subject, in its order («Значения
// OID», F078); none when the stored bytes are no name.
func (r *Request) OIDs() []string {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(r.SubjectDER, &name); err != nil || len(rest) > 0 {
		return nil
	}
	var list []string
	for _, set := range name {
		for _, attribute := range set {
			list = append(list, attribute.Type.String())
		}
	}
	return list
}
