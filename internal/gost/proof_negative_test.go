package gost_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// testdata/negative.json is a corpus of spoiled objects, each wrong in the one
// way it is named by and otherwise right, its signature included. expected is
// our verdict, engine is OpenSSL's at the time of writing. What the standards
// forbid and OpenSSL takes is refused here; the few that are accepted say why.
// -update makes the file anew (it needs the engine).

type negativeFile struct {
	Root  string     `json:"root"` // issuer of all that is signed by one
	Leaf  string     `json:"leaf"` // the certificate the lists are asked about
	Cases []negative `json:"cases"`
}

type negative struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"` // spki, pkcs8, certificate, request, crl, message, ocsp, sealed, file
	What     string `json:"what"`
	DER      string `json:"der"`
	Expected string `json:"expected"` // refused or accepted
	Engine   string `json:"engine"`   // refused or accepted
}

var negativePath = filepath.Join("testdata", "negative.json")

func readNegatives(t *testing.T) (f negativeFile, root, leaf *gost.Certificate) {
	t.Helper()
	if err := json.Unmarshal(must(os.ReadFile(negativePath))(t), &f); err != nil {
		t.Fatal(err)
	}
	return f, must(gost.ParseCertificate(unhex(t, f.Root)))(t), must(gost.ParseCertificate(unhex(t, f.Leaf)))(t)
}

// judge is our verdict: nil accepts.
func judge(kind string, der []byte, root, leaf *gost.Certificate) error {
	switch kind {
	case "spki":
		_, err := gost.ParsePublicKey(der)
		return err
	case "pkcs8":
		_, err := gost.ParsePrivateKey(der)
		return err
	case "sealed":
		_, err := gost.DecryptPrivateKey(der, []byte("1"))
		return err
	case "file":
		_, err := gost.ParseCertificates(der)
		return err
	case "certificate":
		c, err := gost.ParseCertificate(der)
		if err == nil {
			_, err = c.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, At: noon})
		}
		return err
	case "request":
		r, err := gost.ParseRequest(der)
		if err == nil {
			err = r.CheckSignature()
		}
		return err
	case "crl":
		list, err := gost.ParseCRL(der)
		if err == nil {
			_, err = leaf.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, CRLs: []*gost.CRL{list}, At: noon})
		}
		return err
	}
	if kind == "ocsp" {
		r, err := gost.ParseOCSPResponse(der)
		if err != nil {
			return err
		}
		s, err := r.Status(leaf, root, gost.OCSPOptions{At: noon})
		if err == nil && s.State != gost.StatusGood {
			err = errors.New(s.State.String())
		}
		return err
	}
	m, err := gost.ParseCMS(der)
	if err != nil {
		return err
	}
	results, err := m.Verify(nil)
	for _, r := range results {
		if err == nil {
			err = r.Err
		}
		if err == nil {
			_, err = r.Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, At: noon})
		}
	}
	return err
}

// ask is OpenSSL's verdict.
func ask(e *gost.Engine, kind string, der []byte) bool {
	e.Write("x.der", der)
	at := strconv.FormatInt(noon.Unix(), 10)
	args := map[string][]string{
		"spki":        {"pkey", "-pubin", "-inform", "DER", "-in", "x.der", "-noout"},
		"pkcs8":       {"pkey", "-inform", "DER", "-in", "x.der", "-noout"},
		"certificate": {"verify", "-attime", at, "-CAfile", "root.pem", "x.der"},
		"request":     {"req", "-config", "req.cnf", "-verify", "-inform", "DER", "-in", "x.der", "-noout"},
		"crl":         {"verify", "-attime", at, "-crl_check", "-CRLfile", "x.pem", "-CAfile", "root.pem", "leaf.der"},
		"message":     {"cms", "-verify", "-inform", "DER", "-in", "x.der", "-CAfile", "root.pem", "-attime", at, "-purpose", "any", "-out", "out"},
		"sealed":      {"pkcs8", "-inform", "DER", "-in", "x.der", "-passin", "pass:1", "-out", "out"},
		"file":        {"x509", "-in", "x.der", "-noout"},
		"ocsp":        {"ocsp", "-respin", "x.der", "-issuer", "root.pem", "-cert", "leaf.pem", "-CAfile", "root.pem", "-attime", at, "-no_nonce"},
	}[kind]
	if kind == "crl" {
		e.Write("x.pem", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))
	}
	out, err := e.Try(args...)
	if kind == "ocsp" {
		return strings.Contains(out, "Response verify OK") && strings.Contains(out, "leaf.pem: good") && !strings.Contains(out, "WARNING")
	}
	return err == nil && !strings.Contains(out, "failure")
}

func prepareEngine(e *gost.Engine, root, leaf *gost.Certificate) {
	e.Write("req.cnf", []byte("[req]\ndistinguished_name=dn\n[dn]\n"))
	e.Write("root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}))
	e.Write("leaf.der", leaf.Raw)
	e.Write("leaf.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}))
}

func word(accepted bool) string {
	if accepted {
		return "accepted"
	}
	return "refused"
}

func TestNegative(t *testing.T) {
	t.Parallel()
	if *update {
		writeNegatives(t)
	}
	f, root, leaf := readNegatives(t)
	var laxer, stricter []string
	for _, n := range f.Cases {
		der := unhex(t, n.DER)
		start := time.Now()
		err := judge(n.Kind, bytes.Clone(der), root, leaf)
		if got := word(err == nil); got != n.Expected {
			t.Errorf("%s (%s): %s, expected %s: %v", n.ID, n.What, got, n.Expected, err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("%s: takes %v", n.ID, d)
		}
		if n.Engine == "accepted" && n.Expected == "refused" {
			stricter = append(stricter, n.ID)
		} else if n.Engine == "refused" && n.Expected == "accepted" {
			laxer = append(laxer, n.ID)
		}
	}
	t.Logf("%d cases; refused here and accepted by OpenSSL: %s; the other way round: %s", len(f.Cases), strings.Join(stricter, ", "), strings.Join(laxer, ", "))
}

// The engine of another version may judge otherwise: that is said, not failed.
func TestNegativeByEngine(t *testing.T) {
	t.Parallel()
	e := gost.NewEngine(t)
	f, root, leaf := readNegatives(t)
	prepareEngine(e, root, leaf)
	for _, n := range f.Cases {
		if got := word(ask(e, n.Kind, unhex(t, n.DER))); got != n.Engine {
			t.Logf("%s: this OpenSSL says %s, recorded is %s", n.ID, got, n.Engine)
		}
	}
}

// writeNegatives makes the file; what is accepted is looked up in tolerated.
func writeNegatives(t *testing.T) {
	m := newSpoiler(t)
	m.keys()
	m.secrets()
	m.certificates()
	m.requests()
	m.lists()
	m.messages()
	m.responses()
	m.sealed()
	m.files()
	e := gost.NewEngine(t)
	prepareEngine(e, m.root, m.leaf)
	f := negativeFile{Root: hex.EncodeToString(m.root.Raw), Leaf: hex.EncodeToString(m.leaf.Raw), Cases: m.cases}
	for i := range f.Cases {
		n := &f.Cases[i]
		der := unhex(t, n.DER)
		n.Engine = word(ask(e, n.Kind, der))
		n.Expected = "refused"
		if why, ok := tolerated[n.ID]; ok {
			n.Expected, n.What = "accepted", n.What+": "+why
		}
	}
	if err := os.WriteFile(negativePath, append(must(json.MarshalIndent(f, "", " "))(t), '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
