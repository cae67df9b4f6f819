package gost

import (
	"bytes"
	crand "crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// chainCase is one random chain and what is wrong with it.
type chainCase struct {
	name    string
	leaf    *Certificate
	story   []string // shape and faults
	purpose string
	lists   bool
}

// chainMaker makes random chains into one heap of roots, links and lists, as a
// verifier finds them.
type chainMaker struct {
	*rand.Rand
	t            *testing.T
	now          time.Time
	roots, links []*Certificate
	lists        [][]byte
	serial       int64
	c            *chainCase
}

// chance tells the story of a fault that it lets happen once in n.
func (m *chainMaker) chance(n int, format string, args ...any) bool {
	if m.IntN(n) > 0 {
		return false
	}
	m.c.story = append(m.c.story, fmt.Sprintf(format, args...))
	return true
}

var chainPurposes = map[string]VerifyOptions{
	"any":       {},
	"sslclient": {KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement, ExtKeyUsage: []asn1.ObjectIdentifier{OIDClientAuth}},
	"smimesign": {KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, ExtKeyUsage: []asn1.ObjectIdentifier{OIDEmailProtection}},
}

// Random chains with random faults: the same verdict as openssl verify for
// each, by name and path constraints, purposes, dates, signatures and lists.
func TestOpenSSLChains(t *testing.T) {
	o := newOpenSSL(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	m := &chainMaker{Rand: rand.New(rand.NewPCG(seed, 1)), t: t, now: time.Now().Truncate(time.Second)}
	var cases []*chainCase
	for i := range 320 {
		c := &chainCase{name: fmt.Sprintf("%03d", i), purpose: []string{"any", "sslclient", "smimesign"}[m.IntN(3)], lists: m.IntN(2) == 0}
		m.c = c
		c.leaf = m.chain(i)
		o.write(c.name+".pem", certificatePEM(c.leaf))
		cases = append(cases, c)
	}
	o.write("roots.pem", certificatePEM(m.roots...))
	o.write("links.pem", certificatePEM(m.links...))
	var lists bytes.Buffer
	var parsed []*CRL
	for _, der := range m.lists {
		_ = pem.Encode(&lists, &pem.Block{Type: "X509 CRL", Bytes: der})
		parsed = append(parsed, must[*CRL](t)(ParseCRL(der)))
	}
	o.write("lists.pem", lists.Bytes())

	good := 0
	for purpose, options := range chainPurposes {
		for _, withLists := range []bool{false, true} {
			args := []string{"verify", "-policy_check", "-policy", "anyPolicy", "-CAfile", "roots.pem", "-untrusted", "links.pem", "-purpose", purpose, "-attime", fmt.Sprint(m.now.Unix())}
			options.Roots, options.Intermediates, options.At = m.roots, m.links, m.now
			options.CRLs, options.Revocation = nil, RevocationReported
			if withLists {
				args = append(args, "-crl_check_all", "-CRLfile", "lists.pem")
				options.CRLs, options.Revocation = parsed, RevocationOfAll
			}
			of := map[string]*chainCase{}
			for _, c := range cases {
				if c.purpose == purpose && c.lists == withLists {
					args = append(args, c.name+".pem")
					of[c.name] = c
				}
			}
			out, _ := o.try(args...)
			for _, c := range of {
				_, err := c.leaf.Verify(options)
				theirs := strings.Contains(out, c.name+".pem: OK")
				if theirs != (err == nil) {
					t.Errorf("case %s, purpose %s, lists %t: openssl %t, we %v\n  %s\n%s", c.name, purpose, withLists, theirs, err,
						strings.Join(c.story, "; "), about(out, c.name))
				}
				if err == nil {
					good++
				}
			}
		}
	}
	t.Logf("%d chains, %d of them good, %d links, %d lists", len(cases), good, len(m.links), len(m.lists))
	if good < len(cases)/10 || good > len(cases)*9/10 {
		t.Errorf("the chains are too alike: %d of %d are good", good, len(cases))
	}
}

func certificatePEM(all ...*Certificate) []byte {
	var b bytes.Buffer
	for _, c := range all {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes()
}

// about finds what openssl said of a file.
func about(out, name string) string {
	at := strings.Index(out, "error "+name+".pem")
	if at < 0 {
		return ""
	}
	return out[max(0, at-200) : at+len(name)+30]
}

// chain makes a root, some links and a leaf.
func (m *chainMaker) chain(i int) *Certificate {
	above := m.issue(nil, m.authority(fmt.Sprintf("Root %d", i), true))
	m.roots = append(m.roots, above.cert)
	if m.chance(6, "a root of the same name before and after") {
		m.roots = append([]*Certificate{m.issue(nil, m.authority(fmt.Sprintf("Root %d", i), true)).cert}, m.roots...)
		m.roots = append(m.roots, m.issue(nil, m.authority(fmt.Sprintf("Root %d", i), true)).cert)
	}
	m.list(above, "root")
	for n := range m.IntN(4) {
		m.c.story = append(m.c.story, fmt.Sprintf("link %d", n))
		tpl := m.authority(fmt.Sprintf("Link %d %d", i, n), false)
		// With lists OpenSSL takes one of the other key's: see byCRLs.
		if !m.c.lists && m.chance(4, "self-issued") {
			tpl.Subject = above.cert.Subject
		}
		next := m.issue(above, tpl)
		m.links = append(m.links, next.cert)
		m.list(next, "link")
		above = next
	}
	m.c.story = append(m.c.story, "leaf")
	return m.issue(above, m.leaf(i)).cert
}

func (m *chainMaker) authority(name string, root bool) CertificateTemplate {
	tpl := ca(name)
	tpl.Subject = m.subject(name)
	if !root && m.chance(45, "no authority") {
		tpl.IsCA, tpl.KeyUsage = false, 0
	}
	if m.chance(45, "may not sign certificates") {
		tpl.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign
	}
	if m.chance(45, "may not sign lists") {
		tpl.KeyUsage &^= x509.KeyUsageCRLSign
	}
	if n := m.IntN(3); tpl.IsCA && m.chance(5, "path of %d", n) {
		tpl.PathLen = &n
	}
	if !root && m.chance(8, "for clients only") {
		tpl.ExtKeyUsage = []asn1.ObjectIdentifier{OIDClientAuth}
	}
	if m.chance(7, "constrained") {
		tpl.NameConstraints = m.constraints()
	}
	m.policies(&tpl)
	if n := byte(m.IntN(3)); !root && m.chance(6, "a policy is demanded after %d", n) {
		tpl.ExtraExtensions = append(tpl.ExtraExtensions, pkix.Extension{Id: oidPolicyConstraints, Critical: true, Value: []byte{0x30, 3, 0x80, 1, n}})
	}
	if n := byte(m.IntN(3)); !root && m.chance(6, "any policy is forbidden after %d", n) {
		tpl.ExtraExtensions = append(tpl.ExtraExtensions, pkix.Extension{Id: oidInhibitAnyPolicy, Critical: true, Value: []byte{2, 1, n}})
	}
	return tpl
}

func (m *chainMaker) policies(tpl *CertificateTemplate) {
	for _, p := range []asn1.ObjectIdentifier{qualified, {1, 2, 643, 100, 113, 2}, oidAnyPolicy} {
		if m.IntN(2) == 0 {
			tpl.Policies = append(tpl.Policies, p)
		}
	}
	m.c.story = append(m.c.story, fmt.Sprintf("policies %v", tpl.Policies))
}

func (m *chainMaker) leaf(i int) CertificateTemplate {
	tpl := CertificateTemplate{Subject: m.subject(fmt.Sprintf("Leaf %d", i)), KeyUsage: x509.KeyUsageDigitalSignature,
		CRLURLs: []string{"http://ca.example.test/1.crl"}}
	switch m.IntN(8) {
	case 0:
		tpl.KeyUsage = x509.KeyUsageContentCommitment
	case 1:
		tpl.KeyUsage = x509.KeyUsageKeyEncipherment
	case 2:
		tpl.KeyUsage = 0
	}
	switch m.IntN(6) {
	case 0:
		tpl.ExtKeyUsage = []asn1.ObjectIdentifier{OIDClientAuth}
	case 1:
		tpl.ExtKeyUsage = []asn1.ObjectIdentifier{OIDEmailProtection, OIDTimeStamping}
	case 2:
		tpl.ExtKeyUsage = []asn1.ObjectIdentifier{OIDClientAuth, OIDEmailProtection}
	}
	m.policies(&tpl)
	for range m.IntN(3) {
		tpl.AltNames = append(tpl.AltNames, m.name())
	}
	m.c.story = append(m.c.story, fmt.Sprintf("usage %b %v, names %v %v", tpl.KeyUsage, tpl.ExtKeyUsage, tpl.Subject, tpl.AltNames))
	return tpl
}

func (m *chainMaker) pick(all ...string) string { return all[m.IntN(len(all))] }

func (m *chainMaker) subject(cn string) Name {
	n := Name{{OIDCountry, "RU"}, {OIDOrganization, m.pick("Firm", "firm", "Other firm", " FIRM ")}, {OIDCommonName, cn}}
	if m.IntN(6) == 0 {
		n = append(n, Attribute{OIDEmail, m.pick("a@example.test", "a@mail.example.test", "A@example.test")})
	}
	return n
}

func (m *chainMaker) name() GeneralName {
	switch m.IntN(4) {
	case 0:
		return GeneralName{Kind: DNSName, Text: m.pick("example.test", "a.Example.test", "a.b.example.test", "other.test", "badexample.test")}
	case 1:
		return GeneralName{Kind: EmailName, Text: m.pick("a@example.test", "b@example.test", "a@mail.example.test", "a@other.test", "A@Example.test")}
	case 2:
		return GeneralName{Kind: URIName, Text: m.pick("http://example.test/x", "https://a.example.test:8080/", "http://other.test")}
	}
	return GeneralIP(netip.MustParseAddr(m.pick("10.1.2.3", "10.9.2.3", "2001:db8::1", "2001:db9::1")))
}

func (m *chainMaker) constraints() *NameConstraints {
	base := func() GeneralName {
		switch m.IntN(5) {
		case 0:
			return GeneralName{Kind: DNSName, Text: m.pick("example.test", ".example.test", "b.example.test", "Other.test", "")}
		case 1:
			return GeneralName{Kind: EmailName, Text: m.pick("a@example.test", "example.test", ".example.test", "other.test")}
		case 2:
			return GeneralName{Kind: URIName, Text: m.pick("example.test", ".example.test", "other.test")}
		case 3:
			p := netip.MustParseAddr(m.pick("10.1.0.0", "10.9.0.0")).AsSlice()
			return GeneralName{Kind: IPName, Bytes: append(p, 255, byte(m.IntN(2)*255), 0, 0)}
		}
		n := Name{{OIDCountry, "RU"}, {OIDOrganization, m.pick("Firm", "FIRM", "Other  firm", "Nobody")}}[:1+m.IntN(2)]
		return GeneralName{Kind: DirectoryName, Name: n}
	}
	var limits NameConstraints
	for range 1 + m.IntN(3) {
		if m.IntN(3) > 0 {
			limits.Permitted = append(limits.Permitted, base())
		} else {
			limits.Excluded = append(limits.Excluded, base())
		}
	}
	m.c.story = append(m.c.story, fmt.Sprintf("%+v", limits))
	return &limits
}

// issue makes the certificate with the faults that any may have.
func (m *chainMaker) issue(by *link, tpl CertificateTemplate) *link {
	m.serial++
	tpl.Serial, tpl.IdentificationKind = big.NewInt(m.serial), -1
	tpl.NotBefore, tpl.NotAfter = m.now.Add(-24*time.Hour), m.now.Add(24*time.Hour)
	switch {
	case m.chance(70, "expired"):
		tpl.NotAfter = m.now.Add(-time.Hour)
	case m.chance(70, "not yet valid"):
		tpl.NotBefore = m.now.Add(time.Hour)
	}
	if m.chance(70, "unknown critical extension") {
		tpl.ExtraExtensions = append(tpl.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}})
	}
	key := must[*PrivateKey](m.t)(GenerateKey(crand.Reader, []*Curve{CryptoProA, TC26A256, TC26A512}[m.IntN(3)]))
	issuer, signer := (*Certificate)(nil), key
	if by != nil {
		issuer, signer = by.cert, by.key
		if wrong := m.IntN(2); m.chance(8, "names its issuer's certificate, wrongly %d", wrong) {
			tpl.ExtraExtensions = append(tpl.ExtraExtensions, m.pinned(issuer, int64(wrong)))
		}
	}
	der := must[[]byte](m.t)(CreateCertificate(crand.Reader, &tpl, issuer, &key.PublicKey, signer))
	if by != nil && m.chance(70, "signature broken") {
		der = flip(der, len(der)-7)
	}
	return &link{mustCertificate(m.t, der), key}
}

// pinned is an authority key identifier with the issuer's name and number, the
// latter off by some.
func (m *chainMaker) pinned(issuer *Certificate, off int64) pkix.Extension {
	e, err := extension(oidAuthorityKeyID, false, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.Tag(1).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
				addGeneralName(b, GeneralName{Kind: DirectoryName, Bytes: issuer.RawIssuer})
			})
			serial := new(big.Int).Add(issuer.Serial, big.NewInt(off))
			b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(serial.FillBytes(make([]byte, serial.BitLen()/8+1))) })
		})
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return e
}

