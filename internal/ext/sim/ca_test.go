package sim_test

import (
	"bytes"
	"encoding/pem"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/gost"
)

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
