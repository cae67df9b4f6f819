package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// «Аннулировать»: asked by one, decided by another, with what was typed kept
// and every step in the history. F243–F247, F249, F250, F253, F254.
func TestRevocationPages(t *testing.T) {
	k := newDesk(t)
	x := k.cases().Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue().Load().Certificate
	operator, reviewer := k.as("operator"), k.as("reviewer")
	own := fmt.Sprintf("/certificates/%d", x.ID)
	ask := operator.get(own).want(http.StatusOK).attr(`.page-head a[href$="/revocations/new"]`, "href")
	if ask != own+"/revocations/new" || reviewer.get(own).want(http.StatusOK).attr(`.page-head a[href$="/revocations/new"]`, "href") != "" {
		t.Errorf("the way to the form: %q", ask)
	}
	if text := operator.get("/revocations").want(http.StatusOK).text("main"); !strings.Contains(text, "Заявок нет") {
		t.Error(text)
	}
	operator.get(ask).want(http.StatusOK)
	g := operator.post(own+"/revocations", url.Values{"reason": {"99"}, "words": {strings.Repeat("ы", 501)}}).want(http.StatusUnprocessableEntity)
	if text := g.text("form"); !strings.Contains(text, "Выберите причину из списка.") || !strings.Contains(text, "сейчас 501") || !strings.Contains(g.text("textarea"), "ыыы") {
		t.Error(text)
	}
	g = operator.multipart(own+"/revocations", map[string]string{"reason": "1", "words": "Потерял носитель"}, "base", "приказ.exe", []byte("MZ\x90")).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text("form"), "Это не скан") || g.text("textarea") != "Потерял носитель" {
		t.Error(g.text("form"))
	}
	g = operator.multipart(own+"/revocations", map[string]string{"reason": "1", "words": "Потерял носитель <b>"}, "base", "приказ.pdf", []byte("%PDF-1.4 приказ")).want(http.StatusSeeOther)
	page := g.header.Get("Location")
	g = operator.get(page).want(http.StatusOK)
	if text := g.text("main"); g.text(".page-head .chip") != "Ждёт второго сотрудника" || !strings.Contains(text, "Потерял носитель <b>") || !strings.Contains(text, "приказ.pdf") || g.text(`form[action$="/decision"]`) != "" {
		t.Error(text)
	}
	operator.get(g.attr(`a[href^="/files/"]`, "href")).want(http.StatusOK)
	operator.post(own+"/revocations", url.Values{"reason": {"1"}, "words": {"ещё раз"}}).want(http.StatusConflict)
	if operator.get(own).attr(`.page-head a[href$="/revocations/new"]`, "href") != "" {
		t.Error("offered twice")
	}
	operator.post(page+"/decision", url.Values{"decision": {"approve"}}).want(http.StatusForbidden)

	if text := reviewer.get("/").want(http.StatusOK).text("main"); !strings.Contains(text, "Аннулирование") {
		t.Error(text)
	}
	if text := reviewer.get("/revocations").text("#rows"); !strings.Contains(text, x.Serial) || !strings.Contains(text, "утерян") {
		t.Error(text)
	}
	g = reviewer.post(page+"/decision", url.Values{"decision": {"decline"}}).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text(`form[action$="/decision"]`), "Укажите причину") {
		t.Error(g.text("main"))
	}
	reviewer.post(page+"/decision", url.Values{"decision": {"decline"}, "why": {"Нет заявления"}}).want(http.StatusSeeOther)
	if text := operator.get(page).text("main"); !strings.Contains(text, "Нет заявления") || !strings.Contains(text, "Отклонена") {
		t.Error(text)
	}
	reviewer.post(page+"/decision", url.Values{"decision": {"approve"}}).want(http.StatusConflict)

	page = operator.post(own+"/revocations", url.Values{"reason": {"5"}, "words": {"Уволен"}}).want(http.StatusSeeOther).header.Get("Location")
	g = operator.post(page+"/withdrawal", nil).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text(`form[action$="/withdrawal"]`), "Укажите причину") {
		t.Error(g.text("main"))
	}
	operator.post(page+"/withdrawal", url.Values{"why": {"Остался"}}).want(http.StatusSeeOther)

	page = operator.post(own+"/revocations", url.Values{"reason": {"5"}, "words": {"Всё-таки уволен"}}).want(http.StatusSeeOther).header.Get("Location")
	if text := operator.multipart(page+"/base", nil, "base", "a.gif", nil).want(http.StatusUnprocessableEntity).text(`form[action$="/base"]`); !strings.Contains(text, "Выберите файл") {
		t.Error(text)
	}
	operator.multipart(page+"/base", nil, "base", "приказ об увольнении.gif", []byte("GIF89a…")).want(http.StatusSeeOther)
	reviewer.post(page+"/decision", url.Values{"decision": {"approve"}}).want(http.StatusSeeOther)
	if n := k.number(`SELECT count(*) FROM river_job WHERE kind = 'cert.revoke'`); n != 1 {
		t.Errorf("%d jobs", n)
	}
	g = operator.get(page).want(http.StatusOK)
	if g.attr("#revocation", "hx-get") != page || !strings.Contains(g.text("main"), "приказ об увольнении.gif") {
		t.Error(g.text("main"))
	}
	if text := operator.get("/revocations?show=all").text("#rows"); strings.Count(text, "Петров") != 3 {
		t.Error(text)
	}
	if text := operator.get(own).text("main"); !strings.Contains(text, "История заявок") || strings.Count(text, "Иванова") < 3 {
		t.Error(text)
	}
	if text := k.as("admin").get("/journal?area=cert").text("main"); !strings.Contains(text, "одобрил(а) аннулирование") {
		t.Error(text)
	}

	for who, status := range map[string]int{"accountant": http.StatusForbidden, "auditor": http.StatusForbidden, "foreign operator": http.StatusNotFound} {
		p := k.as(who)
		p.get(own + "/revocations/new").want(status)
		p.get(page).want(status)
		p.post(own+"/revocations", url.Values{"reason": {"1"}, "words": {"x"}}).want(status)
		p.post(page+"/base", nil).want(status)
	}
	k.as("accountant").get("/revocations").want(http.StatusForbidden)
}
