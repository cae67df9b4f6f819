package gost

import (
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// NameConstraints are the names an authority may give to those below it
// (RFC 5280, 4.2.1.10): of a form that occurs in Permitted only these
// subtrees, and none of Excluded.
type NameConstraints struct {
	Permitted, Excluded []GeneralName
}

func readSubjectAltName(c *Certificate, s *cryptobyte.String) (ok bool) {
	c.SubjectAltNames, ok = readNameList(s)
	return ok
}

func readIssuerAltName(c *Certificate, s *cryptobyte.String) (ok bool) {
	c.IssuerAltNames, ok = readNameList(s)
	return ok
}

func readNameList(s *cryptobyte.String) ([]GeneralName, bool) {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || seq.Empty() {
		return nil, false
	}
	return readGeneralNames(&seq)
}

func addNameList(b *cryptobyte.Builder, names []GeneralName) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, n := range names {
			addGeneralName(b, n)
		}
	})
}

func readNameConstraints(c *Certificate, s *cryptobyte.String) bool {
	var seq, permitted, excluded cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || seq.Empty() ||
		!seq.ReadOptionalASN1(&permitted, nil, tag0) ||
		!seq.ReadOptionalASN1(&excluded, nil, cbasn1.Tag(1).ContextSpecific().Constructed()) || !seq.Empty() {
		return false
	}
	var all NameConstraints
	var ok bool
	if all.Permitted, ok = readSubtrees(&permitted); !ok {
		return false
	}
	if all.Excluded, ok = readSubtrees(&excluded); !ok {
		return false
	}
	c.NameConstraints = &all
	return true
}

// readSubtrees reads GeneralSubtrees; minimum must be the default 0 and
// maximum absent.
func readSubtrees(s *cryptobyte.String) (all []GeneralName, ok bool) {
	for !s.Empty() {
		var subtree cryptobyte.String
		if !s.ReadASN1(&subtree, cbasn1.SEQUENCE) {
			return nil, false
		}
		base, ok := readGeneralName(&subtree)
		if !ok || !subtree.Empty() || len(all) == maxNames {
			return nil, false
		}
		all = append(all, base)
	}
	return all, true
}

func (limits *NameConstraints) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for i, list := range [][]GeneralName{limits.Permitted, limits.Excluded} {
			if len(list) == 0 {
				continue
			}
			b.AddASN1(cbasn1.Tag(i).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
				for _, base := range list {
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addGeneralName(b, base) })
				}
			})
		}
	})
}
