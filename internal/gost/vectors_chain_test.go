package gost

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// The published certificates as chains, with all published roots at hand in
// both orders: each is led to its own issuer, although the roots of the state
// share names, and exactly those of R 1323565.1.025 are refused, whose root
// lacks basicConstraints. What GOST R 34.10-2001 has signed is refused too
// unless it is asked for.
func TestVectorsChains(t *testing.T) {
	all := vectors(t, "cert")
	var roots []*Certificate
	for _, v := range all {
		if v.Expected == "valid" && v.File == v.Issuer {
			roots = append(roots, mustCertificate(t, readVector(t, v.File)))
		}
	}
	names := map[string]int{}
	for _, r := range roots {
		names[string(r.RawSubject)]++
	}
	shared := 0
	for _, n := range names {
		if n > 1 {
			shared += n
		}
	}
	count := map[string]int{}
	for _, v := range all {
		if v.Expected != "valid" || v.Issuer == "" {
			continue
		}
		slices.Reverse(roots)
		c, issuer := mustCertificate(t, readVector(t, v.File)), mustCertificate(t, readVector(t, v.Issuer))
		trusted := roots
		if !issuer.IsCA { // RFC 9548 publishes a root of the same name and key that is one
			trusted = []*Certificate{issuer}
		}
		chain, err := c.Verify(VerifyOptions{Roots: trusted, Intermediates: []*Certificate{issuer}, At: c.NotBefore.Add(time.Hour)})
		old := v.SigAlg == oldSignature || len(chain) == 0 && issuer.frame.algorithm.oid.String() == oldSignature
		switch {
		case !issuer.IsCA && v.File != v.Issuer:
			if !errors.Is(err, ErrNotCA) {
				t.Errorf("%s: %v", v.ID, err)
			}
			count["without basicConstraints"]++
		case old && v.File != v.Issuer:
			if !errors.Is(err, ErrLegacy) && !errors.Is(err, ErrNoIssuer) {
				t.Errorf("%s: %v", v.ID, err)
			}
			count["GOST R 34.10-2001"]++
		case err != nil:
			t.Errorf("%s: %v", v.ID, err)
		case v.File != v.Issuer && string(chain[1].RawSPKI) != string(issuer.RawSPKI):
			t.Errorf("%s: led to %s, not to %s", v.ID, chain[1].SerialHex(), issuer.SerialHex())
		default:
			count["good"]++
		}
	}
	if count["without basicConstraints"] != 4 || count["good"] < 60 || shared < 3 {
		t.Errorf("%d under shared names, %v", shared, count)
	}
	t.Logf("%d roots, %d of them under shared names: %v", len(roots), shared, count)
}
