package ready_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert/ready"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/ca"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/job"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// world is a desk with a client, and the authority whose certificates he brings.
type world struct {
	*casetest.Client
	sim    *sim.World
	holder ca.Holder // the client's owner
	rules  ready.Rules
	client *revocation.Client
	asked  map[string]*atomic.Int32 // requests by path
	at     time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{at: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), asked: map[string]*atomic.Int32{"/ca/crl": {}, "/ca/ocsp": {}}}
	w.Client = casetest.New(t, dbtest.New(t), func() time.Time { return w.at }).Client(orgtest.Romashka)
	var handler http.Handler
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if n := w.asked[r.URL.Path]; n != nil {
			n.Add(1)
		}
		handler.ServeHTTP(rw, r)
	}))
	address, dir := server.Listener.Addr().String(), t.TempDir()
	var err error
	if w.sim, err = sim.NewWorld(sim.Options{Dir: dir, Now: func() time.Time { return w.at }, BaseURL: "http://" + address}); err != nil {
		t.Fatal(err)
	}
	handler = w.sim.Handler()
	server.Config.ErrorLog = nil
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := w.sim.Close(); err != nil {
			t.Error(err)
		}
	})
	accredited, err := os.ReadFile(filepath.Join(dir, "accredited-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := gost.ParseCertificates(accredited)
	if err != nil {
		t.Fatal(err)
	}
	w.rules = ready.Rules{Trust: ready.NewTrust(all), MaxBytes: 100 << 10, MinLeft: 30 * 24 * time.Hour, Recheck: 24 * time.Hour}
	w.client = revocation.New([]string{address})
	w.holder = ca.Holder{Surname: "Петров", Name: "Иван", Patronymic: "Иванович", SNILS: casetest.SNILS("Петров"), INN: casetest.INN("Петров")}
	return w
}

// made is a ready certificate of the simulator's.
func (w *world) made(kind string) ready.Upload {
	w.Helper()
	content, file, err := w.sim.CA.Ready(kind, w.holder)
	if err != nil {
		w.Fatal(err)
	}
	return ready.Upload{Name: file, Content: content}
}

func (w *world) load(u ready.Upload, understood bool) (*ready.Certificate, *ready.Judgement, error) {
	return issuance.LoadReady(w.Context(), w.DB, w.By(), w.at, w.rules, ready.Loading{Owner: w.Owner, Upload: u, Understood: understood})
}

// loaded is a certificate of the kind, stored and not yet asked about.
func (w *world) loaded(kind string) int64 {
	w.Helper()
	c, j, err := w.load(w.made(kind), true)
	if err != nil {
		w.Fatalf("%s: %v %+v", kind, err, j)
	}
	return c.ID
}

// follow runs the job once.
func (w *world) follow(id int64) time.Duration {
	w.Helper()
	again, err := ready.Follow(w.Context(), w.DB, w.client, w.rules, w.at, job.CheckReady{Partner: w.By().PartnerID, Certificate: id})
	if err != nil {
		w.Fatal(err)
	}
	return again
}

func (w *world) find(id int64) (c *ready.Certificate) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx bun.IDB) (err error) {
		c, err = ready.Find(ctx, tx, w.By().PartnerID, id)
		return err
	})
	return c
}

// want checks status and activity.
func (w *world) want(id int64, status ready.Status, active bool) *ready.Certificate {
	w.Helper()
	c := w.find(id)
	if c.Status != status || c.Active != active {
		w.Errorf("%s, active %v: want %s, %v (%s)", c.Status, c.Active, status, active, c.StatusText)
	}
	return c
}

func (w *world) turn(system *state.System, k state.Knobs) {
	w.Helper()
	if err := system.SetKnobs(k); err != nil {
		w.Fatal(err)
	}
}

func (w *world) number(query string, args ...any) (n int) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx bun.IDB) error { return tx.QueryRowContext(ctx, query, args...).Scan(&n) })
	return n
}

func refused(t *testing.T, err error, kind fault.Kind, words string) {
	t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want kind %d with %q", err, kind, words)
	}
}

func followIn(ctx context.Context, w *world, id int64) (time.Duration, error) {
	return ready.Follow(ctx, w.DB, w.client, w.rules, w.at, job.CheckReady{Partner: w.By().PartnerID, Certificate: id})
}

func loadBy(w *world, by *staff.Employee, u ready.Upload) (*ready.Certificate, *ready.Judgement, error) {
	return issuance.LoadReady(w.Context(), w.DB, by, w.at, w.rules, ready.Loading{Owner: w.Owner, Upload: u})
}
