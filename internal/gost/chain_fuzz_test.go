package gost

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// everything is a certificate with every extension that is read here, on names
// of every form.
func everything(t testing.TB, by *link) *link {
	limits := &NameConstraints{}
	for _, n := range everyName(t) {
		if n.Kind == IPName {
			n.Bytes = append(n.Bytes, make([]byte, len(n.Bytes))...)
		}
		limits.Permitted = append(limits.Permitted, n)
	}
	limits.Excluded = []GeneralName{{Kind: DNSName, Text: "secret.test"}, {Kind: EmailName, Text: ".secret.test"}, {Kind: URIName, Text: "secret.test"}}
	tpl := ca("Всё")
	tpl.Subject = append(tpl.Subject, person...)
	tpl.PathLen, tpl.NameConstraints, tpl.AltNames = new(2), limits, everyName(t)
	tpl.ExtKeyUsage, tpl.Policies = []asn1.ObjectIdentifier{OIDOCSPSigning, OIDClientAuth}, []asn1.ObjectIdentifier{qualified, oidAnyPolicy}
	tpl.CRLURLs, tpl.CAURLs, tpl.OCSPURLs = []string{"http://ca.test/1"}, []string{"http://ca.test/2"}, []string{"http://ca.test/3"}
	tpl.SubjectSignTool, tpl.IssuerSignTool = "Средство", &IssuerSignTool{"а", "б", "в", "г"}
	tpl.KeyNotBefore, tpl.KeyNotAfter, tpl.NoCheck = noon.Add(-time.Hour), noon.Add(time.Hour), true
	return by.make(t, tpl)
}

func everyName(t testing.TB) []GeneralName {
	return []GeneralName{{Kind: DNSName, Text: "a.test"}, {Kind: EmailName, Text: "a@b.test"}, {Kind: URIName, Text: "http://c.test/d"},
		{Kind: DirectoryName, Bytes: must[[]byte](t)(person[:3].Marshal())}, {Kind: RegisteredID, Bytes: []byte{42, 3}},
		GeneralIP(netip.MustParseAddr("10.0.0.1")), GeneralIP(netip.MustParseAddr("::1"))}
}

// Whatever a certificate says, the rules over it end soon, wherever in a chain
// it stands; the signature, which nearly always stops them, is left out.
func FuzzChainRules(f *testing.F) {
	var none *link
	root := none.make(f, ca("Root"))
	rich := everything(f, root)
	leaf := rich.make(f, CertificateTemplate{Subject: person, AltNames: everyName(f), KeyUsage: x509.KeyUsageDigitalSignature})
	v := verification{o: VerifyOptions{At: noon, Now: noon, SignedAt: noon, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []asn1.ObjectIdentifier{OIDClientAuth}}}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCertificate(b)
		if err != nil {
			return
		}
		for _, chain := range [][]*Certificate{{c, root.cert}, {c, rich.cert, root.cert}, {leaf.cert, c, root.cert}, {leaf.cert, c, c, rich.cert}} {
			if revocations, err := v.check(chain); err == nil && len(revocations) != len(chain)-1 {
				t.Fatal("a chain that nobody looked at")
			}
			checkNames(chain)
			checkPolicies(chain)
		}
		for _, p := range CheckQualified(c, noon) {
			if p.Field == "" || p.Problem == "" || p.Clause == "" || strings.Contains(p.String(), "%!") {
				t.Fatalf("%+v", p)
			}
		}
		if !sameName(c.RawSubject, c.RawSubject) || !withinName(c.RawSubject, c.RawSubject) || !mayIssue(c, c.subjectForm, issuerHint{}) {
			t.Fatal("a name differs from itself")
		}
	})
}

// TestRichCorpus keeps the richest object of each kind in the corpora; with
// UPDATE_CORPUS=1 it makes them anew.
func TestRichCorpus(t *testing.T) {
	var none *link
	root := none.make(t, ca("Root"))
	rich := everything(t, root)
	list := CRLTemplate{Number: big.NewInt(3), ThisUpdate: noon, NextUpdate: noon.Add(time.Hour), URLs: []string{"http://ca.test/1"}, UsersOnly: true,
		Revoked: []RevokedEntry{{Serial: big.NewInt(3), At: noon, Reason: CertificateHold, Since: noon}}}
	response := answer(t, rich.cert, root.cert, root, func(t *OCSPTemplate) {
		revoked := t.Answers[0]
		revoked.State, revoked.RevokedAt, revoked.Reason = StatusRevoked, noon, KeyCompromise
		t.Answers, t.Nonce, t.ByKey = append(t.Answers, revoked), []byte("12345678"), true
	})
	for name, der := range map[string][]byte{
		"FuzzChainRules/rich": rich.cert.Raw, "FuzzParseCertificate/rich": rich.cert.Raw,
		"FuzzParseCRL/rich":      must[[]byte](t)(list.Create(rand.Reader, root.cert, root.key)),
		"FuzzParseOCSP/response": response.Raw,
		"FuzzParseOCSP/request":  must[[]byte](t)(CreateOCSPRequest(rich.cert, root.cert, []byte("12345678"))),
	} {
		file := filepath.Join("testdata", "fuzz", name)
		if os.Getenv("UPDATE_CORPUS") == "1" {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte("go test fuzz v1\n[]byte("+strconv.Quote(string(der))+")\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
}
