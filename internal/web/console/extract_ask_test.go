package console

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/org/orgtest"
)

// «Запросить выписку по СМЭВ»: one question waits, whoever presses again; what
// came of it stands on the folder's page.
func TestExtractIsAsked(t *testing.T) {
	k := newDesk(t)
	id := k.client(orgtest.Romashka)
	u := fmt.Sprintf("/organisations/%d", id)
	op := k.as("operator")
	if g := op.get(u + "/storage").want(200); len(g.texts("#asked")) != 0 || !strings.Contains(g.text(".page-head .btn"), "Запросить выписку по СМЭВ") {
		t.Errorf("%s", g.text("main"))
	}
	for range 2 {
		if to := op.post(u+"/extracts", url.Values{}).to(); to != u+"/storage" {
			t.Error(to)
		}
	}
	g := op.get(u + "/storage").want(200)
	if text := g.text("#asked"); !strings.Contains(text, "Ждём ответа") || !strings.Contains(text, "Запрос: Иванова") || g.attr("#files", "hx-select") != "#files" || g.attr(".page-head .btn", "title") == "" {
		t.Errorf("%s", g.text("main"))
	}
	err := k.db.Tx(t.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx db.Conn) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM extract_request`).Scan(&n); err != nil || n != 1 {
			t.Errorf("%d questions, %v", n, err)
		}
		_, err := tx.ExecContext(ctx, `UPDATE extract_request SET status = 'not_found', text = 'В реестре нет такой записи. Сверьте ОГРН и ИНН в карточке.'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g = op.get(u + "/storage").want(200)
	if text := g.text("#asked"); !strings.Contains(text, "Не найдена") || !strings.Contains(text, "Сверьте ОГРН") || g.attr("#files", "hx-get") != "" {
		t.Errorf("%s", text)
	}
	if g := k.as("supervisor").get(u + "/storage").want(200); strings.Contains(g.text("main"), "Запросить выписку") {
		t.Error("the button without the right")
	}
	k.as("supervisor").post(u+"/extracts", url.Values{}).want(403)
	k.as("foreign operator").post(u+"/extracts", url.Values{}).want(404)
}

// The settings list every version of an information type, marked by origin.
func TestInformationTypesAreListed(t *testing.T) {
	k := newDesk(t)
	g := k.as("admin").get("/settings").want(200)
	rows := g.texts("#types tbody tr")
	for _, want := range []string{"P001/1.0.0 urn://ru/mvd/sovm/p001/1.0.0 Применяется восстановлено по образцам", "RFP_ACTUAL_BANK/1.0.1 По выбору",
		"4.0.5 urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.5 Ответы читаются официальная схема", "fns-vipul-tosmv-ru.xsd 4.0.6 Применяется",
		"esia_rg_register.xsd 1.4.1", "snils-by-additionalData", "247-01/4.0.0 По выбору", "311-15/4.0.5"} {
		found := false
		for _, row := range rows {
			at := 0
			all := true
			for _, word := range strings.Fields(want) {
				i := strings.Index(row[at:], word)
				if i < 0 {
					all = false
					break
				}
				at += i
			}
			found = found || all
		}
		if !found {
			t.Errorf("no row %q in\n%s", want, strings.Join(rows, "\n"))
		}
	}
}
