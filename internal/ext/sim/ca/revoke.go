package ca

import (
	"bytes"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// revoke answers rr: certDetails names issuer [3] and serialNumber [1], the
// reason stands in crlEntryDetails. A second revocation is certRevoked.
func (s *Service) revoke(m *message) (body, error) {
	in := m.content
	var list, one, details, serialDER, issuer, name cryptobyte.String
	if !in.ReadASN1(&list, cbasn1.SEQUENCE) || !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1(&details, cbasn1.SEQUENCE) {
		return nil, refusal(failBadDataFormat, "rr is not readable")
	}
	for !details.Empty() {
		var field cryptobyte.String
		var tag cbasn1.Tag
		if !details.ReadAnyASN1(&field, &tag) {
			return nil, refusal(failBadDataFormat, "certDetails is not readable")
		}
		switch tag {
		case cbasn1.Tag(1).ContextSpecific():
			serialDER = field
		case explicit(3):
			issuer = field
		}
	}
	name = issuer
	if len(serialDER) == 0 || len(serialDER) > 20 || !bytes.Equal(name, s.Issuer.Cert.RawSubject) {
		return revokedBody(refusal(failBadCertID, "issuer or serial number is not ours")), nil
	}
	reason := 0
	var extensions cryptobyte.String
	if one.PeekASN1Tag(cbasn1.SEQUENCE) && one.ReadASN1(&extensions, cbasn1.SEQUENCE) {
		reason = crlReason(extensions)
	}
	serial := certSerial(bytes.TrimLeft(serialDER, "\x00"))
	st := &status{code: statusAccepted, fail: -1}
	err := s.Store.Update(func(tx *tx) error {
		cert, revoked, ok := s.Issued(tx, serial)
		switch {
		case !ok:
			st = refusal(failBadCertID, "no such certificate")
			return nil
		case revoked:
			st = refusal(failCertRevoked, "certificate is already revoked")
			return nil
		}
		return s.mark(tx, cert.SerialHex(), reason)
	})
	return revokedBody(st), err
}

func crlReason(extensions cryptobyte.String) int {
	for !extensions.Empty() {
		var ext, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		var n int
		if !extensions.ReadASN1(&ext, cbasn1.SEQUENCE) || !ext.ReadASN1ObjectIdentifier(&oid) ||
			!ext.SkipOptionalASN1(cbasn1.BOOLEAN) || !ext.ReadASN1(&value, cbasn1.OCTET_STRING) {
			return 0
		}
		if oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 21}) && value.ReadASN1Enum(&n) && n >= 0 && n <= 10 {
			return n
		}
	}
	return 0
}

// mark writes the revocation down.
func (s *Service) mark(tx *tx, serial string, reason int) error {
	var c certificate
	if err := tx.Get(s.Bucket("certs"), serial, &c); err != nil {
		return err
	}
	c.RevokedAt, c.Reason = s.Now(), reason
	if err := s.Count(tx, "revoked"); err != nil {
		return err
	}
	return tx.Put(s.Bucket("certs"), serial, c)
}
