package gost

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"
	"time"
)

// responderOf makes a responder that the authority has certified.
func responderOf(t testing.TB, by *link, change func(*CertificateTemplate)) *link {
	tpl := CertificateTemplate{Subject: named("OCSP"), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []asn1.ObjectIdentifier{OIDOCSPSigning}, NoCheck: true}
	if change != nil {
		change(&tpl)
	}
	return by.make(t, tpl)
}

// answer is a responder's word about the certificate, fresh for two hours.
func answer(t testing.TB, c, issuer *Certificate, by *link, change func(*OCSPTemplate)) *OCSPResponse {
	tpl := OCSPTemplate{ProducedAt: noon, Answers: []OCSPAnswer{{ID: newCertID(c, issuer), State: StatusGood,
		ThisUpdate: noon.Add(-time.Hour), NextUpdate: noon.Add(time.Hour)}}, Certificates: []*Certificate{by.cert}}
	if change != nil {
		change(&tpl)
	}
	return must[*OCSPResponse](t)(ParseOCSPResponse(must[[]byte](t)(CreateOCSPResponse(rand.Reader, by.cert, by.key, tpl))))
}

// Who may answer, for whom, when, and what it means.
func TestOCSPStatus(t *testing.T) {
	var none *link
	root, twin := none.make(t, ca("Root")), none.make(t, ca("Root"))
	leaf := root.make(t, CertificateTemplate{Subject: named("Leaf"), Serial: big.NewInt(1000)})
	other := root.make(t, CertificateTemplate{Subject: named("Other")})
	good := responderOf(t, root, nil)
	from := func(by *link, change func(*OCSPTemplate)) *OCSPResponse {
		return answer(t, leaf.cert, root.cert, by, change)
	}
	with := func(change func(*OCSPAnswer)) *OCSPResponse {
		return from(good, func(t *OCSPTemplate) { change(&t.Answers[0]) })
	}
	late := responderOf(t, root, func(t *CertificateTemplate) {
		t.NotBefore, t.NotAfter = noon.Add(-3*time.Hour), noon.Add(-time.Minute)
	})
	checked := responderOf(t, root, func(t *CertificateTemplate) { t.NoCheck = false })
	list := func(revoked ...RevokedEntry) []*CRL {
		der := must[[]byte](t)(CreateCRL(rand.Reader, root.cert, root.key, big.NewInt(1), revoked, noon.Add(-time.Hour), noon.Add(time.Hour)))
		return []*CRL{must[*CRL](t)(ParseCRL(der))}
	}
	again := func(l, by *link, tpl CertificateTemplate) *link { // another certificate of the same key
		tpl.Serial, tpl.NotBefore, tpl.NotAfter, tpl.IdentificationKind = big.NewInt(3), noon.Add(-time.Hour), noon.Add(time.Hour), -1
		der := must[[]byte](t)(CreateCertificate(rand.Reader, &tpl, by.cert, &l.key.PublicKey, by.key))
		return &link{mustCertificate(t, der), l.key}
	}
	renamed := again(good, root, CertificateTemplate{Subject: named("OCSP 2"), ExtKeyUsage: []asn1.ObjectIdentifier{OIDOCSPSigning}, NoCheck: true})
	strange := must[pkix.Extension](t)(extension(asn1.ObjectIdentifier{1, 2, 3}, true, func(b *builder) { b.AddASN1NULL() }))
	forged := from(good, nil)
	forged.frame.signature = flip(forged.frame.signature, 9)
	for _, tt := range []struct {
		name    string
		r       *OCSPResponse
		o       OCSPOptions
		want    error
		state   RevocationState
		revoked int // reason
	}{
		{name: "delegated", r: from(good, nil), state: StatusGood},
		{name: "delegated, by key", r: from(good, func(t *OCSPTemplate) { t.ByKey = true }), state: StatusGood},
		{name: "the issuer", r: from(root, func(t *OCSPTemplate) { t.Certificates = nil }), state: StatusGood},
		{name: "the issuer, by key", r: from(root, func(t *OCSPTemplate) { t.Certificates, t.ByKey = nil, true }), state: StatusGood},
		{name: "the issuer's namesake", r: from(twin, nil), want: ErrOCSPResponder},
		{name: "a responder of the namesake", r: from(responderOf(t, twin, nil), nil), want: ErrOCSPResponder},
		{name: "a responder that is not sent along", r: from(good, func(t *OCSPTemplate) { t.Certificates = nil }), want: ErrOCSPResponder},
		{name: "anybody certified by the issuer", r: from(other, nil), want: ErrOCSPResponder},
		{name: "a responder for any usage", r: from(responderOf(t, root, func(t *CertificateTemplate) {
			t.ExtKeyUsage = []asn1.ObjectIdentifier{oidAnyUsage}
		}), nil), want: ErrOCSPResponder},
		{name: "a responder that may not sign", r: from(responderOf(t, root, func(t *CertificateTemplate) {
			t.KeyUsage = x509.KeyUsageKeyEncipherment
		}), nil), want: ErrOCSPResponder},
		{name: "a responder of a responder", r: from(responderOf(t, good, nil), nil), want: ErrOCSPResponder},
		{name: "a responder of the issuer's key under another name", r: from(responderOf(t, again(root, twin, ca("Alias")), nil), nil), want: ErrOCSPResponder},
		{name: "another name than the responder's", r: from(good, func(t *OCSPTemplate) { t.Certificates = []*Certificate{renamed.cert} }), want: ErrOCSPResponder},
		{name: "a responder with something critical and unknown", r: from(responderOf(t, root, func(t *CertificateTemplate) {
			t.ExtraExtensions = []pkix.Extension{strange}
		}), nil), want: ErrExtension},
		{name: "an expired responder", r: from(late, nil), want: ErrDates},
		{name: "a responder whose status is asked", r: from(checked, nil), want: ErrUnknownStatus},
		{name: "a responder whose status is not asked", r: from(checked, nil), o: OCSPOptions{TrustResponder: true}, state: StatusGood},
		{name: "a responder cleared by a list", r: from(checked, nil), o: OCSPOptions{CRLs: list()}, state: StatusGood},
		{name: "a revoked responder", r: from(checked, nil), o: OCSPOptions{CRLs: list(RevokedEntry{Serial: checked.cert.Serial, At: noon.Add(-time.Hour)})}, want: ErrRevoked},
		{name: "a responder revoked after the date of its answer", r: from(checked, func(t *OCSPTemplate) {
			t.ProducedAt = noon.Add(-2 * time.Hour)
			t.Answers[0].ThisUpdate = t.ProducedAt
		}), o: OCSPOptions{CRLs: list(RevokedEntry{Serial: checked.cert.Serial, At: noon.Add(-time.Hour)})}, want: ErrRevoked},
		{name: "a revoked responder that nobody is to ask about", r: from(good, nil),
			o: OCSPOptions{CRLs: list(RevokedEntry{Serial: good.cert.Serial, At: noon.Add(-time.Hour)})}, want: ErrRevoked},
		{name: "forged", r: forged, want: ErrOCSPResponder},

		{name: "revoked", r: with(func(a *OCSPAnswer) {
			a.State, a.RevokedAt, a.Reason = StatusRevoked, noon.Add(-time.Minute), KeyCompromise
		}), state: StatusRevoked, revoked: KeyCompromise},
		{name: "revoked later", r: with(func(a *OCSPAnswer) { a.State, a.RevokedAt = StatusRevoked, noon.Add(time.Minute) }), state: StatusGood},
		{name: "revoked by an old answer", r: with(func(a *OCSPAnswer) {
			a.State, a.RevokedAt, a.NextUpdate = StatusRevoked, noon.Add(-time.Hour), noon.Add(-time.Minute)
		}), state: StatusRevoked},
		{name: "on hold", r: with(func(a *OCSPAnswer) { a.State, a.RevokedAt, a.Reason = StatusRevoked, noon, CertificateHold }), state: StatusRevoked, revoked: CertificateHold},
		{name: "unknown", r: with(func(a *OCSPAnswer) { a.State = StatusUnknown }), state: StatusUnknown},
		{name: "about another number", r: answer(t, other.cert, root.cert, good, nil), want: ErrNotAbout},
		{name: "about the namesake's", r: answer(t, leaf.cert, twin.cert, good, nil), want: ErrNotAbout},
		{name: "named by Streebog", r: with(func(a *OCSPAnswer) {
			name, key, _ := ocspHashes(oidDigest256, leaf.cert.RawIssuer, root.cert)
			a.ID = CertID{oidDigest256, name, key, leaf.cert.Serial}
		}), state: StatusGood},
		{name: "named by an unknown hash", r: with(func(a *OCSPAnswer) { a.ID.Hash = asn1.ObjectIdentifier{1, 2, 3} }), want: ErrNotAbout},
		{name: "good and revoked", r: from(good, func(t *OCSPTemplate) {
			bad := t.Answers[0]
			bad.State, bad.RevokedAt = StatusRevoked, noon.Add(-time.Hour)
			t.Answers = append(t.Answers, bad)
		}), state: StatusRevoked},

		{name: "revoked, and again later", r: from(good, func(t *OCSPTemplate) {
			bad, again := t.Answers[0], t.Answers[0]
			bad.State, bad.RevokedAt = StatusRevoked, noon.Add(-time.Hour)
			again.State, again.RevokedAt = StatusRevoked, noon.Add(time.Hour)
			t.Answers = []OCSPAnswer{bad, again}
		}), state: StatusRevoked},

		{name: "out of date", r: from(good, nil), o: OCSPOptions{At: noon.Add(61 * time.Minute)}, want: ErrStale},
		{name: "late by less than allowed", r: from(good, nil), o: OCSPOptions{At: noon.Add(61 * time.Minute), Freshness: Freshness{Lateness: time.Hour}}, state: StatusGood},
		{name: "made in the future", r: from(good, nil), o: OCSPOptions{At: noon.Add(-time.Minute)}, want: ErrStale},
		{name: "ahead by less than allowed", r: from(good, nil), o: OCSPOptions{At: noon.Add(-time.Minute), Freshness: Freshness{Skew: time.Minute}}, state: StatusGood},
		{name: "today's answer about the past", r: from(good, nil), o: OCSPOptions{At: noon.Add(-10 * time.Hour), Now: noon}, state: StatusGood},
		{name: "good until before it was made", r: with(func(a *OCSPAnswer) { a.NextUpdate = a.ThisUpdate.Add(-time.Minute) }),
			o: OCSPOptions{At: noon.Add(-10 * time.Hour), Now: noon}, want: ErrStale},
		{name: "without an end", r: with(func(a *OCSPAnswer) { a.NextUpdate = time.Time{} }), want: ErrStale},
		{name: "without an end, young enough", r: with(func(a *OCSPAnswer) { a.NextUpdate = time.Time{} }), o: OCSPOptions{Freshness: Freshness{MaxAge: time.Hour}}, state: StatusGood},
		{name: "about later than it was made", r: with(func(a *OCSPAnswer) { a.ThisUpdate = noon.Add(time.Minute) }), want: ErrStale},
		{name: "about later than it was made, both past", r: from(good, func(t *OCSPTemplate) {
			t.ProducedAt, t.Answers[0].ThisUpdate = noon.Add(-time.Hour), noon.Add(-30*time.Minute)
		}), want: ErrStale},
		{name: "after the certificate's end", r: from(good, func(t *OCSPTemplate) {
			t.ProducedAt = noon.Add(48 * time.Hour)
			t.Answers[0].ThisUpdate, t.Answers[0].NextUpdate = t.ProducedAt, time.Time{}
		}), o: OCSPOptions{Now: noon.Add(48 * time.Hour)}, want: ErrOCSPResponder}, // its responder has ended too

		{name: "the nonce repeated", r: from(good, func(t *OCSPTemplate) { t.Nonce = []byte("12345678") }), o: OCSPOptions{Nonce: []byte("12345678")}, state: StatusGood},
		{name: "no nonce", r: from(good, nil), o: OCSPOptions{Nonce: []byte("12345678")}, want: ErrOCSPNonce},
		{name: "another nonce", r: from(good, func(t *OCSPTemplate) { t.Nonce = []byte("12345679") }), o: OCSPOptions{Nonce: []byte("12345678")}, want: ErrOCSPNonce},
		{name: "a nonce that nobody asked for", r: from(good, func(t *OCSPTemplate) { t.Nonce = []byte("12345679") }), state: StatusGood},
		{name: "try later", r: from(good, func(t *OCSPTemplate) { t.Code = OCSPTryLater }), want: ErrOCSPRefused},
	} {
		if tt.o.At.IsZero() {
			tt.o.At = noon
		}
		s, err := tt.r.Status(leaf.cert, root.cert, tt.o)
		if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) || s.State != tt.state || s.Reason != tt.revoked {
			t.Errorf("%s: %+v, %v", tt.name, s, err)
		}
		if s.State != StatusUnknown && s.By != ByOCSP {
			t.Errorf("%s: by %q", tt.name, s.By)
		}
	}
	ended := root.make(t, CertificateTemplate{Subject: named("Ended"), NotBefore: noon.Add(-3 * time.Hour), NotAfter: noon.Add(-2 * time.Hour)})
	if s, err := answer(t, ended.cert, root.cert, root, nil).Status(ended.cert, root.cert, OCSPOptions{At: ended.cert.NotAfter, Now: noon}); !errors.Is(err, ErrStale) {
		t.Errorf("made after the certificate's end: %+v, %v", s, err)
	}
	if _, err := from(good, nil).Status(leaf.cert, root.cert, OCSPOptions{}); err == nil {
		t.Error("a moment that was not given is taken")
	}
}

