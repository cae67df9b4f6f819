package bench

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// world is a partner at work: clients out of the register, each with a contract
// and twenty services, and a signed-in supervisor.
type world struct {
	dsn     string
	db      *db.DB
	by      *staff.Employee
	clients []int64
	cookie  string // of the session
}

// newWorld imports a register of orgs organisations and makes clients of the
// first of them. The rest of a client is copied by SQL: the verbs would take
// minutes for it.
func newWorld(b *testing.B, orgs, clients int) *world {
	b.Helper()
	w := &world{dsn: dbtest.DSN(b)}
	var err error
	if w.db, err = db.Open(b.Context(), w.dsn, db.Options{}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { w.db.Close() })
	if _, err := registry.Import(b.Context(), w.db, []string{dump(b, orgs)}, nil); err != nil {
		b.Fatal(err)
	}
	w.by = orgtest.Staff(b, w.db)["supervisor"]
	w.makeClients(b, clients)
	w.sell(b)
	w.signIn(b)
	w.asOwner(b, "VACUUM ANALYZE")
	return w
}

func (w *world) makeClients(b *testing.B, clients int) {
	b.Helper()
	var numbers []string
	if err := w.db.Plain().NewRaw(`SELECT ogrn FROM registry_org ORDER BY ogrn LIMIT ?`, clients).Scan(b.Context(), &numbers); err != nil {
		b.Fatal(err)
	}
	const batch = 500
	for len(numbers) > 0 {
		now := numbers[:min(batch, len(numbers))]
		numbers = numbers[len(now):]
		err := w.db.Tx(b.Context(), w.by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
			for _, ogrn := range now {
				record, err := registry.Get(ctx, tx, ogrn)
				if err != nil {
					return err
				}
				id, err := org.AddRecord(ctx, tx, w.by, time.Now(), record)
				if err != nil {
					return err
				}
				w.clients = append(w.clients, id)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// sell gives every client a contract with twenty services; one in two hundred
// is paid and waits to be shipped.
func (w *world) sell(b *testing.B) {
	b.Helper()
	w.asOwner(b, `INSERT INTO contract (partner_id, org_id, name, number, signed_on, created_by, updated_by)
		SELECT partner_id, id, 'Оферта КВС52', id || '-26', '2026-02-03', created_by, updated_by FROM organisation`)
	w.asOwner(b, `INSERT INTO service (partner_id, org_id, contract_id, number, name, kind, quantity, price, cost, vat, invoice_on, paid_on, ship_date, state, created_by, updated_by)
		SELECT partner_id, org_id, id, 'ОФ030-' || nextval('service_number'), 'Выпуск квалифицированной электронной подписи на 12 месяцев', 'issue', 1, 190000, 190000, '22',
			'2026-03-01', '2026-03-04', CASE WHEN (org_id * 20 + n) % 200 > 0 THEN date '2026-03-05' END,
			CASE WHEN (org_id * 20 + n) % 200 > 0 THEN 'shipped' ELSE 'open' END, created_by, updated_by
		FROM contract, generate_series(1, 20) AS n`)
}

func (w *world) signIn(b *testing.B) {
	b.Helper()
	token := sha256.Sum256([]byte("bench"))
	id := sha256.Sum256(token[:])
	now := time.Now()
	if _, err := w.db.Plain().ExecContext(b.Context(), `INSERT INTO session (id, employee_id, csrf, created_at, seen_at, expires_at) VALUES (?, ?, 'csrf', ?, ?, ?)`,
		id[:], w.by.ID, now, now, now.Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
	w.cookie = "console=" + base64.RawURLEncoding.EncodeToString(token[:])
}

func (w *world) asOwner(b *testing.B, sql string) {
	b.Helper()
	d, err := db.Open(b.Context(), w.dsn, db.Options{AsOwner: true, MaxConns: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Plain().ExecContext(b.Context(), sql); err != nil {
		b.Fatal(err)
	}
}
