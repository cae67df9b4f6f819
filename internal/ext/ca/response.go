package ca

import (
	"encoding/asn1"
	"errors"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// reply is a PKIMessage as it came; nothing in it is believed before its MAC
// is checked.
type reply struct {
	protected   []byte // DER of {header, body}
	algorithm   []byte // DER of protectionAlg, nil = none
	protection  []byte // nil = unprotected
	transaction []byte
	nonce, echo []byte // senderNonce, recipNonce
	kind        int    // tag of the body
	content     cryptobyte.String
	extra       [][]byte // DER of extraCerts
}

var errMessage = errors.New("answer is not a PKIMessage")

const maxCertificates = 16 // of a chain sent along

// parseReply reads PKIMessage ::= SEQUENCE {header, body, protection [0],
// extraCerts [1]}.
func parseReply(der []byte) (*reply, error) {
	in := cryptobyte.String(der)
	var seq, header, body, bits, certs cryptobyte.String
	var tag cbasn1.Tag
	var hasBits, hasCerts bool
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() {
		return nil, errMessage
	}
	both := seq
	if !seq.ReadASN1Element(&header, cbasn1.SEQUENCE) || !seq.ReadAnyASN1Element(&body, &tag) || tag&0xe0 != 0xa0 {
		return nil, errMessage
	}
	both = both[:len(header)+len(body)]
	r := &reply{kind: int(tag & 0x1f)}
	if !body.ReadASN1(&r.content, tag) ||
		!seq.ReadOptionalASN1(&bits, &hasBits, tagged(0)) || !seq.ReadOptionalASN1(&certs, &hasCerts, tagged(1)) || !seq.Empty() {
		return nil, errMessage
	}
	if hasBits {
		var b asn1.BitString
		if !bits.ReadASN1BitString(&b) || !bits.Empty() || b.BitLength%8 != 0 {
			return nil, errMessage
		}
		r.protection = b.Bytes
	}
	if hasCerts {
		var ok bool
		if r.extra, ok = readCertificates(certs); !ok {
			return nil, errMessage
		}
	}
	var err error
	if r.protected, err = protectedPart(both); err != nil {
		return nil, err
	}
	return r, r.readHeader(header)
}

// readHeader takes the fields that matter; their tags must rise, so that none
// stands twice.
func (r *reply) readHeader(der cryptobyte.String) error {
	var h, skipped cryptobyte.String
	var version int
	var tag cbasn1.Tag
	if !der.ReadASN1(&h, cbasn1.SEQUENCE) || !h.ReadASN1Integer(&version) || version < 1 || version > 3 ||
		!h.ReadAnyASN1(&skipped, &tag) || !h.ReadAnyASN1(&skipped, &tag) {
		return errMessage
	}
	octets := map[cbasn1.Tag]*[]byte{tagged(4): &r.transaction, tagged(5): &r.nonce, tagged(6): &r.echo}
	for last := cbasn1.Tag(0); !h.Empty(); last = tag {
		var field cryptobyte.String
		if !h.ReadAnyASN1(&field, &tag) || tag <= last || tag < tagged(0) || tag > tagged(8) {
			return errMessage
		}
		if tag == tagged(1) {
			r.algorithm = field
		}
		if to := octets[tag]; to != nil && (!field.ReadASN1Bytes(to, cbasn1.OCTET_STRING) || !field.Empty() || len(*to) > maxNonce) {
			return errMessage
		}
	}
	return nil
}

// readCertificates reads SEQUENCE OF CMPCertificate.
func readCertificates(s cryptobyte.String) (all [][]byte, ok bool) {
	var list cryptobyte.String
	if !s.ReadASN1(&list, cbasn1.SEQUENCE) || !s.Empty() {
		return nil, false
	}
	for !list.Empty() {
		var cert cryptobyte.String
		if !list.ReadASN1Element(&cert, cbasn1.SEQUENCE) || len(all) == maxCertificates {
			return nil, false
		}
		all = append(all, cert)
	}
	return all, true
}

// readStatus reads PKIStatusInfo.
func readStatus(s *cryptobyte.String, st *status) bool {
	var seq, text cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(&st.code) {
		return false
	}
	if seq.PeekASN1Tag(cbasn1.SEQUENCE) {
		var ok bool
		if !seq.ReadASN1(&text, cbasn1.SEQUENCE) {
			return false
		}
		if st.text, ok = readText(text); !ok {
			return false
		}
	}
	if !seq.Empty() {
		var bits asn1.BitString
		if !seq.ReadASN1BitString(&bits) || !seq.Empty() {
			return false
		}
		for i := range min(bits.BitLength, 32) {
			st.failures |= uint32(bits.At(i)) << i
		}
	}
	return true
}

// readText joins the lines of a PKIFreeText.
func readText(s cryptobyte.String) (text string, ok bool) {
	var b strings.Builder
	for !s.Empty() {
		var line cryptobyte.String
		if !s.ReadASN1(&line, cbasn1.UTF8String) {
			return "", false
		}
		b.WriteByte(' ')
		b.Write(line)
	}
	return clean(b.String()), true
}

// certResponse is the one CertResponse of a CertRepMessage.
type certResponse struct {
	request      int8
	status       status
	certificate  []byte
	publications [][]byte // caPubs
}

func readCertResponse(s cryptobyte.String) (*certResponse, bool) {
	var message, pubs, list, one, pair, choice cryptobyte.String
	var has bool
	c := &certResponse{}
	if !s.ReadASN1(&message, cbasn1.SEQUENCE) || !s.Empty() || !message.ReadOptionalASN1(&pubs, &has, tagged(1)) {
		return nil, false
	}
	if has {
		if c.publications, has = readCertificates(pubs); !has {
			return nil, false
		}
	}
	if !message.ReadASN1(&list, cbasn1.SEQUENCE) || !message.Empty() || !list.ReadASN1(&one, cbasn1.SEQUENCE) || !list.Empty() ||
		!readRequest(&one, &c.request) || !readStatus(&one, &c.status) {
		return nil, false
	}
	if one.PeekASN1Tag(cbasn1.SEQUENCE) {
		// certOrEncCert: an encrypted certificate [1] is never asked for
		if !one.ReadASN1(&pair, cbasn1.SEQUENCE) || !pair.ReadASN1(&choice, tagged(0)) {
			return nil, false
		}
		c.certificate = choice
	}
	return c, !c.status.granted() || c.certificate != nil
}

// readRequest reads certReqId: -1 or 0 for p10cr.
func readRequest(s *cryptobyte.String, id *int8) bool {
	var n int64
	if !s.ReadASN1Integer(&n) || n < -1 || n > 0 {
		return false
	}
	*id = int8(n)
	return true
}

type pollResponse struct {
	request int8
	after   time.Duration
}

func readPollResponse(s cryptobyte.String) (*pollResponse, bool) {
	var list, one cryptobyte.String
	var seconds int64
	p := &pollResponse{}
	if !s.ReadASN1(&list, cbasn1.SEQUENCE) || !s.Empty() || !list.ReadASN1(&one, cbasn1.SEQUENCE) || !list.Empty() ||
		!readRequest(&one, &p.request) || !one.ReadASN1Integer(&seconds) || seconds < 0 {
		return nil, false
	}
	p.after = time.Duration(min(seconds, 1e6)) * time.Second
	return p, true
}

// readRevocation reads the one status of a RevRepContent.
func readRevocation(s cryptobyte.String) (*status, bool) {
	var content, list cryptobyte.String
	st := &status{}
	ok := s.ReadASN1(&content, cbasn1.SEQUENCE) && s.Empty() && content.ReadASN1(&list, cbasn1.SEQUENCE) && readStatus(&list, st) && list.Empty()
	return st, ok
}

// readError reads ErrorMsgContent; details follow the words of the status.
func readError(s cryptobyte.String) (*status, bool) {
	var content, details cryptobyte.String
	st := &status{}
	if !s.ReadASN1(&content, cbasn1.SEQUENCE) || !s.Empty() || !readStatus(&content, st) || !content.SkipOptionalASN1(cbasn1.INTEGER) {
		return nil, false
	}
	if !content.Empty() {
		if !content.ReadASN1(&details, cbasn1.SEQUENCE) || !content.Empty() {
			return nil, false
		}
		more, ok := readText(details)
		if !ok {
			return nil, false
		}
		st.text = clean(st.text + " " + more)
	}
	return st, true
}
