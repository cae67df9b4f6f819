package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/db"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// spoil makes the exchange look as after a bad morning: a refused passport, a
// SNILS that is tried again, an INN that waits, and lines that do not work.
func (k *desk) spoil(owner int64) {
	k.Helper()
	p := k.as("operator")
	for _, kind := range []string{"passport", "snils", "inn"} {
		p.post(path("/owners/%d/checks", owner), url.Values{"kind": {kind}}).to()
	}
	k.cases().Exec(`UPDATE exchange_message SET status = 'refused', fault = 'AccessDenied', last_error = 'Организации не разрешены запросы этого вида сведений.', answered_at = created_at + interval '3 s', sent_at = created_at WHERE kind = 'passport'`)
	k.cases().Exec(`UPDATE owner_check SET status = 'refused', text = 'Организации не разрешены запросы этого вида сведений.' WHERE kind = 'passport'`)
	k.cases().Exec(`UPDATE exchange_message SET attempts = 3, fault = 'unreachable', last_error = 'СМЭВ сейчас не отвечает. Обращение повторится само.', next_at = created_at + interval '1 min' WHERE kind = 'snils'`)
	k.cases().Exec(`UPDATE exchange_message SET status = 'sent', sent_at = created_at WHERE kind = 'inn'`)
	if err := k.db.Tx(k.Context(), 0, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO exchange_line (name, holder, at, ok_at, error, fault, error_at, failures, skew_ms, skew_at) VALUES
			('poll', 'desk:1', ?0, ?0, '', '', NULL, 0, 1500, ?0), ('send', 'desk:1', ?0, ?0, 'СМЭВ сейчас не отвечает.', 'unreachable', ?0, 3, NULL, NULL)`, k.now())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO exchange_wire (id, message, operation, sent, at, status, media_type, size, verdict, fault)
			SELECT gen_random_uuid(), id, 'SendRequest', true, created_at, 0, 'text/xml', 2048, 'own', '' FROM exchange_message WHERE kind = 'passport'`)
		return err
	}); err != nil {
		k.Fatal(err)
	}
}

// «Обмен»: queues, ages, failures, the connection, filters; a refused question
// is sent anew; messages are opened by right and with a reason.
func TestExchangePage(t *testing.T) {
	k := newDesk(t)
	boss := k.as("supervisor")
	if g := boss.get("/exchange").want(http.StatusOK); !strings.Contains(g.text("main"), "Запросов нет") || !strings.Contains(g.text("main"), "СМЭВ ещё не опрашивали") || !strings.Contains(g.text(".topbar"), "Обмен") {
		t.Error(g.text("main"))
	}
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	k.spoil(id)
	k.forward(90 * time.Second)
	g := boss.get("/exchange").want(http.StatusOK)
	for _, want := range []string{"не теряются", "старейший 1 мин 30 с", "AccessDenied", "нет связи", "Повторяется", "Ждёт ответа", "Отказ", "Показано 3 из 3", "неудач подряд: 3", "отказано", "наши отстают на 1 с"} {
		if !strings.Contains(strings.ReplaceAll(g.text("main"), "\u00a0", " "), want) {
			t.Errorf("no %q in %s", want, g.text("main"))
		}
	}
	if g.attr("#exchange", "hx-get") != "/exchange" || strings.Contains(g.body, "123456") {
		t.Error("the page does not follow, or shows a passport")
	}
	for query, rows := range map[string]int{"status=refused": 1, "kind=snils": 1, "kind=inn&status=queued": 0, "from=2026-11-20": 3, "from=2026-11-21": 0, "to=2026-11-19": 0, "fault=unreachable&kind=snils": 1} {
		if g := boss.get("/exchange?" + query).want(http.StatusOK); len(g.texts("#rows tr")) != rows {
			t.Errorf("%s: %d rows, want %d", query, len(g.texts("#rows tr")), rows)
		}
	}
	refused := boss.get("/exchange?status=refused").attr("#rows tr", "data-href")
	g = boss.get(refused).want(http.StatusOK)
	if !strings.Contains(g.text("main"), "Организации не разрешены") || g.attr(`.page-head-end a`, "href") != path("/owners/%d", id) || len(g.texts("#wires tbody tr")) != 1 || g.attr("#wires a", "href") != "" {
		t.Error(g.text("main"))
	}

	boss.post(refused+"/reason", url.Values{"reason": {"да"}}).want(http.StatusUnprocessableEntity)
	boss.post(refused+"/reason", url.Values{"reason": {"жалоба № 7"}}).to()
	if g := boss.get(refused); g.attr("#wires a", "href") == "" && !strings.Contains(g.text("#wires"), "уничтожено") {
		t.Error(g.text("#wires"))
	}

	if got := boss.post(refused+"/resend", nil).to(); got != refused {
		t.Fatal(got)
	}
	boss.post(refused+"/resend", nil).want(http.StatusConflict)
	g = boss.get(refused).want(http.StatusOK)
	if !strings.Contains(g.text(".notice-stop"), "Отправлен заново") || g.text(".page-head-end .btn-primary") != "" {
		t.Error(g.text("main"))
	}
	if g := k.as("operator").get(path("/owners/%d", id)); !strings.Contains(g.text(".facts"), "Ждём ответа") {
		t.Error("the check does not wait again")
	}
	for who, status := range map[string]int{"operator": 403, "accountant": 403, "reviewer": 403, "auditor": 403, "admin": 200, "supervisor": 200, "foreign supervisor": 404} {
		if k.people[who] == nil {
			continue
		}
		p := k.as(who)
		p.get(refused).want(status)
		if status == 403 {
			p.get("/exchange").want(403)
			p.post(refused+"/resend", nil).want(403)
			p.get(refused + "/wires/00000000-0000-0000-0000-000000000000").want(403)
		}
	}
	k.as("admin").post(refused+"/resend", nil).want(http.StatusForbidden) // sees, may not send
	if foreign := k.as("foreign admin").get("/exchange").want(http.StatusOK); len(foreign.texts("#rows tr")) != 0 {
		t.Error("another partner's questions are seen")
	}
	k.as("foreign admin").get(refused).want(http.StatusNotFound)
}

