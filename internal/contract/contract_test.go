package contract_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// desk is a database with Ромашка, its contract, three paid services (issue with
// VAT 22 %, licence without VAT, token) and a 1C that plays along.
type desk struct {
	*testing.T
	db       *db.DB
	files    *file.Store
	people   map[string]*staff.Employee
	by       *staff.Employee // our operator
	org      int64
	contract int64
	services []int64

	mu    sync.Mutex
	clock time.Time
	world *sim.World
	onec  *onec.Client
	calls []string                       // what 1C was asked, method and path without ids
	cut   func(method, path string) bool // true = the request never arrives
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	k := &desk{T: t, db: dbtest.New(t), clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	k.people = orgtest.Staff(t, k.db)
	k.by = k.people["operator"]
	var err error
	if k.files, err = file.NewStore(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	orgtest.Register(t, k.db, orgtest.Romashka)
	if k.org, err = org.Add(t.Context(), k.db, k.by, k.clock, orgtest.Romashka.OGRN); err != nil {
		t.Fatal(err)
	}
	k.contract, err = contract.Add(t.Context(), k.db, k.by, k.clock, contract.NewContract{Org: k.org, Name: "Оферта КВС52", Number: "2тест", SignedOn: day("2026-01-01")})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []contract.Product{
		{Code: "issue", Name: "Выпуск сертификата", Kind: "issue", Unit: "шт.", Price: 104500, VAT: "22"},
		{Code: "csp", Name: "Лицензия КриптоПро CSP", Kind: "licence", Unit: "шт.", Price: 180000, VAT: "none"},
		{Code: "token", Name: "Рутокен ЭЦП 3.0", Kind: "goods", Unit: "шт.", Price: 230033, VAT: "22"},
	} {
		p.PartnerID = k.by.PartnerID
		if _, err := k.db.Plain().NewInsert().Model(&p).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		id, err := contract.OrderService(t.Context(), k.db, k.by, k.clock, contract.Sale{Org: k.org, Contract: k.contract, Product: p.ID, Quantity: 3})
		if err != nil {
			t.Fatal(err)
		}
		k.services = append(k.services, id)
	}
	if n, err := contract.MarkPaid(t.Context(), k.db, k.by, k.clock, k.order(), day("2026-11-20")); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	k.connect()
	return k
}

// connect starts a 1C whose traffic is listened to.
func (k *desk) connect() {
	var err error
	if k.world, err = sim.NewWorld(sim.Options{Dir: k.TempDir(), Now: k.now, BaseURL: "http://127.0.0.1"}); err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { k.world.Close() })
	handler := k.world.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path[len("/onec"):]
		k.mu.Lock()
		cut := k.cut != nil && k.cut(r.Method, path)
		k.calls = append(k.calls, r.Method+" /"+strings.Split(path, "/")[1]+map[bool]string{true: "/confirm"}[strings.HasSuffix(path, "/confirm")])
		k.mu.Unlock()
		if cut {
			panic(http.ErrAbortHandler)
		}
		handler.ServeHTTP(w, r)
	}))
	k.Cleanup(server.Close)
	k.onec = onec.New(server.URL+"/onec", k.world.OneC.Token)
}

func (k *desk) now() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.clock
}

func (k *desk) forward(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clock = k.clock.Add(d)
}

func (k *desk) knobs(change func(*state.Knobs)) {
	k.Helper()
	knobs := k.world.OneC.Knobs()
	change(&knobs)
	if err := k.world.OneC.SetKnobs(knobs); err != nil {
		k.Fatal(err)
	}
}

func (k *desk) order(services ...int64) contract.Order {
	if services == nil {
		services = k.services
	}
	return contract.Order{Org: k.org, Contract: k.contract, Services: services}
}

func (k *desk) ship(services ...int64) int64 {
	k.Helper()
	id, err := contract.Ship(k.Context(), k.db, k.by, k.now(), k.order(services...))
	if err != nil {
		k.Fatal(err)
	}
	return id
}

// follow runs the job once.
func (k *desk) follow(id int64) time.Duration {
	k.Helper()
	wait, err := contract.Follow(k.Context(), k.db, k.files, k.onec, k.now, job.Ship{Partner: k.by.PartnerID, Shipment: id})
	if err != nil {
		k.Fatal(err)
	}
	return wait
}