// Requests and answers survive their own writing and reading.
func TestOCSPRequest(t *testing.T) {
	var none *link
	root := none.make(t, ca("Root"))
	leaf := root.make(t, CertificateTemplate{Subject: named("Leaf"), Serial: big.NewInt(77)})
	for _, nonce := range [][]byte{nil, {1}, make([]byte, maxNonce)} {
		r := must[*OCSPRequest](t)(ParseOCSPRequest(must[[]byte](t)(CreateOCSPRequest(leaf.cert, root.cert, nonce))))
		if string(r.Nonce) != string(nonce) || len(r.IDs) != 1 || !r.IDs[0].IssuedBy(root.cert) ||
			r.IDs[0].IssuedBy(leaf.cert) || r.IDs[0].Serial.Int64() != 77 {
			t.Errorf("read %+v", r)
		}
	}
	for _, nonce := range [][]byte{{}, make([]byte, maxNonce+1)} {
		if _, err := CreateOCSPRequest(leaf.cert, root.cert, nonce); err == nil {
			t.Errorf("a nonce of %d bytes is taken", len(nonce))
		}
	}
	good := answer(t, leaf.cert, root.cert, root, nil).Raw
	for at := range good {
		r, err := ParseOCSPResponse(flip(good, at))
		if err != nil {
			continue
		}
		// The certificate sent along is the issuer's own and not looked at.
		if s, err := r.Status(leaf.cert, root.cert, OCSPOptions{At: noon}); err == nil && s.State == StatusGood && at < len(good)-len(root.cert.Raw)-10 {
			t.Errorf("byte %d of %d changed and nobody noticed", at, len(good))
		}
	}
}
