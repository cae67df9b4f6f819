package issuance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/contract"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/owner"
)

// step reads one step of the case page.
func step(t *testing.T, k *casetest.Case, key string) issuance.Step {
	t.Helper()
	v, err := issuance.Show(t.Context(), k.DB, k.By(), k.Now(), k.Rules, k.ID, key)
	if err != nil {
		t.Fatal(err)
	}
	if v.Open.Key != key {
		t.Fatalf("no step %s", key)
	}
	return v.Open
}

// says checks a step's state, whose move it is, what moves it and its words.
func says(t *testing.T, k *casetest.Case, key string, state issuance.State, whose, action, words string) {
	t.Helper()
	s := step(t, k, key)
	if s.State != state || s.Whose != whose || s.Action != action || !strings.Contains(s.Text, words) {
		t.Errorf("%s: %s, move %q, action %q, %q; want %s, %q, %q, %q", key, s.State, s.Whose, s.Action, s.Text, state, whose, action, words)
	}
}

// Contract and payment: F140, F182.
func TestContractStep(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	says(t, k, "contract", issuance.StepDone, "клиент", "", "2тест")
	c.Exec(`UPDATE service SET paid_on = NULL`)
	says(t, k, "contract", issuance.StepWait, "клиент", issuance.Services, "после оплаты")
	c.Exec(`UPDATE service SET deleted = true`)
	says(t, k, "contract", issuance.StepStop, "оператор", issuance.Services, "нет услуги выпуска")
	c.Exec(`UPDATE contract SET ends_on = ?`, now.at.AddDate(0, 0, -1))
	says(t, k, "contract", issuance.StepStop, "клиент", "", "не действует")
}

// The extract: signed by the tax service, not older than 30 days, nothing that stops.
func TestExtractStep(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	says(t, k, "extract", issuance.StepNow, "оператор", issuance.Upload, "выписку с подписью")
	c.Drop(c.Firm, false)
	says(t, k, "extract", issuance.StepNow, "оператор", issuance.Upload, ".p7s")
	closed := c.Firm
	closed.Closed, closed.Extracted = "2026-11-09", "2026-11-11"
	c.Drop(closed, true)
	says(t, k, "extract", issuance.StepStop, "оператор", issuance.Compare, "не дают продолжать")
	moved := c.Firm
	moved.House, moved.Extracted = "5", "2026-11-12"
	c.Drop(moved, true)
	says(t, k, "extract", issuance.StepDone, "оператор", "", "есть отличия")
	c.Drop(c.Firm, true)
	says(t, k, "extract", issuance.StepDone, "оператор", "", "Подписал: ФНС России")
	now.at = time.Date(2026, 12, 11, 0, 0, 0, 0, time.UTC)
	says(t, k, "extract", issuance.StepStop, "оператор", issuance.Upload, "старше 30 дней")
}

// Checks: only a positive answer opens the next step.
func TestCheckSteps(t *testing.T) {
	c, _ := romashka(t)
	c.Exec(`DELETE FROM passport`)
	k := c.Open()
	says(t, k, "passport", issuance.StepNow, "оператор", issuance.FillIn, "Сначала заполните")
	says(t, k, "snils", issuance.StepTodo, "оператор", "", "Сначала заполните")
	c2, _ := romashka(t)
	k = c2.Open()
	says(t, k, "passport", issuance.StepNow, "оператор", issuance.Ask, "Сверьте данные")
	k.Answer("waiting", owner.CheckPassport)
	says(t, k, "passport", issuance.StepWait, "программа", "", "отправляется")
	k.Exec(`UPDATE exchange_message SET status = 'sent'`)
	says(t, k, "passport", issuance.StepWait, "СМЭВ", "", "ответа ещё нет")
	k.Answer("positive", owner.CheckPassport)
	says(t, k, "passport", issuance.StepDone, "оператор", "", "Подтверждено")
	k.Answer("negative", owner.CheckSNILS)
	says(t, k, "snils", issuance.StepStop, "оператор", issuance.FillIn, "не соответствует")
	if s := k.Load().Status; s != issuance.RegistryCheck {
		t.Errorf("status %s", s)
	}
	says(t, k, "request", issuance.StepTodo, "оператор", "", "Откроется")
}

// The CA's silence and its refusal: F195, F196.
func TestCAStep(t *testing.T) {
	c, now := romashka(t)
	k := c.Open().Approved().Prepare().Request()
	says(t, k, "request", issuance.StepDone, "оператор", "", "Ключ создан на носителе № "+casetest.Carrier)
	says(t, k, "ca", issuance.StepWait, "УЦ", issuance.HurryUp, "Страницу можно закрыть")
	now.forward(61 * time.Minute)
	says(t, k, "ca", issuance.StepWait, "УЦ", issuance.HurryUp, "дольше часа")
	now.forward(3 * time.Hour)
	says(t, k, "ca", issuance.StepStop, "УЦ", issuance.HurryUp, "Сообщите администратору")
	if kind, text := k.Load().Late(now.at, c.Rules); kind != "stop" || text != "УЦ молчит дольше 4 часов" {
		t.Errorf("worklist says %s %q", kind, text)
	}
	c.Exec(`UPDATE cert_request SET status = 'refused', ca_text = 'Удостоверяющий центр отказал: не тот регион.'`)
	k.Look()
	if a := k.Load(); a.Status != issuance.Approved || a.StatusReason != "Удостоверяющий центр отказал: не тот регион." {
		t.Errorf("%s %q", a.Status, a.StatusReason)
	}
	says(t, k, "request", issuance.StepNow, "оператор", issuance.PrepareForm, "не тот регион")
	says(t, k, "ca", issuance.StepStop, "оператор", "", "не тот регион")
	k.Prepare().Request() // with a new key
	says(t, k, "ca", issuance.StepWait, "УЦ", issuance.HurryUp, "Страницу можно закрыть")
}