func (k *desk) shipment(id int64) contract.Shipment {
	k.Helper()
	var list []contract.Shipment
	err := k.db.Read(k.Context(), k.by.PartnerID, func(ctx context.Context, tx bun.IDB) (err error) {
		list, err = contract.Shipments(ctx, tx, k.by.PartnerID, k.org, 10)
		return err
	})
	i := slices.IndexFunc(list, func(s contract.Shipment) bool { return s.ID == id })
	if err != nil || i < 0 {
		k.Fatal(list, err)
	}
	return list[i]
}

func (k *desk) service(i int) *contract.Service {
	k.Helper()
	p, err := contract.OpenService(k.Context(), k.db, k.by, k.org, k.services[i])
	if err != nil {
		k.Fatal(err)
	}
	return p.Service
}

func (k *desk) count(query string) (n int) {
	k.Helper()
	err := k.db.Read(k.Context(), k.by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, query).Scan(&n)
	})
	if err != nil {
		k.Fatal(err)
	}
	return n
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func kindOf(err error) fault.Kind {
	if f := fault.As(err); f != nil {
		return f.Kind
	}
	return 0
}

// Every verb, every role; another partner's services are not found.
func TestRights(t *testing.T) {
	k := newDesk(t)
	edit, work, view := []string{"operator", "admin"}, []string{"operator", "accountant"}, []string{"operator", "accountant", "supervisor", "admin"}
	accounting, header := []string{"accountant", "supervisor"}, orgtest.Roles
	id := k.ship()
	k.follow(id)
	k.forward(time.Minute)
	k.follow(id)
	for _, c := range []struct {
		verb string
		may  []string
		call func(by *staff.Employee) error
	}{
		{"Add", edit, func(by *staff.Employee) error {
			_, err := contract.Add(t.Context(), k.db, by, k.now(), contract.NewContract{Org: k.org, Name: "Договор", Number: by.Login, SignedOn: day("2026-11-20")})
			return err
		}},
		{"OrderService", work, func(by *staff.Employee) error {
			_, err := contract.OrderService(t.Context(), k.db, by, k.now(), contract.Sale{Org: k.org, Contract: k.contract, Product: 1, Quantity: 1})
			return err
		}},
		{"MarkPaid", work, func(by *staff.Employee) error {
			_, err := contract.MarkPaid(t.Context(), k.db, by, k.now(), k.order(), day("2026-11-20"))
			return err
		}},
		{"Ship", work, func(by *staff.Employee) error {
			_, err := contract.Ship(t.Context(), k.db, by, k.now(), k.order())
			return err
		}},
		{"Acknowledge", work, func(by *staff.Employee) error { return contract.Acknowledge(t.Context(), k.db, by, k.now(), k.org, id) }},
		{"FormLicences", work, func(by *staff.Employee) error {
			_, err := contract.FormLicences(t.Context(), k.db, by, k.now(), k.order())
			return err
		}},
		{"SendActs", work, func(by *staff.Employee) error {
			_, err := contract.SendActs(t.Context(), k.db, by, k.now(), k.order())
			return err
		}},
		{"RestoreService", work, func(by *staff.Employee) error {
			return contract.RestoreService(t.Context(), k.db, by, k.now(), k.org, k.services[0])
		}},
		{"OpenService", view, func(by *staff.Employee) error {
			_, err := contract.OpenService(t.Context(), k.db, by, k.org, k.services[0])
			return err
		}},
		{"OpenSheet", view, func(by *staff.Employee) error {
			s, err := contract.OpenSheet(t.Context(), k.db, by, k.org, k.contract)
			return found(len(s.Services), err)
		}},
		{"OpenDocuments", view, func(by *staff.Employee) error {
			list, err := contract.OpenDocuments(t.Context(), k.db, by, k.org)
			return found(len(list), err)
		}},
		{"Period", accounting, func(by *staff.Employee) error {
			list, err := contract.Period(t.Context(), k.db, by, "", day("2026-01-01"), day("2026-12-31"))
			return found(len(list), err)
		}},
		{"Choose", header, func(by *staff.Employee) error {
			list, _, err := contract.Choose(t.Context(), k.db, by, k.org, 0)
			return found(len(list), err)
		}},
	} {
		for _, role := range orgtest.Roles {
			want := fault.Forbidden
			if slices.Contains(c.may, role) {
				want = 0
			}
			if err := c.call(k.people[role]); kindOf(err) != want || want == 0 && err != nil {
				t.Errorf("%s by %s: %v", c.verb, role, err)
			}
		}
		stranger := k.people["foreign operator"]
		if c.verb == "Period" {
			stranger = k.people["foreign accountant"]
		}
		if err := c.call(stranger); kindOf(err) != fault.NotFound {
			t.Errorf("%s by another partner: %v", c.verb, err)
		}
	}
}

