package smev

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"crypto/rand"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/gost/xmldsig"
)

// Places of the two signatures in an outgoing document.
const (
	senderSignature = "<ns2:SenderInformationSystemSignature></ns2:SenderInformationSystemSignature>"
	smevSignature   = "<ns2:SMEVSignature></ns2:SMEVSignature>"
)

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // bytes.Buffer never fails
	return b.String()
}

// open begins an answer as the real bus writes it: types as ns2, basic as the
// default namespace, faults as ns3.
func (c *call) open(element string) string {
	return fmt.Sprintf(`<soap:Envelope xmlns:soap="%s"><soap:Body><ns2:%s xmlns="%s" xmlns:ns2="%s" xmlns:ns3="%s">`,
		soapNS, element, c.basic(), c.types(), c.faults())
}

func (c *call) shut(element string) string {
	return "</ns2:" + element + "></soap:Body></soap:Envelope>"
}

type meta struct {
	ID, Kind, Sender, SenderName, Recipient, RecipientName, Status string
	Sent, Delivered                                                time.Time
}

// metadata writes MessageMetadata. Version 1.1 demands the names, the
// destination and the supplementary data; recorded messages of 1.2 have none.
func (c *call) metadata(attr string, m meta) string {
	var b strings.Builder
	full := c.version == "1.1"
	party := func(tag, mnemonic, name string) {
		fmt.Fprintf(&b, "<ns2:%s><ns2:Mnemonic>%s</ns2:Mnemonic>", tag, escape(mnemonic))
		if full {
			fmt.Fprintf(&b, "<ns2:HumanReadableName>%s</ns2:HumanReadableName>", escape(name))
		}
		fmt.Fprintf(&b, "</ns2:%s>", tag)
	}
	if attr != "" {
		attr = " " + attr
	}
	fmt.Fprintf(&b, "<ns2:MessageMetadata%s><ns2:MessageId>%s</ns2:MessageId><ns2:MessageType>%s</ns2:MessageType>", attr, m.ID, m.Kind)
	party("Sender", m.Sender, m.SenderName)
	fmt.Fprintf(&b, "<ns2:SendingTimestamp>%s</ns2:SendingTimestamp>", stamp(m.Sent))
	if full {
		fmt.Fprintf(&b, "<ns2:DestinationName>%s</ns2:DestinationName>", escape(m.Recipient))
	}
	party("Recipient", m.Recipient, m.RecipientName)
	if full {
		b.WriteString("<ns2:SupplementaryData><ns2:InteractionType>other</ns2:InteractionType></ns2:SupplementaryData>")
	}
	if !m.Delivered.IsZero() {
		fmt.Fprintf(&b, "<ns2:DeliveryTimestamp>%s</ns2:DeliveryTimestamp>", stamp(m.Delivered))
	}
	fmt.Fprintf(&b, "<ns2:Status>%s</ns2:Status></ns2:MessageMetadata>", m.Status)
	return b.String()
}

func stamp(t time.Time) string { return t.In(moscow).Format("2006-01-02T15:04:05.000-07:00") }

// sign puts the signature of the element with the id into its place.
func sign(doc, place, id string, by *pki.Identity) (string, error) {
	sig, err := xmldsig.Sign(rand.Reader, []byte(doc), id, by.Cert, by.Key)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", id, err)
	}
	cut := strings.LastIndex(place, "</")
	return strings.Replace(doc, place, place[:cut]+string(sig)+place[cut:], 1), nil
}

var signatureValue = regexp.MustCompile(`(SignatureValue>)\s*([A-Za-z0-9+/=\s]+?)\s*(</[^>]*SignatureValue>)`)

// seal adds SMEV's own signature; with the knob «wrong signature» its value is
// spoilt in one bit.
func (s *Service) seal(doc string) ([]byte, *fault) {
	out, err := sign(doc, smevSignature, "SIGNED_BY_SMEV", s.Core)
	if err != nil {
		s.Log.Error("seal answer", "err", err)
		return nil, knobFault("SMEVFailure")
	}
	if s.Knobs().WrongSignature {
		at := signatureValue.FindAllStringSubmatchIndex(out, -1)
		last := at[len(at)-1]
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(out[last[4]:last[5]]), ""))
		if err == nil && len(raw) > 0 {
			raw[len(raw)/2] ^= 1
			out = out[:last[4]] + base64.StdEncoding.EncodeToString(raw) + out[last[5]:]
		}
	}
	return []byte(out), nil
}

// writeMultipart answers as CXF does with MTOM on: one XOP root part.
func writeMultipart(w http.ResponseWriter, doc []byte) {
	const boundary = "uuid:f438a15e-9b5b-491f-9b47-aba4d00b8837"
	w.Header().Set("Content-Type", `multipart/related; type="application/xop+xml"; boundary="`+boundary+
		`"; start="<root.message@cxf.apache.org>"; start-info="text/xml"`)
	_, _ = fmt.Fprintf(w, "--%s\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\n"+
		"Content-Transfer-Encoding: binary\r\nContent-ID: <root.message@cxf.apache.org>\r\n\r\n%s\r\n--%s--", boundary, doc, boundary)
}
