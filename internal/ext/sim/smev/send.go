package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
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
	Space    string    `json:"space,omitempty"` // of a request
	Root     string    `json:"root,omitempty"`

	Reference   string `json:"reference,omitempty"`
	Transaction string `json:"transaction,omitempty"`
}

// sendRequest accepts a request. The answers of a built-in body go into the
// caller's queue, ready after its thinking time; a body outside finds the
// request in its own queue.
func (s *Service) sendRequest(c *call) ([]byte, *fault) {
	if err := c.sequence("SenderProvidedRequestData", "AttachmentContentList?", "CallerInformationSystemSignature?"); err != nil {
		return nil, invalidContent(err)
	}
	if c.part("SenderProvidedRequestData") != nil && !idOf.Match(c.part("SenderProvidedRequestData")) {
		return nil, invalidContent(errors.New("у SenderProvidedRequestData нет атрибута Id"))
	}
	owner, data, f := s.caller(c, c.typed("SenderProvidedRequestData"))
	if f != nil {
		return nil, f
	}
	if err := checkSend(c, data); err != nil {
		return nil, invalidContent(err)
	}
	id := data.value("MessageID")
	if f := s.checkID(id); f != nil {
		return nil, f
	}
	end, f := s.endOfLife(data.value("EOL"))
	if f != nil {
		return nil, f
	}
	payload := &data.child("MessagePrimaryContent").Nodes[0]
	if f := c.personal(data, payload.XMLName); f != nil {
		return nil, f
	}
	files, f := c.enclosures(data)
	if f != nil {
		return nil, f
	}
	p := s.provider(payload.XMLName)
	if p == nil {
		return nil, unsupported(payload.XMLName)
	}
	c.title = c.name() + " · " + p.title
	to := letter{Original: id, Owner: owner, From: p.mnemonic, Space: payload.XMLName.Space, Root: payload.XMLName.Local, Response: p.response,
		Reference: data.value("ReferenceMessageID"), Transaction: data.value("TransactionCode"), Twice: s.Knobs().Twice || c.does("twice")}
	err := s.Store.Together(func(tx *tx) error {
		if tx.Has(s.Bucket("sent"), id) {
			return errAlreadySent
		}
		mark := sent{s.Now(), owner, p.mnemonic, to.Space, to.Root, to.Reference, to.Transaction}
		if err := errors.Join(tx.Put(s.Bucket("sent"), id, mark), s.Count(tx, "requests"), s.tellNews(tx, owner, id, c.does("unknown"))); err != nil {
			return err
		}
		if s.outside(p.mnemonic) {
			return s.ask(c, tx, to, files)
		}
		out, err := s.answersOf(c, p, &request{s: s, tx: tx, id: id, payload: payload, test: data.child("TestMessage") != nil, archive: c.archive()})
		if err != nil {
			return err
		}
		return s.enqueue(tx, to, out, s.Knobs().Wait()+c.duration("wait"), end)
	})
	if errors.Is(err, errAlreadySent) {
		return nil, voidFault("MessageIsAlreadySent", "Сообщение с таким идентификатором уже отправлено: "+id)
	}
	if err != nil {
		s.Log.Error("accept request", "err", err)
		return nil, namedFault("SMEVFailure")
	}
	return s.accepted(c, "SendRequestResponse", meta{ID: id, Kind: "REQUEST", Sender: owner, SenderName: owner,
		Sent: s.clock(), Recipient: p.mnemonic, RecipientName: p.name, Status: "requestIsQueued"})
}

// answersOf are the body's answers, or what the steps make of them.
func (s *Service) answersOf(c *call, p *provider, in *request) ([]content, error) {
	if step, ok := c.step("invalid"); ok {
		return invalid("%s", step.Arg), nil
	}
	if c.does("never") {
		return nil, nil
	}
	refuse := s.Knobs().Refuse
	if step, ok := c.step("reject"); ok {
		refuse = step.Arg
	}
	out, err := p.run(in, refuse)
	if step, ok := c.step("status"); ok && err == nil {
		out = append([]content{{Status: step.Arg}}, out...)
	}
	return out, err
}

var errAlreadySent = errors.New("message is already sent")

// checkID holds a MessageID to its form and its time to the window.
func (s *Service) checkID(id string) *fault {
	u, err := uuid.Parse(id)
	if err != nil || u.Version() != 1 || u.String() != id {
		return voidFault("InvalidMessageIdFormat", "MessageID должен быть UUID версии 1 строчными буквами")
	}
	if sec, nsec := u.Time().UnixTime(); !s.fresh(time.Unix(sec, nsec)) {
		return voidFault("StaleMessageId", "Время в MessageID отличается от текущего более чем на 30 минут")
	}
	return nil
}

func (s *Service) endOfLife(text string) (end time.Time, f *fault) {
	if text == "" {
		return end, nil
	}
	end, err := parseTimestamp(text)
	if err != nil {
		return end, invalidContent(err)
	}
	if s.clock().After(end) {
		return end, voidFault("EndOfLifeReached", "Срок жизни сообщения истёк")
	}
	return end, nil
}

// personal verifies the signature of an official, when there is one: it must
// be over the content's root.
func (c *call) personal(data *node, root xml.Name) *fault {
	if data.child("PersonalSignature") == nil {
		return nil
	}
	if _, err := c.doc.VerifyElement(c.typed("PersonalSignature"), root); err != nil {
		return signatureFault("SignatureIsInvalid", "SMEV-101:Подпись ЭП-СП недействительна")
	}
	return nil
}

// checkSend is the sequence of SenderProvidedRequestData.
func checkSend(c *call, data *node) error {
	t, b := c.types(), c.basic()
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

// accepted is the signed receipt.
func (s *Service) accepted(c *call, element string, m meta) ([]byte, *fault) {
	if c.does("unknown") {
		m.Status = "messageIsTeleported"
	}
	return s.seal(c, c.open(element)+c.metadata(`Id="SIGNED_BY_SMEV"`, m)+smevSignature+c.shut(element), "MessageMetadata")
}

// outside reports whether the body's requests wait for a system outside.
func (s *Service) outside(mnemonic string) bool {
	for name := range strings.FieldsSeq(s.Knobs().External) {
		if name == "*" || name == mnemonic {
			return true
		}
	}
	return false
}

func (s *Service) replyTo(l letter) string {
	return fmt.Sprintf(`{"sid":%d,"mid":"%s","eol":0,"slc":"%s","mnm":"%s"}`, l.No, l.Original,
		strings.NewReplacer("://", "_", "/", "_").Replace(l.Space)+"_"+l.Root, l.Owner)
}
