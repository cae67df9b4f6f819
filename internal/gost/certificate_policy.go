package gost

import (
	"encoding/asn1"
	"math"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// policyRules are what an authority demands of the policies below it
// (RFC 5280, 4.2.1.5, 4.2.1.11 and 4.2.1.14). Counts are certificates to skip
// before the rule begins; noRule = never.
type policyRules struct {
	explicit   int // requireExplicitPolicy
	inhibitAny int
	mapped     bool // policyMappings: never followed
}

const noRule = math.MaxInt32

// maxPolicies bounds the policies of a certificate, since those of a chain are
// compared each with each; real ones have under ten.
const maxPolicies = 100

var noPolicyRules = policyRules{explicit: noRule, inhibitAny: noRule}

func readPolicies(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var policy, qualifiers cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !seq.ReadASN1(&policy, cbasn1.SEQUENCE) || !policy.ReadASN1ObjectIdentifier(&oid) ||
			!policy.ReadOptionalASN1(&qualifiers, nil, cbasn1.SEQUENCE) || !policy.Empty() || len(c.Policies) == maxPolicies {
			return false
		}
		c.Policies = append(c.Policies, oid)
	}
	return true
}

func readPolicyMappings(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || seq.Empty() {
		return false
	}
	for !seq.Empty() {
		var pair cryptobyte.String
		var issuer, subject asn1.ObjectIdentifier
		if !seq.ReadASN1(&pair, cbasn1.SEQUENCE) || !pair.ReadASN1ObjectIdentifier(&issuer) ||
			!pair.ReadASN1ObjectIdentifier(&subject) || !pair.Empty() {
			return false
		}
	}
	c.policy.mapped = true
	return true
}

func readPolicyConstraints(c *Certificate, s *cryptobyte.String) bool {
	var seq, explicit, mapping cryptobyte.String
	var said bool
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || seq.Empty() ||
		!seq.ReadOptionalASN1(&explicit, &said, cbasn1.Tag(0).ContextSpecific()) ||
		!seq.ReadOptionalASN1(&mapping, nil, cbasn1.Tag(1).ContextSpecific()) || !seq.Empty() {
		return false
	}
	if said {
		if len(explicit) != 1 || explicit[0] > 0x7f { // no chain is that long
			return false
		}
		c.policy.explicit = int(explicit[0])
	}
	return true
}

func readInhibitAnyPolicy(c *Certificate, s *cryptobyte.String) bool {
	return s.ReadASN1Integer(&c.policy.inhibitAny) && c.policy.inhibitAny >= 0
}
