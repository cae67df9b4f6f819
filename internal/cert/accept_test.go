package cert_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// What the agent brings is believed only after the server has checked it.
func TestAccept(t *testing.T) {
	k, now := desk(t)
	id, err := staff.AddEmployee(t.Context(), k.DB.Plain(), k.By().PartnerID, k.By().CentreID, "operator", "second", "Петрова Нина Юрьевна", "", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := staff.Load(t.Context(), k.DB, id)
	if err != nil {
		t.Fatal(err)
	}
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare()
	other := k.Client(orgtest.Vasilek).Open().Approved().Prepare()
	accept := func(by *staff.Employee, op uuid.UUID, csr []byte) error {
		return issuance.AcceptRequest(t.Context(), k.DB, by, now.at, k.Rules, c.ID, op, csr)
	}
	env := c.Envelope()
	mac := hmac.New(sha256.New, casetest.Pairing)
	mac.Write(env.Payload)
	if !hmac.Equal(mac.Sum(nil), env.MAC) {
		t.Error("the envelope's MAC is not HMAC-SHA256 under the pairing secret")
	}
	if p := casetest.Read(t, env); p.TokenSerial != casetest.Carrier || p.Kind != "request" {
		t.Errorf("%+v", p)
	}
	op, csr, key := casetest.Sign(t, env)
	make := func(curve *gost.Curve, change func(*gost.RequestTemplate)) []byte {
		t.Helper()
		parsed, err := gost.ParseRequest(csr)
		if err != nil {
			t.Fatal(err)
		}
		signer, err := gost.GenerateKey(rand.Reader, curve)
		if err != nil {
			t.Fatal(err)
		}
		template := &gost.RequestTemplate{Subject: append(gost.Name{}, parsed.Subject...), Extensions: parsed.Extensions}
		change(template)
		der, err := gost.CreateRequest(rand.Reader, template, signer)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	broken := bytes.Clone(csr)
	broken[len(broken)-1] ^= 1
	for _, row := range []struct {
		name  string
		by    *staff.Employee
		op    uuid.UUID
		csr   []byte
		kind  fault.Kind
		words string
	}{
		{"not a request", k.By(), op, []byte("csr"), fault.Conflict, "это не запрос PKCS#10"},
		{"broken signature", k.By(), op, broken, fault.Conflict, "подпись запроса неверна"},
		{"another subject", k.By(), op, make(gost.CryptoProXA, func(t *gost.RequestTemplate) { t.Subject[0].Value = "ООО «Чужая»" }), fault.Conflict, "не те, что утверждены"},
		{"subject without its last field", k.By(), op, make(gost.CryptoProXA, func(t *gost.RequestTemplate) { t.Subject = t.Subject[:len(t.Subject)-1] }), fault.Conflict, "не те, что утверждены"},
		{"another curve", k.By(), op, make(gost.CryptoProB, func(*gost.RequestTemplate) {}), fault.Conflict, "на другой кривой"},
		{"no such operation", k.By(), uuid.New(), csr, fault.Conflict, "не начата этой страницей"},
		{"another case's operation", k.By(), casetest.Read(t, other.Envelope()).ID, csr, fault.Conflict, "не начата этой страницей"},
		{"another operator", second, op, csr, fault.Forbidden, "другой сотрудник"},
	} {
		if err := accept(row.by, row.op, row.csr); !fault.Is(err, row.kind) || !strings.Contains(err.Error(), row.words) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	now.forward(6*time.Minute + time.Second)
	refused(t, accept(k.By(), op, csr), fault.Conflict, "просрочена")
	now.forward(-6 * time.Minute)
	for range 3 { // the result form sent again by Back, or from two tabs
		if err := accept(k.By(), op, csr); err != nil {
			t.Fatal(err)
		}
	}
	if r := c.Load(); r.Request.Status != cert.Made || r.Status != issuance.Requested || !bytes.Equal(r.Request.CSR, csr) || len(r.Request.TransactionID) != 16 {
		t.Errorf("%s %s", r.Request.Status, r.Status)
	}
	refused(t, accept(k.By(), op, make(gost.CryptoProXA, func(*gost.RequestTemplate) {})), fault.Conflict, "уже использована")
	if _, err := issuance.RequestOperation(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, cert.Desk{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second key for the same case: %v", err)
	}
	// the same key for another person
	p := casetest.Read(t, other.Envelope())
	parsed, err := gost.ParseName(other.Load().Request.SubjectDER)
	if err != nil {
		t.Fatal(err)
	}
	reused, err := gost.CreateRequest(rand.Reader, &gost.RequestTemplate{Subject: parsed}, key)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, issuance.AcceptRequest(t.Context(), k.DB, k.By(), now.at, k.Rules, other.ID, p.ID, reused), fault.Conflict, "ключ уже использовался")
}

// Two tabs, two keys, at once: one request, the other is told so.
func TestAcceptRace(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare()
	type made struct {
		op  uuid.UUID
		csr []byte
	}
	var both [2]made
	for i := range both {
		both[i].op, both[i].csr, _ = casetest.Sign(t, c.Envelope())
	}
	errs := make(chan error)
	for _, m := range both {
		go func() { errs <- issuance.AcceptRequest(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, m.op, m.csr) }()
	}
	first, second := <-errs, <-errs
	if first != nil {
		first, second = second, first
	}
	if first != nil {
		t.Fatal(first)
	}
	refused(t, second, fault.Conflict, "уже создан")
}
