package worker_test

import (
	"context"
	"encoding/pem"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/sim"
	people "signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
	"signdesk/internal/worker"
)

// outside starts the world and connects the jobs to it, as the program does.
func outside(t *testing.T, who people.Person) (*sim.World, worker.Outside) {
	t.Helper()
	dir := t.TempDir()
	w, err := sim.NewWorld(sim.Options{Dir: dir, BaseURL: "http://127.0.0.1", People: []people.Person{who}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	quick := state.Knobs{WaitSeconds: 0.2}
	for name, set := range map[string]func(state.Knobs) error{"smev": w.SMEV.SetKnobs, "ca": w.CA.SetKnobs, "onec": w.OneC.SetKnobs} {
		if err := set(quick); err != nil {
			t.Fatal(name, err)
		}
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	certificates := func(name string) []*gost.Certificate {
		list, err := gost.ParseCertificates(read(name))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	line := func(name string) string { return strings.TrimSpace(string(read(name))) }
	block, _ := pem.Decode(read("smev-client.key.pem"))
	if block == nil {
		t.Fatal("the client's key is not PEM")
	}
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	roots := certificates("ca-root.pem")
	return w, worker.Outside{
		SMEV: &smev.Client{BaseURL: server.URL + "/smev", Version: "1.1", Signer: key, Certificate: certificates("smev-client.cert.pem")[0],
			Trusted: certificates("smev-ca.pem"), SignerName: "СМЭВ (учебная)"},
		OneC: onec.New(server.URL+"/onec", line("onec-token")), CA: cert.Authorities{{Name: "ca", Roots: roots, Issuer: ca.New(server.URL+"/ca/cmp", "console", line("cmp-secret"), roots, time.Now)}},
		Cases: issuance.Rules{ExtractAge: 30 * 24 * time.Hour},
	}
}

// The main job end to end: the nine steps of product.md on a real database,
// with the real worker and the outside world behind its real protocols. Only
// the carrier is a key in memory. The queue is stopped and started midway.
func TestNineSteps(t *testing.T) {
	d := dbtest.New(t)
	now := func() time.Time { return time.Now().UTC() }
	desk := casetest.New(t, d, now)
	firm := orgtest.Romashka
	firm.Extracted = now().AddDate(0, 0, -3).Format(time.DateOnly)
	world, out := outside(t, people.Person{SNILS: casetest.SNILS(firm.Surname), INN: casetest.INN(firm.Surname), Surname: firm.Surname, Name: firm.Name,
		Patronymic: firm.Patronymic, BirthDate: casetest.Born(now()).Format(time.DateOnly), PassportSeries: "4510", PassportNumber: "123456"})
	start := func() *worker.Worker {
		t.Helper()
		w, err := worker.Start(t.Context(), worker.Deps{DB: d, Files: desk.Files, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Now: now, Outside: out})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	stop := func(w *worker.Worker) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := w.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
	w := start()
	defer func() { stop(w) }()

	client := desk.Client(firm) // 1. the organisation and its contract
	by := desk.By()
	id, err := issuance.Open(t.Context(), d, by, now(), client.Owner)
	must(t, err)
	c := &casetest.Case{Client: client, ID: id}
	is := func(s issuance.Status) func(*issuance.View) bool {
		return func(v *issuance.View) bool { return v.Status == s }
	}
	wait := func(what string, ok func(*issuance.View) bool) *issuance.View {
		t.Helper()
		var v *issuance.View
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			v, err = issuance.Show(t.Context(), d, by, now(), out.Cases, id, "")
			must(t, err)
			if ok(v) {
				return v
			}
		}
		t.Fatalf("in vain waited that %s: %s, step %s: %s", what, v.Status, v.Open.Name, v.Open.Text)
		return nil
	}

	client.Drop(firm, true)              // 2. the extract
	for _, k := range owner.CheckKinds { // 3. passport, SNILS, INN
		_, err := owner.Ask(t.Context(), d, by, now(), client.Owner, k)
		must(t, err)
	}
	v := wait("the checks are positive", is(issuance.Approved))

	order := c.Order(cert.ProfilesFor(now(), v.Org, v.Owner)[0].Code) // 4. the request
	must(t, issuance.Prepare(t.Context(), d, by, now(), out.Cases, id, order))
	stop(w) // the page may be closed, the program too
	place := cert.Desk{Origin: "http://example.com", Pairing: casetest.Pairing}
	env, err := issuance.RequestOperation(t.Context(), d, by, now(), out.Cases, id, place)
	must(t, err)
	operation, csr, key := casetest.Sign(t, env)
	must(t, issuance.AcceptRequest(t.Context(), d, by, now(), out.Cases, id, operation, csr))
	w = start()
	v = wait("the CA issues", is(issuance.Issued)) // 5. the CA

	env, err = issuance.InstallOperation(t.Context(), d, by, now(), out.Cases, id, place) // 6. onto the carrier
	must(t, err)
	p := casetest.Read(t, env)
	parsed, err := gost.ParseCertificate(p.Install.Certificate)
	must(t, err)
	if !parsed.PublicKey.Equal(&key.PublicKey) {
		t.Fatal("the certificate is not on the carrier's key")
	}
	must(t, cert.Installed(t.Context(), d, by, now(), v.Certificate.ID, p.ID, p.Install.PublicKey))

	must(t, cert.Register(t.Context(), d, by, now(), smev.ESIATest, v.Certificate.ID)) // 7. ESIA
	wait("ESIA registers", func(v *issuance.View) bool { return v.Registration.Status == "succeeded" })

	must(t, cert.PrintReceipt(t.Context(), d, desk.Files, by, now(), v.Number, v.Certificate.ID)) // 8. the receipt
	must(t, cert.ConfirmReceipt(t.Context(), d, by, now(), v.Certificate.ID))
	wait("the case is done", is(issuance.Done))

	shipment, err := contract.Ship(t.Context(), d, by, now(), contract.Order{Org: client.Org, Contract: client.Contract, Services: []int64{client.Service}, Application: id}) // 9. accounting
	must(t, err)
	wait("documents come", func(v *issuance.View) bool { return v.Shipment.Status == contract.DocumentsReady })
	must(t, contract.Acknowledge(t.Context(), d, by, now(), client.Org, shipment))
	v = wait("every step is done", func(v *issuance.View) bool { return issuance.Current(v.Steps).State == issuance.StepDone })

	for _, s := range v.Steps {
		if s.State != issuance.StepDone {
			t.Errorf("step %s: %s", s.Name, s.State)
		}
	}
	if n := world.CA.Counters()["issued"]; n != 1 {
		t.Errorf("the CA has issued %d certificates", n)
	}
	if n := world.SMEV.Registrations()[v.Certificate.Serial]; n != 1 {
		t.Errorf("ESIA has %d registrations", n)
	}
	if orders := world.CA.Orders(5); len(orders) != 1 || orders[0].State != "confirmed" {
		t.Errorf("the CA does not know that its certificate has come: %+v", orders)
	}
	desk.Tx(func(ctx context.Context, tx bun.IDB) error {
		n, err := audit.Verify(ctx, tx, by.PartnerID)
		if err == nil && n < 20 {
			t.Errorf("the journal has %d records", n)
		}
		return err
	})
	var failed int
	must(t, d.Plain().QueryRowContext(t.Context(), `SELECT count(*) FROM river_job WHERE errors IS NOT NULL`).Scan(&failed))
	if failed != 0 {
		t.Errorf("%d jobs have failed on the way", failed)
	}
}

func must(t *testing.T, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}
