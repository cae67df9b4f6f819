package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim/state"
)

type tx = state.Tx

// sent remembers every accepted MessageID for good.
type sent struct {
	At       time.Time `json:"at"`
	Owner    string    `json:"owner"`
	Provider string    `json:"provider"`
}

// sendRequest accepts a request and puts the provider's answers into the
// caller's queue, ready after the provider's thinking time.
func (s *Service) sendRequest(c *call) ([]byte, *fault) {
	if err := checkSend(c, c.body.child("SenderProvidedRequestData")); err != nil {
		return nil, invalidContent(err)
	}
	owner, data, f := s.caller(c, xml.Name{Space: c.types(), Local: "SenderProvidedRequestData"})
	if f != nil {
		return nil, f
	}
	id := data.value("MessageID")
	u, err := uuid.Parse(id)
	if err != nil || u.Version() != 1 || u.String() != id {
		return nil, voidFault("InvalidMessageIdFormat", "MessageID должен быть UUID версии 1 строчными буквами")
	}
	if sec, nsec := u.Time().UnixTime(); !s.fresh(time.Unix(sec, nsec)) {
		return nil, voidFault("StaleMessageId", "Время в MessageID отличается от текущего более чем на 30 минут")
	}
	payload := &data.child("MessagePrimaryContent").Nodes[0]
	p := findProvider(payload.XMLName)
	if p == nil {
		return nil, unsupported(payload.XMLName)
	}
	knobs := s.Knobs()
	err = s.Store.Update(func(tx *tx) error {
		if tx.Has(s.Bucket("sent"), id) {
			return errAlreadySent
		}
		if err := tx.Put(s.Bucket("sent"), id, sent{At: s.Now(), Owner: owner, Provider: p.mnemonic}); err != nil {
			return err
		}
		if err := s.Count(tx, "requests"); err != nil {
			return err
		}
		in := &request{s: s, tx: tx, id: id, payload: payload, test: data.child("TestMessage") != nil}
		out, err := p.run(in, knobs.Refuse)
		if err != nil {
			return err
		}
		return s.enqueue(tx, owner, id, p, payload.XMLName, out, knobs.Wait())
	})
	if errors.Is(err, errAlreadySent) {
		return nil, voidFault("MessageIsAlreadySent", "Сообщение с таким идентификатором уже отправлено: "+id)
	}
	if err != nil {
		s.Log.Error("accept request", "err", err)
		return nil, knobFault("SMEVFailure")
	}
	return s.accepted(c, id, owner, p)
}

var errAlreadySent = errors.New("message is already sent")

// checkSend is the sequence of SendRequestRequest and SenderProvidedRequestData.
func checkSend(c *call, data *node) error {
	t, b := c.types(), c.basic()
	if err := inOrder(&c.body, slot{t, "SenderProvidedRequestData", false}, slot{b, "AttachmentContentList", true},
		slot{t, "CallerInformationSystemSignature", true}); err != nil {
		return err
	}
	if data.attr("Id") == "" {
		return fmt.Errorf("у SenderProvidedRequestData нет атрибута Id")
	}
	if err := inOrder(data, slot{t, "MessageID", false}, slot{t, "ReferenceMessageID", true}, slot{t, "TransactionCode", true},
		slot{t, "NodeID", true}, slot{t, "EOL", true}, slot{b, "MessagePrimaryContent", false}, slot{t, "PersonalSignature", true},
		slot{b, "AttachmentHeaderList", true}, slot{b, "RefAttachmentHeaderList", true},
		slot{t, "BusinessProcessMetadata", true}, slot{t, "TestMessage", true}); err != nil {
		return err
	}
	return inOrder(data.child("MessagePrimaryContent"), slot{"", "", false})
}

func unsupported(name xml.Name) *fault {
	return &fault{name: "BusinessDataTypeIsNotSupported", code: "TR:SYNC:BDT:1",
		text: "Вид сведений не зарегистрирован в СМЭВ: {" + name.Space + "}" + name.Local,
		detail: "<ns3:RootElementLocalName>" + escape(name.Local) + "</ns3:RootElementLocalName>" +
			"<ns3:RootElementNamespaceURI>" + escape(name.Space) + "</ns3:RootElementNamespaceURI>"}
}

// accepted is the signed SendRequestResponse.
func (s *Service) accepted(c *call, id, owner string, p *provider) ([]byte, *fault) {
	doc := c.open("SendRequestResponse") +
		c.metadata(`Id="SIGNED_BY_SMEV"`, meta{ID: id, Kind: "REQUEST", Sender: owner, SenderName: owner,
			Sent: s.Now(), Recipient: p.mnemonic, RecipientName: p.name, Status: "requestIsQueued"}) +
		smevSignature + c.shut("SendRequestResponse")
	return s.seal(doc)
}
