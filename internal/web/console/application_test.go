package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// cases is the same desk as cases are made at.
func (k *desk) cases() *casetest.Desk {
	return &casetest.Desk{TB: k.T, DB: k.db, Files: k.files, People: k.people, Tax: k.tax, Now: k.now, Rules: k.set.Cases}
}

// pair gives every browser of the centre its desk with an agent.
func (k *desk) pair() {
	k.Helper()
	k.set.Demo = true
	code := strings.Repeat("A", 52)
	if _, err := staff.Pair(k.Context(), k.db, k.sealer, k.people["operator"], k.now(), staff.Workstation{Name: "Окно 1", AgentURL: "http://127.0.0.1:8095"}, code); err != nil {
		k.Fatal(err)
	}
}

func casePath(c *casetest.Case, rest string) string {
	return fmt.Sprintf("/applications/%d%s", c.ID, rest)
}

// Each state of the case has its page: the step's title, whose move, the one
// button, and the steps with their signs. product.md, "Case page".
func TestCasePage(t *testing.T) {
	k := newDesk(t)
	k.pair()
	d := k.cases()
	c := d.Client(orgtest.Romashka)
	operator := k.as("operator")
	a := &casetest.Case{Client: c}
	for _, row := range []struct {
		name   string
		do     func()
		step   string // opened; "" = the page chooses
		title  string
		whose  string
		button string
		words  string
		now    string // sign of the open step
	}{
		{"unpaid", func() { a = c.Open(); a.Exec(`UPDATE service SET paid_on = NULL`) }, "", "Договор и оплата", "клиент", "Открыть услуги договора", "после оплаты", "step-wait"},
		{"no extract", func() { a.Exec(`UPDATE service SET paid_on = now()`) }, "", "Выписка из реестра", "оператор", "Выбрать файлы", ".p7s", "step-now"},
		{"unsigned extract", func() { a.Drop(a.Firm, false) }, "", "Выписка из реестра", "оператор", "Выбрать файлы", "Подпись не приложена", "step-now"},
		{"to be checked", func() { a.Drop(a.Firm, true) }, "", "Проверка: Паспорт", "оператор", "Проверить по СМЭВ: Паспорт", "Проверить всё сразу", "step-now"},
		{"asked", func() { a.Answer("waiting", owner.CheckPassport) }, "passport", "Запрос в СМЭВ: Паспорт", "программа", "", "Ждём", "step-wait"},
		{"not positive", func() { a.Answer("positive", owner.CheckPassport); a.Answer("negative", owner.CheckSNILS) }, "snils", "Проверка: СНИЛС", "оператор", "Исправить данные или приложить скан", "не соответствует", "step-stop"},
		{"done step", func() {}, "passport", "Паспорт подтверждён", "", "Продолжить: СНИЛС", "Подтверждено", "step-done"},
		{"form", func() { a.Answer("positive", owner.CheckSNILS, owner.CheckINN) }, "", "Запрос на сертификат", "оператор", "Перейти к генерации запроса", cert.Consent, "step-now"},
		{"agent", func() { a.Prepare() }, "", "Запрос на сертификат", "оператор", "Создать запрос на сертификат", "Вставьте носитель № " + casetest.Carrier, "step-now"},
		{"at the CA", func() { a.Request() }, "", "Запрос отправлен в УЦ", "УЦ", "", "обычно до 30 мин", "step-wait"},
		{"CA late", func() { k.forward(5 * time.Hour); operator = k.as("operator") }, "", "Запрос отправлен в УЦ", "УЦ", "", "Сообщите администратору", "step-stop"},
		{"issued", func() { a.Issue() }, "ca", "Сертификат выпущен", "", "Продолжить: Установка", "Серийный номер", "step-done"},
		{"to install", func() {}, "", "Установка сертификата на носитель", "оператор", "Установить сертификат", "сверят с ключом", "step-now"},
		{"to ESIA", func() { a.Install() }, "", "Отправка сертификата в ЕСИА", "оператор", "Отправить в ЕСИА", "должностное лицо организации", "step-now"},
		{"ESIA refuses", func() { a.Register("failed") }, "", "Отправка сертификата в ЕСИА", "оператор", "Отправить в ЕСИА ещё раз", "Дата рождения не совпала", "step-stop"},
		{"ESIA validates", func() { a.Register("validating") }, "esia", "Отправка сертификата в ЕСИА", "ЕСИА", "", "ЕСИА проверяет данные", "step-wait"},
		{"to print", func() {}, "receipt", "Расписка о получении сертификата", "оператор", "Распечатать расписку", "дайте владельцу подписать", "step-now"},
		{"to confirm", func() {
			x := a.Load()
			if err := cert.PrintReceipt(t.Context(), k.db, k.files, a.By(), k.now(), x.Number, x.Certificate.ID); err != nil {
				t.Fatal(err)
			}
		}, "receipt", "Расписка о получении сертификата", "владелец", "Владелец подписал расписку", "Открыть расписку ещё раз", "step-now"},
		{"to ship", func() {
			a.Exec(`UPDATE esia_registration SET status = 'succeeded' WHERE status = 'validating'`)
			a.Receipt()
		}, "", "Отгрузка услуг в бухгалтерию", "оператор", "Направить запрос в бухгалтерию", "1 045,00", "step-now"},
	} {
		row.do()
		rest := ""
		if row.step != "" {
			rest = "?step=" + row.step
		}
		g := operator.get(casePath(a, rest)).want(http.StatusOK)
		if got := g.text(".move h1"); got != row.title {
			t.Errorf("%s: title %q, want %q", row.name, got, row.title)
		}
		if got := g.text(".move-whose b"); got != row.whose {
			t.Errorf("%s: move %q, want %q", row.name, got, row.whose)
		}
		if got := g.text(".move .btn-primary"); got != row.button {
			t.Errorf("%s: button %q, want %q", row.name, got, row.button)
		}
		if got := g.text("#move"); !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), row.words) {
			t.Errorf("%s: %q lacks %q", row.name, got, row.words)
		}
		if got := g.attr(".step[aria-current]", "class"); got != "step "+row.now {
			t.Errorf("%s: sign %q, want %q", row.name, got, row.now)
		}
		if polls := g.attr("#case", "hx-get") != ""; row.now == "step-wait" && !polls {
			t.Errorf("%s: the page does not look again by itself", row.name)
		}
	}
	g := operator.get(casePath(a, "")).want(http.StatusOK)
	if got := g.text("#case-head .chip"); got != "Исполнена" {
		t.Errorf("status %q", got)
	}
	if got := g.text("aside dl"); !strings.Contains(got, "***-***-**2 93") || strings.Contains(g.body, casetest.SNILS("Петров")) {
		t.Errorf("the panel shows %q", got)
	}
	if n := len(g.texts(".steps .step-done")); n != 10 {
		t.Errorf("%d steps done", n)
	}
}

