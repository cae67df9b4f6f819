package ca

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// States of an order.
const (
	Waiting   = "waiting"
	Refused   = "refused"
	Issued    = "issued"
	Confirmed = "confirmed"
	Rejected  = "rejected" // the applicant did not accept the certificate
)

// Order is one certificate request and what became of it.
type Order struct {
	Transaction string    `json:"transaction"`
	Request     []byte    `json:"request"` // PKCS#10
	KeyHash     string    `json:"key_hash"`
	Subject     string    `json:"subject"`
	At          time.Time `json:"at"`
	ReadyAt     time.Time `json:"ready_at"`
	State       string    `json:"state"`
	Reason      string    `json:"reason"`
	Serial      string    `json:"serial"`
	Certificate []byte    `json:"certificate"`
}

// p10ReqID is the certReqId of an answer to p10cr, which has none of its own
// (RFC 9480, 2.13; OpenSSL expects the same).
const p10ReqID = -1

// request takes a PKCS#10 in. The first answer is always «waiting» unless the
// thinking time is zero.
func (s *Service) request(m *message) (body, error) {
	var der []byte
	in := m.content
	raw := in
	if !in.SkipASN1(cbasn1.SEQUENCE) || !in.Empty() {
		return nil, refusal(failBadDataFormat, "p10cr holds no PKCS#10")
	}
	der = bytes.Clone(raw)
	var out body
	err := s.Store.Update(func(tx *tx) error {
		var o Order
		switch err := tx.Get(s.Bucket("orders"), m.id(), &o); {
		case err == nil && !bytes.Equal(o.Request, der):
			return refusal(failTransactionInUse, "transactionID belongs to another request")
		case err == nil:
		case errors.Is(err, state.ErrNotFound):
			var st *status
			if o, st = s.take(tx, m.id(), der); st != nil {
				out = certBody(p10ReqID, st, nil)
				return nil
			}
		default:
			return err
		}
		if err := s.decide(tx, &o); err != nil {
			return err
		}
		out = o.answer(p10ReqID)
		return nil
	})
	return out, err
}

// take checks a new request and opens its order.
func (s *Service) take(tx *tx, id string, der []byte) (Order, *status) {
	req, err := gost.ParseRequest(der)
	if err != nil {
		return Order{}, refusal(failBadDataFormat, "PKCS#10 is not readable or not on a GOST key")
	}
	if err := req.CheckSignature(); err != nil {
		return Order{}, refusal(failBadPOP, "signature of the PKCS#10 does not verify")
	}
	if req.Subject.Get(gost.OIDCommonName) == "" {
		return Order{}, refusal(failBadRequest, "subject has no common name")
	}
	spki, err := gost.MarshalPublicKey(req.PublicKey)
	if err != nil {
		return Order{}, refusal(failBadDataFormat, "public key is not readable")
	}
	sum := sha256.Sum256(spki)
	o := Order{Transaction: id, Request: der, KeyHash: hex.EncodeToString(sum[:]), Subject: req.Subject.String(),
		At: s.Now(), ReadyAt: s.Now().Add(s.Knobs().Wait()), State: Waiting}
	var before string
	if tx.Get(s.Bucket("keys"), o.KeyHash, &before) == nil && before != id {
		return Order{}, refusal(failDuplicateCertReq, "this key is already in request "+before)
	}
	if err := tx.Put(s.Bucket("keys"), o.KeyHash, id); err != nil {
		return Order{}, refusal(failSystemFailure, "internal error")
	}
	if err := s.Count(tx, "requests"); err != nil {
		return Order{}, refusal(failSystemFailure, "internal error")
	}
	return o, nil
}

// decide issues or refuses a waiting order whose time has come, and stores it.
func (s *Service) decide(tx *tx, o *Order) error {
	if o.State == Waiting && !s.Now().Before(o.ReadyAt) {
		if reason := s.Knobs().Refuse; reason != "" {
			o.State, o.Reason = Refused, reason
			if err := tx.Delete(s.Bucket("keys"), o.KeyHash); err != nil { // the key may ask again
				return err
			}
			if err := s.Count(tx, "refused"); err != nil {
				return err
			}
		} else if err := s.issue(tx, o); err != nil {
			return err
		}
	}
	return tx.Put(s.Bucket("orders"), o.Transaction, o)
}

func (o *Order) answer(reqID int64) body {
	switch o.State {
	case Waiting:
		return certBody(reqID, &status{code: statusWaiting, text: "заявка принята, ожидайте", fail: -1}, nil)
	case Refused:
		return certBody(reqID, refusal(failBadRequest, o.Reason), nil)
	}
	return certBody(reqID, &status{code: statusAccepted, fail: -1}, o.Certificate)
}

// poll answers pollReq: checkAfter while the order waits, then the certificate.
func (s *Service) poll(m *message) (body, error) {
	in := m.content
	var list, one = in, in
	if !in.ReadASN1(&list, cbasn1.SEQUENCE) || !list.ReadASN1(&one, cbasn1.SEQUENCE) {
		return nil, refusal(failBadDataFormat, "pollReq is not readable")
	}
	reqID, ok := readInt(&one)
	if !ok {
		return nil, refusal(failBadDataFormat, "pollReq is not readable")
	}
	var out body
	err := s.Store.Update(func(tx *tx) error {
		var o Order
		if err := tx.Get(s.Bucket("orders"), m.id(), &o); err != nil {
			return refusal(failBadRequest, "no such transaction")
		}
		if err := s.decide(tx, &o); err != nil {
			return err
		}
		if o.State == Waiting {
			out = pollBody(reqID, o.ReadyAt.Sub(s.Now()), "заявка на рассмотрении")
			return nil
		}
		out = o.answer(reqID)
		return nil
	})
	return out, err
}

// Orders lists the last n orders, the newest first.
func (s *Service) Orders(n int) []Order {
	var all []Order
	_ = s.Store.View(func(tx *tx) error {
		return state.Each(tx, s.Bucket("orders"), func(_ string, o Order) (bool, error) {
			all = append(all, o)
			return true, nil
		})
	})
	sortOrders(all)
	return all[:min(n, len(all))]
}
