package gost

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// signature is a pair whose verdict is kept: lists are long to hash.
type signature struct {
	list   *CRL
	issuer *Certificate
}

// checkRevocations learns the status of every certificate but the root and
// refuses what o.Revocation does not let pass.
func (v *verification) checkRevocations(chain []*Certificate) ([]Revocation, error) {
	all := make([]Revocation, len(chain)-1)
	given := len(v.o.CRLs)+len(v.o.OCSP) > 0
	for i, c := range chain[:len(chain)-1] {
		all[i] = v.revocation(c, chain[i+1])
		need := v.o.Revocation == RevocationOfAll || v.o.Revocation == RevocationWhenGiven && given && i == 0
		if all[i].State == StatusRevoked || need && all[i].State != StatusGood {
			return nil, fmt.Errorf("%s: %w", label(c), all[i].Err())
		}
	}
	return all, nil
}

// revocation weighs lists and answers: a revocation by any of them counts, else
// the latest clearance.
func (v *verification) revocation(c, issuer *Certificate) Revocation {
	best := v.byCRLs(c, issuer, v.o.At)
	for _, r := range v.o.OCSP {
		o := OCSPOptions{At: v.o.At, Now: v.o.Now, Freshness: v.o.Freshness, CRLs: v.o.CRLs}
		if v.left == 0 {
			break
		}
		v.left--
		s, err := r.Status(c, issuer, o)
		if errors.Is(err, ErrNotAbout) {
			continue
		}
		best = best.weigh(s)
	}
	return best
}

// weigh chooses the heavier of two findings.
func (r Revocation) weigh(other Revocation) Revocation {
	weight := map[RevocationState]int{StatusUnknown: 0, StatusGood: 1, StatusRevoked: 2}
	switch a, b := weight[r.State], weight[other.State]; {
	case a > b || a == b && r.State == StatusUnknown && r.Why != nil:
		return r
	case a == b && r.State == StatusRevoked && !other.RevokedAt.Before(r.RevokedAt):
		return r
	case a == b && r.State == StatusGood && !other.AsOf.After(r.AsOf):
		return r
	}
	return other
}

// byCRLs looks the certificate up in the lists of its issuer. A list of any age
// revokes; only one that is not out of date clears. A list signed by another
// key of the issuer's name says nothing, even if that key stands in the same
// chain (where OpenSSL believes it): the state roots, which change keys under
// one name, publish a list for each key.
func (v *verification) byCRLs(c, issuer *Certificate, at time.Time) (best Revocation) {
	for _, list := range v.o.CRLs {
		if mayIssue(issuer, list.issuerForm, list.issuerHint()) {
			best = best.weigh(v.byCRL(c, issuer, list, at))
		}
	}
	return best
}

func (v *verification) byCRL(c, issuer *Certificate, list *CRL, at time.Time) Revocation {
	switch {
	case list.Unusable != "":
		return Revocation{Why: errors.New("the list is not used: " + list.Unusable)}
	case !list.scope.covers(c):
		return Revocation{Why: errors.New("the list is for other certificates")}
	case issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0:
		return Revocation{Why: fmt.Errorf("%s may not sign lists", label(issuer))}
	case !v.signedBy(list, issuer):
		return Revocation{Why: fmt.Errorf("revocation list: %w", ErrSignature)}
	}
	return v.o.lookUp(list, c, at, v.o.Now)
}

func (v *verification) signedBy(list *CRL, issuer *Certificate) bool {
	key := signature{list, issuer}
	if good, known := v.signed[key]; known {
		return good
	}
	if v.left == 0 {
		return false
	}
	v.left--
	if v.signed == nil {
		v.signed = map[signature]bool{}
	}
	v.signed[key] = list.frame.checkFrom(issuer, v.o.Legacy) == nil
	return v.signed[key]
}

// lookUp reads a good list. A revocation after the moment asked does not count.
func (f Freshness) lookUp(list *CRL, c *Certificate, at, now time.Time) Revocation {
	r := Revocation{By: ByCRL, AsOf: list.ThisUpdate, Until: list.NextUpdate}
	if e, ok := list.Find(c.Serial); ok && e.Reason != RemoveFromCRL && !e.At.After(at) {
		r.State, r.RevokedAt, r.Reason, r.Since = StatusRevoked, e.At, e.Reason, e.Since
		return r
	}
	if list.NextUpdate.IsZero() {
		return Revocation{Why: fmt.Errorf("%w: the list does not say until when", ErrStale)}
	}
	if err := f.check(at, now, list.ThisUpdate, list.NextUpdate, c.NotAfter); err != nil {
		return Revocation{Why: err}
	}
	r.State = StatusGood
	return r
}
