package sim_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"io"
	"net/http"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/gost"
)

// applicant writes PKIMessages of its own.
type applicant struct {
	p      *place
	secret string
	ref    string
	plain  bool // no protection at all
}

func (p *place) applicant() *applicant {
	return &applicant{p: p, secret: p.secret("cmp-secret"), ref: "console"}
}

func ctx(n int) cbasn1.Tag { return cbasn1.Tag(n).ContextSpecific().Constructed() }

// newCSR makes a request on the key for the person.
func newCSR(t *testing.T, key *gost.PrivateKey, cn string) []byte {
	t.Helper()
	der, err := gost.CreateRequest(rand.Reader, &gost.RequestTemplate{Subject: gost.Name{
		{Type: gost.OIDCommonName, Value: cn}, {Type: gost.OIDSNILS, Value: "11223344595"}, {Type: gost.OIDCountry, Value: "RU"}}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func newKey(t *testing.T) *gost.PrivateKey {
	t.Helper()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ask sends one body and gives the answer's body tag and content. The answer's
// MAC is checked whenever it carries one.
func (a *applicant) ask(transaction string, kind int, content []byte) (tag int, answer []byte, protected bool) {
	a.p.t.Helper()
	hmacSHA256 := asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(2)
		b.AddBytes([]byte{0xa4, 2, 0x30, 0}) // sender: empty directoryName
		b.AddBytes([]byte{0xa4, 2, 0x30, 0})
		if !a.plain {
			b.AddASN1(ctx(1), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113533, 7, 66, 13})
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1OctetString([]byte("0123456789abcdef"))
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1})
						})
						b.AddASN1Int64(500)
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(hmacSHA256) })
					})
				})
			})
			b.AddASN1(ctx(2), func(b *cryptobyte.Builder) { b.AddASN1OctetString([]byte(a.ref)) })
		}
		b.AddASN1(ctx(4), func(b *cryptobyte.Builder) { b.AddASN1OctetString([]byte(transaction)) })
		b.AddASN1(ctx(5), func(b *cryptobyte.Builder) { b.AddASN1OctetString([]byte("nonce-nonce-nonc")) })
	})
	header := b.BytesOrPanic()
	b = cryptobyte.NewBuilder(nil)
	b.AddASN1(ctx(kind), func(b *cryptobyte.Builder) { b.AddBytes(content) })
	body := b.BytesOrPanic()
	b = cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(header)
		b.AddBytes(body)
		if !a.plain {
			mac := passwordMAC(a.secret, "0123456789abcdef", header, body)
			b.AddASN1(ctx(0), func(b *cryptobyte.Builder) { b.AddASN1BitString(mac) })
		}
	})
	resp, err := http.Post(a.p.server.URL+"/ca/cmp", "application/pkixcmp", bytes.NewReader(b.BytesOrPanic()))
	if err != nil {
		a.p.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		a.p.t.Fatalf("cmp: %d %s %v", resp.StatusCode, raw, err)
	}
	return a.read(raw)
}

func passwordMAC(secret, salt string, header, body []byte) []byte {
	key := []byte(secret + salt)
	for range 500 {
		h := sha256.Sum256(key)
		key = h[:]
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(header); b.AddBytes(body) })
	m := hmac.New(sha256.New, key)
	m.Write(b.BytesOrPanic())
	return m.Sum(nil)
}

func (a *applicant) read(raw []byte) (tag int, answer []byte, protected bool) {
	a.p.t.Helper()
	in := cryptobyte.String(raw)
	var seq, header, body cryptobyte.String
	var t cbasn1.Tag
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Element(&header, cbasn1.SEQUENCE) || !seq.ReadAnyASN1Element(&body, &t) {
		a.p.t.Fatalf("answer is no PKIMessage: %x", raw)
	}
	if !bytes.Contains(header, []byte("nonce-nonce-nonc")) {
		a.p.t.Error("recipNonce is not ours")
	}
	var prot cryptobyte.String
	if seq.PeekASN1Tag(ctx(0)) && seq.ReadASN1(&prot, ctx(0)) {
		// the salt stands behind the OID of the MAC: SEQUENCE, OCTET STRING of 16
		at := bytes.Index(header, []byte{0x04, 0x10}) + 2
		mac := passwordMAC(a.secret, string(header[at:at+16]), header, body)
		protected = bytes.HasSuffix(prot, mac)
	}
	content := body
	if !content.ReadASN1(&content, t) {
		a.p.t.Fatal("answer's body")
	}
	return int(t & 0x1f), content, protected
}

// Content of pollReq for the one request of a p10cr (certReqId -1).
var pollReq = []byte{0x30, 5, 0x30, 3, 2, 1, 0xff}

// certIn finds the certificate in a cp, nil when there is none.
func certIn(cp []byte) *gost.Certificate {
	for i := range cp {
		if cp[i] == 0xa0 {
			in := cryptobyte.String(cp[i:])
			var inner cryptobyte.String
			if in.ReadASN1(&inner, ctx(0)) {
				if c, err := gost.ParseCertificate(inner); err == nil {
					return c
				}
			}
		}
	}
	return nil
}

// issueFor walks p10cr, wait, poll and gives the certificate.
func (a *applicant) issueFor(transaction string, csr []byte) *gost.Certificate {
	a.p.t.Helper()
	tag, body, _ := a.ask(transaction, 4, csr)
	if tag != 3 || certIn(body) != nil {
		a.p.t.Fatalf("p10cr: body %d %x", tag, body)
	}
	if tag, _, _ := a.ask(transaction, 25, pollReq); tag != 26 {
		a.p.t.Fatalf("early pollReq: body %d", tag)
	}
	a.p.clock.forward(5 * time.Second)
	tag, body, protected := a.ask(transaction, 25, pollReq)
	c := certIn(body)
	if tag != 3 || c == nil || !protected {
		a.p.t.Fatalf("pollReq: body %d protected %v %q", tag, protected, body)
	}
	return c
}
