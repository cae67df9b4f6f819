package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/staff"
)

// An employee is added, gets a password that is shown once, signs in, and is shut out.
func TestEmployeeFromTheFirstDayToTheLast(t *testing.T) {
	k := newDesk(t)
	admin := k.as("admin")
	centre := path("%d", k.people["admin"].CentreID)
	form := url.Values{"name": {"Новикова  Анна"}, "login": {"Новикова"}, "email": {"x"}, "role": {"operator"}, "centre": {centre}}
	g := admin.post("/staff", form).want(http.StatusUnprocessableEntity)
	if len(g.texts(".field.bad")) != 2 || g.attr("#f-login", "value") != "Новикова" {
		t.Error(g.text("main"))
	}
	form.Set("login", "Novikova")
	form.Set("email", "novikova@centre.example")
	page := admin.post("/staff", form).to()
	g = admin.post(page+"/password", nil).want(http.StatusOK)
	password := g.text("#password")
	if len(password) != 19 {
		t.Fatal(g.text("main"))
	}
	if again := admin.get(page); strings.Contains(again.body, password) {
		t.Error("the password is shown again")
	}
	s := k.stranger()
	if got := s.signIn("novikova", password).to(); got != "/journal" {
		t.Fatal(got)
	}
	if g := s.get("/journal").want(http.StatusOK); !strings.Contains(g.text("tbody"), "вошёл(ла)") || strings.Contains(g.text("tbody"), "Орлов") {
		t.Error(g.text("tbody"))
	}
	form = url.Values{"name": {"Новикова Анна Львовна"}, "login": {"novikova"}, "email": {""}, "role": {"accountant"}, "centre": {centre}, "version": {"1"}}
	admin.post(page, form).to()
	if g := s.get("/workstation"); !strings.Contains(g.text(".topbar"), "Бухгалтер") {
		t.Error(g.text(".topbar"))
	}
	if g := admin.post(page, form).want(http.StatusUnprocessableEntity); !strings.Contains(g.text(".notice"), "изменена другим") {
		t.Error(g.text("main"))
	}
	admin.post(page+"/password", nil).want(http.StatusOK)
	if got := s.get("/workstation").to(); !strings.HasPrefix(got, "/login") {
		t.Errorf("the reset left the session open: %s", got)
	}
	admin.post(page+"/active", url.Values{"active": {"0"}}).to()
	if g := admin.get("/staff"); !strings.Contains(g.text("tr.off"), "Новикова") {
		t.Error(g.text("main"))
	}
	admin.post(page+"/active", url.Values{"active": {"1"}}).to()
	for _, who := range []string{"operator", "auditor", "reviewer"} {
		k.as(who).post(page+"/password", nil).want(http.StatusForbidden)
	}
	k.as("foreign admin").post(page+"/password", nil).want(http.StatusNotFound)
	if g := admin.get("/journal?area=staff").want(http.StatusOK); !strings.Contains(g.text("tbody"), "сбросил(а) пароль") || strings.Contains(g.body, password) {
		t.Error(g.text("tbody"))
	}
}

func TestCentres(t *testing.T) {
	k := newDesk(t)
	admin := k.as("admin")
	g := admin.post("/staff/centres", url.Values{"name": {""}, "timezone": {"Марс"}}).want(http.StatusUnprocessableEntity)
	if len(g.texts(".field.bad")) != 2 {
		t.Error(g.text("main"))
	}
	admin.post("/staff/centres", url.Values{"name": {"Арбат"}, "address": {"ул. Арбат, д. 1"}, "timezone": {"Asia/Omsk"}}).to()
	g = admin.get("/staff").want(http.StatusOK)
	if !strings.Contains(g.text("main"), "ул. Арбат") {
		t.Error(g.text("main"))
	}
	var page string
	for _, row := range nodes(t, g.body, `tr[id^="centre"]`) {
		for _, a := range row.Attr {
			if a.Key == "data-href" && page == "" {
				page = a.Val
			}
		}
	}
	k.as("foreign admin").post(page, url.Values{"name": {"Чужой"}, "timezone": {"Asia/Omsk"}}).want(http.StatusConflict)
	admin.post(page, url.Values{"name": {"Арбат-2"}, "timezone": {"Asia/Omsk"}}).to()
	admin.get(page).want(http.StatusOK)
}