// Whoever may not act sees the case without buttons; a foreign case is not found.
func TestCaseRights(t *testing.T) {
	k := newDesk(t)
	a := k.cases().Client(orgtest.Romashka).Open()
	for _, role := range orgtest.Roles {
		g := k.as(role).get(casePath(a, "")).want(http.StatusOK)
		if got := len(g.texts(".move .btn-primary, .move .drop")) > 0; got != (role == "operator") {
			t.Errorf("%s has a button: %v", role, got)
		}
		if got := g.attr(`button[data-dialog="#reject"]`, "type") != ""; got != (role == "operator" || role == "supervisor" || role == "reviewer") {
			t.Errorf("%s may reject: %v", role, got)
		}
	}
	k.as("operator").post(casePath(a, "/hurry"), nil).to()
	if body := k.as("auditor").get(casePath(a, "")).body; strings.Contains(body, "Петров") || strings.Contains(body, orgtest.Romashka.INN) {
		t.Error("the auditor sees names")
	}
	foreign := k.as("foreign operator")
	for _, path := range []string{casePath(a, ""), "/applications/99999", "/applications/abc", "/certificates/7", "/certificates/7.cer", "/certificates/7/receipt"} {
		foreign.get(path).want(http.StatusNotFound)
	}
	for _, verb := range []string{"take", "head", "esia", "receipt", "receipt/confirmation", "shipment", "acknowledgement"} {
		foreign.post(casePath(a, "/"+verb), nil).want(http.StatusNotFound)
	}
	foreign.post(casePath(a, "/rejection"), url.Values{"reason": {"чужая заявка"}}).want(http.StatusNotFound)
	k.as("accountant").post(casePath(a, "/take"), nil).want(http.StatusForbidden)
}

