package smev

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// deliver writes GetResponseResponse: the provider's data under the provider's
// signature, the whole response under SMEV's.
func (s *Service) deliver(c *call, a answer) ([]byte, *fault) {
	p := providerByMnemonic(a.Provider)
	signer, sender, name, id := s.Providers[a.Provider], a.Provider, p.name, "SIGNED_BY_PROVIDER"
	if a.Content.Invalid != "" {
		// SMEV's own refusal: the real bus names and signs itself as sender
		signer, sender, name, id = s.Core, "smev", "СМЭВ", "SIGNED_ASYNC_BY_SMEV"
	}
	status := "messageIsDelivered"
	if c.version == "1.1" {
		status = "responseIsDelivered"
	}
	to := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"sid":%d,"mid":"%s","eol":0,"slc":"%s","mnm":"%s"}`,
		a.No, a.Original, strings.NewReplacer("://", "_", "/", "_").Replace(a.Space)+"_"+a.Root, a.Owner))
	doc := c.open("GetResponseResponse") +
		`<ns2:ResponseMessage><ns2:Response Id="SIGNED_BY_SMEV"><ns2:OriginalMessageId>` + a.Original + "</ns2:OriginalMessageId>" +
		`<ns2:SenderProvidedResponseData Id="` + id + `"><ns2:MessageID>` + a.ID + "</ns2:MessageID><ns2:To>" + to + "</ns2:To>" +
		c.contents(a) + "</ns2:SenderProvidedResponseData>" +
		c.metadata("", meta{ID: a.ID, Kind: "RESPONSE", Sender: sender, SenderName: name, Sent: a.Sent,
			Recipient: a.Owner, RecipientName: a.Owner, Delivered: s.Now(), Status: status}) +
		senderSignature + "</ns2:Response>" + smevSignature + "</ns2:ResponseMessage>" + c.shut("GetResponseResponse")
	signed, err := sign(doc, senderSignature, id, signer)
	if err != nil {
		s.Log.Error("sign as provider", "provider", a.Provider, "err", err)
		return nil, knobFault("SMEVFailure")
	}
	return s.seal(signed)
}

func (c *call) contents(a answer) string {
	switch k := a.Content; {
	case k.RejectCode != "":
		return "<ns2:RequestRejected><ns2:RejectionReasonCode>" + k.RejectCode + "</ns2:RejectionReasonCode><ns2:RejectionReasonDescription>" +
			escape(k.RejectText) + "</ns2:RejectionReasonDescription></ns2:RequestRejected>"
	case k.Invalid != "":
		text := "SMEV-403:Бизнес-данные сообщения не соответствуют схеме, зарегистрированной в СМЭВ. MessageId = " + a.Original
		return "<ns2:AsyncProcessingStatus><ns2:OriginalMessageId>" + a.Original + "</ns2:OriginalMessageId>" +
			"<ns2:StatusCategory>requestIsRejectedBySmev</ns2:StatusCategory><ns2:StatusDetails>" + text + "</ns2:StatusDetails>" +
			`<ns2:SmevFault xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ns3:InvalidContent">` +
			"<Code>sim:TR:ASYNC:PP:BSV:3</Code><Description>" + text + "</Description>" +
			`<ns3:ValidationError errorPosition="-1">` + escape(k.Invalid) + "</ns3:ValidationError></ns2:SmevFault></ns2:AsyncProcessingStatus>"
	default:
		return "<MessagePrimaryContent>" + k.Payload + "</MessagePrimaryContent>"
	}
}