// taped is a message of the wire as the exchange keeps it.
func (k *desk) taped(message int64, body string) string {
	k.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	sealed, key, err := k.db.Keys().Seal("exchange_wire:"+id, []byte(body))
	if err != nil {
		k.Fatal(err)
	}
	err = k.db.Tx(k.Context(), 0, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO exchange_wire (id, message, operation, sent, at, status, media_type, size, verdict, fault, sealed, key_id)
			VALUES (?, ?, 'SendRequest', true, ?, 0, 'text/xml', ?, 'own', '', ?, ?)`, id, message, k.now(), len(body), sealed, key)
		return err
	})
	if err != nil {
		k.Fatal(err)
	}
	return id
}

// A message is opened with a reason, and the look is logged.
func TestWirePage(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	check, err := owner.Ask(t.Context(), k.db, k.people["operator"], k.now(), id, owner.CheckPassport)
	if err != nil {
		t.Fatal(err)
	}
	wire := k.taped(check.MessageID, "<soap>4510 123456</soap>")
	boss, page := k.as("supervisor"), fmt.Sprintf("/exchange/%d", check.MessageID)
	if got := boss.get(page + "/wires/" + wire).to(); got != page { // the reason is asked for there
		t.Error(got)
	}
	boss.post(page+"/reason", url.Values{"reason": {"жалоба № 7"}}).to()
	if g := boss.get(page + "/wires/" + wire).want(http.StatusOK); g.text("pre") != "<soap>4510 123456</soap>" {
		t.Error(g.text("main"))
	}
	if looks := k.as("foreign admin").get("/journal/looks"); strings.Contains(looks.text("tbody"), "жалоба") {
		t.Error("another partner sees the look")
	}
	if looks := k.as("admin").get("/journal/looks").want(http.StatusOK); !strings.Contains(looks.text("tbody"), "жалоба № 7") {
		t.Error(looks.text("tbody"))
	}
	k.as("admin").get(page + "/wires/" + wire).want(http.StatusForbidden) // the exchange, but no passports
	boss.get(page + "/wires/nothing").want(http.StatusNotFound)
	boss.get(fmt.Sprintf("/exchange/%d/wires/%s", check.MessageID+1, wire)).to() // the reason was for another one
}

// Large files of an answer stand on its card, and the line to their store on the page.
func TestFilesOnTheCard(t *testing.T) {
	k := newDesk(t)
	a := k.installed()
	p := k.as("supervisor")
	a.Exec(`INSERT INTO exchange_answer (message_id, reference_id, kind, text, final, received_at, question) SELECT 'answer-1', message_id, 'content', '', true, now(), id FROM exchange_message ORDER BY id DESC LIMIT 1`)
	a.Exec(`INSERT INTO exchange_file (answer_id, no, stored, name, mime, size, status, verdict, signer, created_at, settled_at) VALUES ('answer-1', 0, true, 'f1', 'application/zip', 4096, 'kept', 'good', 'ФНС России', now(), now())`)
	a.Exec(`INSERT INTO exchange_file (answer_id, no, stored, name, mime, size, status, attempts, error, created_at, next_at) VALUES ('answer-1', 1, true, 'f2', 'application/zip', 0, 'waiting', 3, 'Хранилище файлов СМЭВ сейчас не отвечает.', now(), now())`)
	a.Exec(`INSERT INTO exchange_line (name, holder, at, error, fault, error_at, failures) VALUES ('files', 'desk:1', now(), 'Хранилище файлов СМЭВ сейчас не отвечает.', 'unreachable', now(), 3)`)
	card := p.get("/exchange").want(http.StatusOK).attr("#rows tr", "data-href") // the newest stands first
	if text := p.get(card).want(http.StatusOK).text("#files"); !strings.Contains(text, "Подпись верна") || !strings.Contains(text, "ФНС России") || !strings.Contains(text, "Принимается") || !strings.Contains(text, "не отвечает") {
		t.Errorf("%s: %s", card, text)
	}
	if text := p.get("/exchange").want(http.StatusOK).text("#lines"); !strings.Contains(text, "Приём больших файлов") {
		t.Error(text)
	}
}
