package console

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// F004–F009, F011, F018, F077: the card and its tabs.
func TestOrganisationTabs(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	for path, want := range map[string]string{
		"":           "Общество с ограниченной ответственностью «Ромашка»",
		"/addresses": "Лесная",
		"/accounts":  "Счетов нет",
		"/heads":     "Петров Иван Иванович",
		"/branches":  "Тверской филиал",
		"/history":   "Изменений нет",
		"/edit":      "Краткое наименование",
	} {
		g := op.get(u + path).want(200)
		if !strings.Contains(g.text("main"), want) || g.text(".orghead-name") != "ООО «Ромашка»" || !strings.HasPrefix(g.text(".orghead-numbers"), "ИНН 7701234560") {
			t.Errorf("%s: %s", path, g.text("main"))
		}
		k.as("foreign operator").get(u + path).want(404)
	}
	g := op.get(u)
	if got := g.text(".stamps span"); got != "Внесение в базу: 20.11.2026 12:00:00, Иванова Мария Сергеевна | Последнее редактирование: 20.11.2026 12:00:00, Иванова Мария Сергеевна" {
		t.Errorf("stamps: %s", got)
	}
	if rail := g.text(".rail a"); rail != "Организация | Услуги | Сертификаты | Папка личного кабинета | Папка хранилища файлов" {
		t.Errorf("rail: %s", rail)
	}
	for _, path := range []string{"/organisations/x", "/organisations/0", "/organisations/-1", "/organisations/99999999999999999999", "/organisations/777"} {
		op.get(path).want(404)
	}
}

// What a role may not do is not offered, and refused.
func TestOrganisationRights(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	for role, c := range map[string]struct{ edit, menu bool }{
		"operator": {true, true}, "accountant": {true, false}, "supervisor": {false, false}, "admin": {true, true}, "reviewer": {false, false}, "auditor": {false, false},
	} {
		p := k.as(role)
		g := p.get(u).want(200)
		if edit := strings.Contains(g.text(".page-head a"), "Изменить"); edit != c.edit {
			t.Errorf("%s: edit %t", role, edit)
		}
		if menu := strings.Contains(g.text(".page-head"), "Удалить организацию"); menu != c.menu {
			t.Errorf("%s: menu %t", role, menu)
		}
		status := map[bool]int{true: 200, false: 403}[c.edit]
		p.get(u + "/edit").want(status)
		if !c.menu {
			p.post(u+"/deletion", nil).want(403)
			p.get(u + "/contracts/new").want(403)
		}
	}
	g := k.as("auditor").get(u)
	if strings.Contains(g.body, "Ромашка") || strings.Contains(g.body, "7701234560") || strings.Contains(g.body, "Петров") {
		t.Errorf("the auditor sees the client: %s", g.text("main"))
	}
	k.as("auditor").get(u + "/storage").want(403)
}

