package e2e

import (
	"encoding/asn1"
	"strings"
)

// contents are the primary contents sent to SMEV whose root has the namespace,
// the newest first.
func (d *demo) contents(namespace string) []string {
	d.t.Helper()
	var list []string
	for _, m := range d.messages("smev", 300) {
		if c, ok := cut(string(m.Request), "<b:MessagePrimaryContent>", "</b:MessagePrimaryContent>"); ok && strings.Contains(c, `"`+namespace+`"`) {
			list = append(list, c)
		}
	}
	return list
}

const registerCertificate = "urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1"

// requests are the PKCS#10 requests that the CA was sent by p10cr of RFC 4210.
func (d *demo) requests() [][]byte {
	d.t.Helper()
	var list [][]byte
	for _, m := range d.messages("ca", 300) {
		var message, header, body asn1.RawValue
		if _, err := asn1.Unmarshal(m.Request, &message); err != nil {
			continue // the CA's files are fetched without a body
		}
		rest, err := asn1.Unmarshal(message.Bytes, &header)
		if err == nil {
			_, err = asn1.Unmarshal(rest, &body)
		}
		if err != nil {
			d.t.Errorf("message %d to the CA: %v", m.No, err)
			continue
		}
		const p10cr = 4
		if body.Tag == p10cr {
			list = append(list, body.Bytes)
		}
	}
	return list
}