// The lists of all clients: each partner sees his own, each role by its right.
func TestWorklistRights(t *testing.T) {
	k := newDesk(t)
	for verb, call := range map[string]func(by *staff.Employee) (int, error){
		"Waiting": func(by *staff.Employee) (int, error) {
			w, err := contract.Waiting(t.Context(), k.db, by)
			return w.Unshipped, err
		},
		"Unshipped": func(by *staff.Employee) (int, error) {
			list, err := contract.Unshipped(t.Context(), k.db, by, 10)
			return len(list), err
		},
		"WaitingShipments": func(by *staff.Employee) (int, error) {
			list, err := contract.WaitingShipments(t.Context(), k.db, by, 10)
			return len(list) + 3, err // nothing is under way
		},
		"PriceList": func(by *staff.Employee) (int, error) {
			list, err := contract.PriceList(t.Context(), k.db, by)
			return len(list), err
		},
	} {
		for _, role := range orgtest.Roles {
			want := fault.Forbidden
			if slices.Contains([]string{"operator", "accountant", "supervisor", "admin"}, role) {
				want = 0
			}
			if n, err := call(k.people[role]); kindOf(err) != want || want == 0 && n != 3 {
				t.Errorf("%s by %s: %d, %v", verb, role, n, err)
			}
		}
		if n, err := call(k.people["foreign operator"]); err != nil || n != 0 && verb != "WaitingShipments" {
			t.Errorf("%s by another partner: %d, %v", verb, n, err)
		}
	}
}

// found turns an empty list into "not found", as a screen shows it.
func found(n int, err error) error {
	if err == nil && n == 0 {
		return fault.Missing()
	}
	return err
}