// Wrong fields keep what was typed; somebody else's change is shown beside one's own.
func TestRequisitesForm(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	form := func(change ...string) url.Values {
		v := url.Values{"version": {"1"}, "short_name": {"ООО «Ромашка»"}, "phone": {"+7 495 123-45-67"}, "email": {"info@romashka.ru"}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	g := op.post(u, form("email", "почта <script>", "bik", "12")).want(422)
	if len(g.texts(".errors li")) != 2 || g.attr("#f-email", "value") != "почта <script>" || g.text("#f-email-note") == "" || g.text("#f-bik-note") == "" {
		t.Errorf("%s", g.text("main"))
	}
	if g := op.post(u, form("short_name", strings.Repeat("я", 65))).want(422); !strings.Contains(g.text("#f-short_name-note"), "65") || len(g.texts(".errors")) != 0 {
		t.Errorf("%s", g.text("main"))
	}
	if to := k.as("accountant").post(u, form("email", "buh@romashka.ru")).to(); to != u {
		t.Error(to)
	}
	g = op.post(u, form()).want(409)
	if !strings.Contains(g.text(".errors"), "Сидорова") || g.text("#f-email-note") != "Сейчас в карточке: «buh@romashka.ru»." || g.attr("#f-email", "value") != "info@romashka.ru" || g.attr("input[name=version]", "value") != "2" {
		t.Errorf("%s", g.text("main"))
	}
	if to := op.post(u, form("version", "2")).to(); to != u {
		t.Error(to)
	}
	g = op.get(u)
	if g.text(".notice") == "" || !strings.Contains(g.text(".facts"), "+7 495 123-45-67") {
		t.Errorf("%s", g.text("main"))
	}
	if g := op.get(u + "/history"); len(g.texts("tbody tr")) != 3 || !strings.Contains(g.text("tbody tr"), "buh@romashka.ru") {
		t.Errorf("%s", g.text("tbody"))
	}
}

// F341: «показать ещё» goes through the whole history.
func TestHistoryPages(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	for i := range 60 {
		op.post(u, url.Values{"version": {fmt.Sprint(i + 1)}, "short_name": {"ООО «Ромашка»"}, "phone": {fmt.Sprintf("+7 495 123-45-%02d", i)}}).want(303)
	}
	g := op.get(u + "/history").want(200)
	if len(g.texts("#rows > tr")) != 50 || g.text(".more span") != "Показано 50 из 60" {
		t.Errorf("%d rows, %s", len(g.texts("#rows > tr")), g.text(".more"))
	}
	g = op.get(g.attr(".more a", "href")).want(200)
	if len(g.texts("#rows > tr")) != 10 || g.text(".more span") != "Показано 60 из 60" || len(g.texts(".more a")) != 0 {
		t.Errorf("%d rows, %s", len(g.texts("#rows > tr")), g.text(".more"))
	}
}

// F340: deleted and restored, with name and time.
func TestDeleteAndRestoreOnScreen(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	if to := op.post(u+"/deletion", nil).to(); to != u {
		t.Error(to)
	}
	g := op.get(u)
	if !strings.Contains(g.text(".orghead"), "Удалена") || !strings.Contains(g.text(".stamps"), "Удалено: 20.11.2026 12:00:00, Иванова") || g.text(".page-head button") != "Восстановить" {
		t.Errorf("%s", g.text("main"))
	}
	op.post(u+"/restoration", nil).want(303)
	if g := op.get(u); !strings.Contains(g.text(".stamps"), "Восстановлено: 20.11.2026 12:00:00, Иванова") {
		t.Errorf("%s", g.text(".stamps"))
	}
}

// F026–F028: the contract chosen in the header stays chosen in the session.
func TestContractPicker(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	if g := op.get(u + "/services").want(200); g.text(".empty h2") != "Договора нет" || len(g.texts(".contract")) != 0 {
		t.Errorf("%s", g.text("main"))
	}
	if g := op.post(u+"/contracts", url.Values{"name": {"Оферта"}, "signed_on": {"2030-01-01"}}).want(422); g.text("#f-number-note") == "" || g.text("#f-signed_on-note") == "" || g.attr("#f-signed_on", "value") != "2030-01-01" {
		t.Errorf("%s", g.text("main"))
	}
	first := op.post(u+"/contracts", url.Values{"name": {"Оферта КВС52"}, "number": {"1тест"}, "signed_on": {"2026-01-01"}}).to()
	op.get(first).want(200)
	second := op.post(u+"/contracts", url.Values{"name": {"Оферта КВС52"}, "number": {"2тест"}, "signed_on": {"2026-02-01"}}).to()
	chosen := func(g *page) string { return g.text("#contract option[selected]") }
	if got := chosen(op.get(u)); got != "Оферта КВС52 :: 1тест от 01.01.2026" {
		t.Errorf("the one shown first: %s", got)
	}
	if got := chosen(op.get(second)); got != "Оферта КВС52 :: 2тест от 01.02.2026" {
		t.Errorf("asked for: %s", got)
	}
	if got := chosen(op.get(u + "/storage")); got != "Оферта КВС52 :: 2тест от 01.02.2026" {
		t.Errorf("remembered: %s", got)
	}
	if got := chosen(op.get(u + "?contract=777")); got != "Оферта КВС52 :: 2тест от 01.02.2026" {
		t.Errorf("a foreign contract: %s", got)
	}
	if got := chosen(k.as("operator").get(u)); got != "Оферта КВС52 :: 2тест от 01.02.2026" {
		t.Errorf("another session begins with the newest: %s", got)
	}
}
