package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"time"
)

// SignerResult is the verdict on one signature of a message.
type SignerResult struct {
	Certificate *Certificate // nil when the message does not carry it
	// SigningTime is what the signer says of himself, proved by nothing; zero
	// if absent. Timestamps are the word of others.
	SigningTime               time.Time
	DigestOID, SignatureOID   asn1.ObjectIdentifier
	CAdES                     bool // the signed attributes bind the certificate (CAdES-BES)
	Timestamps                []Timestamp
	Unsigned                  []string // names of the attributes added after signing
	DigestOK                  bool     // the content is the signed one
	AttributesOK, SignatureOK bool     // of a signature without attributes, all three are one
	Err                       error    // nil = the signature is good; else ErrSignature or one of those below
}

// Why a signature is not good.
var (
	// ErrNoSigner means that the signer's certificate is not in the message.
	ErrNoSigner = errors.New("the signer's certificate is not in the message")
	// ErrContent means that the signature is good, but for another content. It
	// is an ErrSignature. A signature without attributes cannot tell.
	ErrContent = fmt.Errorf("%w: the content is not the signed one", ErrSignature)
	// ErrAttributes means signed attributes that break the rules of RFC 5652,
	// section 11, or name another certificate. It is an ErrSignature.
	ErrAttributes = fmt.Errorf("%w: signed attributes", ErrSignature)
	// ErrNotGOST means a signature by another algorithm, on which this package
	// has no verdict.
	ErrNotGOST = errors.New("not a GOST signature")
)
