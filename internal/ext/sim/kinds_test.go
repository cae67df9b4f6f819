package sim_test

import (
	"net/http"
	"strings"
	"testing"
)

// A kind of information that nobody here knew is taught by the control API; it
// answers, goes to a body outside, and outlives a restart with the script.
func TestKindsAreTaught(t *testing.T) {
	p := newPlace(t, "")
	p.turn(`{"smev":{"wait_seconds":0}}`)
	teach := func(text string) int {
		t.Helper()
		resp, err := http.Post(p.server.URL+"/control/kinds", "application/json", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	const good = `{"mnemonic":"FNSR01","title":"Налоговый долг","namespace":"urn://debt/1.0.0","request":"DebtRequest","response":"DebtResponse","answer":"<DebtResponse xmlns=\"urn://debt/1.0.0\"><Долг>нет</Долг></DebtResponse>"}`
	for name, text := range map[string]string{
		"no list": good, "no body": `[` + strings.Replace(good, "FNSR01", "NOBODY", 1) + `]`, "no XML": `[` + strings.Replace(good, "<Долг>", "", 1) + `]`,
		"another root": `[` + strings.ReplaceAll(good, "DebtResponse xmlns", "Other xmlns") + `]`, "built in": `[` + strings.NewReplacer("urn://debt/1.0.0", "urn://ru/mvd/sovm/p001/1.0.0", "DebtRequest", "request").Replace(good) + `]`,
		"unknown field": `[{"who":1}]`,
	} {
		if got := teach(text); got != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got)
		}
	}
	c := p.caller()
	const question = `<DebtRequest xmlns="urn://debt/1.0.0"/>`
	if got := c.send(newID(t), question); !strings.Contains(got, "BusinessDataTypeIsNotSupported") {
		t.Errorf("before: %s", got)
	}
	if got := teach(`[` + good + `]`); got != http.StatusOK {
		t.Fatal(got)
	}
	if got := p.script("SendRequest fault SMEVFailure"); got != http.StatusOK {
		t.Fatal(got)
	}
	p.restart()
	if got := c.send(newID(t), question); !strings.Contains(got, "SMEVFailure") {
		t.Errorf("the script is forgotten: %s", got)
	}
	if got := c.send(newID(t), question); got != "" {
		t.Errorf("%s", got)
	}
	if body, _ := c.next(); !strings.Contains(body, "<Долг>нет</Долг>") {
		t.Errorf("%s", body)
	}
}
