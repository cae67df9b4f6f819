package gost

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"net/netip"
	"testing"
	"time"
)

// Which names an authority may give, form by form (RFC 5280, 4.2.1.10).
func TestNameConstraints(t *testing.T) {
	text := func(kind NameKind, s string) GeneralName { return GeneralName{Kind: kind, Text: s} }
	dir := func(n Name) GeneralName { return GeneralName{Kind: DirectoryName, Bytes: must[[]byte](t)(n.Marshal())} }
	ip := func(s string) GeneralName { return GeneralIP(netip.MustParseAddr(s)) }
	net := func(s string) GeneralName {
		p := netip.MustParsePrefix(s)
		mask := make([]byte, p.Addr().BitLen()/8)
		for i := range p.Bits() {
			mask[i/8] |= 0x80 >> (i % 8)
		}
		return GeneralName{Kind: IPName, Bytes: append(p.Addr().AsSlice(), mask...)}
	}
	ru := Name{{OIDCountry, "RU"}}
	firm := Name{{OIDCountry, "RU"}, {OIDOrganization, "ООО «Ромашка»"}}
	for _, tt := range []struct {
		base, name GeneralName
		want       bool
	}{
		{text(DNSName, "example.test"), text(DNSName, "example.test"), true},
		{text(DNSName, "example.test"), text(DNSName, "a.EXAMPLE.test"), true},
		{text(DNSName, "example.test"), text(DNSName, "badexample.test"), false},
		{text(DNSName, ".example.test"), text(DNSName, "a.example.test"), true},
		{text(DNSName, ".example.test"), text(DNSName, "example.test"), false},
		{text(DNSName, ""), text(DNSName, "a"), true},
		{text(EmailName, "ivan@example.test"), text(EmailName, "ivan@Example.test"), true},
		{text(EmailName, "ivan@example.test"), text(EmailName, "Ivan@example.test"), false},
		{text(EmailName, "example.test"), text(EmailName, "ivan@example.test"), true},
		{text(EmailName, "example.test"), text(EmailName, "ivan@a.example.test"), false},
		{text(EmailName, ".example.test"), text(EmailName, "ivan@a.example.test"), true},
		{text(EmailName, "example.test"), text(EmailName, "nobody"), false},
		{text(URIName, "example.test"), text(URIName, "https://example.test:8443/x"), true},
		{text(URIName, "example.test"), text(URIName, "https://a.example.test/"), false},
		{text(URIName, ".example.test"), text(URIName, "https://a.example.test/"), true},
		{text(URIName, "example.test"), text(URIName, "https://example.test@evil.test/"), false},
		{text(URIName, "example.test"), text(URIName, "urn:x"), false},
		{net("10.0.0.0/8"), ip("10.1.2.3"), true},
		{net("10.0.0.0/8"), ip("11.1.2.3"), false},
		{net("10.0.0.0/8"), ip("::1"), false},
		{net("2001:db8::/33"), ip("2001:db8:7fff::1"), true},
		{net("2001:db8::/33"), ip("2001:db8:8000::1"), false},
		{dir(ru), dir(firm), true},
		{dir(Name{{OIDCountry, "ru"}}), dir(firm), true},
		{dir(firm), dir(ru), false},
		{dir(firm), dir(Name{{OIDCountry, "RU"}, {OIDOrganization, "ООО  «РОМАШКА»"}}), true},
		{dir(firm), dir(Name{{OIDCountry, "RU"}, {OIDOrganization, "ООО «Ромашка» "}, {OIDCommonName, "x"}}), true},
		{dir(firm), dir(Name{{OIDOrganization, "ООО «Ромашка»"}, {OIDCountry, "RU"}}), false},
		{dir(nil), dir(firm), true},
	} {
		permitted, excluded := NameConstraints{Permitted: []GeneralName{tt.base}}, NameConstraints{Excluded: []GeneralName{tt.base}}
		judged := tt.name.Text != "nobody" && tt.name.Text != "urn:x"
		if permitted.allow(tt.name) != tt.want || judged && excluded.allow(tt.name) == tt.want || !judged && excluded.allow(tt.name) {
			t.Errorf("%+v under %+v: permitted %v, excluded %v", tt.name, tt.base, permitted.allow(tt.name), excluded.allow(tt.name))
		}
		if other := (NameConstraints{Permitted: []GeneralName{{Kind: RegisteredID, Bytes: []byte{42}}}}); !other.allow(tt.name) {
			t.Errorf("%+v is limited by another form", tt.name)
		}
	}
	id := GeneralName{Kind: RegisteredID, Bytes: []byte{42}}
	if (&NameConstraints{Permitted: []GeneralName{id}}).allow(id) {
		t.Error("a form that is not understood is judged")
	}
}

