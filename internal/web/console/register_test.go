package console

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/uptrace/bun"

	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// renewed is Ромашка as a newer dump has it.
func (k *desk) renewed(day string, change func(*orgtest.Firm)) {
	k.Helper()
	f := orgtest.Romashka
	f.Extracted = day
	change(&f)
	orgtest.Register(k, k.db, f)
}

func (k *desk) follow() {
	k.Helper()
	if err := org.Follow(k.Context(), k.db, k.now(), k.people["operator"].PartnerID); err != nil {
		k.Fatal(err)
	}
}

// F046, F047, F049: the button renews the card and says what it did; where it may
// not be pressed it says why; who may not press it does not see it.
func TestRefreshButton(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	if g := op.post(u+"/refresh", nil).want(303); g.to() != u {
		t.Error(g.to())
	}
	if g := op.get(u); !strings.Contains(g.text(".notice"), "совпадают с карточкой") {
		t.Error(g.text("main"))
	}
	orgtest.GAR(t, k.db)
	k.renewed("2026-11-15", func(f *orgtest.Firm) { f.Full = "Общество «Роза»" })
	op.post(u+"/refresh", nil).want(303)
	if g := op.get(u); !strings.Contains(g.text(".notice"), "Обновлено из реестра на 15.11.2026: полное наименование. Юридический адрес вашей компании автоматически заполнен на основании данных ЕГРЮЛ.") {
		t.Error(g.text(".notice"))
	}
	if g := op.get(u + "/addresses").want(200); !strings.Contains(g.text(".notice"), "закрыт для изменения") || len(g.texts("#legal a")) != 0 || g.text("#legal .source") != "ЕГРЮЛ и ФИАС" {
		t.Error(g.text("main"))
	}
	op.get(u + "/addresses/legal/edit").want(409)
	k.renewed("2026-11-16", func(f *orgtest.Firm) { f.Full, f.BranchKPP = "Общество «Роза»", "690143001" })
	if err := k.db.Tx(t.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE organisation SET kpp = '690143001'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if g := op.get(u); !strings.Contains(g.text("#no-refresh"), "недоступно для филиала") || g.attr(`form[action$="/refresh"] button`, "disabled") == "" && len(g.texts(`form[action$="/refresh"] button[disabled]`)) != 1 {
		t.Error(g.text(".menu-body"))
	}
	op.post(u+"/refresh", nil).want(409)
	for _, role := range orgtest.Roles {
		p, may := k.as(role), k.people[role].Can(staff.OrgEdit)
		if shown := len(p.get(u).texts(`form[action$="/refresh"]`)) == 1; shown != may {
			t.Errorf("%s sees the button: %t", role, shown)
		}
		if !may {
			p.post(u+"/refresh", nil).want(403)
			p.get("/organisations/new").want(403)
			p.post("/organisations/new", nil).want(403)
			p.get(u + "/heads/0/edit").want(403)
			p.post(u+"/heads/0", nil).want(403)
		}
	}
	k.as("foreign operator").post(u+"/refresh", nil).want(404)
}

// F045: on the services' page, and on the card, certificates on former data.
func TestOutdatedNotice(t *testing.T) {
	k := newDesk(t)
	c := k.cases().Client(orgtest.Romashka)
	u := fmt.Sprintf("/organisations/%d", c.Org)
	c.Open().Approved().Prepare().Request().Issue()
	c.Exec(`UPDATE application SET status = 'done'`)
	c.Exec(`UPDATE certificate SET issued_at = issued_at - interval '1 day'`)
	op := k.as("operator")
	if g := op.get(u + "/services").want(200); len(g.texts("#outdated")) != 0 {
		t.Error(g.text("#outdated"))
	}
	if g := op.get(u); !strings.Contains(g.text("#no-refresh"), "есть выпущенные сертификаты") { // F046
		t.Error(g.text(".menu-body"))
	}
	k.renewed("2026-11-15", func(f *orgtest.Firm) { f.Full = "Общество «Роза»" })
	c.Owner = c.Person("Сидоров", "Олег", "Иванович", false)
	c.Open()
	for _, page := range []string{"", "/services"} {
		if g := op.get(u + page).want(200); !strings.Contains(g.text("#outdated"), "полное наименование. Действующих сертификатов на прежние данные: 1") {
			t.Errorf("%s: %s", page, g.text("main"))
		}
	}
}

// F039–F042, F050, F055, F062: what opens for typing, and what the card says of it.
func TestTypedWhereTheRegisterIsSilent(t *testing.T) {
	k := newDesk(t)
	k.set.Cases.Support = "Телефон 8 800 100-00-00."
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	if g := op.get(u + "/edit").want(200); len(g.texts("#f-short_name[readonly]")) != 1 {
		t.Error("the register's short name may be typed over")
	}
	save := func(version, short, activity string) *page {
		return op.post(u, url.Values{"version": {version}, "short_name": {short}, "activity": {activity}})
	}
	if g := save("1", "ООО «Ромашка»", "47.91").want(422); !strings.Contains(g.text("#f-activity-note"), "Основной: 62.01") { // F062
		t.Error(g.text("main"))
	}
	save("1", "ООО «Ромашка»", "62.01").want(303)
	k.renewed("2026-11-15", func(f *orgtest.Firm) {
		f.Short = "ООО «Ромашка; и К»"
		f.Title = "Генеральный директор управляющей организации, действующей на основании договора"
	})
	op.post(u+"/refresh", nil).want(303)
	if g := op.get(u + "/edit"); len(g.texts("#f-short_name[readonly]")) != 0 || !strings.Contains(g.text("#f-short_name-note"), "ООО «Ромашка; и К»") {
		t.Error(g.text("main"))
	}
	save("3", "ООО «Ромашка и К»", "").want(303)
	g := op.get(u + "/heads").want(200)
	edit := g.attr("tbody a.btn", "href")
	if g = op.get(edit).want(200); len(g.texts("#titles option")) < 10 && !strings.Contains(g.body, `<option value="Генеральный директор">`) || len(g.texts("#f-surname")) != 0 {
		t.Error(g.text("main"))
	}
	to := strings.TrimSuffix(edit, "/edit")
	if g := op.post(to, url.Values{"version": {"4"}, "title": {strings.Repeat("я", 65)}}).want(422); !strings.Contains(g.text("#f-title-note"), "65") {
		t.Error(g.text("main"))
	}
	if g := op.post(to, url.Values{"version": {"3"}, "title": {"Директор"}}).want(409); g.attr("[name=version]", "value") != "4" {
		t.Error(g.text("main"))
	}
	op.post(to, url.Values{"version": {"4"}, "title": {"Директор"}}).want(303)
	k.renewed("2026-11-16", func(f *orgtest.Firm) { f.Short = "ООО «Роза»" })
	if g := op.get(u); !strings.Contains(g.text(".notice"), "в реестре — ООО «Роза». Выпуск заблокирован: обратитесь в техподдержку. Телефон 8 800 100-00-00.") { // F055
		t.Error(g.text(".notice"))
	}

	form := url.Values{"ogrn": {"102 773 900 000 1"}, "inn": {"7736050003"}, "kpp": {"773601001"}, "full_name": {"Общество «Мак»"}, "short_name": {"ООО «Мак»"}}
	op.get("/organisations/new").want(200)
	if g := op.post("/organisations/new", form).want(422); g.attr("#f-full_name", "value") != "Общество «Мак»" || len(g.texts(".errors a")) < 1 && g.text("#f-ogrn-note") == "" {
		t.Error(g.text("main"))
	}
	form.Set("ogrn", orgtest.OGRN("102773900000"))
	form.Set("inn", orgtest.INN("773605000"))
	made := op.post("/organisations/new", form).want(303).to()
	if g := op.get(made).want(200); !strings.Contains(g.text("main"), "он недоступен или не знает её") {
		t.Error(g.text("main"))
	}
	op.get(made + "/heads").want(200)
	op.get(made + "/heads/0/edit").want(200)
	op.post(made+"/heads/0", url.Values{"version": {"1"}, "surname": {"Маков"}, "name": {""}, "title": {"Директор"}}).want(422)
	op.post(made+"/heads/0", url.Values{"version": {"1"}, "surname": {"Маков"}, "name": {"Олег"}, "title": {"Директор"}}).want(303)
	op.get(made + "/heads/0/edit").want(404)
}

// F051–F054, F252: a revocation asks the register again, tells what it has
// changed and whose application it has rejected, and goes on.
func TestRevocationRenews(t *testing.T) {
	k := newDesk(t)
	c := k.cases().Client(orgtest.Romashka)
	x := c.Open().Approved().Prepare().Request().Issue().Load().Certificate
	c.Owner = c.Person("Смирнова", "Анна", "Олеговна", false)
	number := c.Open().Load().Number
	k.renewed("2026-11-15", func(f *orgtest.Firm) { f.Full = "Общество «Роза»" })
	op := k.as("operator")
	to := op.post(fmt.Sprintf("/certificates/%d/revocations", x.ID), url.Values{"reason": {"1"}, "words": {"Потерял носитель"}}).want(303).to()
	if g := op.get(to).want(200); !strings.Contains(g.text(".notice"), "Заявка создана. Её должен одобрить другой сотрудник. Данные Вашей организации в ЛКК были автоматически обновлены в соответствии с изменениями в Едином Государственном Реестре Юридических Лиц (полное наименование). Отклонены заявки: "+number+".") {
		t.Error(g.text("main"))
	}
}

// The list «Изменения в реестре»: by right, by kind, each line with its way out.
func TestRegisterChanges(t *testing.T) {
	k := newDesk(t)
	c := k.cases().Client(orgtest.Romashka)
	op, sup := k.as("operator"), k.as("supervisor")
	if g := op.get("/register-changes").want(200); !strings.Contains(g.text("main"), "Новых изменений нет") {
		t.Error(g.text("main"))
	}
	for _, role := range append(orgtest.Roles, "foreign supervisor") {
		p, may := k.as(role), k.people[role].Can(staff.RegisterChanges)
		if shown := strings.Contains(p.get("/").text("main"), "Изменения в реестре"); shown != may {
			t.Errorf("%s sees the list: %t", role, shown)
		}
		if !may {
			p.get("/register-changes").want(403)
			p.post("/register-changes/1", url.Values{"decision": {"take"}}).want(403)
			p.post("/register-changes/1", url.Values{"decision": {"dismiss"}, "reason": {"не важно"}}).want(403)
		}
	}
	k.renewed("2026-11-15", func(f *orgtest.Firm) { f.Surname = "Сидоров" })
	k.renewed("2026-11-16", func(f *orgtest.Firm) { f.Surname, f.BadAddress = "Сидоров", true })
	k.follow()
	k.follow()
	c.Owner = c.Person("Смирнова", "Анна", "Олеговна", false)
	c.Exec(`INSERT INTO application (partner_id, number, org_id, contract_id, owner_id, centre_id, reason, status, status_at, created_at, created_by)
		SELECT ?, 'З-000777', ?, ?, ?, ?, 'first', 'review', ?, ?, ?`, c.By().PartnerID, c.Org, c.Contract, c.Owner, c.By().CentreID, k.now(), k.now(), c.By().ID)
	g := op.get("/register-changes").want(200)
	if got := g.text(".filters .filter"); got != "Все 2 | Ликвидация, прекращение 0 | Сменился руководитель 1 | Переименована 0 | Недостоверный адрес 1" {
		t.Error(got)
	}
	if len(g.texts("#rows > tr")) != 2 || !strings.Contains(g.text("#rows"), "Взять в карточку, отклонив заявки") || !strings.Contains(g.text("#rows"), "в работе: 1") || g.attr("#rows a", "href") != fmt.Sprintf("/organisations/%d/history?show=register", c.Org) {
		t.Error(g.text("main"))
	}
	if got := op.get("/register-changes?kind=head").text("#rows .chip"); got != "Сменился руководитель" {
		t.Error(got)
	}
	if got := sup.get("/register-changes").want(200); strings.Contains(got.text("#rows"), "Взять") || !strings.Contains(got.text("#rows"), "Не важно") {
		t.Error(got.text("#rows"))
	}
	doubt, head := "/register-changes/2", "/register-changes/1"
	sup.post(doubt, url.Values{"decision": {"take"}}).want(403)
	if g := sup.post(doubt, url.Values{"decision": {"dismiss"}, "reason": {"-"}}).want(422); !strings.Contains(g.text("#k2 .error"), "от 3 до 500") {
		t.Error(g.text("main"))
	}
	sup.post(doubt, url.Values{"decision": {"dismiss"}, "reason": {"адрес подтверждён письмом"}}).want(303)
	if g := op.post(doubt, url.Values{"decision": {"take"}}).want(409); !strings.Contains(g.text("main"), "уже отмечено неважным: Кузнецов") {
		t.Error(g.text("main"))
	}
	k.as("foreign operator").post(head, url.Values{"decision": {"take"}}).want(404)
	op.post(head, url.Values{"decision": {"take"}}).want(303)
	if g := op.get("/register-changes"); !strings.Contains(g.text(".notice"), "Взято в карточку: руководитель, достоверность адреса. Отклонены заявки: З-000777.") {
		t.Error(g.text("main"))
	}
	if g := op.get("/register-changes?show=decided").want(200); !strings.Contains(g.text("#rows"), "адрес подтверждён письмом") || !strings.Contains(g.text("#rows"), "взято в карточку: Иванова") {
		t.Error(g.text("#rows"))
	}
	if n := k.number(`SELECT count(*) FROM application WHERE number = 'З-000777' AND status = 'rejected'`); n != 1 {
		t.Error("the application goes on with former data")
	}
}

// The history of a record: on the client's card, and of one who is none.
func TestRegisterHistoryPage(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d/history", k.client(orgtest.Romashka))
	orgtest.Register(t, k.db, orgtest.Vasilek)
	op := k.as("operator")
	for _, page := range []string{u + "?show=register", "/registry/" + orgtest.Vasilek.OGRN} {
		if g := op.get(page).want(200); !strings.Contains(g.text("main"), "Реестр говорит то же, что и раньше") {
			t.Error(g.text("main"))
		}
	}
	k.renewed("2026-11-15", func(f *orgtest.Firm) { f.Surname = "Сидоров" })
	f := orgtest.Vasilek
	f.Extracted, f.House = "2026-11-16", "14"
	orgtest.Register(t, k.db, f)
	if g := op.get(u + "?show=register"); !strings.Contains(g.text("tbody"), "15.11.2026Руководитель") || g.text(".filter .n") != "1" {
		t.Error(g.text("main"))
	}
	if g := op.get("/registry/" + orgtest.Vasilek.OGRN); !strings.Contains(g.text("tbody"), "16.11.2026Адрес") {
		t.Error(g.text("main"))
	}
	if g := k.as("auditor").get(u + "?show=register").want(200); strings.Contains(strings.ToUpper(g.text("tbody")), "СИДОРОВ") {
		t.Error(g.text("tbody"))
	}
	k.as("foreign operator").get(u + "?show=register").want(404)
}

// In a browser: the start page's tile, the list, a reason that is too short, a
// dismissal, a value taken into the card.
func TestRegisterChangesInBrowser(t *testing.T) {
	b := newBrowser(t)
	u := fmt.Sprintf("/organisations/%d", b.client(orgtest.Romashka))
	b.client(orgtest.Vasilek)
	day := func(n int) string { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) }
	b.renewed(day(12), func(f *orgtest.Firm) { f.Surname = "Сидоров" })
	b.renewed(day(13), func(f *orgtest.Firm) {
		f.Surname, f.Short, f.Full = "Сидоров", "ООО «Роза»", "Общество с ограниченной ответственностью «Роза»"
	})
	b.renewed(day(14), func(f *orgtest.Firm) {
		f.Surname, f.Short, f.Full, f.BadAddress = "Сидоров", "ООО «Роза»", "Общество с ограниченной ответственностью «Роза»", true
	})
	v := orgtest.Vasilek
	v.Extracted, v.Status = day(14), "Находится в стадии ликвидации"
	orgtest.Register(t, b.db, v)
	b.follow()
	b.pictures("supervisor", "/register-changes")
	b.pictures("operator", "/register-changes", "/organisations/new", u+"/edit", u+"/history?show=register", u)
	b.do(chromedp.Navigate(b.base+"/"), chromedp.WaitReady(`a.worktile[href="/register-changes"]`))
	b.wait(`document.querySelector('a.worktile[href="/register-changes"]').innerText`, "4", "home-changes")
	b.do(chromedp.Click(`a.worktile[href="/register-changes"]`), chromedp.WaitReady("#rows"))
	b.wait(`document.querySelectorAll("#rows > tr").length`, "4", "changes")
	b.do(chromedp.Click(`#rows > tr:nth-child(2) details.menu summary`), chromedp.WaitVisible(`#rows > tr:nth-child(2) textarea`), chromedp.SendKeys(`#rows > tr:nth-child(2) textarea`, "-"))
	b.shoot("changes-reason")
	b.do(chromedp.Click(`#rows > tr:nth-child(2) .menu-form button`))
	b.wait(`document.querySelector("#rows .error").innerText`, "от 3 до 500", "changes-refused")
	b.do(chromedp.SendKeys(`#rows .field.bad textarea`, " адрес подтверждён"), chromedp.Click(`#rows .field.bad + .actions-row button`))
	b.wait(`document.querySelector("main .notice").innerText`, "Отмечено неважным", "changes-dismissed")
	b.do(chromedp.Click(`button[value="take"]` + fmt.Sprintf(`[data-org="%s"]`, strings.TrimPrefix(u, "/organisations/"))))
	b.wait(`document.querySelector("main .notice").innerText`, "Взято в карточку", "changes-taken")
	b.wait(`document.querySelectorAll("#rows > tr").length`, "1", "")
	b.do(chromedp.Navigate(b.base+u+"/history?show=register"), chromedp.WaitReady("tbody"))
	b.wait(`document.querySelector("tbody").innerText`, "Руководитель", "register-history")
	b.do(chromedp.Navigate(b.base+u), chromedp.WaitReady(".page-head details"), chromedp.Click(".page-head details summary"))
	b.shoot("card-menu")
	b.do(chromedp.Click(`form[action$="/refresh"] button`))
	b.wait(`document.querySelector("main .notice").innerText`, "совпадают с карточкой", "refreshed")
}

// pictures keeps the pages, light and dark, where CONSOLE_SHOTS says, for people.
func (b *browser) pictures(who string, paths ...string) {
	b.Helper()
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		return
	}
	session := b.as(who).cookie.Value
	for i, path := range paths {
		for _, theme := range []string{"light", "dark"} {
			png, err := picture(b.ctx, b.base, path, session, theme, 1366, 768)
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("register-%s-%d-%s.png", who, i, theme)), png, 0o600)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
