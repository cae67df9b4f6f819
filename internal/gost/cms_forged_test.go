package gost

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/asn1"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// forged is a message with one signature, each part of which can be made wrong.
type forged struct {
	signatory
	contentType asn1.ObjectIdentifier // data when nil
	detached    bool
	signed      [][]byte // the attributes as transmitted, in this order; nil = none
	signedAs    []byte   // what is signed; nil = the attributes as they stand, or the content
	unsigned    [][]byte
	version     int64 // of the signer; 1 when 0
	byKeyID     []byte
	digests     []asn1.ObjectIdentifier // listed at the head; the signer's when nil
	bag         [][]byte                // the signer's certificate when nil
	lists       []byte                  // [1]
}

func (f forged) message(t testing.TB) []byte {
	t.Helper()
	c := f.cert.PublicKey.Curve
	if f.contentType == nil {
		f.contentType = oidData
	}
	if f.digests == nil {
		f.digests = []asn1.ObjectIdentifier{c.digestOID()}
	}
	if f.bag == nil {
		f.bag = [][]byte{f.cert.Raw}
	}
	if f.version == 0 {
		f.version = 1
	}
	if f.signedAs == nil {
		if f.signedAs = contentBytes; f.signed != nil {
			f.signedAs = appendElement(0x31, bytes.Join(f.signed, nil))
		}
	}
	sig := must[[]byte](t)(f.key.Sign(rand.Reader, f.key.digest(f.signedAs), nil))
	info := must[[]byte](t)(sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(f.version)
		if f.byKeyID != nil {
			b.AddBytes(appendElement(0x80, f.byKeyID))
		} else {
			addIssuerAndSerial(b, f.cert, f.cert.RawIssuer)
		}
		addAlgorithm(b, c.digestOID())
		if f.signed != nil {
			b.AddBytes(appendElement(0xa0, bytes.Join(f.signed, nil)))
		}
		addAlgorithm(b, c.signatureOID())
		b.AddASN1OctetString(sig)
		if f.unsigned != nil {
			b.AddBytes(appendElement(0xa1, bytes.Join(f.unsigned, nil)))
		}
	}))
	return must[[]byte](t)(sequence(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(context0, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
					for _, oid := range f.digests {
						addAlgorithm(b, oid)
					}
				})
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(f.contentType)
					if !f.detached {
						b.AddASN1(context0, func(b *cryptobyte.Builder) { b.AddASN1OctetString(contentBytes) })
					}
				})
				b.AddBytes(appendElement(0xa0, bytes.Join(f.bag, nil)))
				b.AddBytes(f.lists)
				b.AddBytes(appendElement(0x31, info))
			})
		})
	}))
}

// attr makes an attribute of ready values.
func attr(t testing.TB, oid asn1.ObjectIdentifier, values ...[]byte) []byte {
	return must[[]byte](t)(sequence(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddBytes(appendElement(0x31, bytes.Join(values, nil)))
	}))
}

func oidValue(t testing.TB, oid asn1.ObjectIdentifier) []byte {
	return must[[]byte](t)(build(func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) }))
}

// certID is a SigningCertificate(V2) with one entry of these parts.
func certID(parts ...[]byte) []byte {
	return appendElement(0x30, appendElement(0x30, appendElement(0x30, bytes.Join(parts, nil))))
}

