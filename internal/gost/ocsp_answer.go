package gost

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// readData reads ResponseData.
func (r *OCSPResponse) readData(s cryptobyte.String) (err error) {
	var version int
	var responder, list cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadOptionalASN1Integer(&version, tag0, 0) || version != 0 || !s.ReadAnyASN1(&responder, &tag) {
		return errors.New("bad response data")
	}
	switch tag {
	case cbasn1.Tag(1).ContextSpecific().Constructed():
		if _, err := ParseName(responder); err != nil {
			return err
		}
		r.RawResponder = responder
	case cbasn1.Tag(2).ContextSpecific().Constructed():
		if !responder.ReadASN1Bytes(&r.ResponderKey, cbasn1.OCTET_STRING) || !responder.Empty() {
			return errors.New("bad responder")
		}
	default:
		return errors.New("bad responder")
	}
	if !s.ReadASN1GeneralizedTime(&r.ProducedAt) || !s.ReadASN1(&list, cbasn1.SEQUENCE) {
		return errors.New("bad response data")
	}
	for !list.Empty() {
		a, err := readOCSPAnswer(&list)
		if err != nil {
			return err
		}
		if r.Answers = append(r.Answers, a); len(r.Answers) > maxOCSPItems {
			return errors.New("too many answers")
		}
	}
	if r.Nonce, err = readOCSPExtensions(&s, cbasn1.Tag(1).ContextSpecific().Constructed()); err != nil {
		return err
	}
	if !s.Empty() {
		return errTrailingBytes
	}
	return nil
}

// readOCSPAnswer reads SingleResponse.
func readOCSPAnswer(list *cryptobyte.String) (a OCSPAnswer, err error) {
	bad := errors.New("bad answer")
	var seq, status, next cryptobyte.String
	var tag cbasn1.Tag
	var present, ok bool
	if !list.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return a, bad
	}
	if a.ID, ok = readCertID(&seq); !ok || !seq.ReadAnyASN1(&status, &tag) {
		return a, bad
	}
	switch tag {
	case cbasn1.Tag(0).ContextSpecific():
		a.State, ok = StatusGood, status.Empty()
	case cbasn1.Tag(1).ContextSpecific().Constructed():
		a.State, ok = StatusRevoked, a.readRevoked(&status)
	case cbasn1.Tag(2).ContextSpecific():
		a.State, ok = StatusUnknown, status.Empty()
	default:
		ok = false
	}
	if !ok || !seq.ReadASN1GeneralizedTime(&a.ThisUpdate) || !seq.ReadOptionalASN1(&next, &present, tag0) ||
		present && (!next.ReadASN1GeneralizedTime(&a.NextUpdate) || !next.Empty()) {
		return a, bad
	}
	if _, err := readOCSPExtensions(&seq, cbasn1.Tag(1).ContextSpecific().Constructed()); err != nil {
		return a, err
	}
	if !seq.Empty() {
		return a, bad
	}
	return a, nil
}

// readRevoked reads RevokedInfo.
func (a *OCSPAnswer) readRevoked(s *cryptobyte.String) bool {
	var reason cryptobyte.String
	var present bool
	return s.ReadASN1GeneralizedTime(&a.RevokedAt) && s.ReadOptionalASN1(&reason, &present, tag0) &&
		(!present || reason.ReadASN1Enum(&a.Reason) && reason.Empty()) && s.Empty()
}
