package gost

import (
	"bytes"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// OCSPOptions say what a response is judged against.
type OCSPOptions struct {
	At  time.Time // the moment asked about; must not be zero
	Now time.Time // the clock; zero = At
	Freshness
	Nonce []byte // of the request: must be repeated; nil = not asked for
	// CRLs of the issuer: a delegated responder that one of them revokes up to
	// Now has no word, and one without NoCheck must be cleared by one of them,
	CRLs []*CRL
	// unless its own status is nobody's question: an authority that names no
	// way to learn it leaves that to local policy (RFC 6960, 4.2.2.2.1).
	TrustResponder bool
}

// Why a response says nothing.
var (
	ErrOCSPRefused   = errors.New("the responder gave no answer")
	ErrOCSPResponder = errors.New("signed by nobody who may answer for the issuer")
	ErrOCSPNonce     = errors.New("an answer to another request")
)

// Status returns what the response says of the certificate of this issuer,
// which must be its true one: its signature under the certificate is not
// checked here. The response must be signed by the issuer's key, or by a
// responder that the issuer itself has certified for OCSP signing (RFC 6960,
// 4.2.2.2) and that was in force when it answered. An error means that it
// says nothing; a response that does not know the certificate is
// StatusUnknown without an error. A revocation later than o.At does not count.
func (r *OCSPResponse) Status(c, issuer *Certificate, o OCSPOptions) (Revocation, error) {
	s, err := r.status(c, issuer, o)
	if err != nil {
		return Revocation{Why: err}, fmt.Errorf("%w: %w", errOCSPResponse, err)
	}
	return s, nil
}

func (r *OCSPResponse) status(c, issuer *Certificate, o OCSPOptions) (s Revocation, err error) {
	if o.At.IsZero() {
		return s, errors.New("no moment given")
	}
	if o.Now.IsZero() {
		o.Now = o.At
	}
	if r.Code != OCSPSuccessful {
		return s, fmt.Errorf("%w: %v", ErrOCSPRefused, r.Code)
	}
	if o.Nonce != nil && subtle.ConstantTimeCompare(o.Nonce, r.Nonce) != 1 {
		return s, ErrOCSPNonce
	}
	var found *OCSPAnswer
	for i := range r.Answers {
		if a := &r.Answers[i]; a.ID.names(c, issuer) && (found == nil || a.outweighs(found)) {
			found = a
		}
	}
	if found == nil {
		return s, ErrNotAbout
	}
	if err := r.checkSigner(issuer, o); err != nil {
		return s, err
	}
	if r.ProducedAt.After(o.Now.Add(o.Skew)) || found.ThisUpdate.After(r.ProducedAt.Add(o.Skew)) {
		return s, fmt.Errorf("%w: made in the future, %s", ErrStale, day(r.ProducedAt))
	}
	s = Revocation{By: ByOCSP, AsOf: found.ThisUpdate, Until: found.NextUpdate}
	if found.State == StatusRevoked && !found.RevokedAt.After(o.At) {
		s.State, s.RevokedAt, s.Reason = StatusRevoked, found.RevokedAt, found.Reason
		return s, nil // of any age
	}
	if err := o.check(o.At, o.Now, found.ThisUpdate, found.NextUpdate, c.NotAfter); err != nil {
		return s, err
	}
	if s.State = StatusGood; found.State == StatusUnknown {
		s.State, s.Why = StatusUnknown, errors.New("the responder does not know the certificate")
	}
	return s, nil
}

// outweighs chooses between two answers about one certificate: a revocation,
// and of two the earlier one; else the first answer stays.
func (a *OCSPAnswer) outweighs(other *OCSPAnswer) bool {
	return a.State == StatusRevoked && (other.State != StatusRevoked || a.RevokedAt.Before(other.RevokedAt))
}

// checkSigner finds the key that signed and whether it may.
func (r *OCSPResponse) checkSigner(issuer *Certificate, o OCSPOptions) error {
	if r.names(issuer) && r.frame.check(issuer.PublicKey) == nil {
		return nil
	}
	err := ErrOCSPResponder
	for _, responder := range r.Certificates {
		if !r.names(responder) || r.frame.check(responder.PublicKey) != nil {
			continue
		}
		bad := r.checkDelegate(responder, issuer, o)
		if bad == nil {
			return nil
		}
		err = fmt.Errorf("%w: %w", ErrOCSPResponder, bad)
	}
	return err
}

// names reports whether the response calls this certificate its signer's.
func (r *OCSPResponse) names(c *Certificate) bool {
	if r.ResponderKey != nil {
		return bytes.Equal(r.ResponderKey, c.ocspKey())
	}
	return sameName(r.RawResponder, c.RawSubject)
}

// ocspKey is the KeyHash of RFC 6960, 4.2.1: always SHA-1.
func (c *Certificate) ocspKey() []byte {
	_, key, _ := ocspHashes(oidSHA1, nil, c)
	return key
}

// checkDelegate checks a responder that is not the issuer. Its certificate
// must be the issuer's own work and say OCSP signing in so many words.
func (r *OCSPResponse) checkDelegate(d, issuer *Certificate, o OCSPOptions) error {
	switch {
	case !mayIssue(issuer, d.issuerForm, d.issuerHint()):
		return fmt.Errorf("%s is not the issuer's", label(d))
	case !slices.ContainsFunc(d.ExtKeyUsage, OIDOCSPSigning.Equal):
		return fmt.Errorf("%s is not for OCSP signing", label(d))
	case d.KeyUsage != 0 && d.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return fmt.Errorf("%s is not for signing", label(d))
	case r.ProducedAt.Before(d.NotBefore.Add(-o.Skew)) || r.ProducedAt.After(d.NotAfter.Add(o.Skew)):
		return fmt.Errorf("%w: %s is valid %s to %s", ErrDates, label(d), day(d.NotBefore), day(d.NotAfter))
	}
	if oid, bad := d.unknownCritical(); bad {
		return fmt.Errorf("%w %v in %s", ErrExtension, oid, label(d))
	}
	if err := d.CheckSignatureFrom(issuer); err != nil {
		return err
	}
	v := &verification{o: VerifyOptions{CRLs: o.CRLs, Now: o.Now, Freshness: o.Freshness}, left: maxSignatures}
	// Who has stolen the key dates his answers as he likes.
	if now := v.byCRLs(d, issuer, o.Now); now.State == StatusRevoked {
		return fmt.Errorf("%s: %w", label(d), now.Err())
	}
	if d.NoCheck || o.TrustResponder {
		return nil
	}
	if err := v.byCRLs(d, issuer, r.ProducedAt).Err(); err != nil {
		return fmt.Errorf("%s: %w", label(d), err)
	}
	return nil
}
