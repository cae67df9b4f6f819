package gost

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// ocspWorld is an authority with a responder and three certificates: good,
// revoked and one the responder has never heard of.
type ocspWorld struct {
	*openssl
	ca, responder *link
	leaves        map[string]*link
	now           time.Time
}

func newOCSPWorld(t *testing.T, curve *Curve) *ocspWorld {
	w := &ocspWorld{openssl: newOpenSSL(t), leaves: map[string]*link{}, now: time.Now().Truncate(time.Second)}
	make := func(name string, parent *link, tpl CertificateTemplate) *link {
		tpl.IdentificationKind, tpl.Subject = -1, named(name)
		tpl.NotBefore, tpl.NotAfter = w.now.Add(-time.Hour), w.now.Add(24*time.Hour)
		key := must[*PrivateKey](t)(GenerateKey(rand.Reader, curve))
		issuer, signer := (*Certificate)(nil), key
		if parent != nil {
			issuer, signer = parent.cert, parent.key
		}
		cert := mustCertificate(t, must[[]byte](t)(CreateCertificate(rand.Reader, &tpl, issuer, &key.PublicKey, signer)))
		w.write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
		w.write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must[[]byte](t)(MarshalPrivateKey(key))}))
		return &link{cert, key}
	}
	w.ca = make("ca", nil, CertificateTemplate{Serial: big.NewInt(1), IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature})
	w.responder = make("responder", w.ca, CertificateTemplate{Serial: big.NewInt(2), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []asn1.ObjectIdentifier{OIDOCSPSigning}, NoCheck: true})
	until := w.now.Add(24 * time.Hour).UTC().Format("060102150405Z")
	w.write("index.txt", fmt.Appendf(nil, "V\t%s\t\t1001\tunknown\t/CN=good\nR\t%s\t%s,keyCompromise\t1002\tunknown\t/CN=revoked\n",
		until, until, w.now.Add(-time.Minute).UTC().Format("060102150405Z")))
	for i, name := range []string{"good", "revoked", "unknown"} {
		w.leaves[name] = make(name, w.ca, CertificateTemplate{Serial: big.NewInt(0x1001 + int64(i)), KeyUsage: x509.KeyUsageDigitalSignature})
	}
	return w
}

// OpenSSL answers our requests and we judge its answers; we answer its
// requests and it judges ours: both key sizes, the issuer and its responder,
// by name and by key, good, revoked and unknown, with a nonce and without.
func TestOpenSSLOCSP(t *testing.T) {
	newOpenSSL(t)
	for _, curve := range []*Curve{CryptoProXA, TC26A512} {
		w := newOCSPWorld(t, curve)
		for name, leaf := range w.leaves {
			for _, by := range []string{"ca", "responder"} {
				for _, nonce := range [][]byte{nil, []byte("0123456789abcdef")} {
					for _, byKey := range []bool{false, true} {
						t.Run(fmt.Sprintf("%s/%s/%s/nonce=%t/key=%t", curve.Name, name, by, nonce != nil, byKey), func(t *testing.T) {
							w.t = t
							w.theirs(leaf.cert, name, by, nonce, byKey)
							w.ours(leaf.cert, name, by, nonce, byKey)
						})
					}
				}
			}
		}
	}
}

// theirs: our request, OpenSSL's answer.
func (w *ocspWorld) theirs(leaf *Certificate, name, by string, nonce []byte, byKey bool) {
	t := w.t
	w.write("req.der", must[[]byte](t)(CreateOCSPRequest(leaf, w.ca.cert, nonce)))
	args := []string{"ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", by + ".pem", "-rkey", by + ".key",
		"-reqin", "req.der", "-respout", "theirs.der", "-ndays", "1"}
	if byKey {
		args = append(args, "-resp_key_id")
	}
	w.run(args...)
	r := must[*OCSPResponse](t)(ParseOCSPResponse(w.read("theirs.der")))
	o := OCSPOptions{At: w.now.Add(time.Second), Nonce: nonce, Freshness: Freshness{Skew: time.Minute}}
	s, err := r.Status(leaf, w.ca.cert, o)
	if err != nil || s.State.String() != name || (r.ResponderKey != nil) != byKey {
		t.Fatalf("%+v, %v", s, err)
	}
	if s.State == StatusRevoked && (s.Reason != KeyCompromise || !s.RevokedAt.Equal(w.now.Add(-time.Minute))) {
		t.Errorf("%+v", s)
	}
	if o.Nonce = []byte("another"); nonce != nil {
		if _, err := r.Status(leaf, w.ca.cert, o); !errors.Is(err, ErrOCSPNonce) {
			t.Errorf("another nonce: %v", err)
		}
	}
	// Its place in a chain.
	_, err = leaf.Verify(VerifyOptions{Roots: certificates(w.ca), OCSP: []*OCSPResponse{r}, At: w.now.Add(time.Second), Freshness: Freshness{Skew: time.Minute}})
	if want := map[string]error{"revoked": ErrRevoked, "unknown": ErrUnknownStatus}[name]; !errors.Is(err, want) || (want == nil) != (err == nil) {
		t.Errorf("chain: %v", err)
	}
}

