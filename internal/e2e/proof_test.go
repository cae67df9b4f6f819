package e2e

import (
	"encoding/pem"
	"strings"
	"testing"
)

// proveExchange lets programs that are not ours judge what went to SMEV.
func (n *nine) proveExchange(t *testing.T) {
	list, seen := n.d.sent(t)
	t.Logf("messages to SMEV: %v", seen)
	if seen["SendRequest"] != 4 || seen["Ack"] != 5 { // three checks and ESIA, which answers twice
		t.Errorf("%v, want 4 SendRequest and 5 Ack", seen)
	}
	t.Run("schema", func(t *testing.T) {
		for _, m := range list {
			checkEnvelope(t, string(m.Request))
		}
	})
	t.Run("signatures", func(t *testing.T) {
		for _, m := range list {
			checkSignature(t, string(m.Request))
		}
	})
	t.Run("verdicts", func(t *testing.T) {
		for _, m := range list {
			checkVerdict(t, m.Request)
			checkVerdict(t, m.Response)
		}
	})
	t.Run("registration", func(t *testing.T) {
		sent := n.d.contents(registerCertificate)
		if len(sent) != 1 {
			t.Fatalf("%d registrations were sent", len(sent))
		}
		xmllint(t, conformance(t, "smev", "xsd", "esia-register-certificate-41551", "esia_rg_register_certificate.xsd"), []byte(sent[0]))
	})
}

// proveCertificate has OpenSSL verify the request that the CA was sent, the
// certificate that came of it, and that both carry one key.
func (n *nine) proveCertificate(t *testing.T) {
	requests := n.d.requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests were sent to the CA", len(requests))
	}
	csr := write(t, "request.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: requests[0]}))
	if out := openssl(t, "req", "-engine", "gost", "-in", csr, "-verify", "-noout"); !strings.Contains(out, "verify OK") {
		t.Errorf("OpenSSL on the request: %s", out)
	}

	page := n.p.get(n.application)
	certificate := write(t, "certificate.pem", page.follow(`a[href$=".cer"]`).body)
	der := write(t, "certificate.der", page.follow(`a[href$=".der"]`).body)
	roots, chain := write(t, "root.pem", fetch(t, n.d.sim+"/ca/root.pem")), write(t, "chain.pem", fetch(t, n.d.sim+"/ca/chain.pem"))
	if out := openssl(t, "verify", "-engine", "gost", "-CAfile", roots, "-untrusted", chain, certificate); !strings.Contains(out, ": OK") {
		t.Errorf("OpenSSL on the chain: %s", out)
	}
	if a, b := openssl(t, "x509", "-engine", "gost", "-in", certificate, "-outform", "DER"), string(readFile(t, der)); a != b {
		t.Error("PEM and DER are two certificates")
	}
	asked := openssl(t, "req", "-engine", "gost", "-in", csr, "-noout", "-pubkey")
	if got := openssl(t, "x509", "-engine", "gost", "-in", certificate, "-noout", "-pubkey"); got != asked {
		t.Errorf("the certificate's key is not the request's:\n%s%s", got, asked)
	}
	subject := openssl(t, "x509", "-engine", "gost", "-in", certificate, "-noout", "-subject", "-nameopt", "utf8,sep_multiline,lname")
	for _, want := range []string{n.firm.OGRN, n.firm.Head.INN, n.firm.Head.SNILS, n.firm.Head.Surname} {
		if !strings.Contains(subject, want) {
			t.Errorf("the certificate's subject lacks %s:\n%s", want, subject)
		}
	}
}

// proveReceipt has pdftotext read who got which certificate.
func (n *nine) proveReceipt(t *testing.T) {
	page := n.p.get(n.application)
	serial := n.p.get(page.attr(`.panel a.mono[href^="/certificates/"]`, "href")).text("main")
	receipt := page.follow(`a[href$="/receipt"]`)
	if kind := receipt.header.Get("Content-Type"); kind != "application/pdf" {
		t.Errorf("the receipt is %s", kind)
	}
	text := strings.Join(strings.Fields(pdfText(t, receipt.body)), " ")
	issued := n.d.report().ESIA // by serial
	for number := range issued {
		if !strings.Contains(serial, number) || !strings.Contains(strings.ReplaceAll(text, " ", ""), number) {
			t.Errorf("serial %s is not in the receipt: %s", number, text)
		}
	}
	if len(issued) != 1 || !strings.Contains(text, n.firm.Head.fullName()) {
		t.Errorf("%v; the receipt lacks %s: %s", issued, n.firm.Head.fullName(), text)
	}
}
