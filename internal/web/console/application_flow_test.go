package console

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
)

// The whole way through the screens, each form sent twice: one effect.
func TestCaseThroughScreens(t *testing.T) {
	k := newDesk(t)
	k.pair()
	c := k.cases().Client(orgtest.Romashka)
	operator := k.as("operator")
	twice := func(path string, form url.Values, to string) {
		t.Helper()
		for range 2 {
			if got := operator.post(path, form).to(); got != to {
				t.Fatalf("%s leads to %s, want %s", path, got, to)
			}
		}
	}
	twice(fmt.Sprintf("/owners/%d/application", c.Owner), nil, "/applications/1")
	a := &casetest.Case{Client: c, ID: 1}
	step := func(s string) string { return casePath(a, "?step="+s) }
	c.Drop(c.Firm, true)
	twice(casePath(a, "/checks"), url.Values{"kind": {"passport snils inn"}}, step("passport"))
	a.Exec(`UPDATE owner_check SET status = 'positive', status_at = now()`)
	a.Look()

	bad := operator.post(casePath(a, "/preparation"), url.Values{"profile": {"head-2022"}, "carrier_type": {"esmart"}, "carrier_number": {"№"}}).want(http.StatusUnprocessableEntity)
	if got := bad.attr("#f-carrier_number", "value"); got != "№" || bad.text(".errors li") == "" || bad.attr("#f-carrier_type option[selected]", "value") != "esmart" {
		t.Errorf("typed %q, errors %q", got, bad.text(".errors li"))
	}
	twice(casePath(a, "/preparation"), url.Values{"profile": {"head-2022"}, "carrier_type": {"rutoken"}, "carrier_number": {casetest.Carrier}, "consent": {"1"}}, step("request"))

	page := operator.get(step("request"))
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "http://127.0.0.1:8095") {
		t.Errorf("the page may not talk to the agent: %s", policy)
	}
	operation := func(kind string) casetest.Payload {
		t.Helper()
		g := operator.post(casePath(a, "/operations?kind="+kind), nil, "Accept", "application/json").want(http.StatusOK)
		var env cert.Envelope
		if err := json.Unmarshal([]byte(g.body), &env); err != nil || len(env.MAC) != 32 {
			t.Fatalf("%v: %s", err, g.body)
		}
		return casetest.Read(t, &env)
	}
	g := operator.post(casePath(a, "/operations?kind=request"), nil).want(http.StatusOK)
	var env cert.Envelope
	if err := json.Unmarshal([]byte(g.body), &env); err != nil {
		t.Fatal(err)
	}
	op, csr, _ := casetest.Sign(t, &env)
	form := url.Values{"operation": {op.String()}, "csr": {base64.StdEncoding.EncodeToString(csr)}}
	twice(casePath(a, "/request"), form, step("ca"))
	refused := operator.post(casePath(a, "/operations?kind=request"), nil).want(http.StatusConflict)
	if !strings.HasPrefix(refused.header.Get("Content-Type"), "application/json") || !strings.Contains(refused.body, "Сначала заполните форму запроса") {
		t.Errorf("a second key: %s", refused.body)
	}
	a.Issue()
	p := operation("install")
	twice(casePath(a, "/installation"), url.Values{"operation": {p.ID.String()}, "public_key": {base64.StdEncoding.EncodeToString(p.Install.PublicKey)}}, step("esia"))
	twice(casePath(a, "/esia"), nil, step("esia"))
	a.Exec(`UPDATE esia_registration SET status = 'succeeded', status_at = now()`)
	a.Look()
	twice(casePath(a, "/receipt"), nil, "/certificates/1/receipt")
	pdf := operator.get("/certificates/1/receipt").want(http.StatusOK)
	if pdf.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf.body, "%PDF-") || !strings.HasPrefix(pdf.header.Get("Content-Disposition"), "inline") {
		t.Errorf("%v", pdf.header)
	}
	twice(casePath(a, "/receipt/confirmation"), nil, step("shipment"))
	twice(casePath(a, "/shipment"), url.Values{"service": {fmt.Sprint(c.Service)}}, step("shipment"))
	operator.post(casePath(a, "/acknowledgement"), nil).want(http.StatusConflict)
	a.Exec(`UPDATE shipment SET status = 'documents_ready'`)
	twice(casePath(a, "/acknowledgement"), nil, step("shipment"))
	a.Look()
	for table, want := range map[string]int{"application": 1, "owner_check": 3, "certificate": 1, "esia_registration": 1, "shipment": 1} {
		if got := k.count(table); got != want {
			t.Errorf("%d rows in %s, want %d", got, table, want)
		}
	}
	done := operator.get(casePath(a, "")).want(http.StatusOK)
	if n := len(done.texts(".steps .step-done")); n != 11 {
		t.Errorf("%d steps done: %q", n, done.texts(".steps .step"))
	}
}

func (k *desk) count(table string) (n int) {
	k.Helper()
	k.cases().Tx(func(ctx context.Context, tx db.Conn) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	})
	return n
}