// ours: OpenSSL's request, our answer.
func (w *ocspWorld) ours(leaf *Certificate, name, by string, nonce []byte, byKey bool) {
	t := w.t
	request := "-no_nonce"
	if nonce != nil {
		request = "-nonce"
	}
	w.run("ocsp", "-issuer", "ca.pem", "-cert", name+".pem", request, "-reqout", "req.der")
	q := must[*OCSPRequest](t)(ParseOCSPRequest(w.read("req.der")))
	if len(q.IDs) != 1 || !q.IDs[0].IssuedBy(w.ca.cert) || q.IDs[0].Serial.Cmp(leaf.Serial) != 0 || (q.Nonce != nil) != (nonce != nil) {
		t.Fatalf("read %+v", q)
	}
	tpl := OCSPTemplate{ProducedAt: w.now, Nonce: q.Nonce, ByKey: byKey}
	a := OCSPAnswer{ID: q.IDs[0], ThisUpdate: w.now, NextUpdate: w.now.Add(time.Hour)}
	switch name {
	case "good":
		a.State = StatusGood
	case "revoked":
		a.State, a.RevokedAt, a.Reason = StatusRevoked, w.now.Add(-time.Minute), Superseded
	}
	tpl.Answers = []OCSPAnswer{a}
	signer := w.ca
	if by == "responder" {
		signer = w.responder
		tpl.Certificates = certificates(signer)
	}
	der := must[[]byte](t)(CreateOCSPResponse(rand.Reader, signer.cert, signer.key, tpl))
	ask := func(der []byte) string { // the nonce is compared with req.der's only without -cert
		w.write("ours.der", der)
		nonce, _ := w.try("ocsp", "-respin", "ours.der", "-reqin", "req.der", "-CAfile", "ca.pem", "-no_nonce", "-issuer", "ca.pem")
		status, _ := w.try("ocsp", "-respin", "ours.der", "-issuer", "ca.pem", "-cert", name+".pem", "-CAfile", "ca.pem", "-no_nonce")
		return nonce + status
	}
	out := ask(der)
	if !strings.Contains(out, "Response verify OK") || !strings.Contains(out, name+".pem: "+name) || strings.Contains(out, "WARNING") ||
		name == "revoked" && !strings.Contains(out, "Reason: superseded") {
		t.Errorf("openssl does not take our answer:\n%s", out)
	}
	// A changed byte of what is signed, and a nonce of another request.
	at := bytes.Index(der, w.ca.cert.ocspKey()) // the certificate's name
	if out := ask(flip(der, at)); strings.Contains(out, "Response verify OK") {
		t.Errorf("openssl takes a changed answer:\n%s", out)
	}
	if tpl.Nonce != nil {
		tpl.Nonce = flip(tpl.Nonce, 1)
		if out := ask(must[[]byte](t)(CreateOCSPResponse(rand.Reader, signer.cert, signer.key, tpl))); !strings.Contains(out, "Nonce Verify error") {
			t.Errorf("openssl takes another nonce:\n%s", out)
		}
	}
}

// Whom OpenSSL does not believe, we do not either.
func TestOpenSSLResponders(t *testing.T) {
	w := newOCSPWorld(t, CryptoProA)
	twin := newOCSPWorld(t, CryptoProA)
	leaf := w.leaves["good"].cert
	for _, tt := range []struct {
		name string
		by   *link
		want bool
	}{
		{"the issuer", w.ca, true}, {"its responder", w.responder, true},
		{"another certificate of the issuer", w.leaves["revoked"], false},
		{"the namesake of the issuer", twin.ca, false}, {"the namesake's responder", twin.responder, false},
	} {
		der := must[[]byte](t)(CreateOCSPResponse(rand.Reader, tt.by.cert, tt.by.key, OCSPTemplate{ProducedAt: w.now, Certificates: certificates(tt.by),
			Answers: []OCSPAnswer{{ID: newCertID(leaf, w.ca.cert), State: StatusGood, ThisUpdate: w.now, NextUpdate: w.now.Add(time.Hour)}}}))
		w.write("r.der", der)
		out, _ := w.try("ocsp", "-respin", "r.der", "-issuer", "ca.pem", "-cert", "good.pem", "-CAfile", "ca.pem", "-no_nonce")
		_, err := must[*OCSPResponse](t)(ParseOCSPResponse(der)).Status(leaf, w.ca.cert, OCSPOptions{At: w.now})
		if theirs := strings.Contains(out, "Response verify OK"); theirs != tt.want || (err == nil) != tt.want {
			t.Errorf("%s: openssl %v, we %v\n%s", tt.name, theirs, err, out)
		}
	}
}