func TestWorkstation(t *testing.T) {
	k := newDesk(t)
	p := k.as("operator")
	g := p.get("/workstation").want(http.StatusOK)
	if !strings.Contains(g.text(".page-head"), "Агент не сопряжён") || strings.Contains(g.header.Get("Content-Security-Policy"), "127.0.0.1") {
		t.Error(g.text("main"))
	}
	form := url.Values{"name": {"Окно 1"}, "agent_url": {"http://agent.example:1"}, "code": {"нет"}}
	if g := p.post("/workstation", form).want(http.StatusUnprocessableEntity); len(g.texts(".field.bad")) != 2 {
		t.Error(g.text("main"))
	}
	form = url.Values{"name": {"Окно 1"}, "agent_url": {"http://127.0.0.1:8095"}, "code": {strings.Repeat("A", 52)}}
	saved := p.post("/workstation", form)
	if saved.to() != "/workstation" {
		t.Fatal(saved.text("main"))
	}
	cookie := saved.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "desk=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Error(cookie)
	}
	stands := strings.SplitN(cookie, ";", 2)[0]
	g = p.get("/workstation", "Cookie", stands+"; console="+p.cookie.Value).want(http.StatusOK)
	if g.attr("[data-agent-status]", "data-agent-url") != "http://127.0.0.1:8095" || !strings.Contains(g.header.Get("Content-Security-Policy"), "connect-src 'self' http://127.0.0.1:8095;") || strings.Contains(g.body, "AAAAAAAA") {
		t.Error(g.text("main"))
	}
	if g := p.get("/workstation", "Cookie", "desk=AAAA; console="+p.cookie.Value).want(http.StatusOK); g.attr("[data-agent-status]", "data-agent-url") != "" {
		t.Error("a forged cookie sits at a desk")
	}
	list, err := staff.Workstations(t.Context(), k.db, k.people["operator"])
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if got := k.as("operator").post(path("/workstation/%d", list[0].ID), nil).to(); got != "/workstation" {
		t.Error(got)
	}
	k.as("foreign operator").post(path("/workstation/%d", list[0].ID), nil).want(http.StatusNotFound)
	// in the demo the only desk of a centre is everybody's
	k.set.Demo = true
	if g := k.as("operator").get("/workstation"); g.attr("[data-agent-status]", "data-agent-url") != "http://127.0.0.1:8095" {
		t.Error("the demo's browser has no desk")
	}
	if g := k.as("foreign operator").get("/workstation"); g.attr("[data-agent-status]", "data-agent-url") != "" {
		t.Error("another partner's demo sits at our desk")
	}
}

func TestJournalPages(t *testing.T) {
	k := newDesk(t)
	k.withPassword("anna", "верный пароль")
	for range 60 {
		if _, err := staff.SignIn(t.Context(), k.db, k.now(), "anna", "верный пароль", "a"); err != nil {
			t.Fatal(err)
		}
	}
	admin := k.as("admin")
	g := admin.get("/journal").want(http.StatusOK)
	if len(g.texts("#rows tr")) != journalRows || g.text("#more span") != "Показано 50 из 60" {
		t.Error(len(g.texts("#rows tr")), g.text("#more"))
	}
	g = admin.get(g.attr("#more a", "href")).want(http.StatusOK)
	if len(g.texts("#rows tr")) != 10 || g.text("#more span") != "Показано 60 из 60" || g.attr("#more a", "href") != "" {
		t.Error(len(g.texts("#rows tr")), g.text("#more"))
	}
	for query, rows := range map[string]int{"area=owner": 0, "area=staff&from=2026-11-20": 50, "from=2026-11-21": 0, "to=2026-11-19": 0, "from=вчера&employee=x&before=y": 50, path("employee=%d", k.people["operator"].ID): 0} {
		if g := admin.get("/journal?" + strings.ReplaceAll(query, "вчера", "yesterday")).want(http.StatusOK); len(g.texts("#rows tr")) != rows {
			t.Errorf("%s: %d rows, want %d", query, len(g.texts("#rows tr")), rows)
		}
	}
}

func TestSettingsShowNoSecrets(t *testing.T) {
	k := newDesk(t)
	k.set.Connections = []Connection{{Name: "СМЭВ 3", Address: "http://smev.example", Version: "1.1"}, {Name: "1С"}}
	g := k.as("admin").get("/settings").want(http.StatusOK)
	for _, words := range []string{"http://smev.example", "Не подключена", "восстановлено по образцам", "официальная схема", "Руководитель юридического лица", "Для истории", "30 дней"} {
		if !strings.Contains(strings.ReplaceAll(g.text("main"), "\u00a0", " "), words) {
			t.Errorf("%q is not on the page", words)
		}
	}
}

func TestHelp(t *testing.T) {
	k := newDesk(t)
	p := k.as("accountant")
	for _, page := range helpPages {
		g := p.get("/help/" + page.Name).want(http.StatusOK)
		if len(g.text(".prose h1")) == 0 || g.attr(".rail a[aria-current]", "href") != "/help/"+page.Name || strings.Contains(g.text(".prose"), "|---") {
			t.Errorf("%s: %s", page.Name, g.text("main"))
		}
	}
}
