package ca

import (
	"encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Choices of PKIBody (RFC 4210, 5.1.2) that this authority reads or writes.
const (
	bodyCP       = 3
	bodyP10CR    = 4
	bodyRR       = 11
	bodyRP       = 12
	bodyPKIConf  = 19
	bodyError    = 23
	bodyCertConf = 24
	bodyPollReq  = 25
	bodyPollRep  = 26
)

// bodyNames are the requests' names in the log.
var bodyNames = map[int]string{bodyP10CR: "p10cr", bodyRR: "rr", bodyCertConf: "certConf", bodyPollReq: "pollReq"}

// message is a PKIMessage as it came.
type message struct {
	header, body []byte // DER of both, the protected part
	sender       []byte // DER of the GeneralName
	protection   []byte // bits of [0], nil = unprotected
	algorithm    []byte // DER inside protectionAlg [1]
	senderKID    []byte
	transaction  []byte
	nonce        []byte // senderNonce
	kind         int    // tag of the body
	content      cryptobyte.String
}

var errMessage = errors.New("not a PKIMessage")

func explicit(n int) cbasn1.Tag { return cbasn1.Tag(n).ContextSpecific().Constructed() }

// parseMessage reads PKIMessage ::= SEQUENCE {header, body, protection [0],
// extraCerts [1]}. Lengths were bounded by the reader of the body.
func parseMessage(der []byte) (*message, error) {
	in := cryptobyte.String(der)
	var seq, header, body cryptobyte.String
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Element(&header, cbasn1.SEQUENCE) {
		return nil, errMessage
	}
	var tag cbasn1.Tag
	if !seq.ReadAnyASN1Element(&body, &tag) {
		return nil, errMessage
	}
	m := &message{header: header, body: body, kind: int(tag & 0x1f)}
	content := body
	if tag&0xe0 != 0xa0 || !content.ReadASN1(&m.content, tag) {
		return nil, errMessage
	}
	var prot cryptobyte.String
	var has bool
	if !seq.ReadOptionalASN1(&prot, &has, explicit(0)) {
		return nil, errMessage
	}
	if has {
		var bits asn1.BitString
		if !prot.ReadASN1BitString(&bits) {
			return nil, errMessage
		}
		m.protection = bits.RightAlign()
	}
	return m, m.parseHeader(header)
}

func (m *message) parseHeader(der cryptobyte.String) error {
	var h, sender, recipient cryptobyte.String
	var version int
	var tag cbasn1.Tag
	if !der.ReadASN1(&h, cbasn1.SEQUENCE) || !h.ReadASN1Integer(&version) || version < 2 || version > 3 ||
		!h.ReadAnyASN1Element(&sender, &tag) || !h.ReadAnyASN1Element(&recipient, &tag) {
		return errMessage
	}
	m.sender = sender
	for !h.Empty() {
		var field cryptobyte.String
		if !h.ReadAnyASN1(&field, &tag) {
			return errMessage
		}
		switch tag {
		case explicit(1):
			m.algorithm = field
		case explicit(2):
			if !field.ReadASN1Bytes(&m.senderKID, cbasn1.OCTET_STRING) {
				return errMessage
			}
		case explicit(4):
			if !field.ReadASN1Bytes(&m.transaction, cbasn1.OCTET_STRING) {
				return errMessage
			}
		case explicit(5):
			if !field.ReadASN1Bytes(&m.nonce, cbasn1.OCTET_STRING) {
				return errMessage
			}
		}
	}
	if len(m.transaction) == 0 || len(m.transaction) > 64 || len(m.nonce) == 0 || len(m.nonce) > 64 {
		return errMessage
	}
	return nil
}

// protected is what the MAC is made over: DER of {header, body} (RFC 4210, 5.1.3).
func protected(header, body []byte) ([]byte, error) {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(header)
		b.AddBytes(body)
	})
	return b.Bytes()
}
