package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
)

// installed is a case whose certificate waits to be sent to ESIA.
func (k *desk) installed() *casetest.Case {
	k.Helper()
	c := k.cases().Client(orgtest.Romashka)
	a := c.Open()
	a.Drop(c.Firm, true)
	a.Answer("positive", "passport", "snils", "inn")
	a.Prepare()
	a.Request()
	a.Issue()
	a.Install()
	return a
}

// typed is the form as it stands on the page, with changes in pairs.
func (g *page) typed(form string, changes ...string) url.Values {
	g.t.Helper()
	values := url.Values{}
	for _, n := range nodes(g.t, g.body, form+" input, "+form+" textarea") {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		_, checked := at["checked"]
		if at["name"] != "" && at["type"] != "file" && (at["type"] != "radio" && at["type"] != "checkbox" || checked) {
			values.Set(at["name"], at["value"])
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		values.Set(changes[i], changes[i+1])
	}
	return values
}

// The window of F212–F219: prefilled, checked at the fields, corrected in
// place, sent once; after a refusal the list of errors, and again.
func TestESIAWindow(t *testing.T) {
	k := newDesk(t)
	a := k.installed()
	p := k.as("operator")
	g := p.get(casePath(a, "")).want(http.StatusOK) // F212: it is what the case opens at
	for _, want := range []string{"ФИО", "СНИЛС", "ИНН", "ОГРН/ОГРНИП", "Действует", "Сер. номер", "Издатель", "должностное лицо организации", "сертификат"} {
		if !strings.Contains(g.text("#act-esia .facts"), want) {
			t.Errorf("no %q in %q", want, g.text("#act-esia .facts"))
		}
	}
	if g.attr("#f-birth_place", "value") == "" || g.attr("#f-paper", "value") == "" || !strings.Contains(g.text(`label[for="f-paper"]`), "оператор") {
		t.Error(g.text("#act-esia"))
	}
	g = p.post(casePath(a, "/esia"), g.typed("#act-esia", "birth_place", "", "issued_on", "31.02.2020")).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text(".field.bad"), "Такой даты нет") || k.count("esia_registration") != 0 {
		t.Error(g.text("#act-esia"))
	}
	g = p.post(casePath(a, "/esia"), p.get(casePath(a, "")).typed("#act-esia", "birth_place", "", "code", "77")).want(http.StatusUnprocessableEntity)
	if len(g.texts(".field.bad")) != 2 || g.attr("#f-code", "value") != "77" || !strings.Contains(g.text(".errors"), "исправьте 2 поля") {
		t.Error(g.text("#act-esia"))
	}
	old := p.get(casePath(a, "")).typed("#act-esia")
	p.post(casePath(a, "/esia"), p.get(casePath(a, "")).typed("#act-esia", "birth_place", "гор. Орёл", "version", "0")).want(http.StatusUnprocessableEntity) // somebody else's version
	if got := p.post(casePath(a, "/esia"), p.get(casePath(a, "")).typed("#act-esia", "birth_place", "гор. Орёл")).to(); got != casePath(a, "?step=esia") {
		t.Fatal(got)
	}
	if paper := a.Load().Passport; paper.BirthPlace != "гор. Орёл" || k.count("esia_registration") != 1 {
		t.Errorf("%q, %d sent", paper.BirthPlace, k.count("esia_registration"))
	}
	g = p.get(casePath(a, "?step=esia")).want(http.StatusOK)
	if g.text("#act-esia") != "" || !strings.Contains(g.text("#esia-sendings"), "Отправлен") || g.attr("#case", "hx-get") == "" {
		t.Error("the button stands although it was sent", g.text("#move"))
	}
	if owner := p.get(path("/owners/%d", a.Owner)).text(".page-head-end"); strings.Contains(owner, "Отправить в ЕСИА") { // F214
		t.Error(owner)
	}
	a.Exec(`UPDATE esia_registration SET status = 'failed', status_at = now() + interval '1 year', text = 'ЕСИА не приняла данные: проверка не пройдена. Место рождения не совпадает', answer = 'VALIDATION_FAILED',
		errors = '[{"code": "ESIA-005011", "message": "Место рождения не совпадает"}, {"code": "ESIA-1", "message": "Иное"}]'`)
	a.Look()
	g = p.get(casePath(a, "?step=esia")).want(http.StatusOK)
	if got := g.texts("#esia-errors tbody tr"); len(got) != 2 || !strings.Contains(got[0], "ESIA-005011") || !strings.Contains(got[0], "слово в слово") {
		t.Errorf("%q", got)
	}
	if !strings.Contains(g.text(".field.bad"), "ЕСИА: Место рождения не совпадает") || !strings.Contains(g.text("#act-esia .btn-primary"), "ещё раз") || !strings.Contains(g.text("#move"), "VALIDATION_FAILED") {
		t.Error(g.text("#move"))
	}
	p.post(casePath(a, "/esia"), old).want(http.StatusUnprocessableEntity) // an old page overwrites nothing
	p.post(casePath(a, "/esia"), g.typed("#act-esia", "birth_place", "гор. Тула")).to()
	if k.count("esia_registration") != 2 {
		t.Error("not sent again")
	}
	if rows := p.get(casePath(a, "?step=esia")).texts("#esia-sendings tbody tr"); len(rows) != 2 || !strings.Contains(rows[1], "VALIDATION_FAILED") {
		t.Errorf("%q", rows)
	}
	for _, role := range []string{"accountant", "supervisor", "reviewer", "auditor", "admin"} {
		if got := k.as(role).get(casePath(a, "?step=esia")).want(http.StatusOK); got.text("#act-esia") != "" || role == "auditor" && got.text("#esia-sendings") != "" {
			t.Errorf("%s sees the form", role)
		}
		k.as(role).post(casePath(a, "/esia"), url.Values{"doc_type": {"rf_passport"}}).want(http.StatusForbidden)
	}
}

// What the card says otherwise than the certificate is told before ESIA is asked.
func TestESIAWindowWarns(t *testing.T) {
	k := newDesk(t)
	a := k.installed()
	p := k.as("operator")
	a.Exec(`UPDATE owner SET surname = 'Семёнов'`)
	g := p.get(casePath(a, "?step=esia")).want(http.StatusOK)
	if !strings.Contains(g.text("#act-esia .facts .error"), "В сертификате другое имя") {
		t.Error(g.text("#act-esia"))
	}
	g = p.post(casePath(a, "/esia"), g.typed("#act-esia")).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text("#act-esia .facts .error"), "В сертификате другое имя") || k.count("esia_registration") != 0 {
		t.Error(g.text("#act-esia"))
	}
}
