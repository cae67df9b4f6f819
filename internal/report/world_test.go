package report

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/staff"
)

// now of every test: 20 November 2026, 12:00 in Moscow.
var now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// world is a database with two partners that have the same kinds of rows:
// «Ромашка» of ours, «Чужая» of the other.
type world struct {
	db    *db.DB
	staff map[string]*staff.Employee // by login
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{db: dbtest.New(t), staff: map[string]*staff.Employee{}}
	ours := w.partner(t, "ООО «Партнёр»", "Europe/Moscow", "ivanova", "sidorova", "buh", "boss", "auditor", "admin", "reviewer")
	theirs := w.partner(t, "ООО «Чужой партнёр»", "Asia/Vladivostok", "chuzhoy")
	w.firm(t, ours, "ООО «Ромашка»", "7701234567", "=cmd|'/c calc'!A0", map[string][]time.Time{
		"ivanova":  {day(2), day(2), day(16), day(19)},
		"sidorova": {day(16), time.Date(2026, 11, 19, 21, 30, 0, 0, time.UTC)}, // the 20th in Moscow
	})
	w.firm(t, theirs, "ООО «Чужая»", "7809876543", "Чужая услуга", map[string][]time.Time{"chuzhoy": {day(16), day(17)}})
	return w
}

func day(n int) time.Time { return time.Date(2026, 11, n, 8, 0, 0, 0, time.UTC) }

var roles = map[string][2]string{
	"ivanova": {"operator", "Иванова Анна Сергеевна"}, "sidorova": {"operator", "Сидорова Ольга Петровна"}, "chuzhoy": {"supervisor", "Чужой Пётр Ильич"},
	"buh": {"accountant", "Кассина Вера Львовна"}, "boss": {"supervisor", "Главный Олег Олегович"}, "auditor": {"auditor", "Проверкин Лев Львович"},
	"admin": {"admin", "Системный Егор Егорович"}, "reviewer": {"reviewer", "Зоркий Яков Яковлевич"},
}

func (w *world) partner(t *testing.T, name, zone string, logins ...string) int64 {
	t.Helper()
	var partner, centre int64
	w.one(t, w.db.Plain(), &partner, `INSERT INTO partner (name, inn) VALUES (?, '7700000000') RETURNING id`, name)
	w.one(t, w.db.Plain(), &centre, `INSERT INTO centre (partner_id, name, timezone) VALUES (?, ?, ?) RETURNING id`, partner, "Центр "+name, zone)
	for _, login := range logins {
		var id int64
		w.one(t, w.db.Plain(), &id, `INSERT INTO employee (partner_id, centre_id, role, login, name) VALUES (?, ?, ?, ?, ?) RETURNING id`,
			partner, centre, roles[login][0], login, roles[login][1])
		e, err := staff.Load(t.Context(), w.db, id)
		if err != nil {
			t.Fatal(err)
		}
		w.staff[login] = e
	}
	return partner
}