// From the certificate to «Исполнена», and the shipment that may come later.
func TestLastSteps(t *testing.T) {
	c, now := romashka(t)
	k := c.Open().Approved().Prepare().Request().Issue()
	says(t, k, "ca", issuance.StepDone, "УЦ", "", "действует до 20.02.2028")
	says(t, k, "install", issuance.StepNow, "оператор", issuance.Install, "сверят с ключом")
	says(t, k, "esia", issuance.StepTodo, "оператор", "", "")
	k.Install()
	says(t, k, "install", issuance.StepDone, "оператор", "", "ключ сверен")
	says(t, k, "esia", issuance.StepNow, "оператор", issuance.SendESIA, "63-ФЗ")
	k.Register("failed")
	says(t, k, "esia", issuance.StepStop, "оператор", issuance.SendESIA, "Дата рождения не совпала")
	k.Register("validating")
	says(t, k, "esia", issuance.StepWait, "ЕСИА", "", "проверяет")
	says(t, k, "receipt", issuance.StepNow, "оператор", issuance.Print, "Распечатайте")
	k.Receipt()
	if s := k.Load().Status; s != issuance.Issued {
		t.Errorf("done before ESIA: %s", s)
	}
	k.Exec(`UPDATE esia_registration SET status = 'succeeded', status_at = now() WHERE status = 'validating'`)
	k.Look()
	if s := k.Load().Status; s != issuance.Done {
		t.Errorf("status %s", s)
	}
	says(t, k, "shipment", issuance.StepNow, "оператор", issuance.Ship, "Отгрузите оплаченные")
	id, err := contract.Ship(t.Context(), c.DB, c.By(), now.at, contract.Order{Org: c.Org, Contract: c.Contract, Services: []int64{c.Service}, Application: k.ID})
	if err != nil {
		t.Fatal(err)
	}
	says(t, k, "shipment", issuance.StepWait, "бухгалтерия", "", "Запрос в бухгалтерии")
	for _, s := range []struct {
		status        contract.Status
		state         issuance.State
		action, words string
	}{
		{contract.Failed, issuance.StepStop, issuance.Acknowledge, "Сообщите в поддержку номер отгрузки " + itoa(id)},
		{contract.DocumentsReady, issuance.StepNow, issuance.Acknowledge, "Подтвердите, что видели ответ"},
		{contract.Delivered, issuance.StepDone, "", "получены"},
	} {
		k.Exec(`UPDATE shipment SET status = ?, error = '1С отказала.'`, string(s.status))
		says(t, k, "shipment", s.state, "оператор", s.action, s.words)
	}
}

// The whole timeline of a good case, in its words; looking again adds nothing.
func TestTimeline(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	for _, do := range []func(){func() { k.Approved() }, func() { k.Prepare() }, func() { k.Request() }, func() { k.Issue() }, func() { k.Install() },
		func() { k.Register("succeeded") }, func() { k.Receipt() }} {
		now.forward(time.Minute)
		do()
	}
	want := []string{
		"note Заявка открыта: сертификата ещё нет.",
		"done Договор действует, выпуск оплачен. Оферта КВС52 :: 2тест от 20.11.2025",
		"done Выписка от 10.11.2026 проверена. Подписал: ФНС России. Подпись верна, файл не изменён. Техническая проверка.",
		"done Паспорт подтверждён. Подтверждено.",
		"done СНИЛС подтверждён. Подтверждено.",
		"done ИНН подтверждён. Подтверждено.",
		"note «Ожидание проверки в ЕГРЮЛ/ЕГРИП» → «Сведения подтверждены в УЦ».",
		"done Запрос на сертификат. Ключ создан на носителе № " + casetest.Carrier + ".",
		"wait Запрос отправлен в УЦ. УЦ проверяет запрос. Страницу можно закрыть: ответ сохранится.",
		"done Сертификат выпущен. Серийный номер 57B6100000003A01, действует до 20.02.2028.",
		"note «Запрос отправлен в УЦ» → «Требуется подписание сертификата».",
		"done Установка сертификата на носитель. Сертификат на носителе № " + casetest.Carrier + ", ключ сверен.",
		"done Сертификат зарегистрирован в ЕСИА. ЕСИА проверила данные и приняла сертификат.",
		"done Расписка о получении сертификата. Владелец подписал расписку.",
		"done «Требуется подписание сертификата» → «Исполнена».",
	}
	for range 3 { // looking again adds nothing
		k.Look()
	}
	if diff := cmp.Diff(want, timeline(t, k, "")); diff != "" {
		t.Error(diff)
	}
}
