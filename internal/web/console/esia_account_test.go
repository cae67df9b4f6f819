package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// F221: ESIA does not know the owner; the step offers to make an account, shows
// what is wrong at the fields, and sends one request.
func TestESIAAccount(t *testing.T) {
	k := newDesk(t)
	a := k.installed()
	p := k.as("operator")
	at := casePath(a, "/esia-account")
	if g := p.get(casePath(a, "?step=esia")).want(http.StatusOK); len(g.texts("#esia-account")) != 0 {
		t.Error("offered before ESIA has refused")
	}
	p.post(at, url.Values{"operator": {"112-233-445 95"}}).want(http.StatusConflict)
	p.post(casePath(a, "/esia"), p.get(casePath(a, "")).typed("#act-esia")).to()
	a.Exec(`UPDATE esia_registration SET status = 'failed', answer = 'VALIDATION_FAILED', text = 'ЕСИА не приняла данные.',
		errors = '[{"code": "ESIA-1", "message": "Учётная запись с таким СНИЛС в ЕСИА не найдена"}]'`)
	a.Look()
	g := p.get(casePath(a, "?step=esia")).want(http.StatusOK)
	if !strings.Contains(g.text("#esia-account"), "ЕСИА не знает владельца") || !strings.Contains(g.text("#esia-account .btn"), "Создать учётную запись") {
		t.Errorf("%s", g.text("#move"))
	}
	g = p.post(at, url.Values{"operator": {"12"}, "mobile": {"34"}}).want(http.StatusUnprocessableEntity)
	if len(g.texts("#esia-account .field.bad")) != 2 || g.attr("#f-mobile", "value") != "34" {
		t.Errorf("%s", g.text("#esia-account"))
	}
	for range 2 {
		p.post(at, url.Values{"operator": {"112-233-445 95"}, "mobile": {"+7 912 345-67-89"}}).to()
	}
	if n := k.count("esia_account"); n != 1 {
		t.Errorf("%d requests", n)
	}
	if g = p.get(casePath(a, "?step=esia")).want(http.StatusOK); !strings.Contains(g.text("#esia-account"), "Ждём ответа") || len(g.texts("#esia-account form")) != 0 {
		t.Errorf("%s", g.text("#esia-account"))
	}
	a.Exec(`UPDATE esia_account SET status = 'succeeded', oid = '1', text = 'Учётная запись владельца в ЕСИА создана. Теперь отправьте сертификат ещё раз.'`)
	if g = p.get(casePath(a, "?step=esia")).want(http.StatusOK); !strings.Contains(g.text("#esia-account"), "отправьте сертификат ещё раз") {
		t.Errorf("%s", g.text("#esia-account"))
	}
	k.as("accountant").post(at, url.Values{}).want(http.StatusForbidden)
	k.as("foreign operator").post(at, url.Values{}).want(http.StatusNotFound)
}
