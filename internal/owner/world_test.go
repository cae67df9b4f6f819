package owner_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim"
	simsmev "signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// desk is our side, with a client organisation, and the state's side: the
// simulated SMEV with real keys behind a real port.
type desk struct {
	*testing.T
	d      *db.DB
	people map[string]*staff.Employee
	files  *file.Store
	org    int64

	dir    string
	world  *sim.World
	server *httptest.Server
	client *smev.Client

	mu   sync.Mutex
	plus time.Duration
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	k := &desk{T: t, d: dbtest.New(t), dir: t.TempDir()}
	k.people = orgtest.Staff(t, k.d)
	orgtest.Register(t, k.d, orgtest.Romashka)
	var err error
	if k.files, err = file.NewStore(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if k.org, err = org.Add(t.Context(), k.d, k.people["operator"], k.now(), orgtest.Romashka.OGRN); err != nil {
		t.Fatal(err)
	}
	k.openWorld()
	t.Cleanup(k.closeWorld)
	block, _ := pem.Decode(k.read("smev-client.key.pem"))
	if block == nil {
		t.Fatal("the client's key is not PEM")
	}
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	k.client = &smev.Client{Signer: key, Certificate: k.certificate("smev-client.cert.pem"), Trusted: []*gost.Certificate{k.certificate("smev-ca.pem")},
		SignerName: "СМЭВ (учебная)", Now: k.now, BaseURL: k.server.URL + "/smev"}
	return k
}

func (k *desk) openWorld() {
	k.Helper()
	var err error
	k.world, err = sim.NewWorld(sim.Options{Dir: k.dir, Visibility: time.Nanosecond, Now: k.now, People: []simsmev.Person{
		{SNILS: "112-233-445 95", INN: "500100732259", Surname: "Петров", Name: "Иван", Patronymic: "Иванович", BirthDate: "1980-02-03", PassportSeries: "4510", PassportNumber: "123456"}}})
	if err != nil {
		k.Fatal(err)
	}
	k.server = httptest.NewServer(k.world.Handler())
	if k.client != nil {
		k.client.BaseURL = k.server.URL + "/smev"
	}
}

func (k *desk) closeWorld() {
	k.server.Close()
	if err := k.world.Close(); err != nil {
		k.Error(err)
	}
}

func (k *desk) read(name string) []byte {
	k.Helper()
	b, err := os.ReadFile(filepath.Join(k.dir, name))
	if err != nil {
		k.Fatal(err)
	}
	return b
}

func (k *desk) certificate(name string) *gost.Certificate {
	k.Helper()
	c, err := gost.ParseCertificate(k.read(name))
	if err != nil {
		k.Fatal(err)
	}
	return c
}

func (k *desk) now() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC).Add(k.plus)
}

func (k *desk) forward(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.plus += d
}

func (k *desk) turn(knobs state.Knobs) {
	k.Helper()
	if err := k.world.SMEV.SetKnobs(knobs); err != nil {
		k.Fatal(err)
	}
}

// petrov is the head of the client, known to every register.
func petrov(org int64) owner.Owner {
	return owner.Owner{OrgID: org, Surname: "Петров", Name: "Иван", Patronymic: "Иванович", SNILS: "112-233-445 95", Region: "77", Locality: "Москва", Email: "petrov@romashka.example"}
}

var paper = owner.Passport{DocType: "rf_passport", Citizenship: "RUS", Series: "4510", Number: "123456", Code: "770-001", IssuedBy: "ОВД района Тверской гор. Москвы",
	IssuedOn: day("2025-03-01"), Sex: "M", BirthDate: day("1980-02-03"), BirthPlace: "гор. Тула"}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// person adds the owner with his paper.
func (k *desk) person(o owner.Owner, p owner.Passport) int64 {
	k.Helper()
	id, err := owner.Save(k.Context(), k.d, k.people["operator"], k.now(), o)
	if err != nil {
		k.Fatal(err)
	}
	k.paper(id, p)
	return id
}

