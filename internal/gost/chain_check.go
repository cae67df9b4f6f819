package gost

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
)

// issuerHint is what a certificate or a list says of its issuer beside the name.
type issuerHint struct {
	key    []byte
	names  []GeneralName
	serial *big.Int
}

func (c *Certificate) issuerHint() issuerHint {
	return issuerHint{c.AuthorityKeyID, c.AuthorityNames, c.AuthoritySerial}
}

func (c *CRL) issuerHint() issuerHint {
	return issuerHint{c.AuthorityKeyID, c.AuthorityNames, c.AuthoritySerial}
}

// mayIssue compares the name in its form, the key identifier, and the number and issuer of
// the issuer's certificate, the last three as far as they are said.
func mayIssue(issuer *Certificate, form string, a issuerHint) bool {
	if issuer.subjectForm != form {
		return false
	}
	if len(a.key) > 0 && len(issuer.SubjectKeyID) > 0 && !bytes.Equal(a.key, issuer.SubjectKeyID) {
		return false
	}
	if a.serial != nil && a.serial.Cmp(issuer.Serial) != 0 {
		return false
	}
	directory := func(n GeneralName) bool { return n.Kind == DirectoryName }
	return !slices.ContainsFunc(a.names, directory) || slices.ContainsFunc(a.names, func(n GeneralName) bool {
		return directory(n) && sameName(n.Bytes, issuer.RawIssuer)
	})
}

// check applies the rules of RFC 5280, section 6, to a chain whose signatures
// are good.
func (v *verification) check(chain []*Certificate) ([]Revocation, error) {
	below := 0 // authorities between the leaf and this certificate
	for i, c := range chain {
		if v.o.At.Before(c.NotBefore) || v.o.At.After(c.NotAfter) {
			return nil, fmt.Errorf("%w: %s is valid %s to %s", ErrDates, label(c), day(c.NotBefore), day(c.NotAfter))
		}
		if oid, bad := c.unknownCritical(); bad {
			return nil, fmt.Errorf("%w %v in %s", ErrExtension, oid, label(c))
		}
		if i > 0 {
			if !c.IsCA || c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0 {
				return nil, fmt.Errorf("%s %w", label(c), ErrNotCA)
			}
			if c.MaxPathLen >= 0 && below > c.MaxPathLen {
				return nil, fmt.Errorf("%s %w at this depth", label(c), ErrNotCA)
			}
			if !c.selfIssued() {
				below++
			}
		}
		if i+1 < len(chain) || i == 0 {
			if err := v.checkUsages(c); err != nil {
				return nil, err
			}
		}
	}
	if err := v.checkPurpose(chain[0]); err != nil {
		return nil, err
	}
	if err := checkNames(chain); err != nil {
		return nil, err
	}
	if err := checkPolicies(chain); err != nil {
		return nil, err
	}
	return v.checkRevocations(chain)
}

// checkPurpose asks the leaf for what its key is to do and when it did it.
func (v *verification) checkPurpose(c *Certificate) error {
	if v.o.KeyUsage != 0 && c.KeyUsage != 0 && c.KeyUsage&v.o.KeyUsage == 0 {
		return fmt.Errorf("%s is %w: its key usage is %09b, one of %09b is asked for", label(c), ErrPurpose, c.KeyUsage, v.o.KeyUsage)
	}
	at := v.o.SignedAt
	if at.IsZero() {
		return nil
	}
	if !c.KeyNotBefore.IsZero() && at.Before(c.KeyNotBefore) || !c.KeyNotAfter.IsZero() && at.After(c.KeyNotAfter) {
		return fmt.Errorf("%w: the key of %s may sign %s to %s", ErrDates, label(c), day(c.KeyNotBefore), day(c.KeyNotAfter))
	}
	if at.Before(c.NotBefore) || at.After(c.NotAfter) {
		return fmt.Errorf("%w: %s is valid %s to %s", ErrDates, label(c), day(c.NotBefore), day(c.NotAfter))
	}
	return nil
}

// checkUsages wants every usage that is asked for from a certificate that
// restricts them.
func (v *verification) checkUsages(c *Certificate) error {
	if len(c.ExtKeyUsage) == 0 || slices.ContainsFunc(c.ExtKeyUsage, oidAnyUsage.Equal) {
		return nil
	}
	for _, want := range v.o.ExtKeyUsage {
		if !slices.ContainsFunc(c.ExtKeyUsage, want.Equal) {
			return fmt.Errorf("%s is %w: usage %v", label(c), ErrPurpose, want)
		}
	}
	return nil
}

// checkPolicies follows the policies from the root down, as far as an
// authority demands one at all (RFC 5280, 6.1.3 and 6.1.4, without mappings:
// under such a demand a mapping is refused).
func checkPolicies(chain []*Certificate) error {
	allowed := []asn1.ObjectIdentifier{oidAnyPolicy}
	explicit, inhibitAny, mapped := noRule, noRule, false
	for i := len(chain) - 2; i >= 0; i-- {
		issuer, c := chain[i+1], chain[i]
		if i+2 < len(chain) && !issuer.selfIssued() {
			explicit, inhibitAny = max(0, explicit-1), max(0, inhibitAny-1)
		}
		explicit, inhibitAny = min(explicit, issuer.policy.explicit), min(inhibitAny, issuer.policy.inhibitAny)
		mapped = mapped || issuer.policy.mapped
		any := inhibitAny > 0 || i > 0 && c.selfIssued()
		allowed = meet(allowed, c.Policies, any)
		if explicit == 0 && (len(allowed) == 0 || mapped) {
			return fmt.Errorf("%s is %w", label(c), ErrPolicy)
		}
	}
	// The leaf may demand it of itself, and a count that ends with it counts.
	leaf := chain[0]
	if (explicit <= 1 || leaf.policy.explicit == 0) && (len(allowed) == 0 || mapped) {
		return fmt.Errorf("%s is %w", label(leaf), ErrPolicy)
	}
	return nil
}

// meet is the intersection of policies, in which anyPolicy stands for all; any
// says whether it does so on the certificate's side.
func meet(allowed, own []asn1.ObjectIdentifier, any bool) (both []asn1.ObjectIdentifier) {
	if any && slices.ContainsFunc(own, oidAnyPolicy.Equal) && !slices.ContainsFunc(allowed, oidAnyPolicy.Equal) {
		return allowed
	}
	for _, p := range own {
		if p.Equal(oidAnyPolicy) && !any {
			continue
		}
		if slices.ContainsFunc(allowed, oidAnyPolicy.Equal) || slices.ContainsFunc(allowed, p.Equal) {
			both = append(both, p)
		}
	}
	return both
}
