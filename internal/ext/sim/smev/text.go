package smev

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"crypto/rand"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/gost/xmldsig"
)

// smevSignature is the place of SMEV's signature in an outgoing document.
const smevSignature = "<ns2:SMEVSignature></ns2:SMEVSignature>"

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // bytes.Buffer never fails
	return b.String()
}

// open begins an answer as the real bus writes it: types as ns2, basic as the
// default namespace, faults as ns3.
func (c *call) open(element string) string {
	if c.does("version") {
		c.version = map[string]string{"1.1": "1.2", "1.2": "1.3", "1.3": "1.1"}[c.version]
	}
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

// signatureOf signs the element with the id in the document.
func signatureOf(doc, id string, by *pki.Identity) (string, error) {
	sig, err := xmldsig.Sign(rand.Reader, []byte(doc), id, by.Cert, by.Key)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", id, err)
	}
	return string(sig), nil
}

// sign puts the signature of the element with the id into its place.
func sign(doc, place, id string, by *pki.Identity) (string, error) {
	sig, err := signatureOf(doc, id, by)
	if err != nil {
		return "", err
	}
	cut := strings.LastIndex(doc, place) + strings.LastIndex(place, "</")
	return doc[:cut] + sig + doc[cut:], nil
}
