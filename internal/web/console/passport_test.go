package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// answered writes a register's answer as it comes some seconds after the question.
func (k *desk) answered(kind owner.CheckKind, status, text string) {
	k.Helper()
	err := k.db.Tx(k.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `UPDATE owner_check SET status = ?, text = ?, status_at = ? WHERE kind = ? AND status = 'waiting'`, status, text, k.now(), kind)
		return err
	})
	if err != nil {
		k.Fatal(err)
	}
}

// What the operator is told while a register is silent, and after each of its
// answers: F085, F091, F097–F099.
func TestAdvice(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	p, page := k.as("operator"), path("/owners/%d/passport", id)
	ask := func(kind string) { t.Helper(); p.post(path("/owners/%d/checks", id), url.Values{"kind": {kind}}).to() }
	if g := p.get(page).want(http.StatusOK); !strings.Contains(g.text(".lead"), "Проверьте соответствие паспортных данных") || g.text("#scan") != "" || g.text("main .notice-warn") != "" {
		t.Error(g.text("main"))
	}
	ask("passport")
	g := p.get(page).want(http.StatusOK)
	if !strings.Contains(g.text("#check-passport"), "страницу можно закрыть") || g.attr("#scan details[open]", "open") != "" || g.attr("#checks", "hx-trigger") == "" {
		t.Error(g.text("#checks"))
	}
	k.forward(11 * time.Minute)
	g = p.get(page).want(http.StatusOK)
	if !strings.Contains(g.text("#check-passport .move-why"), "Ответ задерживается") || len(g.texts("#scan > details[open]")) != 1 {
		t.Error(g.text("main"))
	}
	k.answered(owner.CheckPassport, "negative", "Паспорт недействителен с 03.02.2025.")
	g = p.get(page).want(http.StatusOK)
	if !strings.Contains(g.text("#check-passport"), "не получал ли он новый паспорт") || !strings.Contains(g.text("#check-passport .btn"), "Проверить паспорт ещё раз") {
		t.Error(g.text("#check-passport"))
	}
	if got := g.text(".history li"); !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), "ответ за 11 мин 0 с") || !strings.Contains(got, "спросил(а)") || strings.Contains(got, "обмен") {
		t.Error(got)
	}
	for kind, words := range map[string]string{"passport": "особенно похожие цифры", "snils": "пол и дату рождения", "inn": "ФНС ищет ИНН по ним"} {
		ask(kind)
		k.answered(owner.CheckKind(kind), "not_found", "Не найдено.")
		if g := p.get(page).want(http.StatusOK); !strings.Contains(g.text("#check-"+kind+" .move-why"), words) {
			t.Errorf("%s: %s", kind, g.text("#check-"+kind))
		}
	}
	boss := k.as("supervisor")
	boss.post(page+"/reason", url.Values{"reason": {"жалоба № 5"}}).to()
	if g := boss.get(page).want(http.StatusOK); g.attr(".history li a", "href") == "" || g.text("#scan") != "" || g.text("#checks .btn") != "" {
		t.Error(g.text("#checks"))
	}
	k.cases().Exec(`UPDATE owner SET surname = 'Семенов'`) // one letter: the registers will not confirm it
	ask("snils")
	k.answered(owner.CheckSNILS, "negative", "СНИЛС не соответствует.")
	if g := p.get(page).want(http.StatusOK); !strings.Contains(g.text("#check-snils"), "Семенов или Семёнов") || !strings.Contains(g.text("main .notice-warn"), "Семенов или Семёнов") {
		t.Error(g.text("main"))
	}
}

// F094, F095: the Russian passport's citizenship is locked, another paper's is
// chosen from the list and not taken over from the form before.
func TestCitizenship(t *testing.T) {
	k := newDesk(t)
	id := k.cases().Client(orgtest.Kim).Owner
	k.cases().Exec(`DELETE FROM passport`)
	p, page := k.as("operator"), path("/owners/%d/passport", id)
	g := p.get(page).want(http.StatusOK)
	if g.attr("#f-citizenship-shown", "value") != "Россия" || g.attr("#f-citizenship-shown", "readonly") != "" || !strings.Contains(g.body, `id="f-citizenship-shown" value="Россия" readonly`) {
		t.Error(g.text("#passport"))
	}
	form := url.Values{"doc_type": {"foreign_passport"}, "citizenship": {"RUS"}, "paper": {"45 10 123456"}, "birth_date": {"1980-02-03"}, "birth_place": {"Ереван"}, "sex": {"M"}, "issued_on": {"2024-03-01"},
		"valid_until": {"2024-02-01"}, "version": {"0"}}
	g = p.post(page+"/form", form, "HX-Request", "true").want(http.StatusOK)
	if got := g.attr("#f-citizenship option[selected]", "value"); got != "" || g.attr("#f-birth_place", "value") != "Ереван" {
		t.Errorf("%q", got)
	}
	form.Del("paper")
	form.Set("citizenship", "")
	form.Set("number", "AB 1234567")
	g = p.post(page, form).want(http.StatusUnprocessableEntity)
	if got := g.text(".field.bad"); !strings.Contains(got, "Выберите гражданство") || !strings.Contains(got, "истёк") {
		t.Error(got)
	}
	form.Set("citizenship", "ARM")
	form.Set("valid_until", "2034-02-01")
	p.post(page, form).to()
	g = p.get(page).want(http.StatusOK)
	if g.attr("#f-citizenship option[selected]", "value") != "ARM" || g.attr("#f-number", "value") != "AB1234567" || !strings.Contains(g.text("#check-passport"), "по СМЭВ не проверяется") {
		t.Error(g.text("main"))
	}
	if got := g.text(`label[for="scan-passport"]`); !strings.Contains(got, "Разворот документа с фотографией, и страница с действующей регистрацией") { // F115
		t.Error(got)
	}
}
