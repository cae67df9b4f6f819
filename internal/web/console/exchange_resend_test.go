package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// A refused request for an extract is sent anew from its card in «Обмен», which
// leads to the client's folder, where the extract is awaited again.
func TestExtractIsResent(t *testing.T) {
	k := newDesk(t)
	for _, x := range []struct {
		firm        orgtest.Firm
		kind, title string
	}{{orgtest.Romashka, "egrul", "Выписка ЕГРЮЛ"}, {orgtest.Kim, "egrip", "Выписка ЕГРИП"}} {
		u := path("/organisations/%d", k.client(x.firm))
		k.as("operator").post(u+"/extracts", url.Values{}).to()
		k.cases().Exec(`UPDATE exchange_message SET status = 'refused', fault = 'AccessDenied', last_error = 'Нет доступа.', answered_at = created_at WHERE kind = '` + x.kind + `'`)
		k.cases().Exec(`UPDATE extract_request SET status = 'refused', text = 'Нет доступа.' WHERE kind = '` + x.kind + `'`)
		card := k.resent(x.kind, x.title, u+"/storage")
		if g := k.as("operator").get(u + "/storage").want(http.StatusOK); !strings.Contains(g.text("#asked"), "Ждём ответа") {
			t.Errorf("%s: %s", x.kind, g.text("main"))
		}
		if g := k.as("admin").get("/journal").want(http.StatusOK); !strings.Contains(g.text("main"), "повторил(а) запрос выписки") {
			t.Error(g.text("main"))
		}
		k.as("foreign supervisor").post(card+"/resend", nil).want(http.StatusNotFound)
	}
}

// A refused request for an account in ESIA is sent anew too; its card leads to the case.
func TestAccountIsResent(t *testing.T) {
	k := newDesk(t)
	a := k.installed()
	p := k.as("operator")
	p.post(casePath(a, "/esia"), p.get(casePath(a, "")).typed("#act-esia")).to()
	a.Exec(`UPDATE esia_registration SET status = 'failed', answer = 'VALIDATION_FAILED', errors = '[{"code": "ESIA-1", "message": "Учётная запись с таким СНИЛС в ЕСИА не найдена"}]'`)
	a.Look()
	p.post(casePath(a, "/esia-account"), url.Values{"operator": {"112-233-445 95"}, "mobile": {"+7 912 345-67-89"}}).to()
	a.Exec(`UPDATE exchange_message SET status = 'refused', fault = 'AccessDenied', last_error = 'Нет доступа.', answered_at = created_at WHERE kind = 'esia_person'`)
	a.Exec(`UPDATE esia_account SET status = 'failed', text = 'Нет доступа.'`)
	k.resent("esia_person", "Учётная запись ЕСИА", casePath(a, "?step=esia"))
	if g := p.get(casePath(a, "?step=esia")).want(http.StatusOK); !strings.Contains(g.text("#esia-account"), "Ждём ответа") {
		t.Error(g.text("#move"))
	}
}

// resent sends the kind's only refused question anew from its card, once, and
// returns the card's address; about is where the card leads.
func (k *desk) resent(kind, title, about string) string {
	k.Helper()
	boss := k.as("supervisor")
	card := boss.get("/exchange?status=refused&kind="+kind).want(http.StatusOK).attr("#rows tr", "data-href")
	list := "/exchange?status=refused&kind=" + kind
	if g := boss.get(list).want(http.StatusOK); len(g.texts("#rows form")) != 1 || g.attr("#rows form", "action") != card+"/resend" || !strings.Contains(g.text("#rows"), "Нет доступа") {
		k.Errorf("the list of %s: %s", kind, g.text("#rows"))
	}
	if g := k.as("admin").get(list); len(g.texts("#rows form")) != 0 {
		k.Error("who may not resend is offered it")
	}
	g := boss.get(card).want(http.StatusOK)
	if g.attr(".page-head-end a", "href") != about || !strings.Contains(g.text("h1"), title) || !strings.Contains(g.text(".page-head-end .btn-primary"), "Отправить заново") {
		k.Errorf("%s: %s", kind, g.text("main"))
	}
	boss.get(about).want(http.StatusOK)
	for who, status := range map[string]int{"operator": 403, "accountant": 403, "auditor": 403, "admin": 403, "foreign admin": 403} {
		k.as(who).post(card+"/resend", nil).want(status)
	}
	if got := boss.post(card+"/resend", nil).to(); got != card {
		k.Error(got)
	}
	boss.post(card+"/resend", nil).want(http.StatusConflict)
	if g := boss.get(list).want(http.StatusOK); len(g.texts("#rows form")) != 0 || !strings.Contains(g.text("#rows"), "отправлен заново") {
		k.Errorf("the list of %s afterwards: %s", kind, g.text("#rows"))
	}
	if g := boss.get(card).want(http.StatusOK); !strings.Contains(g.text(".notice-stop"), "Отправлен заново") {
		k.Error(g.text("main"))
	}
	return card
}