// F026, F027, F029: contracts and which of them is the current one.
func TestContracts(t *testing.T) {
	k := newDesk(t)
	for name, c := range map[string]struct {
		n     contract.NewContract
		field string
	}{
		"no number":    {contract.NewContract{Org: k.org, Name: "Оферта", SignedOn: day("2026-01-01")}, "number"},
		"no name":      {contract.NewContract{Org: k.org, Number: "1", SignedOn: day("2026-01-01")}, "name"},
		"no day":       {contract.NewContract{Org: k.org, Name: "Оферта", Number: "1"}, "signed_on"},
		"tomorrow":     {contract.NewContract{Org: k.org, Name: "Оферта", Number: "1", SignedOn: day("2026-11-21")}, "signed_on"},
		"ends before":  {contract.NewContract{Org: k.org, Name: "Оферта", Number: "1", SignedOn: day("2026-11-20"), EndsOn: day("2026-11-20")}, "ends_on"},
		"known number": {contract.NewContract{Org: k.org, Name: "Оферта", Number: "2тест", SignedOn: day("2026-11-20")}, "number"},
	} {
		_, err := contract.Add(t.Context(), k.db, k.by, k.now(), c.n)
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Fields[c.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	night := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC) // the 21st in Moscow
	second, err := contract.Add(t.Context(), k.db, k.by, night, contract.NewContract{Org: k.org, Name: "Оферта КВС52", Number: "3тест", SignedOn: day("2026-11-21")})
	if err != nil {
		t.Fatal(err)
	}
	for wanted, want := range map[int64]int64{0: second, k.contract: k.contract, 777: second} {
		list, current, err := contract.Choose(t.Context(), k.db, k.by, k.org, wanted)
		if err != nil || len(list) != 2 || current.ID != want {
			t.Errorf("wanted %d, got %+v, %v", wanted, current, err)
		}
	}
	list, _, _ := contract.Choose(t.Context(), k.db, k.by, k.org, 0)
	if title := list[1].Title(); title != "Оферта КВС52 :: 2тест от 01.01.2026" {
		t.Error(title)
	}
}

// F369: what is sold is invoiced today and paid when somebody says so, once.
func TestSaleAndPayment(t *testing.T) {
	k := newDesk(t)
	s := k.service(0)
	if s.Number != "ОФ030-479930" || s.Cost != 313500 || s.InvoiceOn != day("2026-11-20") || s.PaidOn != day("2026-11-20") || s.State != "open" {
		t.Errorf("%+v", s)
	}
	if n, err := contract.MarkPaid(t.Context(), k.db, k.by, k.now(), k.order(), day("2026-11-19")); n != 0 || err != nil || k.service(0).PaidOn != day("2026-11-20") {
		t.Errorf("paid twice: %d, %v", n, err)
	}
	for name, on := range map[string]time.Time{"no day": {}, "tomorrow": day("2026-11-21")} {
		if _, err := contract.MarkPaid(t.Context(), k.db, k.by, k.now(), k.order(), on); kindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, sale := range map[string]contract.Sale{
		"no product": {Org: k.org, Contract: k.contract, Product: 777, Quantity: 1},
		"nothing":    {Org: k.org, Contract: k.contract, Product: 1, Quantity: 0},
		"too much":   {Org: k.org, Contract: k.contract, Product: 1, Quantity: 10001},
	} {
		if _, err := contract.OrderService(t.Context(), k.db, k.by, k.now(), sale); kindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	over, err := contract.Add(t.Context(), k.db, k.by, k.now(), contract.NewContract{Org: k.org, Name: "Оферта", Number: "старый", SignedOn: day("2025-01-01"), EndsOn: day("2025-12-31")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := contract.OrderService(t.Context(), k.db, k.by, k.now(), contract.Sale{Org: k.org, Contract: over, Product: 1, Quantity: 1}); kindOf(err) != fault.Conflict {
		t.Errorf("sold by an ended contract: %v", err)
	}
	w, err := contract.Waiting(t.Context(), k.db, k.by)
	if err != nil || w.Unshipped != 3 || w.Since != day("2026-11-20") {
		t.Errorf("%+v, %v", w, err)
	}
	due, err := contract.Unshipped(t.Context(), k.db, k.by, 10)
	if err != nil || len(due) != 3 || due[0].OrgName != "ООО «Ромашка»" || due[0].Number != "ОФ030-479930" {
		t.Errorf("%+v, %v", due, err)
	}
}

// F316: a service is taken off and put back; what accounting has stays.
func TestRemoveService(t *testing.T) {
	k := newDesk(t)
	for range 2 {
		if err := contract.RemoveService(t.Context(), k.db, k.by, k.now(), k.org, k.services[0]); err != nil {
			t.Fatal(err)
		}
	}
	if s := k.service(0); !s.Deleted || s.DeletedName != k.by.Name {
		t.Errorf("%+v", s)
	}
	if _, err := contract.Ship(t.Context(), k.db, k.by, k.now(), k.order()); kindOf(err) != fault.Conflict {
		t.Errorf("a removed service was shipped: %v", err)
	}
	if err := contract.RestoreService(t.Context(), k.db, k.by, k.now(), k.org, k.services[0]); err != nil || k.service(0).Deleted {
		t.Fatal(err)
	}
	if n := k.count(`SELECT count(*) FROM audit_record WHERE action IN ('contract.remove_service', 'contract.restore_service')`); n != 2 {
		t.Errorf("%d records of two acts", n)
	}
	k.ship()
	if err := contract.RemoveService(t.Context(), k.db, k.by, k.now(), k.org, k.services[0]); kindOf(err) != fault.Conflict {
		t.Errorf("removed while accounting works: %v", err)
	}
}

// The statuses of the code are those of the table's CHECK.
func TestStatuses(t *testing.T) {
	k := newDesk(t)
	var check string
	if err := k.db.Plain().QueryRowContext(t.Context(), `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'shipment_status_check'`).Scan(&check); err != nil {
		t.Fatal(err)
	}
	for _, s := range contract.Statuses() {
		if !strings.Contains(check, "'"+string(s)+"'::text") {
			t.Errorf("%s is not in %s", s, check)
		}
		if kind, text := s.Chip(); kind == "" || text == "" {
			t.Errorf("%s has no chip", s)
		}
	}
	if n := strings.Count(check, "::text"); n < len(contract.Statuses()) || strings.Count(check, "'")/2 != len(contract.Statuses()) {
		t.Errorf("%d in %s", n, check)
	}
}

// НК РФ ст. 164 п. 4, rounded half up.
func TestVATOf(t *testing.T) {
	for _, c := range []struct {
		sum  int64
		code string
		want int64
	}{{104500, "22", 18844}, {122, "22", 22}, {1, "22", 0}, {3, "22", 1}, {120, "20", 20}, {110, "10", 10}, {100, "none", 0}, {100, "0", 0}, {105, "5", 5}, {107, "7", 7}, {0, "22", 0}} {
		if got := contract.VATOf(c.sum, c.code); got != c.want {
			t.Errorf("VAT %s in %d: %d, want %d", c.code, c.sum, got, c.want)
		}
	}
}