// firm makes an organisation with issued certificates, paid services and documents.
func (w *world) firm(t *testing.T, partner int64, name, inn, service string, issued map[string][]time.Time) {
	t.Helper()
	err := w.db.Tx(t.Context(), partner, func(ctx context.Context, tx bun.IDB) error {
		var by *staff.Employee
		for login := range issued {
			by = w.staff[login]
		}
		var org, contract, shipment int64
		w.one(t, tx, &org, `INSERT INTO organisation (partner_id, kind, inn, kpp, ogrn, full_name) VALUES (?, 'legal', ?, '770101001', '1027700132195', ?) RETURNING id`, partner, inn, name)
		w.one(t, tx, &contract, `INSERT INTO contract (partner_id, org_id, name, number, signed_on) VALUES (?, ?, 'Оферта', '2тест', '2026-01-01') RETURNING id`, partner, org)
		n := 0
		for login, times := range issued {
			for _, at := range times {
				n++
				w.certificate(t, tx, partner, org, contract, w.staff[login], n, at)
			}
		}
		for i, paid := range []any{"2026-11-01", "2026-11-18", nil, "2026-10-01"} {
			var id int64
			ship := any(nil)
			if i == 3 {
				ship = "2026-10-02"
			}
			w.one(t, tx, &id, `INSERT INTO service (partner_id, org_id, contract_id, number, name, kind, quantity, price, cost, vat, invoice_on, paid_on, ship_date)
				VALUES (?, ?, ?, ?, ?, 'issue', 1, 104500, 104500, '22', '2026-11-03', ?, ?) RETURNING id`, partner, org, contract, fmt.Sprintf("ОФ030-47993%d", i), service, paid, ship)
		}
		w.one(t, tx, &shipment, `INSERT INTO shipment (partner_id, org_id, contract_id, idempotency_key, ship_date, amount, vat_amount, status, status_at, created_at, created_by)
			VALUES (?, ?, ?, gen_random_uuid(), '2026-11-10', 104500, 18844, 'delivered', ?, ?, ?) RETURNING id`, partner, org, contract, now, now, by.ID)
		for i, kind := range []string{"act", "invoice"} {
			var id int64
			w.one(t, tx, &id, `INSERT INTO accounting_document (partner_id, org_id, shipment_id, kind, number, issued_on, amount, vat_amount, ref, created_at)
				VALUES (?, ?, ?, ?, ?, '2026-11-10', 104500, 18844, ?, ?) RETURNING id`, partner, org, shipment, kind, fmt.Sprintf("А-%d", i+1), fmt.Sprintf("ref-%d", i), now)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) certificate(t *testing.T, tx bun.IDB, partner, org, contract int64, by *staff.Employee, n int, at time.Time) {
	t.Helper()
	var owner, app, request, id int64
	w.one(t, tx, &owner, `INSERT INTO owner (partner_id, org_id, surname, name, patronymic) VALUES (?, ?, 'Петров', 'Иван', 'Иванович') RETURNING id`, partner, org)
	w.one(t, tx, &app, `INSERT INTO application (partner_id, number, org_id, contract_id, owner_id, centre_id, reason, status, status_at, created_at, created_by)
		VALUES (?, 'З-' || nextval('application_number'), ?, ?, ?, ?, 'first', 'done', ?, ?, ?) RETURNING id`, partner, org, contract, owner, by.CentreID, at, at, by.ID)
	w.one(t, tx, &request, `INSERT INTO cert_request (partner_id, application_id, org_id, owner_id, profile, carrier_type, carrier_number, subject_der, subject_text, status, status_at, created_at, created_by)
		VALUES (?, ?, ?, ?, 'head', 'rutoken', '0A3F19', '\x00', 'CN=Петров', 'issued', ?, ?, ?) RETURNING id`, partner, app, org, owner, at, at, by.ID)
	until := at.AddDate(0, 0, 30+n) // within 60 days of the test's today
	w.one(t, tx, &id, `INSERT INTO certificate (partner_id, request_id, application_id, org_id, owner_id, serial, issuer, subject, not_before, not_after, der, carrier_type, carrier_number, issued_at, issued_by)
		VALUES (?, ?, ?, ?, ?, ?, 'УЦ', 'CN=Петров', ?, ?, '\x00', 'rutoken', '0A3F19', ?, ?) RETURNING id`,
		partner, request, app, org, owner, fmt.Sprintf("57B6%04d", n), at, until, at, by.ID)
}

func (w *world) one(t *testing.T, q bun.IDB, dst *int64, query string, args ...any) {
	t.Helper()
	if err := q.QueryRowContext(t.Context(), query, args...).Scan(dst); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
}

// run answers a report or fails the test.
func (w *world) run(t *testing.T, login, name string, pairs ...string) *Result {
	t.Helper()
	r, err := Find(w.staff[login], name)
	if err != nil {
		t.Fatalf("%s, %s: %v", login, name, err)
	}
	res, err := r.Run(t.Context(), w.db, w.staff[login], now, values(pairs...))
	if err != nil {
		t.Fatalf("%s, %s: %v", login, name, err)
	}
	return res
}

func values(pairs ...string) map[string]string {
	v := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	return v
}