// list makes the revocation list of an authority, or does not.
func (m *chainMaker) list(by *link, of string) {
	if m.chance(45, "no list of the %s", of) {
		return
	}
	tpl := CRLTemplate{Number: big.NewInt(1), ThisUpdate: m.now.Add(-time.Hour), NextUpdate: m.now.Add(time.Hour)}
	for n := range int64(m.IntN(4)) {
		tpl.Revoked = append(tpl.Revoked, RevokedEntry{Serial: big.NewInt(1_000_000 + n), At: m.now.Add(-time.Minute)})
	}
	// The next certificate is the one this authority signs.
	if reason := []int{0, KeyCompromise, CertificateHold, RemoveFromCRL}[m.IntN(4)]; m.chance(8, "the next one is revoked, reason %d", reason) {
		tpl.Revoked = append(tpl.Revoked, RevokedEntry{Serial: big.NewInt(m.serial + 1), At: m.now.Add(-time.Minute), Reason: reason, Since: m.now.Add(-time.Hour)})
	}
	switch {
	case m.chance(20, "an old list"):
		tpl.ThisUpdate, tpl.NextUpdate = m.now.Add(-2*time.Hour), m.now.Add(-time.Hour)
	case m.chance(20, "a list of tomorrow"):
		tpl.ThisUpdate, tpl.NextUpdate = m.now.Add(time.Hour), m.now.Add(2*time.Hour)
	case of == "link" && m.chance(12, "a list for users"):
		tpl.UsersOnly = true
	case of == "link" && m.chance(12, "a list for authorities"):
		tpl.AuthoritiesOnly = true
	case of == "link" && m.chance(12, "a list for a part"):
		tpl.URLs = []string{m.pick("http://ca.example.test/1.crl", "http://ca.example.test/2.crl")}
	case m.chance(45, "an unknown critical extension in the list"):
		tpl.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
	}
	der := must[[]byte](m.t)(tpl.Create(crand.Reader, by.cert, by.key))
	if m.chance(45, "the list of the %s is broken", of) {
		der = flip(der, len(der)-7)
	}
	m.lists = append(m.lists, der)
}
