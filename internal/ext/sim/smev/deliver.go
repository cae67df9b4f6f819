package smev

import (
	"encoding/base64"
	"fmt"

	"signdesk/internal/ext/sim/pki"
)

const providerID = "SIGNED_BY_PROVIDER"

// deliver writes GetResponseResponse: the provider's data under the provider's
// signature, the whole response under SMEV's.
func (s *Service) deliver(c *call, l letter) ([]byte, *fault) {
	m := meta{ID: l.ID, Kind: "RESPONSE", Sender: l.From, SenderName: providerByMnemonic(l.From).name, Sent: l.Sent,
		Recipient: l.Owner, RecipientName: l.Owner, Delivered: s.clock(), Status: "messageIsDelivered"}
	if c.version == "1.1" {
		m.Status = "responseIsDelivered"
	}
	if c.does("unknown") {
		m.Status = "responseIsTeleported"
	}
	data, signature := string(l.Data), string(l.Signature)
	if l.Data == nil {
		signer, id := s.Providers[l.From], providerID
		if l.Content.Invalid != "" || l.Content.Category != "" {
			// SMEV's own refusal: the real bus names and signs itself as sender
			signer, id = s.Core, "SIGNED_ASYNC_BY_SMEV"
			m.Sender, m.SenderName = "smev", "СМЭВ"
		}
		var err error
		if data, signature, err = s.provided(c, l, id, signer); err != nil {
			s.Log.Error("sign as provider", "provider", l.From, "err", err)
			return nil, namedFault("SMEVFailure")
		}
	}
	where, err := s.places(data)
	if err != nil {
		s.Log.Error("give places in the store", "err", err)
		return nil, namedFault("SMEVFailure")
	}
	head := "<ns2:OriginalMessageId>" + l.Original + "</ns2:OriginalMessageId>"
	if l.Transaction != "" {
		head += "<ns2:OriginalTransactionCode>" + escape(l.Transaction) + "</ns2:OriginalTransactionCode>"
	}
	if l.Reference != "" {
		head += "<ns2:ReferenceMessageID>" + l.Reference + "</ns2:ReferenceMessageID>"
	}
	return s.seal(c, c.open("GetResponseResponse")+`<ns2:ResponseMessage><ns2:Response Id="SIGNED_BY_SMEV">`+head+data+c.metadata("", m)+where+
		"<ns2:SenderInformationSystemSignature>"+signature+"</ns2:SenderInformationSystemSignature></ns2:Response>"+
		contentList(l.Files, c.multipart())+smevSignature+"</ns2:ResponseMessage>"+c.shut("GetResponseResponse"), "Response")
}

// provided is what a built-in body or SMEV itself says, signed as it stands.
func (s *Service) provided(c *call, l letter, id string, by *pki.Identity) (data, signature string, err error) {
	data = fmt.Sprintf(`<ns2:SenderProvidedResponseData xmlns="%s" xmlns:ns2="%s" xmlns:ns3="%s" Id="%s"><ns2:MessageID>%s</ns2:MessageID><ns2:To>%s</ns2:To>%s</ns2:SenderProvidedResponseData>`,
		c.basic(), c.types(), c.faults(), id, l.ID, base64.StdEncoding.EncodeToString([]byte(s.replyTo(l))), c.contents(l))
	signature, err = signatureOf(data, id, by)
	return data, signature, err
}

func (c *call) contents(l letter) string {
	k := l.Content
	if c.does("unknown") && k.RejectCode != "" {
		k.RejectCode = "CODE_OF_THE_FUTURE"
	}
	switch {
	case k.RejectCode != "":
		return "<ns2:RequestRejected><ns2:RejectionReasonCode>" + k.RejectCode + "</ns2:RejectionReasonCode><ns2:RejectionReasonDescription>" +
			escape(k.RejectText) + "</ns2:RejectionReasonDescription></ns2:RequestRejected>"
	case k.Status != "":
		return "<ns2:RequestStatus><ns2:StatusCode>2</ns2:StatusCode><ns2:StatusParameter><ns2:Key>stage</ns2:Key><ns2:Value>1</ns2:Value></ns2:StatusParameter>" +
			"<ns2:StatusDescription>" + escape(k.Status) + "</ns2:StatusDescription></ns2:RequestStatus>"
	case k.Invalid != "" || k.Category != "":
		return c.async(l)
	default:
		return "<MessagePrimaryContent>" + k.Payload + "</MessagePrimaryContent>" + k.Heads
	}
}

// async is SMEV's own news: a status, with the fault when it is a refusal.
func (c *call) async(l letter) string {
	k := l.Content
	category := k.Category
	if category == "" {
		category = "requestIsRejectedBySmev"
	}
	if c.does("unknown") {
		category = "requestIsTeleported"
	}
	out := "<ns2:AsyncProcessingStatus><ns2:OriginalMessageId>" + l.Original + "</ns2:OriginalMessageId><ns2:StatusCategory>" + category + "</ns2:StatusCategory>"
	if k.Invalid == "" {
		return out + "<ns2:StatusDetails>" + escape(k.RejectText) + "</ns2:StatusDetails></ns2:AsyncProcessingStatus>"
	}
	name, detail, text := k.Fault, "", "SMEV-404:"+k.Invalid
	if name == "" {
		name = "InvalidContent"
		text = "SMEV-403:Бизнес-данные сообщения не соответствуют схеме, зарегистрированной в СМЭВ. MessageId = " + l.Original
		detail = `<ns3:ValidationError errorPosition="-1">` + escape(k.Invalid) + "</ns3:ValidationError>"
	}
	kind := `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ns3:` + name + `"`
	if name != "InvalidContent" {
		kind = "" // its type has no name of its own in the schema
	}
	return out + "<ns2:StatusDetails>" + escape(text) + "</ns2:StatusDetails><ns2:SmevFault " + kind + ">" +
		"<Code>sim:TR:ASYNC:PP:BSV:3</Code><Description>" + escape(text) + "</Description>" + detail + "</ns2:SmevFault></ns2:AsyncProcessingStatus>"
}
