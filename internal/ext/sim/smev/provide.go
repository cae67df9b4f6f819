package smev

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"

	"signdesk/internal/ext/sim/state"
)

// ask puts a request into the queue of the body outside.
func (s *Service) ask(c *call, tx *tx, to letter, files []enclosed) error {
	data, signature, err := c.provided("SenderProvidedRequestData")
	if err != nil {
		return err
	}
	l := to
	l.ID, l.Owner, l.From, l.Twice = to.Original, to.From, to.Owner, false
	l.Sent, l.ReadyAt = s.Now(), s.Now()
	l.Data, l.Signature, l.Files = data, signature, files
	return s.toProviders().put(tx, l)
}

// provided is what the caller provided and its signature, with the prefixes
// they came with: SMEV's transform would rename those of the personal signature
// inside, whose SignedInfo does not bear that.
func (c *call) provided(local string) (data, signature []byte, err error) {
	path := []xml.Name{{Space: soapNS, Local: "Envelope"}, {Space: soapNS, Local: "Body"}, c.typed(c.operation)}
	if data, err = c.doc.Element(append(path, c.typed(local))...); err != nil {
		return nil, nil, err
	}
	signature, err = c.doc.Element(append(path, c.typed("CallerInformationSystemSignature"), xml.Name{})...)
	return data, signature, err
}

// getRequest delivers the oldest request to the body that must answer it, with
// the asking system's own signature and SMEV's over all.
func (s *Service) getRequest(c *call) (doc []byte, files []enclosed, found bool, f *fault) {
	sel, f := s.selected(c)
	if f != nil {
		return nil, nil, false, f
	}
	if sel.space != "" {
		if p := s.provider(xml.Name{Space: sel.space, Local: sel.root}); p == nil || p.mnemonic != sel.owner {
			return nil, nil, false, voidFault("UnknownMessageType", "Система не поставляет сведения этого вида")
		}
	}
	l, err := s.take(s.toProviders(), sel, c.does("newest"))
	if errors.Is(err, state.ErrNotFound) || err == nil && c.does("empty") {
		return []byte(c.open("GetRequestResponse") + c.shut("GetRequestResponse")), nil, false, nil
	}
	if err != nil {
		s.Log.Error("take request", "err", err)
		return nil, nil, false, namedFault("SMEVFailure")
	}
	m := meta{ID: l.ID, Kind: "REQUEST", Sender: l.From, SenderName: l.From, Sent: l.Sent, Recipient: l.Owner,
		RecipientName: providerByMnemonic(l.Owner).name, Delivered: s.clock(), Status: "underProcessing"}
	where, err := s.places(string(l.Data))
	if err != nil {
		s.Log.Error("give places in the store", "err", err)
		return nil, nil, false, namedFault("SMEVFailure")
	}
	to := base64.StdEncoding.EncodeToString([]byte(s.replyTo(l)))
	doc, f = s.seal(c, c.open("GetRequestResponse")+`<ns2:RequestMessage><ns2:Request Id="SIGNED_BY_SMEV">`+string(l.Data)+c.metadata("", m)+where+
		"<ns2:ReplyTo>"+to+"</ns2:ReplyTo><ns2:SenderInformationSystemSignature>"+string(l.Signature)+"</ns2:SenderInformationSystemSignature></ns2:Request>"+
		contentList(l.Files, c.multipart())+smevSignature+"</ns2:RequestMessage>"+c.shut("GetRequestResponse"), "Request")
	return doc, l.Files, true, f
}