// Without a desk the page says where to set one up; the script is told too.
func TestNoWorkstation(t *testing.T) {
	k := newDesk(t)
	a := k.cases().Client(orgtest.Romashka).Open().Approved().Prepare()
	operator := k.as("operator")
	if g := operator.get(casePath(a, "")); g.attr(`#move a[href="/workstation"]`, "href") == "" || g.text("[data-agent-start]") != "" {
		t.Errorf("%s", g.text("#move"))
	}
	if g := operator.post(casePath(a, "/operations?kind=request"), nil).want(http.StatusConflict); !strings.Contains(g.body, "нет рабочего места") {
		t.Error(g.body)
	}
	for _, form := range []url.Values{{}, {"operation": {"x"}, "csr": {"!"}}} {
		operator.post(casePath(a, "/request"), form).want(http.StatusUnprocessableEntity)
	}
	operator.post(casePath(a, "/installation"), url.Values{"operation": {"00000000-0000-0000-0000-000000000001"}, "public_key": {"AAAA"}}).want(http.StatusConflict)
	operator.post(casePath(a, "/checks"), nil).want(http.StatusUnprocessableEntity)
}

// Rejecting asks for the reason in its dialog and keeps what was typed: F129.
func TestCaseRejected(t *testing.T) {
	k := newDesk(t)
	a := k.cases().Client(orgtest.Romashka).Open()
	operator := k.as("operator")
	g := operator.post(casePath(a, "/rejection"), url.Values{"reason": {"ш"}}).want(http.StatusUnprocessableEntity)
	if g.text("#reject[data-open] .error") != "Укажите причину, от 3 до 500 знаков." || g.text("#reject textarea") != "ш" {
		t.Errorf("%q %q", g.text("#reject .error"), g.text("#reject textarea"))
	}
	operator.post(casePath(a, "/withdrawal"), url.Values{"reason": {"клиент передумал"}}).want(http.StatusConflict)
	operator.post(casePath(a, "/rejection"), url.Values{"reason": {"Клиент не пришёл"}}).to()
	g = operator.get(casePath(a, ""))
	if g.text("#case-head .chip") != "Отклонена" || g.text("#move .btn-primary") != "" || !strings.Contains(g.text("#case"), "Клиент не пришёл") {
		t.Errorf("%s: %s", g.text("#case-head"), g.text("#case"))
	}
}

// The second pair of eyes approves on the page; whoever prepared is told no.
func TestCaseApproved(t *testing.T) {
	k := newDesk(t)
	a := k.cases().Client(orgtest.Romashka).Open()
	a.Drop(a.Firm, true)
	a.Answer("positive", owner.CheckSNILS, owner.CheckINN)
	a.Answer("overridden", owner.CheckPassport)
	k.as("operator").post(casePath(a, "/approval"), nil).want(http.StatusForbidden)
	reviewer := k.as("reviewer")
	if got := reviewer.get(casePath(a, "?step=review")).text("#move .btn-primary"); got != "Подтвердить сведения" {
		t.Errorf("button %q", got)
	}
	reviewer.post(casePath(a, "/approval"), nil).to()
	if s := a.Load().Status; s != issuance.Approved {
		t.Errorf("status %s", s)
	}
}

func TestApplicationsIndex(t *testing.T) {
	k := newDesk(t)
	d := k.cases()
	d.Client(orgtest.Romashka).Open()
	b := d.Client(orgtest.Vasilek).Open().Approved().Prepare().Request()
	k.forward(5 * time.Hour)
	operator := k.as("operator")
	g := operator.get("/applications").want(http.StatusOK)
	if rows := g.texts("#rows tr"); len(rows) != 2 || !strings.Contains(rows[0], "Шишкина Ольга Львовна") || !strings.Contains(rows[0], "УЦ молчит дольше 4 часов") {
		t.Errorf("%q", rows)
	}
	if got := g.text(".filter"); got != "В работе 2 | Ожидание проверки в ЕГРЮЛ/ЕГРИП 1 | Запрос отправлен в УЦ 1" {
		t.Errorf("filters %q", got)
	}
	g = operator.get("/applications?whose=all&status=requested")
	if rows := g.texts("#rows tr"); len(rows) != 1 || g.attr("#rows tr", "data-href") != casePath(b, "") {
		t.Errorf("%q", rows)
	}
	if g = k.as("reviewer").get("/applications"); !strings.Contains(g.text(".empty"), "Заявок здесь нет") {
		t.Error(g.text("main"))
	}
}