func (k *desk) paper(id int64, p owner.Passport) {
	k.Helper()
	_, old, err := owner.Look(k.Context(), k.d, k.people["operator"], k.now(), id, "")
	if err != nil {
		k.Fatal(err)
	}
	p.OwnerID, p.Version = id, old.Version
	if err := owner.SavePassport(k.Context(), k.d, k.people["operator"], k.now(), p); err != nil {
		k.Fatal(err)
	}
}

func (k *desk) ask(id int64, kind owner.CheckKind) *owner.Check {
	k.Helper()
	c, err := owner.Ask(k.Context(), k.d, k.people["operator"], k.now(), id, kind)
	if err != nil {
		k.Fatal(err)
	}
	return c
}

// checks are those of the data as they are now.
func (k *desk) checks(id int64) (current map[owner.CheckKind]*owner.Check) {
	k.Helper()
	err := k.d.Read(k.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := owner.Find(ctx, tx, k.people["operator"].PartnerID, id)
		if err != nil {
			return err
		}
		p, err := owner.PassportOf(ctx, tx, k.people["operator"].PartnerID, id)
		if err != nil {
			return err
		}
		current, err = owner.Current(ctx, tx, k.people["operator"].PartnerID, o, p)
		return err
	})
	if err != nil {
		k.Fatal(err)
	}
	return current
}

func (k *desk) status(id int64, kind owner.CheckKind) string {
	k.Helper()
	if c := k.checks(id)[kind]; c != nil {
		return c.Status
	}
	return "none"
}

// work does what the queue holds, once each, as a worker would; a job that asks
// to be looked at again stays.
func (k *desk) work() {
	k.Helper()
	rows, err := k.d.Plain().QueryContext(k.Context(), `SELECT id, kind, args FROM river_job WHERE kind IN ('smev.send', 'owner.check_answered') ORDER BY id`)
	if err != nil {
		k.Fatal(err)
	}
	type row struct {
		id   int64
		kind string
		args []byte
	}
	var list []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.kind, &r.args); err != nil {
			k.Fatal(err)
		}
		list = append(list, r)
	}
	rows.Close()
	for _, r := range list {
		if k.run(r.kind, r.args) {
			if _, err := k.d.Plain().ExecContext(k.Context(), `DELETE FROM river_job WHERE id = ?`, r.id); err != nil {
				k.Fatal(err)
			}
		}
	}
	k.poll()
}

// run does one job and reports whether it is finished.
func (k *desk) run(kind string, raw []byte) bool {
	k.Helper()
	switch kind {
	case "smev.send":
		var a job.SendMessage
		if err := json.Unmarshal(raw, &a); err != nil {
			k.Fatal(err)
		}
		again, err := (&exchange.Post{DB: k.d, SMEV: k.client, Now: k.now}).Send(k.Context(), a)
		return err == nil && again == 0
	default:
		var a job.CheckAnswered
		if err := json.Unmarshal(raw, &a); err != nil {
			k.Fatal(err)
		}
		if err := owner.Answered(k.Context(), k.d, k.now(), a); err != nil {
			k.Fatal(err)
		}
		return true
	}
}

func (k *desk) poll() {
	k.Helper()
	if _, err := (&exchange.Post{DB: k.d, SMEV: k.client, Now: k.now}).Poll(k.Context(), job.PollSMEV{}); err != nil {
		k.Log("poll:", err)
	}
}

// settle works until nothing waits.
func (k *desk) settle() {
	k.Helper()
	for range 20 {
		k.work()
		var open int
		if err := k.d.Plain().QueryRowContext(k.Context(), `SELECT (SELECT count(*) FROM river_job WHERE kind IN ('smev.send', 'owner.check_answered'))
			+ (SELECT count(*) FROM exchange_message WHERE status IN ('queued', 'sent')) + (SELECT count(*) FROM exchange_answer WHERE acked_at IS NULL)`).Scan(&open); err != nil {
			k.Fatal(err)
		}
		if open == 0 {
			return
		}
		k.forward(time.Minute)
	}
	k.Fatal("questions stay open")
}

func (k *desk) number(query string, args ...any) (n int) {
	k.Helper()
	err := k.d.Tx(k.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, query, args...).Scan(&n)
	})
	if err != nil {
		k.Fatal(err)
	}
	return n
}
