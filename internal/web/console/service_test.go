package console

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"signdesk/internal/contract"
	"signdesk/internal/contract/contracttest"
	"signdesk/internal/ext/sim"
	"signdesk/internal/org/orgtest"
)

// counter is Ромашка with a contract, a price list and a 1C behind.
type counter struct {
	*desk
	op    *person
	u     string // the organisation's address
	world *sim.World
	onec  contracttest.Accounting
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	k := &counter{desk: newDesk(t)}
	k.u = fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	k.op = k.as("operator")
	for _, p := range []contract.Product{
		{Code: "issue", Name: "Выпуск сертификата", Kind: "issue", Unit: "шт.", Price: 104500, VAT: "22"},
		{Code: "csp", Name: "Лицензия КриптоПро CSP", Kind: "licence", Unit: "шт.", Price: 180000, VAT: "none"},
	} {
		p.PartnerID = k.people["operator"].PartnerID
		if _, err := k.db.Plain().NewInsert().Model(&p).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if k.world, err = sim.NewWorld(sim.Options{Dir: t.TempDir(), Now: func() time.Time { return k.now() }, BaseURL: "http://127.0.0.1"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.world.Close() })
	server := httptest.NewServer(k.world.Handler())
	t.Cleanup(server.Close)
	k.onec = contracttest.Connect(server.URL+"/onec", k.world.OneC.Token)
	return k
}

// follow runs the shipment's job until it has nothing more to do for now.
func (k *counter) follow(shipment int64) {
	k.Helper()
	for range 3 {
		k.onec.Follow(k, k.db, k.files, k.now, k.people["operator"].PartnerID, shipment)
		k.forward(10 * time.Second)
	}
}

func (k *counter) tick(verb string, extra ...string) *page {
	k.Helper()
	v := url.Values{"contract": {"1"}, "service": {"1", "2"}}
	for i := 0; i < len(extra); i += 2 {
		v.Set(extra[i], extra[i+1])
	}
	k.op.post(k.u+"/services/"+verb, v).want(303)
	return k.op.get(k.u + "/services").want(200)
}

// F310–F323: a brand-new client, from the contract to the acts in the cabinet.
func TestServicesWalk(t *testing.T) {
	k := newCounter(t)
	op := k.op
	op.get(op.post(k.u+"/contracts", url.Values{"name": {"Оферта КВС52"}, "number": {"2тест"}, "signed_on": {"2026-01-01"}}).to()).want(200)
	if g := op.get(k.u + "/services").want(200); g.text(".empty h2") != "По договору ничего не продано" {
		t.Errorf("%s", g.text("main"))
	}
	g := op.get(k.u + "/services/new").want(200)
	if len(g.texts("input[name=product]")) != 2 || !strings.Contains(g.text("tbody"), "1 045,00 ₽") {
		t.Errorf("%s", g.text("main"))
	}
	if g := op.post(k.u+"/services", url.Values{"product": {"2"}, "quantity": {"много"}}).want(422); g.attr("#f-quantity", "value") != "много" || g.text("#f-quantity-note") == "" || g.attr("input[checked]", "value") != "2" {
		t.Errorf("%s", g.text("main"))
	}
	op.post(k.u+"/services", url.Values{"product": {"1"}, "quantity": {"1"}}).want(303)
	op.post(k.u+"/services", url.Values{"product": {"2"}, "quantity": {"1"}}).want(303)
	g = op.get(k.u + "/services").want(200)
	if got := g.text("thead th"); got != " | Услуга | Дата счёта | Дата оплаты | Действует | Кол-во | Стоимость | Отгрузка | Состояние | Акты в ЛК | Подробно" {
		t.Errorf("columns: %s", got)
	}
	if got := g.text("#s1 td"); got != " | Выпуск сертификатаОФ030-479930 | 20.11.2026 |  |  | 1 | 1 045,00 ₽ |  | Не оплачена |  | Подробно" {
		t.Errorf("row: %s", got)
	}
	if got := g.text(".actions button"); got != "Направить запрос в бухгалтерию | Сформировать акты и/или лицензии | Отправить акты в ЛК | Оплачено… | Снять отметки" {
		t.Errorf("«Действия»: %s", got)
	}
	if g := k.tick("shipment"); !strings.Contains(g.text(".notice-stop"), "не оплачена") {
		t.Errorf("%s", g.text(".notice"))
	}
	if g := k.tick("payment", "paid_on", "2026-11-20"); !strings.Contains(g.text(".notice-done"), "2 услуги") || g.text("#s1 .chip") != "Оплачена" {
		t.Errorf("%s", g.text("main"))
	}
	if g := k.as("accountant").get("/shipments").want(200); len(g.texts("tbody tr")) != 2 || g.text(".filter") != "Оплачены, не отгружены 2 | У бухгалтерии 0 | Ответы без подтверждения 0" {
		t.Errorf("%s", g.text("main"))
	}
	g = k.tick("shipment")
	if g.text("#s2 .chip") != "Запрос в бухгалтерию" || g.attr("#services", "hx-trigger") != "every 3s" || !strings.Contains(g.text("#shipment1"), "обрабатывает бухгалтерия") {
		t.Errorf("%s", g.text("main"))
	}
	k.tick("shipment") // the second click
	if g := op.get("/shipments?show=sent").want(200); len(g.texts("tbody tr")) != 1 {
		t.Errorf("%s", g.text("main"))
	}
	k.follow(1)
	g = op.get(k.u + "/services")
	if !strings.Contains(g.text("#shipment1"), "Бухгалтерия ответила. Отгрузка № 1 (ОФ030-479930, ОФ030-479931) проведена на 2 845,00 ₽") || g.text("#shipment1 button") != "Подтвердить" || g.attr("#services", "hx-trigger") != "" {
		t.Errorf("%s", g.text("main"))
	}
	if g := k.as("supervisor").get(k.u + "/services").want(200); len(g.texts("#shipment1 button, .actions, td.tick")) != 0 {
		t.Error("verbs without the right")
	}
	op.post(k.u+"/shipments/1/acknowledgement", nil).want(303)
	if g := op.get(k.u + "/services"); len(g.texts("#shipment1")) != 0 || g.text("#s1 .chip") != "Отгружена" {
		t.Errorf("%s", g.text("main"))
	}
	k.documents()
}

// documents walks what came back.
func (k *counter) documents() {
	k.Helper()
	op, t := k.op, k.T
	g := op.get(k.u + "/services/documents").want(200)
	if len(g.texts("tbody tr")) != 2 || len(g.texts(".file-name")) != 4 || !strings.Contains(g.text("tbody"), "УЧ00-000001") {
		t.Errorf("%s", g.text("main"))
	}
	if g := op.get(g.attr(".file-name a", "href")).want(200); g.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(g.body, "%PDF-") {
		t.Errorf("%v", g.header)
	}
	if g := k.tick("licences"); !strings.Contains(g.text(".notice-done"), "1") {
		t.Errorf("%s", g.text(".notice"))
	}
	if g := k.tick("licences"); !strings.Contains(g.text(".notice-done"), "Новых лицензий нет") {
		t.Errorf("%s", g.text(".notice"))
	}
	if g := k.tick("acts"); g.text("#s1 .chip") != "Отгружена | 20.11.2026" {
		t.Errorf("%s", g.text("#s1 .chip"))
	}
	if g := op.get(k.u + "/cabinet").want(200); len(g.texts("tbody tr")) != 4 {
		t.Errorf("%s", g.text("#files"))
	}
	g = op.get(k.u + "/services/2").want(200)
	if g.text("main h1") != "Подробная информация об услуге или товаре" || !strings.Contains(g.text("#l1"), "Выдан: Иванова Мария Сергеевна :: 20.11.2026") ||
		!strings.Contains(g.text(".page-head"), "Печать") || !strings.Contains(g.text(".stamps"), "Внесение в базу: 20.11.2026") {
		t.Errorf("%s", g.text("main"))
	}
	op.get(k.u + "/services/777").want(404)
	k.as("foreign operator").get(k.u + "/services/2").want(404)
	k.as("reviewer").get(k.u + "/services/2").want(403)
}

// F313: a refusal stops in red, names what to tell support, and is acknowledged.
func TestRefusalOnScreen(t *testing.T) {
	k := newCounter(t)
	k.op.post(k.u+"/contracts", url.Values{"name": {"Оферта"}, "number": {"1"}, "signed_on": {"2026-01-01"}}).want(303)
	k.op.post(k.u+"/services", url.Values{"product": {"1"}, "quantity": {"1"}}).want(303)
	k.op.post(k.u+"/services", url.Values{"product": {"1"}, "quantity": {"1"}}).want(303)
	k.tick("payment", "paid_on", "20.11.2026")
	k.tick("shipment")
	knobs := k.world.OneC.Knobs()
	knobs.Refuse = "Период закрыт."
	if err := k.world.OneC.SetKnobs(knobs); err != nil {
		t.Fatal(err)
	}
	k.follow(1)
	g := k.as("accountant").get("/shipments?show=answered").want(200)
	if g.text("tbody .chip") != "Отказ" || !strings.Contains(g.text("tbody .sub"), "Период закрыт.") {
		t.Errorf("%s", g.text("main"))
	}
	g = k.op.get(k.u + "/services")
	if !strings.Contains(g.text("#shipment1.notice-stop"), "Период закрыт.") || !strings.Contains(g.text("#shipment1"), "назовите поддержке: отгрузка № 1") || g.text("#s1 .chip") != "Отказ бухгалтерии" {
		t.Errorf("%s", g.text("main"))
	}
	k.as("reviewer").post(k.u+"/shipments/1/acknowledgement", nil).want(403)
	if to := k.as("accountant").post(k.u+"/shipments/1/acknowledgement", url.Values{"from": {"shipments"}}).to(); to != "/shipments?show=answered" {
		t.Error(to)
	}
	if g := k.op.get(k.u + "/services?show=open"); len(g.texts("tbody tr")) != 2 || len(g.texts("#shipment1")) != 0 {
		t.Errorf("%s", g.text("main"))
	}
}

// F316: removing and restoring a service on its page.
func TestServiceRemoval(t *testing.T) {
	k := newCounter(t)
	k.op.post(k.u+"/contracts", url.Values{"name": {"Оферта"}, "number": {"1"}, "signed_on": {"2026-01-01"}}).want(303)
	k.op.post(k.u+"/services", url.Values{"product": {"1"}, "quantity": {"1"}}).want(303)
	k.op.post(k.u+"/services/1/deletion", nil).want(303)
	g := k.op.get(k.u + "/services/1").want(200)
	if !strings.Contains(g.text(".stamps"), "Удалено: 20.11.2026 12:00:00, Иванова") || !strings.Contains(g.text(".page-head"), "Восстановить") {
		t.Errorf("%s", g.text("main"))
	}
	if g := k.op.get(k.u + "/services"); len(g.texts("tbody tr")) != 0 || !strings.Contains(g.text(".filters"), "Удалены 1") {
		t.Errorf("%s", g.text("main"))
	}
	k.op.post(k.u+"/services/1/restoration", nil).want(303)
	if g := k.op.get(k.u + "/services/1"); !strings.Contains(g.text(".stamps"), "Восстановлено") {
		t.Errorf("%s", g.text(".stamps"))
	}
	k.as("supervisor").post(k.u+"/services/1/deletion", nil).want(403)
}

// F324: acts and invoices of a period, with totals of each kind and files.
func TestAccounting(t *testing.T) {
	k := newCounter(t)
	k.op.post(k.u+"/contracts", url.Values{"name": {"Оферта"}, "number": {"1"}, "signed_on": {"2026-01-01"}}).want(303)
	for range 2 {
		k.op.post(k.u+"/services", url.Values{"product": {"1"}, "quantity": {"1"}}).want(303)
	}
	k.tick("payment", "paid_on", "2026-11-20")
	k.tick("shipment")
	k.follow(1)
	ac := k.as("accountant")
	g := ac.get("/accounting").want(200)
	if len(g.texts("#rows tr")) != 2 || g.text("tfoot td") != "Итого, Акт: 1 документ | 2 090,00 ₽ | 376,88 ₽ | Итого, Счёт-фактура: 1 документ | 2 090,00 ₽ | 376,88 ₽" {
		t.Errorf("%s", g.text("main"))
	}
	if got := g.text(".page-head a"); got != "XLSX | CSV | PDF" {
		t.Errorf("files: %s", got)
	}
	if g := ac.get(g.attr(".page-head a", "href")).want(200); !strings.HasPrefix(g.body, "PK") {
		t.Errorf("%v", g.header)
	}
	if g := ac.get("/accounting?kind=act&from=2026-11-20&to=2026-11-20").want(200); len(g.texts("#rows tr")) != 1 {
		t.Errorf("%s", g.text("main"))
	}
	if g := ac.get("/accounting?from=2025-01-01&to=2025-12-31").want(200); g.text(".empty h2") != "Документов нет" {
		t.Errorf("%s", g.text("main"))
	}
	for query, field := range map[string]string{"from=x": "from", "from=2026-11-20&to=2026-11-19": "to", "from=1900-01-01": "to"} {
		if g := ac.get("/accounting?" + query).want(422); g.text("#f-"+field+"-note") == "" || len(g.texts("table")) != 0 {
			t.Errorf("%s: %s", query, g.text("main"))
		}
	}
	for role, status := range map[string]int{"operator": 403, "supervisor": 200, "admin": 403, "reviewer": 403, "auditor": 403} {
		k.as(role).get("/accounting").want(status)
	}
	if g := k.as("foreign accountant").get("/accounting").want(200); g.text(".empty h2") != "Документов нет" {
		t.Errorf("another partner's documents: %s", g.text("main"))
	}
}
