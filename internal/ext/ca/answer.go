package ca

import (
	"bytes"
	"fmt"
	"time"

	"signdesk/internal/gost"
)

// Answer is what the authority says of a request it has not refused.
type Answer struct {
	Certificate []byte        // DER; nil while the authority thinks
	Chain       [][]byte      // DER of its issuers, the root last
	CheckAfter  time.Duration // while waiting: when to poll, 1 s to a day

	// Transaction may be stored and passed to the next call in place of the
	// one given; see the package's story.
	Transaction []byte
}

// answer reads what follows p10cr and pollReq; a certificate is on the
// request's key.
func (c *Client) answer(r *reply, t transaction, req *gost.Request) (*Answer, error) {
	t.nonce = r.nonce
	a := &Answer{}
	var st *status
	ok := false
	switch r.kind {
	case bodyCP:
		var cr *certResponse
		if cr, ok = readCertResponse(r.content); ok {
			st, t.request = &cr.status, cr.request
			if st.granted() {
				return c.certificate(r, cr, t, req)
			}
		}
	case bodyPollRep:
		var p *pollResponse
		if p, ok = readPollResponse(r.content); ok {
			st, t.request, a.CheckAfter = &status{code: statusWaiting}, p.request, p.after
		}
	case bodyError: // also «waiting» for the whole message (RFC 9810, 5.2.3)
		if st, ok = readError(r.content); ok && st.granted() {
			ok = false
		}
	}
	if !ok {
		return nil, unexpected(r)
	}
	if st.code != statusWaiting {
		return nil, st.err()
	}
	a.CheckAfter = min(max(a.CheckAfter, time.Second), 24*time.Hour)
	a.Transaction = t.marshal()
	return a, nil
}

// skew is how far the authority's clock may be ahead of ours.
const skew = 5 * time.Minute

// certificate reads an issued certificate and checks its key and chain.
func (c *Client) certificate(r *reply, cr *certResponse, t transaction, req *gost.Request) (*Answer, error) {
	cert, err := gost.ParseCertificate(cr.certificate)
	if err != nil || !bytes.Equal(cert.Raw, cr.certificate) {
		return nil, distrust(fmt.Errorf("issued certificate is not readable: %w", err))
	}
	if cert.PublicKey == nil || !req.PublicKey.Equal(cert.PublicKey) {
		return nil, otherKey()
	}
	var beside []*gost.Certificate
	for _, der := range append(cr.publications, r.extra...) {
		if x, err := gost.ParseCertificate(der); err == nil {
			beside = append(beside, x)
		}
	}
	chain, err := path(cert, beside, c.roots, c.now())
	if err != nil {
		return nil, err
	}
	return &Answer{Certificate: cert.Raw, Chain: chain, Transaction: t.marshal()}, nil
}

// path is the certificate's way to a root, itself left out.
func path(cert *gost.Certificate, beside, roots []*gost.Certificate, at time.Time) (der [][]byte, err error) {
	if cert.NotBefore.After(at) && cert.NotBefore.Before(at.Add(skew)) {
		at = cert.NotBefore
	}
	chain, err := cert.Verify(gost.VerifyOptions{Roots: roots, Intermediates: beside, At: at})
	if err != nil {
		return nil, distrust(fmt.Errorf("issued certificate: %w", err))
	}
	for _, x := range chain[1:] {
		der = append(der, x.Raw)
	}
	return der, nil
}
