package gost

import (
	"errors"
	"fmt"
	"time"
)

// RevocationState is what is known of a certificate. Unknown is not good: who
// goes on with it decides so himself.
type RevocationState int

// The states.
const (
	StatusUnknown RevocationState = iota
	StatusGood
	StatusRevoked
)

func (s RevocationState) String() string {
	switch s {
	case StatusGood:
		return "good"
	case StatusRevoked:
		return "revoked"
	}
	return "unknown"
}

// Evidence is what a state is known by.
type Evidence string

// The kinds of evidence; "" = there is none.
const (
	ByCRL  Evidence = "CRL"
	ByOCSP Evidence = "OCSP"
)

// Revocation is what is known of one certificate, by what and as of when.
type Revocation struct {
	State       RevocationState
	By          Evidence
	AsOf, Until time.Time // thisUpdate and nextUpdate of the evidence; Until zero = not said
	RevokedAt   time.Time // when revoked
	Reason      int       // when revoked: KeyCompromise …; 0 = unspecified
	Since       time.Time // since when the key is not to be trusted; zero = not said
	Why         error     // when unknown: why the evidence at hand does not do; nil = there is none
}

// Err is nil for a good certificate, ErrRevoked or ErrUnknownStatus.
func (r Revocation) Err() error {
	switch {
	case r.State == StatusRevoked && r.Reason == CertificateHold:
		return fmt.Errorf("%w: on hold since %s", ErrRevoked, day(r.RevokedAt))
	case r.State == StatusRevoked:
		return fmt.Errorf("%w on %s", ErrRevoked, day(r.RevokedAt))
	case r.State == StatusGood:
		return nil
	case r.Why != nil:
		return fmt.Errorf("%w: %w", ErrUnknownStatus, r.Why)
	}
	return ErrUnknownStatus
}

// Freshness says how old evidence may be.
type Freshness struct {
	Skew     time.Duration // how far its clock may be ahead of ours
	Lateness time.Duration // how long after nextUpdate it still counts
	MaxAge   time.Duration // of an OCSP answer that names no nextUpdate
}

// ErrStale means evidence of another time than the one asked about.
var ErrStale = errors.New("revocation status is out of date")

// check judges evidence made at thisUpdate about a certificate that ends at
// notAfter. Evidence made after the moment asked still tells of that moment,
// unless the certificate had ended and been dropped by then.
func (f Freshness) check(at, now, thisUpdate, nextUpdate, notAfter time.Time) error {
	switch {
	case thisUpdate.After(now.Add(f.Skew)):
		return fmt.Errorf("%w: made in the future, %s", ErrStale, day(thisUpdate))
	case thisUpdate.After(notAfter):
		return fmt.Errorf("%w: made after the certificate's end, %s", ErrStale, day(thisUpdate))
	case !nextUpdate.IsZero() && nextUpdate.Before(thisUpdate):
		return fmt.Errorf("%w: made %s and good until %s before", ErrStale, day(thisUpdate), day(nextUpdate))
	case nextUpdate.IsZero() && at.Sub(thisUpdate) > f.MaxAge+f.Skew:
		return fmt.Errorf("%w: made %s and does not say until when", ErrStale, day(thisUpdate))
	case !nextUpdate.IsZero() && at.After(nextUpdate.Add(f.Lateness)):
		return fmt.Errorf("%w: good until %s", ErrStale, day(nextUpdate))
	}
	return nil
}
