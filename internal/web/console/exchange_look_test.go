package console

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// TestLookExchange keeps pictures of «Обмен», of the self-test, of the passport
// page's answers and of the ESIA window where CONSOLE_SHOTS says, for people.
func TestLookExchange(t *testing.T) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		t.Skip("CONSOLE_SHOTS is not set")
	}
	k, base, ctx := openBrowser(t, 5*time.Minute)
	k.moveTo(time.Now().UTC().Truncate(time.Second))
	k.pair()
	shoot := func(who *person, path, name string) {
		t.Helper()
		for _, look := range []struct {
			theme         string
			width, height int64
		}{{"light", 1366, 768}, {"dark", 1920, 1080}} {
			png, err := picture(ctx, base, path, who.cookie.Value, look.theme, look.width, look.height)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("exchange-%s-%d-%s.png", name, look.width, look.theme)), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	boss, operator, admin := k.as("supervisor"), k.as("operator"), k.as("admin")
	shoot(boss, "/exchange", "empty")
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	k.spoil(id)
	if err := k.db.Tx(t.Context(), 0, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO exchange_message (partner_id, kind, subject_id, message_id, status, created_at, sent_at, answered_at, attempts, last_error, fault)
			SELECT ?1, (ARRAY['passport', 'snils', 'inn', 'esia'])[1 + n % 4], 1000 + n, gen_random_uuid()::text, CASE WHEN n % 17 = 0 THEN 'refused' ELSE 'answered' END,
				?0::timestamptz - (n * n % 2700) * interval '1 min', ?0::timestamptz - (n * n % 2700) * interval '1 min', ?0::timestamptz - (n * n % 2700) * interval '1 min' + interval '7 s', 0, '', '' FROM generate_series(1, 180) AS n`, k.now(), k.people["operator"].PartnerID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO exchange_answer (message_id, reference_id, kind, final, received_at, text, sender) VALUES ('6e1a0f6e-c5b2-11f0-9a7e-0242ac120002', '00000000-c5b2-11f0-9a7e-0242ac120002', 'content', true, ?, '', 'MVDR01')`, k.now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	k.forward(4 * time.Minute)
	shoot(boss, "/exchange", "busy")
	refused := boss.get("/exchange?status=refused&kind=passport&fault=AccessDenied").attr("#rows tr", "data-href")
	shoot(boss, refused, "message")
	var number int64
	if _, err := fmt.Sscan(strings.TrimPrefix(refused, "/exchange/"), &number); err != nil {
		t.Fatal(err)
	}
	wire := k.taped(number, `<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><SendRequestRequest>`+strings.Repeat("<Signature>TUlJQ…</Signature>", 40)+`</SendRequestRequest></S:Body></S:Envelope>`)
	boss.post(refused+"/reason", map[string][]string{"reason": {"жалоба № 7"}}).to()
	shoot(boss, refused, "message-open")
	shoot(boss, refused+"/wires/"+wire, "wire")

	k.set.Connections = []Connection{{System: "smev", Name: "СМЭВ 3", What: "проверки паспорта, СНИЛС и ИНН; регистрация в ЕСИА", Address: "http://smev.example:7500/smev", Version: "1.1", Variable: "SMEV_URL"},
		{System: "ca", Name: "Удостоверяющий центр", What: "выпуск сертификатов по CMP", Address: "https://ca.example/cmp", Variable: "CA_URL"}}
	admin.post("/settings/connections/smev/test", nil).to()
	shoot(admin, "/settings/connections/smev", "test-running")
	k.cases().Exec(`UPDATE connection_test SET finished_at = started_at, steps = '[{"part": "Имя узла", "verdict": "done", "text": "smev.example → 192.0.2.7.", "cure": "", "ms": 3},
		{"part": "Порт", "verdict": "done", "text": "Порт 7500 отвечает.", "cure": "", "ms": 12}, {"part": "TLS", "verdict": "note", "text": "Адрес без TLS: соединение не шифруется.", "cure": "Годится внутри защищённой сети; иначе нужен адрес https.", "ms": 0},
		{"part": "Ключ подписи", "verdict": "done", "text": "Ключ подписывает, подпись сходится с сертификатом.", "cure": "", "ms": 2}, {"part": "Сертификат организации", "verdict": "warn", "text": "Действует до 10.12.2026.", "cure": "Закажите новый: регистрация в СМЭВ занимает время.", "ms": 0},
		{"part": "HTTP", "verdict": "stop", "text": "Узел ответил HTTP 503.", "cure": "Неполадка на стороне узла: запросы подождут и уйдут сами. Если долго — сообщите в поддержку СМЭВ.", "ms": 40}, {"part": "Ответ SOAP", "verdict": "idle", "text": "Сначала устраните причину выше.", "cure": "", "ms": 0}]'`)
	shoot(admin, "/settings/connections/smev", "test")
	shoot(admin, "/settings", "settings")

	page := path("/owners/%d/passport", id)
	shoot(operator, page, "passport-refused")
	k.answered(owner.CheckSNILS, "negative", "СНИЛС не соответствует ФИО, полу или дате рождения. Сверьте их с документами.")
	k.cases().Exec(`UPDATE owner SET surname = 'Семенов'`)
	shoot(operator, page, "passport-letters")
	k.cases().Exec(`DELETE FROM owner_check WHERE kind = 'passport'`)
	foreign := map[string][]string{"doc_type": {"foreign_passport"}, "number": {"AB1234567"}, "citizenship": {"ARM"}, "birth_date": {"1980-02-03"}, "birth_place": {"Ереван"}, "sex": {"M"}, "issued_on": {"2024-03-01"}, "version": {"1"}}
	operator.post(page, foreign).to()
	shoot(operator, page, "passport-foreign")

}

// TestLookESIA keeps pictures of the ESIA window.
func TestLookESIA(t *testing.T) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		t.Skip("CONSOLE_SHOTS is not set")
	}
	k, base, ctx := openBrowser(t, 5*time.Minute)
	k.moveTo(time.Now().UTC().Truncate(time.Second))
	k.pair()
	a := k.installed()
	p := k.as("operator")
	shoot := func(name, theme string, width, height int64) {
		t.Helper()
		png, err := picture(ctx, base, casePath(a, "?step=esia"), p.cookie.Value, theme, width, height)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("esia-%s-%d-%s.png", name, width, theme)), png, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shoot("form", "light", 1366, 768)
	shoot("form", "dark", 1920, 1400)
	a.Register("failed")
	a.Exec(`UPDATE esia_registration SET answer = 'VALIDATION_FAILED', text = 'ЕСИА не приняла данные: проверка не пройдена. Место рождения не совпадает',
		errors = '[{"code": "ESIA-005011", "message": "Место рождения не совпадает"}, {"code": "ESIA-008010", "message": "СНИЛС не найден"}]'`)
	a.Look()
	shoot("refused", "light", 1366, 1400)
	shoot("refused", "dark", 1920, 1400)
}
