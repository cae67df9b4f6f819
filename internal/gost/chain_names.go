package gost

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// maxNameChecks bounds the comparisons of one chain.
const maxNameChecks = 1 << 16

// checkNames holds the names of every certificate against the constraints of
// the authorities above it (RFC 5280, 4.2.1.10 and 6.1.3 b, c). An authority
// that certified itself anew is passed over, unless it is the leaf.
func checkNames(chain []*Certificate) error {
	left := maxNameChecks
	for i := len(chain) - 1; i > 0; i-- {
		limits := chain[i].NameConstraints
		if limits == nil {
			continue
		}
		for j, c := range chain[:i] {
			if j > 0 && c.selfIssued() {
				continue
			}
			for _, n := range c.allNames() {
				if left -= len(limits.Permitted) + len(limits.Excluded); left < 0 {
					return fmt.Errorf("%s is %w: too many names", label(c), ErrNames)
				}
				if !limits.allow(n) {
					return fmt.Errorf("%s is %w", label(c), ErrNames)
				}
			}
		}
	}
	return nil
}

// allNames lists everything the certificate calls its owner.
func (c *Certificate) allNames() []GeneralName {
	all := slices.Clone(c.SubjectAltNames)
	if len(c.Subject) > 0 {
		all = append(all, GeneralName{Kind: DirectoryName, Name: c.Subject, Bytes: c.RawSubject})
	}
	for _, a := range c.Subject {
		if a.Type.Equal(OIDEmail) {
			all = append(all, GeneralName{Kind: EmailName, Text: a.Value})
		}
	}
	return all
}

// allow reports whether a name of a certificate is within the constraints. A
// form that is constrained and not understood is not.
func (limits *NameConstraints) allow(n GeneralName) bool {
	same := func(base GeneralName) bool { return base.Kind == n.Kind }
	limited := slices.ContainsFunc(limits.Permitted, same)
	if !limited && !slices.ContainsFunc(limits.Excluded, same) {
		return true
	}
	within, ok := subtree(n)
	if !ok {
		return false
	}
	match := func(base GeneralName) bool { return same(base) && within(base) }
	return !slices.ContainsFunc(limits.Excluded, match) && (!limited || slices.ContainsFunc(limits.Permitted, match))
}

// subtree returns the question whether the name belongs to a subtree of its
// form; false for forms and names that cannot be judged.
func subtree(n GeneralName) (within func(base GeneralName) bool, ok bool) {
	switch n.Kind {
	case DirectoryName:
		return func(base GeneralName) bool { return withinName(n.Bytes, base.Bytes) }, true
	case DNSName:
		return func(base GeneralName) bool { return dnsWithin(n.Text, base.Text) }, n.Text != ""
	case EmailName:
		at := strings.LastIndexByte(n.Text, '@')
		return func(base GeneralName) bool { return emailWithin(n.Text, base.Text) }, at > 0 && at < len(n.Text)-1
	case URIName:
		u, err := url.Parse(n.Text)
		if err != nil || u.Hostname() == "" {
			return nil, false
		}
		return func(base GeneralName) bool { return hostWithin(u.Hostname(), base.Text) }, true
	case IPName:
		return func(base GeneralName) bool { return ipWithin(n.Bytes, base.Bytes) }, len(n.Bytes) == 4 || len(n.Bytes) == 16
	}
	return nil, false
}

// dnsWithin: the base and everything under it; with a leading dot only what is
// under it; the empty base is all.
func dnsWithin(name, base string) bool {
	name, base = strings.ToLower(name), strings.ToLower(base)
	return base == "" || name == base || strings.HasSuffix(name, "."+strings.TrimPrefix(base, ".")) // ".b" is under, "b" itself above
}

// emailWithin: a base with an @ is one mailbox, whose local part has a case;
// else it is a host, or with a leading dot the hosts of a domain.
func emailWithin(mail, base string) bool {
	at := strings.LastIndexByte(mail, '@')
	local, host := mail[:at], mail[at+1:]
	if b := strings.LastIndexByte(base, '@'); b >= 0 {
		return local == base[:b] && strings.EqualFold(host, base[b+1:])
	}
	return hostWithin(host, base)
}

func hostWithin(host, base string) bool {
	if strings.HasPrefix(base, ".") {
		return strings.HasSuffix(strings.ToLower(host), strings.ToLower(base))
	}
	return base == "" || strings.EqualFold(host, base)
}

// ipWithin compares under the mask, the second half of the base.
func ipWithin(ip, base []byte) bool {
	if len(base) != 2*len(ip) {
		return false
	}
	masked := bytes.Clone(ip)
	for i := range masked {
		masked[i] &= base[len(ip)+i]
		if masked[i] != base[i]&base[len(ip)+i] {
			return false
		}
	}
	return true
}