// sendResponse passes an outside body's answer on to the one who asked.
func (s *Service) sendResponse(c *call) ([]byte, *fault) {
	if err := c.sequence("SenderProvidedResponseData", "AttachmentContentList?", "CallerInformationSystemSignature?"); err != nil {
		return nil, invalidContent(err)
	}
	owner, data, f := s.caller(c, c.typed("SenderProvidedResponseData"))
	if f != nil {
		return nil, f
	}
	if err := checkAnswer(c, data); err != nil {
		return nil, invalidContent(err)
	}
	id := data.value("MessageID")
	if f := s.checkID(id); f != nil {
		return nil, f
	}
	original, asked, f := s.asked(owner, data.value("To"))
	if f != nil {
		return nil, f
	}
	l := letter{ID: id, Original: original, Owner: asked.Owner, From: owner, Space: asked.Space, Root: asked.Root, Sent: s.Now(), ReadyAt: s.Now(),
		Reference: asked.Reference, Transaction: asked.Transaction, Twice: s.Knobs().Twice || c.does("twice")}
	if content := data.child("MessagePrimaryContent"); content != nil {
		root := content.Nodes[0].XMLName
		if root.Space != asked.Space {
			return nil, voidFault("IncorrectResponseContentType", "Вид ответа не соответствует виду запроса")
		}
		l.Response = root.Local
		if f := c.personal(data, root); f != nil {
			return nil, f
		}
	}
	if l.Files, f = c.enclosures(data); f != nil {
		return nil, f
	}
	var err error
	if l.Data, l.Signature, err = c.provided("SenderProvidedResponseData"); err != nil {
		return nil, clientFault("подпись не разобрана")
	}
	err = s.Store.Together(func(tx *tx) error {
		if tx.Has(s.Bucket("sent"), id) {
			return errAlreadySent
		}
		return errors.Join(tx.Put(s.Bucket("sent"), id, sent{At: s.Now(), Owner: owner}), s.Count(tx, "responses"), s.toCallers().put(tx, l))
	})
	if errors.Is(err, errAlreadySent) {
		return nil, voidFault("MessageIsAlreadySent", "Сообщение с таким идентификатором уже отправлено: "+id)
	}
	if err != nil {
		s.Log.Error("accept response", "err", err)
		return nil, namedFault("SMEVFailure")
	}
	return s.accepted(c, "SendResponseResponse", meta{ID: id, Kind: "RESPONSE", Sender: owner, SenderName: providerByMnemonic(owner).name,
		Sent: s.clock(), Recipient: asked.Owner, RecipientName: asked.Owner, Status: "responseIsAcceptedBySmev"})
}

// asked finds the request that a reply address belongs to.
func (s *Service) asked(owner, to string) (original string, asked sent, f *fault) {
	var address struct {
		Mid string `json:"mid"`
	}
	raw, err := base64.StdEncoding.DecodeString(to)
	if err == nil {
		err = json.Unmarshal(raw, &address)
	}
	if err == nil {
		err = s.Store.View(func(tx *tx) error { return tx.Get(s.Bucket("sent"), address.Mid, &asked) })
	}
	if err != nil || asked.Provider != owner {
		return "", asked, voidFault("RecipientIsNotFound", "Обратный адрес не принадлежит запросу к этой системе")
	}
	return address.Mid, asked, nil
}

// checkAnswer is the sequence of SenderProvidedResponseData.
func checkAnswer(c *call, data *node) error {
	t, b := c.types(), c.basic()
	head := []slot{{t, "MessageID", false}, {t, "To", false}}
	switch {
	case data.child("MessagePrimaryContent") != nil:
		if err := inOrder(data, append(head, slot{b, "MessagePrimaryContent", false}, slot{t, "PersonalSignature", true},
			slot{b, "AttachmentHeaderList", true}, slot{b, "RefAttachmentHeaderList", true})...); err != nil {
			return err
		}
		return inOrder(data.child("MessagePrimaryContent"), slot{"", "", false})
	case data.child("RequestStatus") != nil:
		return inOrder(data, append(head, slot{t, "RequestStatus", false})...)
	}
	for range len(data.Nodes) - len(head) {
		head = append(head, slot{t, "RequestRejected", false})
	}
	if len(head) == 2 {
		return errors.New("в SenderProvidedResponseData нет ни содержания, ни отказа, ни статуса")
	}
	return inOrder(data, head...)
}
