package ca

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/gost"
)

// confirm answers certConf: CertStatus{certHash, certReqId, statusInfo?,
// hashAlg [0]?}. A certificate that the applicant rejects is revoked.
func (s *Service) confirm(m *message) (body, error) {
	in := m.content
	var list, one cryptobyte.String
	var sum []byte
	if !in.ReadASN1(&list, cbasn1.SEQUENCE) || !list.ReadASN1(&one, cbasn1.SEQUENCE) ||
		!one.ReadASN1Bytes(&sum, cbasn1.OCTET_STRING) {
		return nil, refusal(failBadDataFormat, "certConf is not readable")
	}
	if _, ok := readInt(&one); !ok {
		return nil, refusal(failBadDataFormat, "certConf is not readable")
	}
	accepted := true
	var info cryptobyte.String
	if one.PeekASN1Tag(cbasn1.SEQUENCE) && one.ReadASN1(&info, cbasn1.SEQUENCE) {
		code, ok := readInt(&info)
		accepted = ok && code <= 1
	}
	err := s.Store.Update(func(tx *tx) error {
		var o Order
		if err := tx.Get(s.Bucket("orders"), m.id(), &o); err != nil || o.Certificate == nil {
			return refusal(failBadRequest, "no certificate in this transaction")
		}
		if !hashOf(o.Certificate, sum) {
			return refusal(failBadCertID, "certHash is of another certificate")
		}
		if o.State != Issued {
			return nil // confirmed before; a repeated message changes nothing
		}
		o.State = Confirmed
		if !accepted {
			o.State = Rejected
			if err := s.mark(tx, o.Serial, 5); err != nil { // cessationOfOperation
				return err
			}
		}
		return tx.Put(s.Bucket("orders"), o.Transaction, o)
	})
	if err != nil {
		return nil, err
	}
	return confirmBody(), nil
}

// hashOf compares with the hash of the certificate's own algorithm (Streebog)
// or one that a client without GOST hashes falls back to.
func hashOf(cert, sum []byte) bool {
	s256, s512 := gost.Sum256(cert), gost.Sum512(cert)
	a, b, c := sha256.Sum256(cert), sha512.Sum512(cert), sha1.Sum(cert)
	for _, h := range [][]byte{s256[:], s512[:], a[:], b[:], c[:]} {
		if subtle.ConstantTimeCompare(h, sum) == 1 {
			return true
		}
	}
	return false
}
