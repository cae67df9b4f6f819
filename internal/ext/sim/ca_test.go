package sim_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/pem"
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

// One request is one certificate, whatever is repeated and restarted.
func TestOneRequestOneCertificate(t *testing.T) {
	p := newPlace(t, "")
	a := p.applicant()
	key := newKey(t)
	csr := newCSR(t, key, "Петров Иван")
	first := a.issueFor("transaction-0001", csr)
	if !first.PublicKey.Equal(key.Public()) || first.Subject.Get(gost.OIDSNILS) != "11223344595" {
		t.Errorf("certificate of somebody else: %s", first.Subject)
	}
	p.restart()
	for range 2 {
		if _, body, _ := a.ask("transaction-0001", 4, csr); certIn(body) == nil || !bytes.Equal(certIn(body).Raw, first.Raw) {
			t.Error("the same request got another certificate")
		}
		if _, body, _ := a.ask("transaction-0001", 25, pollReq); certIn(body) == nil || !bytes.Equal(certIn(body).Raw, first.Raw) {
			t.Error("polling again got another certificate")
		}
	}
	if tag, _, _ := a.ask("transaction-0001", 4, newCSR(t, newKey(t), "Другой")); tag != 23 {
		t.Errorf("another request in the same transaction: body %d", tag)
	}
	if _, body, _ := a.ask("transaction-0002", 4, csr); certIn(body) != nil || !bytes.Contains(body, []byte("already in request")) {
		t.Errorf("same key, another transaction: %q", body)
	}
	sum := gost.Sum256(first.Raw)
	conf := append([]byte{0x30, 39, 0x30, 37, 4, 32}, append(sum[:], 2, 1, 0xff)...)
	for range 2 {
		if tag, _, _ := a.ask("transaction-0001", 24, conf); tag != 19 {
			t.Errorf("certConf: body %d", tag)
		}
	}
	conf[10] ^= 1 // inside certHash
	if tag, _, _ := a.ask("transaction-0001", 24, conf); tag != 23 {
		t.Errorf("certConf of another certificate: body %d", tag)
	}
	if n := p.turn("{}").Systems["ca"].Counters["issued"]; n != 1 {
		t.Errorf("issued %d certificates", n)
	}
}

func TestCARefuses(t *testing.T) {
	p := newPlace(t, "")
	key := newKey(t)
	csr := newCSR(t, key, "Петров Иван")
	for name, a := range map[string]*applicant{
		"wrong secret":  {p: p, secret: "guess", ref: "console"},
		"unknown name":  {p: p, secret: p.secret("cmp-secret"), ref: "somebody"},
		"no protection": {p: p, secret: "", plain: true},
	} {
		if tag, body, protected := a.ask("transaction-0001", 4, csr); tag != 23 || protected {
			t.Errorf("%s: body %d %q", name, tag, body)
		}
	}
	a := p.applicant()
	broken := bytes.Clone(csr)
	broken[len(broken)-3] ^= 1
	if _, body, _ := a.ask("transaction-0003", 4, broken); !bytes.Contains(body, []byte("signature of the PKCS#10")) {
		t.Errorf("broken request: %q", body)
	}
	if tag, _, _ := a.ask("transaction-0009", 25, pollReq); tag != 23 {
		t.Errorf("polling for nothing: body %d", tag)
	}
	p.turn(`{"ca":{"refuse":"СНИЛС не подтверждён"}}`)
	a.ask("transaction-0004", 4, csr)
	p.clock.forward(5 * time.Second)
	if _, body, _ := a.ask("transaction-0004", 25, pollReq); !bytes.Contains(body, []byte("СНИЛС не подтверждён")) {
		t.Errorf("refusal: %q", body)
	}
	p.turn(`{"ca":{"refuse":""}}`)
	if _, body, _ := a.ask("transaction-0004", 25, pollReq); !bytes.Contains(body, []byte("СНИЛС не подтверждён")) {
		t.Error("a refusal is final")
	}
	a.issueFor("transaction-0005", csr) // the key may be asked for again after a refusal
	p.turn(`{"ca":{"wrong_signature":true}}`)
	if _, _, protected := a.ask("transaction-0005", 25, pollReq); protected {
		t.Error("the knob did not spoil the protection")
	}
}

// The certificate, its chain and the list of revoked ones hold for the verifier
// of the product; rr puts the certificate on the list, once.
func TestChainAndRevocation(t *testing.T) {
	p := newPlace(t, "")
	a := p.applicant()
	leaf := a.issueFor("transaction-0001", newCSR(t, newKey(t), "Петров Иван"))
	root, err := gost.ParseCertificate(p.file("ca-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode([]byte(p.get("/ca/chain.pem")))
	issuer, err := gost.ParseCertificate(block.Bytes)
	if err != nil || len(rest) == 0 {
		t.Fatal(err)
	}
	options := gost.VerifyOptions{Roots: []*gost.Certificate{root}, Intermediates: []*gost.Certificate{issuer}, At: p.clock.now()}
	if chain, err := leaf.Verify(options); err != nil || len(chain) != 3 {
		t.Fatalf("chain of %d: %v", len(chain), err)
	}
	rr := cryptobyte.NewBuilder(nil)
	rr.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.Tag(1).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(leaf.Serial.Bytes()) })
				b.AddASN1(ctx(3), func(b *cryptobyte.Builder) { b.AddBytes(issuer.RawSubject) })
			})
		})
	})
	content := rr.BytesOrPanic()
	if tag, body, _ := a.ask("transaction-0002", 11, content); tag != 12 || !bytes.Equal(body, []byte{0x30, 7, 0x30, 5, 0x30, 3, 2, 1, 0}) {
		t.Errorf("rr: body %d %x", tag, body)
	}
	if _, body, _ := a.ask("transaction-0003", 11, content); !bytes.Contains(body, []byte("already revoked")) {
		t.Errorf("rr again: %q", body)
	}
	crl, err := gost.ParseCRL([]byte(p.get("/ca/crl")))
	if err != nil {
		t.Fatal(err)
	}
	if err := crl.CheckSignatureFrom(issuer); err != nil {
		t.Error(err)
	}
	if _, found := crl.Find(leaf.Serial); !found {
		t.Error("revoked certificate is not on the list")
	}
}

func (p *place) get(path string) string {
	p.t.Helper()
	resp, err := http.Get(p.server.URL + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("GET %s: %d %s %v", path, resp.StatusCode, b, err)
	}
	return string(b)
}
