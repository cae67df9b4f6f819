package ca

import (
	"bytes"
	"errors"
)

const (
	idSize         = 16 // bytes of a transaction id (RFC 4210, 5.1.1)
	maxNonce       = 64
	defaultRequest = -1 // certReqId of p10cr
)

// transaction is what is known of one: its id and, when an answer has come,
// the authority's last nonce and its number of the request.
type transaction struct {
	id      []byte
	request int8
	nonce   []byte
}

// parseTransaction reads a bare id, or an id followed by one byte of certReqId
// and the nonce, as marshal writes them.
func parseTransaction(b []byte) (transaction, error) {
	if len(b) < idSize || len(b) > idSize+1+maxNonce {
		return transaction{}, errors.New("transaction id is not 16 bytes")
	}
	t := transaction{id: b[:idSize], request: defaultRequest}
	if len(b) > idSize {
		t.request, t.nonce = int8(b[idSize]), b[idSize+1:]
	}
	return t, nil
}

func (t transaction) marshal() []byte {
	return append(append(bytes.Clone(t.id), byte(t.request)), t.nonce...)
}