func TestSignedAttributes(t *testing.T) {
	a := newAuthority(t, CryptoProXA, noon)
	s := signatory{name: "Anna"}
	s.cert, s.key = a.issue(t, person, 9)
	other, _ := a.issue(t, person, 10)

	contentType := attr(t, oidContentType, oidValue(t, oidData))
	digest := attr(t, oidMessageDigest, appendElement(4, s.key.digest(contentBytes)))
	utc := attr(t, oidSigningTime, appendElement(0x17, []byte("261122101112Z")))
	generalized := attr(t, oidSigningTime, appendElement(0x18, []byte("20261122101112Z")))
	unknown := attr(t, asn1.ObjectIdentifier{1, 2, 3, 4}, appendElement(0x30, nil), []byte("\x9f\x81\x01\x01A"))
	sorted := func(all ...[]byte) [][]byte { return slices.SortedFunc(slices.Values(all), bytes.Compare) }
	hash256 := must[[]byte](t)(build(func(b *cryptobyte.Builder) { addAlgorithm(b, oidDigest256) }))
	sum, otherSum := appendElement(4, s.key.digest(s.cert.Raw)), appendElement(4, s.key.digest(other.Raw))
	issuer := func(name []byte, serial byte) []byte {
		return appendElement(0x30, slices.Concat(appendElement(0x30, appendElement(0xa4, name)), []byte{2, 1, serial}))
	}
	v2 := func(parts ...[]byte) [][]byte {
		return sorted(contentType, digest, attr(t, oidSigningCertificate, certID(parts...)))
	}
	old := sha1.Sum(s.cert.Raw)
	v1 := func(sum []byte) [][]byte {
		return sorted(contentType, digest, attr(t, oidSigningCertificateV1, certID(appendElement(4, sum))))
	}
	claimed := time.Date(2026, 11, 22, 10, 11, 12, 0, time.UTC)

	for _, tt := range []struct {
		name string
		f    forged
		want error
		at   time.Time
	}{
		{name: "the two that must be", f: forged{signed: sorted(contentType, digest)}},
		{name: "UTCTime", f: forged{signed: sorted(contentType, digest, utc)}, at: claimed},
		{name: "GeneralizedTime", f: forged{signed: sorted(contentType, digest, generalized)}, at: claimed},
		{name: "time in words", f: forged{signed: sorted(contentType, digest, attr(t, oidSigningTime, appendElement(0x17, []byte("noon"))))}, want: ErrAttributes},
		{name: "two times", f: forged{signed: sorted(contentType, digest, utc, generalized)}, want: ErrAttributes},
		{name: "unknown attributes are signed too", f: forged{signed: sorted(contentType, digest, unknown)}},
		{name: "none at all in an empty set", f: forged{signed: [][]byte{}}, want: ErrAttributes},
		{name: "no content type", f: forged{signed: [][]byte{digest}}, want: ErrAttributes},
		{name: "no digest", f: forged{signed: [][]byte{contentType}}, want: ErrAttributes},
		{name: "content type twice", f: forged{signed: sorted(contentType, contentType, digest)}, want: ErrAttributes},
		{name: "digest twice", f: forged{signed: sorted(contentType, digest, digest)}, want: ErrAttributes},
		{name: "two digests in one", f: forged{signed: sorted(contentType, attr(t, oidMessageDigest, appendElement(4, s.key.digest(contentBytes)), appendElement(4, make([]byte, 32))))}, want: ErrAttributes},
		{name: "another content type", f: forged{signed: sorted(attr(t, oidContentType, oidValue(t, oidTSTInfo)), digest)}, want: ErrAttributes},
		{name: "another digest", f: forged{signed: sorted(contentType, attr(t, oidMessageDigest, appendElement(4, make([]byte, 32))))}, want: ErrContent},
		{name: "sent in another order than signed", f: forged{signed: [][]byte{utc, digest, contentType},
			signedAs: appendElement(0x31, bytes.Join(sorted(utc, digest, contentType), nil))}, at: claimed},
		{name: "signed in another order than DER", f: forged{signed: [][]byte{utc, digest, contentType}}, at: claimed},
		{name: "signed with one more", f: forged{signed: sorted(digest, contentType), signedAs: appendElement(0x31, bytes.Join(sorted(utc, digest, contentType), nil))}, want: ErrSignature},
		{name: "signed under the context tag", f: forged{signed: sorted(digest, contentType), signedAs: appendElement(0xa0, bytes.Join(sorted(digest, contentType), nil))}, want: ErrSignature},

		{name: "certificate hash", f: forged{signed: v2(hash256, sum)}},
		{name: "and its issuer", f: forged{signed: v2(hash256, sum, issuer(s.cert.RawIssuer, 9))}},
		{name: "another serial number", f: forged{signed: v2(hash256, sum, issuer(s.cert.RawIssuer, 8))}, want: ErrAttributes},
		{name: "another issuer", f: forged{signed: v2(hash256, sum, issuer(s.cert.RawSubject, 9))}, want: ErrAttributes},
		{name: "another certificate", f: forged{signed: v2(hash256, otherSum)}, want: ErrAttributes},
		{name: "GOST hash under the default SHA-256", f: forged{signed: v2(sum)}, want: ErrAttributes},
		{name: "no entry", f: forged{signed: sorted(contentType, digest, attr(t, oidSigningCertificate, appendElement(0x30, appendElement(0x30, nil))))}, want: ErrAttributes},
		{name: "version 1", f: forged{signed: v1(old[:])}},
		{name: "version 1 of another", f: forged{signed: v1(make([]byte, 20))}, want: ErrAttributes},

		{name: "no attributes", f: forged{}},
		{name: "no attributes to foreign content", f: forged{contentType: oidTSTInfo}, want: ErrAttributes},
		{name: "foreign content", f: forged{contentType: oidTSTInfo, signed: sorted(attr(t, oidContentType, oidValue(t, oidTSTInfo)), digest)}},
		{name: "digest not listed", f: forged{signed: sorted(contentType, digest), digests: []asn1.ObjectIdentifier{oidDigest512}}, want: ErrSignature},
		{name: "by key identifier", f: forged{byKeyID: s.cert.SubjectKeyID, version: 3}},
		{name: "by another key identifier", f: forged{byKeyID: []byte{1}, version: 3}, want: ErrNoSigner},
		{name: "bag of strangers", f: forged{bag: [][]byte{other.Raw, appendElement(0xa1, []byte("\x04\x01A")), appendElement(0x30, nil), s.cert.Raw, a.cert.Raw}}},
		{name: "bag without the signer", f: forged{bag: [][]byte{other.Raw, a.cert.Raw}}, want: ErrNoSigner},
	} {
		tt.f.signatory = s
		m, err := ParseCMS(tt.f.message(t))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		results, err := m.Verify(nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		r := results[0]
		if !errors.Is(r.Err, tt.want) || tt.want == nil && r.Err != nil || !r.SigningTime.Equal(tt.at) {
			t.Errorf("%s: %+v", tt.name, r)
		}
		if errors.Is(tt.want, ErrContent) && (r.DigestOK || !r.SignatureOK || !r.AttributesOK) ||
			errors.Is(tt.want, ErrAttributes) && tt.f.signed != nil && (!r.SignatureOK || r.AttributesOK) {
			t.Errorf("%s: what is wrong is not said: %+v", tt.name, r)
		}
	}

	for name, f := range map[string]forged{
		"version 3 by serial number":   {version: 3},
		"version 1 by key identifier":  {byKeyID: s.cert.SubjectKeyID, version: 1},
		"version 2":                    {version: 2},
		"an attribute without its set": {signed: [][]byte{oidValue(t, oidData)}},
	} {
		f.signatory = s
		if _, err := ParseCMS(f.message(t)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// The attributes of a signature, shown as a document of their own, are not one.
func TestAttributesAsContent(t *testing.T) {
	a := newAuthority(t, TC26A256, noon)
	cert, key := a.issue(t, person, 9)
	m := must[*SignedData](t)(ParseCMS(must[[]byte](t)(SignCMS(rand.Reader, contentBytes, cert, key, SignOptions{SigningTime: noon}))))
	i := &m.Signers[0]
	m.Content, i.rawAttributes, i.Signed = i.rawAttributes, nil, nil
	if results, err := m.Verify(nil); err != nil || !errors.Is(results[0].Err, ErrAttributes) {
		t.Errorf("%v %+v", err, results)
	}
}

// Two certificates of one issuer and number: the one whose key signed counts.
func TestNamesakes(t *testing.T) {
	one, two := newAuthority(t, TC26A256, noon), newAuthority(t, TC26A256, noon)
	cert, key := one.issue(t, person, 9)
	false9, _ := two.issue(t, person, 9)
	for _, at := range []time.Time{{}, noon} {
		m := must[*SignedData](t)(ParseCMS(must[[]byte](t)(SignCMS(rand.Reader, contentBytes, cert, key, SignOptions{SigningTime: at}))))
		for _, bag := range [][]*Certificate{{false9, cert}, {cert, false9}} {
			m.Certificates = bag
			if results, err := m.Verify(nil); err != nil || results[0].Err != nil || results[0].Certificate != cert {
				t.Errorf("%v %+v", err, results)
			}
		}
		m.Certificates = []*Certificate{false9}
		if results, err := m.Verify(nil); err != nil || !errors.Is(results[0].Err, ErrSignature) {
			t.Errorf("%v %+v", err, results)
		}
	}
}

// What others hang on a signature is named and handed out, and fails nothing.
func TestUnsignedAttributes(t *testing.T) {
	a := newAuthority(t, TC26A512, noon)
	s := signatory{}
	s.cert, s.key = a.issue(t, person, 9)
	crl, answer := appendElement(0x30, []byte("\x02\x01\x01")), appendElement(0x30, []byte("\x02\x01\x02"))
	ocsp := appendElement(0xa1, slices.Concat(oidValue(t, oidOCSPResponse), answer))
	other := appendElement(0xa1, slices.Concat(oidValue(t, oidData), answer))
	f := forged{signatory: s, lists: appendElement(0xa1, slices.Concat(crl, ocsp, other)), unsigned: [][]byte{
		attr(t, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 6}, appendElement(0x30, nil)),
		attr(t, asn1.ObjectIdentifier{1, 2, 3}, appendElement(0x30, []byte("\xbf\x21\x00"))),
		attr(t, oidCertificateValues, appendElement(0x30, a.cert.Raw)),
		attr(t, oidRevocationValues, appendElement(0x30, slices.Concat(appendElement(0xa0, appendElement(0x30, crl)), appendElement(0xa1, appendElement(0x30, answer))))),
		attr(t, oidTimestamp, appendElement(0x30, nil)),
	}}
	m := must[*SignedData](t)(ParseCMS(f.message(t)))
	results, err := m.Verify(nil)
	if err != nil || results[0].Err != nil {
		t.Fatal(err, results)
	}
	r := results[0]
	if want := []string{"countersignature", "1.2.3", "certificate-values", "revocation-values", "signature-time-stamp"}; !slices.Equal(r.Unsigned, want) {
		t.Errorf("%v", r.Unsigned)
	}
	if len(r.Timestamps) != 1 || !errors.Is(r.Timestamps[0].Err, ErrTimestamp) {
		t.Errorf("%+v", r.Timestamps)
	}
	v, err := m.Signers[0].Values()
	if err != nil || len(v.Certificates) != 1 || !bytes.Equal(v.Certificates[0], a.cert.Raw) || len(v.CRLs) != 1 || len(v.OCSP) != 1 {
		t.Errorf("%v %+v", err, v)
	}
	if len(m.CRLs) != 1 || !bytes.Equal(m.CRLs[0], crl) || len(m.OCSP) != 1 || !bytes.Equal(m.OCSP[0], answer) {
		t.Errorf("%x %x", m.CRLs, m.OCSP)
	}
	added := must[[]byte](t)(AddSignature(rand.Reader, f.message(t), nil, Signatory{s.cert, s.key}, SignOptions{SigningTime: noon}))
	m = must[*SignedData](t)(ParseCMS(added))
	if results, err := m.Verify(nil); err != nil || len(results) != 2 || len(m.CRLs) != 1 || len(m.OCSP) != 1 {
		t.Errorf("%v %+v", err, results)
	}
}