// Rules that need a whole chain.
func TestChainRules(t *testing.T) {
	var none *link
	names := func(permitted, excluded []GeneralName) CertificateTemplate {
		tpl := ca("Names")
		tpl.NameConstraints = &NameConstraints{permitted, excluded}
		return tpl
	}
	dns := func(s string) []GeneralName { return []GeneralName{{Kind: DNSName, Text: s}} }
	root := none.make(t, ca("Root"))
	narrow := root.make(t, names(dns("example.test"), dns("secret.example.test")))
	renewed := narrow.make(t, ca("Names")) // the authority certified itself anew
	host := func(by *link, name string) *link {
		return by.make(t, CertificateTemplate{Subject: named("Host"), AltNames: dns(name)})
	}
	odd := root.make(t, names([]GeneralName{{Kind: RegisteredID, Bytes: []byte{42}}}, nil))
	wrong := renewed.make(t, func() CertificateTemplate { t := ca("Sub"); t.AltNames = dns("evil.test"); return t }())

	extra := func(tpl CertificateTemplate, oid asn1.ObjectIdentifier, der ...byte) CertificateTemplate {
		tpl.ExtraExtensions = []pkix.Extension{{Id: oid, Critical: true, Value: der}}
		return tpl
	}
	kc1 := []asn1.ObjectIdentifier{{1, 2, 643, 100, 113, 1}}
	kc2 := []asn1.ObjectIdentifier{{1, 2, 643, 100, 113, 2}}
	policied := func(tpl CertificateTemplate, p []asn1.ObjectIdentifier) CertificateTemplate {
		tpl.Policies = p
		return tpl
	}
	strict := root.make(t, policied(extra(ca("Strict"), oidPolicyConstraints, 0x30, 3, 0x80, 1, 0), kc1))
	anySub := root.make(t, policied(extra(ca("Any"), oidPolicyConstraints, 0x30, 3, 0x80, 1, 0), []asn1.ObjectIdentifier{oidAnyPolicy}))
	inhibit := root.make(t, policied(extra(ca("No any"), oidInhibitAnyPolicy, 2, 1, 0), []asn1.ObjectIdentifier{oidAnyPolicy}))
	demand := extra(policied(CertificateTemplate{Subject: named("Demand")}, []asn1.ObjectIdentifier{oidAnyPolicy}), oidPolicyConstraints, 0x30, 3, 0x80, 1, 0)
	mapped := root.make(t, policied(extra(ca("Mapped"), oidPolicyMappings, 0x30, 0x14, 0x30, 0x12,
		6, 7, 0x2a, 0x85, 3, 0x64, 0x71, 1, 1, 6, 7, 0x2a, 0x85, 3, 0x64, 0x71, 2, 2), kc1))

	signing := func(usage x509.KeyUsage, ext ...asn1.ObjectIdentifier) CertificateTemplate {
		return CertificateTemplate{Subject: named("Signer"), KeyUsage: usage, ExtKeyUsage: ext}
	}
	mail := func() CertificateTemplate {
		t := ca("Mail")
		t.ExtKeyUsage = []asn1.ObjectIdentifier{OIDEmailProtection}
		return t
	}()
	mailCA := root.make(t, mail)
	keyed := root.make(t, CertificateTemplate{Subject: named("Keyed"), KeyNotBefore: noon.Add(-time.Hour), KeyNotAfter: noon.Add(time.Hour)})
	pinned := root.make(t, extra(CertificateTemplate{Subject: named("Pinned")}, oidAuthorityKeyID, 0x30, 0)) // nothing said
	strange := root.make(t, extra(CertificateTemplate{Subject: named("Elsewhere")}, oidAuthorityKeyID,
		0x30, 0x17, 0xa1, 0x12, 0xa4, 0x10, 0x30, 0x0e, 0x31, 0x0c, 0x30, 0x0a, 6, 3, 0x55, 4, 3, 0x0c, 3, 'B', 'a', 'd', 0x82, 1, 1))
	both := OIDEmailProtection
	for _, tt := range []struct {
		name   string
		leaf   *link
		others []*link
		o      VerifyOptions
		want   error
	}{
		{"a permitted name", host(narrow, "a.example.test"), []*link{narrow}, VerifyOptions{}, nil},
		{"a foreign name", host(narrow, "evil.test"), []*link{narrow}, VerifyOptions{}, ErrNames},
		{"an excluded name", host(narrow, "a.secret.example.test"), []*link{narrow}, VerifyOptions{}, ErrNames},
		{"a foreign name below a renewal", host(renewed, "evil.test"), []*link{narrow, renewed}, VerifyOptions{}, ErrNames},
		{"a foreign name of an authority between", host(wrong, "a.example.test"), []*link{narrow, renewed, wrong}, VerifyOptions{}, ErrNames},
		{"a constraint of a form that is not there", host(odd, "evil.test"), []*link{odd}, VerifyOptions{}, nil},
		{"a name of a form that is not understood", odd.make(t, CertificateTemplate{Subject: named("Odd"),
			AltNames: []GeneralName{{Kind: RegisteredID, Bytes: []byte{42, 3}}}}), []*link{odd}, VerifyOptions{}, ErrNames},

		{"a policy that is demanded", strict.make(t, policied(CertificateTemplate{Subject: named("P")}, kc1)), []*link{strict}, VerifyOptions{}, nil},
		{"any policy does", strict.make(t, policied(CertificateTemplate{Subject: named("P")}, []asn1.ObjectIdentifier{oidAnyPolicy})), []*link{strict}, VerifyOptions{}, nil},
		{"no policy", strict.make(t, CertificateTemplate{Subject: named("P")}), []*link{strict}, VerifyOptions{}, ErrPolicy},
		{"another policy", strict.make(t, policied(CertificateTemplate{Subject: named("P")}, kc2)), []*link{strict}, VerifyOptions{}, ErrPolicy},
		{"a policy below any", anySub.make(t, policied(CertificateTemplate{Subject: named("P")}, kc2)), []*link{anySub}, VerifyOptions{}, nil},
		{"any policy where it is forbidden", inhibit.make(t, demand), []*link{inhibit}, VerifyOptions{}, ErrPolicy},
		{"any policy where it is not", root.make(t, demand), nil, VerifyOptions{}, nil},
		{"a mapping that nobody needs", mapped.make(t, policied(CertificateTemplate{Subject: named("P")}, kc2)), []*link{mapped}, VerifyOptions{}, nil},
		{"a mapping under a demand", mapped.make(t, demand), []*link{mapped}, VerifyOptions{}, ErrPolicy},

		{"the right usage", root.make(t, signing(x509.KeyUsageContentCommitment)), nil, VerifyOptions{KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment}, nil},
		{"no usage said", root.make(t, signing(0)), nil, VerifyOptions{KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []asn1.ObjectIdentifier{both}}, nil},
		{"the wrong usage", root.make(t, signing(x509.KeyUsageKeyEncipherment)), nil, VerifyOptions{KeyUsage: x509.KeyUsageDigitalSignature}, ErrPurpose},
		{"the wrong extended usage", root.make(t, signing(0, OIDClientAuth)), nil, VerifyOptions{ExtKeyUsage: []asn1.ObjectIdentifier{both}}, ErrPurpose},
		{"one of two usages", root.make(t, signing(0, OIDClientAuth)), nil, VerifyOptions{ExtKeyUsage: []asn1.ObjectIdentifier{both, OIDClientAuth}}, ErrPurpose},
		{"any extended usage", root.make(t, signing(0, oidAnyUsage)), nil, VerifyOptions{ExtKeyUsage: []asn1.ObjectIdentifier{both}}, nil},
		{"an authority for mail", mailCA.make(t, signing(0, OIDClientAuth, both)), []*link{mailCA}, VerifyOptions{ExtKeyUsage: []asn1.ObjectIdentifier{both}}, nil},
		{"an authority for mail only", mailCA.make(t, signing(0, OIDClientAuth)), []*link{mailCA}, VerifyOptions{ExtKeyUsage: []asn1.ObjectIdentifier{OIDClientAuth}}, ErrPurpose},

		{"a key in its time", keyed, nil, VerifyOptions{SignedAt: noon}, nil},
		{"a key before its time", keyed, nil, VerifyOptions{SignedAt: noon.Add(-2 * time.Hour)}, ErrDates},
		{"a key after its time", keyed, nil, VerifyOptions{SignedAt: noon.Add(2 * time.Hour)}, ErrDates},
		{"nothing was signed", keyed, nil, VerifyOptions{At: noon.Add(2 * time.Hour)}, nil},
		{"signed before the certificate", pinned, nil, VerifyOptions{SignedAt: noon.Add(-25 * time.Hour)}, ErrDates},
		{"an authority that is not described", pinned, nil, VerifyOptions{}, nil},
		{"another certificate of the authority is meant", strange, nil, VerifyOptions{}, ErrNoIssuer},
	} {
		tt.o.Roots, tt.o.Intermediates = certificates(root), certificates(tt.others...)
		if tt.o.At.IsZero() {
			tt.o.At = noon
		}
		if _, err := tt.leaf.cert.Verify(tt.o); !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Cross-certificates make several ways up; one that fails does not stop the
// others, a ring of authorities ends, and spelling does not hide an issuer.
func TestChainWays(t *testing.T) {
	var none *link
	a, b := none.make(t, ca("A")), none.make(t, ca("B"))
	cross := func(subject, by *link, tpl CertificateTemplate) *Certificate {
		tpl.Serial, tpl.IdentificationKind = big.NewInt(time.Now().UnixNano()), -1
		if tpl.NotAfter.IsZero() {
			tpl.NotBefore, tpl.NotAfter = noon.Add(-24*time.Hour), noon.Add(24*time.Hour)
		}
		return mustCertificate(t, must[[]byte](t)(CreateCertificate(rand.Reader, &tpl, by.cert, &subject.key.PublicKey, by.key)))
	}
	sub := a.make(t, ca("Sub"))
	leaf := sub.make(t, CertificateTemplate{Subject: named("Leaf")})
	old := ca("Sub")
	old.NotBefore, old.NotAfter = noon.Add(-48*time.Hour), noon.Add(-24*time.Hour)
	expired, fresh := cross(sub, b, old), cross(sub, b, ca("Sub"))
	aByB, bByA := cross(a, b, ca("A")), cross(b, a, ca("B"))
	for _, tt := range []struct {
		name   string
		roots  []*Certificate
		others []*Certificate
		want   error
		length int
	}{
		{"the other root, the expired way first", certificates(b), []*Certificate{expired, fresh}, nil, 3},
		{"the expired way only", certificates(b), []*Certificate{expired}, ErrDates, 0},
		{"through the cross-certificate of the old root", certificates(b), []*Certificate{sub.cert, aByB}, nil, 4},
		{"a ring", certificates(none.make(t, ca("A"))), []*Certificate{sub.cert, aByB, bByA}, ErrNoIssuer, 0},
		{"a ring with a way out", certificates(a), []*Certificate{aByB, bByA, sub.cert}, nil, 3},
	} {
		chain, err := leaf.cert.Verify(VerifyOptions{Roots: tt.roots, Intermediates: tt.others, At: noon})
		if !errors.Is(err, tt.want) || len(chain) != tt.length {
			t.Errorf("%s: chain of %d, %v", tt.name, len(chain), err)
		}
	}
}

// What a chain is told of revocations, and who decides about what is unknown.
func TestRevocationNeeds(t *testing.T) {
	var none *link
	root := none.make(t, ca("Root"))
	sub := root.make(t, ca("Sub"))
	leaf := sub.make(t, CertificateTemplate{Subject: named("Leaf"), CRLURLs: []string{"http://ca.example.test/1.crl"}})
	list := func(by *link, change func(*CRLTemplate)) *CRL {
		tpl := CRLTemplate{Number: big.NewInt(1), ThisUpdate: noon.Add(-time.Hour), NextUpdate: noon.Add(time.Hour)}
		if change != nil {
			change(&tpl)
		}
		return must[*CRL](t)(ParseCRL(must[[]byte](t)(tpl.Create(rand.Reader, by.cert, by.key))))
	}
	entry := func(reason int) func(*CRLTemplate) {
		return func(t *CRLTemplate) {
			t.Revoked = []RevokedEntry{{Serial: leaf.cert.Serial, At: noon.Add(-time.Minute), Reason: reason, Since: noon.Add(-time.Hour)}}
		}
	}
	extra := func(oid asn1.ObjectIdentifier, der ...byte) func(*CRLTemplate) {
		return func(t *CRLTemplate) { t.ExtraExtensions = []pkix.Extension{{Id: oid, Critical: true, Value: der}} }
	}
	scope := func(der ...byte) func(*CRLTemplate) { return extra(oidCRLScope, der...) }
	all := func(l ...*CRL) []*CRL { return l }
	good := answer(t, leaf.cert, sub.cert, responderOf(t, sub, nil), nil)
	unknown := answer(t, leaf.cert, sub.cert, responderOf(t, sub, nil), func(t *OCSPTemplate) { t.Answers[0].State = StatusUnknown })
	for _, tt := range []struct {
		name  string
		o     VerifyOptions
		want  error
		state RevocationState // of the leaf
		by    Evidence
	}{
		{"nothing given, nothing known", VerifyOptions{}, nil, StatusUnknown, ""},
		{"nothing given, all demanded", VerifyOptions{Revocation: RevocationOfAll}, ErrUnknownStatus, 0, ""},
		{"a list", VerifyOptions{CRLs: all(list(sub, nil))}, nil, StatusGood, ByCRL},
		{"the leaf's list where all are demanded", VerifyOptions{CRLs: all(list(sub, nil)), Revocation: RevocationOfAll}, ErrUnknownStatus, 0, ""},
		{"all lists", VerifyOptions{CRLs: all(list(sub, nil), list(root, nil)), Revocation: RevocationOfAll}, nil, StatusGood, ByCRL},
		{"the authority is revoked", VerifyOptions{CRLs: all(list(sub, nil), list(root, func(t *CRLTemplate) {
			t.Revoked = []RevokedEntry{{Serial: sub.cert.Serial, At: noon}}
		}))}, ErrRevoked, 0, ""},
		{"an answer", VerifyOptions{OCSP: []*OCSPResponse{good}}, nil, StatusGood, ByOCSP},
		{"an answer and a list that revokes", VerifyOptions{OCSP: []*OCSPResponse{good}, CRLs: all(list(sub, entry(0)))}, ErrRevoked, 0, ""},
		{"the responder does not know", VerifyOptions{OCSP: []*OCSPResponse{unknown}}, ErrUnknownStatus, 0, ""},
		{"the responder does not know, the list does", VerifyOptions{OCSP: []*OCSPResponse{unknown}, CRLs: all(list(sub, nil))}, nil, StatusGood, ByCRL},
		{"unknown is for the caller", VerifyOptions{OCSP: []*OCSPResponse{unknown}, Revocation: RevocationReported}, nil, StatusUnknown, ByOCSP},
		{"on hold", VerifyOptions{CRLs: all(list(sub, entry(CertificateHold)))}, ErrRevoked, 0, ""},
		{"taken off the list", VerifyOptions{CRLs: all(list(sub, entry(RemoveFromCRL)))}, nil, StatusGood, ByCRL},
		{"late by less than allowed", VerifyOptions{CRLs: all(list(sub, nil)), At: noon.Add(2 * time.Hour), Freshness: Freshness{Lateness: time.Hour}}, nil, StatusGood, ByCRL},
		{"late by more", VerifyOptions{CRLs: all(list(sub, nil)), At: noon.Add(2*time.Hour + 1), Freshness: Freshness{Lateness: time.Hour}}, ErrStale, 0, ""},
		{"from the future", VerifyOptions{CRLs: all(list(sub, nil)), At: noon.Add(-2 * time.Hour)}, ErrStale, 0, ""},
		{"today's list about the past", VerifyOptions{CRLs: all(list(sub, nil)), At: noon.Add(-2 * time.Hour), Now: noon}, nil, StatusGood, ByCRL},
		{"a part by address", VerifyOptions{CRLs: all(list(sub, func(t *CRLTemplate) { t.URLs = leaf.cert.CRLURLs }))}, nil, StatusGood, ByCRL},
		{"another part", VerifyOptions{CRLs: all(list(sub, func(t *CRLTemplate) { t.URLs = []string{"http://ca.example.test/2.crl"} }))}, ErrUnknownStatus, 0, ""},
		{"of users", VerifyOptions{CRLs: all(list(sub, func(t *CRLTemplate) { t.UsersOnly = true }))}, nil, StatusGood, ByCRL},
		{"of authorities", VerifyOptions{CRLs: all(list(sub, func(t *CRLTemplate) { t.AuthoritiesOnly = true }))}, ErrUnknownStatus, 0, ""},
		{"a delta", VerifyOptions{CRLs: all(list(sub, extra(oidDeltaCRL, 2, 1, 1)))}, ErrUnknownStatus, 0, ""},
		{"indirect", VerifyOptions{CRLs: all(list(sub, scope(0x30, 3, 0x84, 1, 0xff)))}, ErrUnknownStatus, 0, ""},
		{"by reason", VerifyOptions{CRLs: all(list(sub, scope(0x30, 4, 0x83, 2, 6, 0x40)))}, ErrUnknownStatus, 0, ""},
		{"a critical extension that is not understood", VerifyOptions{CRLs: all(list(sub, extra(asn1.ObjectIdentifier{1, 2, 3}, 5, 0)))}, ErrUnknownStatus, 0, ""},
	} {
		tt.o.Roots, tt.o.Intermediates = certificates(root), certificates(sub)
		if tt.o.At.IsZero() {
			tt.o.At = noon
		}
		p, err := leaf.cert.VerifyPath(tt.o)
		if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if err == nil && (len(p.Revocations) != 2 || p.Revocations[0].State != tt.state || p.Revocations[0].By != tt.by) {
			t.Errorf("%s: %+v", tt.name, p.Revocations)
		}
	}
	renewed := sub.make(t, ca("Sub")) // the authority changed its key
	late := renewed.make(t, CertificateTemplate{Subject: named("Late")})
	for by, want := range map[*link]error{sub: ErrUnknownStatus, renewed: nil} {
		if _, err := late.cert.Verify(VerifyOptions{Roots: certificates(root), Intermediates: certificates(sub, renewed), CRLs: all(list(by, nil)), At: noon}); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("a list by a key of the same name: %v, want %v", err, want)
		}
	}
	if e, ok := list(sub, entry(KeyCompromise)).Find(leaf.cert.Serial); !ok || e.Reason != KeyCompromise || !e.Since.Equal(noon.Add(-time.Hour)) {
		t.Errorf("entry %+v", e)
	}
}
