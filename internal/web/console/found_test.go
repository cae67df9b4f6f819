package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// «Узнать СНИЛС» asks the fund; the number it names is taken into the card by
// one press, by right only.
func TestNumberFound(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	p, page := k.as("operator"), path("/owners/%d/passport", id)
	find := `button[value="snils_by_data"]`
	if g := p.get(page).want(http.StatusOK); g.text(find) != "Узнать СНИЛС" {
		t.Fatal(g.text("main"))
	}
	p.post(path("/owners/%d/checks", id), url.Values{"kind": {"snils_by_data"}}).want(http.StatusSeeOther)
	if g := p.get(page); g.text(find) != "" || k.number(`SELECT count(*) FROM exchange_message WHERE kind = 'snils_by_data'`) != 1 {
		t.Error("asked once, offered again: " + g.text("main"))
	}
	k.cases().Exec(`UPDATE owner_check SET status = 'negative', value = '08765430300', text = 'СФР называет другой номер: 087-654-303 00.' WHERE kind = 'snils_by_data'`)
	g := p.get(page).want(http.StatusOK)
	check := g.attr(`button[name="check"]`, "value")
	if check == "" || !strings.Contains(g.text("main"), "Взять в карточку") || !strings.Contains(g.text("main"), "087-654-303 00") {
		t.Fatal(g.text("main"))
	}
	take, form := path("/owners/%d/found", id), url.Values{"check": {check}}
	k.as("accountant").post(take, form).want(http.StatusForbidden)
	k.as("foreign operator").post(take, form).want(http.StatusNotFound)
	p.post(take, url.Values{"check": {"x"}}).want(http.StatusNotFound)
	p.post(take, form).want(http.StatusSeeOther)
	if n := k.number(`SELECT count(*) FROM owner WHERE id = ? AND snils = '08765430300'`, id); n != 1 {
		t.Error("not on the card")
	}
	p.post(take, form).want(http.StatusConflict)
	if g := p.get(page).want(http.StatusOK); g.text(`button[name="check"]`) != "" {
		t.Error(fmt.Sprint("offered again: ", g.text("main")))
	}
}
