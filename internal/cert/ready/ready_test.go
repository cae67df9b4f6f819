package ready_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert/active"
	"signdesk/internal/cert/ready"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/org/orgtest"
)

// A good certificate is stored, asked about by OCSP, becomes valid and active,
// and everything is written down. F201, F204, F371, F374, F379.
func TestGoodCertificate(t *testing.T) {
	w := newWorld(t)
	id := w.loaded("valid")
	c := w.want(id, ready.Checking, false)
	if c.Limits != "" || c.CryptoType != ready.CryptoPlugin || c.LoadedName == "" || len(c.Checks) != 12 {
		t.Errorf("%+v", c)
	}
	if again := w.follow(id); again != 0 {
		t.Errorf("again after %s", again)
	}
	c = w.want(id, ready.Valid, true)
	if e := c.Evidence; e.Source != "ocsp" || !strings.Contains(e.Signer, "OCSP") || e.NextUpdate.IsZero() || len(e.SHA256) != 64 || !c.CheckedAt.Equal(w.at) || !c.NextAt.Equal(w.at.Add(24*time.Hour)) {
		t.Errorf("%+v", c)
	}
	d, err := c.Details()
	if err != nil || len(d.Chain) != 3 || !d.Chain[2].Root || len(d.Extensions) < 8 || len(d.Subject) < 6 {
		t.Errorf("%+v %v", d, err)
	}
	if n := w.number(`SELECT count(*) FROM audit_record WHERE action IN ('cert.load', 'cert.ready_valid')`); n != 2 {
		t.Errorf("%d records", n)
	}
	if n := w.number(`SELECT count(*) FROM ready_certificate_event WHERE certificate_id = ?`, id); n != 2 {
		t.Errorf("%d events", n)
	}
	w.follow(id) // the job run again
	w.want(id, ready.Valid, true)
	if n := w.number(`SELECT count(*) FROM ready_certificate_event WHERE certificate_id = ?`, id); n != 2 {
		t.Errorf("%d events after two runs", n)
	}
}

// Each rule refuses by its row, and nothing is stored. F201, F202, F376.
func TestRules(t *testing.T) {
	w := newWorld(t)
	for kind, want := range map[string]string{
		"soon": "dates", "expired": "dates", "early": "dates", "other": "person", "foreign": "authority", "unqualified": "qualified", "rsa": "algorithms", "silent": "revocation",
	} {
		_, j, err := w.load(w.made(kind), true)
		refused(t, err, fault.Invalid, "техническая проверка")
		if j == nil {
			t.Fatalf("%s: no judgement: %v", kind, err)
		}
		i := slices.IndexFunc(j.Checks, func(c ready.Check) bool { return c.Code == want })
		if c := j.Checks[i]; c.Kind != "stop" || c.Cure == "" {
			t.Errorf("%s: %+v", kind, j.Checks)
		}
	}
	for field, change := range map[string]func(){
		"snils":       func() { w.holder.SNILS = "11223344595" },
		"inn":         func() { w.holder.INN = "500100732259" },
		"application": func() { w.Open() },
	} {
		kept := w.holder
		change()
		_, j, err := w.load(w.made("valid"), true)
		refused(t, err, fault.Invalid, "техническая проверка")
		if j == nil || !slices.ContainsFunc(j.Checks, func(c ready.Check) bool { return c.Code == field && c.Kind == "stop" }) {
			t.Errorf("%s: %+v", field, j)
		}
		w.holder = kept
		w.Exec(`UPDATE application SET status = 'rejected'`)
	}
	u := w.made("valid")
	if _, _, err := w.load(u, true); err != nil {
		t.Fatal(err)
	}
	_, j, err := w.load(u, true) // F375: any number, but each once
	refused(t, err, fault.Invalid, "техническая проверка")
	if c := j.Checks[10]; c.Code != "twice" || !strings.Contains(c.Text, "уже загружен") {
		t.Errorf("%+v", c)
	}
	if n := w.number(`SELECT count(*) FROM ready_certificate`); n != 1 {
		t.Errorf("%d stored", n)
	}
}

// The limits are shown, ticked, and kept with who ticked them and when. F373.
func TestLimits(t *testing.T) {
	w := newWorld(t)
	u := w.made("limited")
	_, j, err := w.load(u, false)
	refused(t, err, fault.Invalid, "ограничения")
	if e := fault.As(err); e.Fields["understood"] == "" || j.Stopped() || len(j.Limits) != 1 || !strings.Contains(j.Limits[0], "отчётности в налоговые органы") {
		t.Errorf("%v %+v", err, j)
	}
	if n := w.number(`SELECT count(*) FROM ready_certificate`); n != 0 {
		t.Error("stored without the tick")
	}
	c, _, err := w.load(u, true)
	if err != nil {
		t.Fatal(err)
	}
	if c = w.find(c.ID); c.Limits != j.Limits[0] || c.ReaderName != w.By().Name || !c.LimitsReadAt.Equal(w.at) {
		t.Errorf("%+v", c)
	}
	var details string
	w.Tx(func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT details FROM audit_record WHERE action = 'cert.load'`).Scan(&details)
	})
	if !strings.Contains(details, "С условиями использования сертификата ознакомлен") || !strings.Contains(details, "отчётности") {
		t.Error(details)
	}
}

// Whoever answers is believed only when the answer is fresh and rightly signed;
// when nobody does, the certificate is not silently good. F204.
func TestRevocationSources(t *testing.T) {
	down, stale, wrong, drop, later := state.Knobs{Down: "503"}, state.Knobs{Stale: true}, state.Knobs{WrongSignature: true}, state.Knobs{Down: "drop"}, state.Knobs{Refuse: "занят"}
	for name, row := range map[string]struct {
		kind        string
		ocsp, lists state.Knobs
		want        ready.Status
		source      string
	}{
		"both answer":            {"valid", state.Knobs{}, state.Knobs{}, ready.Valid, "ocsp"},
		"OCSP down":              {"valid", down, state.Knobs{}, ready.Valid, "crl"},
		"OCSP stale":             {"valid", stale, state.Knobs{}, ready.Valid, "crl"},
		"OCSP of a stranger":     {"valid", wrong, state.Knobs{}, ready.Valid, "crl"},
		"OCSP says later":        {"valid", later, state.Knobs{}, ready.Valid, "crl"},
		"nobody":                 {"valid", down, drop, ready.Unchecked, ""},
		"both stale":             {"valid", stale, stale, ready.Unchecked, ""},
		"both badly signed":      {"valid", wrong, wrong, ready.Unchecked, ""},
		"revoked":                {"revoked", state.Knobs{}, state.Knobs{}, ready.Revoked, "ocsp"},
		"revoked, by the list":   {"revoked", down, state.Knobs{}, ready.Revoked, "crl"},
		"suspended":              {"held", state.Knobs{}, state.Knobs{}, ready.Held, "ocsp"},
		"suspended, by the list": {"held", down, state.Knobs{}, ready.Held, "crl"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.loaded(row.kind)
			w.turn(w.sim.CA.OCSP, row.ocsp)
			w.turn(w.sim.CA.Lists, row.lists)
			again := w.follow(id)
			c := w.want(id, row.want, row.want == ready.Valid)
			if c.Evidence.Source != row.source || (again > 0) != (row.want == ready.Unchecked) {
				t.Errorf("source %q, again %s: %s", c.Evidence.Source, again, c.StatusText)
			}
			if row.want != ready.Unchecked {
				return
			}
			refused(t, ready.Choose(t.Context(), w.DB, w.By(), w.at, id, active.Ref{}), fault.Conflict, "только действительный")
			w.turn(w.sim.CA.OCSP, state.Knobs{})
			for range 20 { // the job goes on by itself
				if again == 0 {
					break
				}
				w.at = w.at.Add(again)
				again = w.follow(id)
			}
			w.want(id, ready.Valid, true)
			if n := w.number(`SELECT count(*) FROM notice WHERE body LIKE '%Действительный%'`); n != 0 { // the colleague of the tests has no address
				t.Errorf("%d letters", n)
			}
		})
	}
}

// A valid certificate is asked about every day: what its authority does later
// counts, people are told, and it is never active a moment longer.
func TestLaterTroubles(t *testing.T) {
	w := newWorld(t)
	w.Exec(`SELECT 1`)
	id := w.loaded("valid")
	w.follow(id)
	serial := w.want(id, ready.Valid, true).Serial
	revoke := func(reason int) {
		t.Helper()
		if err := w.sim.CA.Revoke(serial, reason); err != nil {
			t.Fatal(err)
		}
	}
	next := func() {
		t.Helper()
		w.at = w.at.Add(25 * time.Hour)
		if err := ready.Due(t.Context(), w.DB, w.at, w.By().PartnerID); err != nil {
			t.Fatal(err)
		}
		if n := w.number(`SELECT count(*) FROM river_job WHERE kind = 'cert.check_ready' AND state = 'available'`); n != 1 {
			t.Errorf("%d jobs", n)
		}
		w.follow(id)
	}
	revoke(6)
	next()
	w.want(id, ready.Held, false)
	revoke(8)
	next()
	w.want(id, ready.Valid, false) // lives again; a person chooses
	if err := ready.Choose(t.Context(), w.DB, w.By(), w.at, id, active.Ref{}); err != nil {
		t.Fatal(err)
	}
	w.turn(w.sim.CA.OCSP, state.Knobs{Down: "503"})
	w.turn(w.sim.CA.Lists, state.Knobs{Down: "503"})
	next()
	w.want(id, ready.Valid, true) // a day of silence is nothing yet
	for range 3 {
		next()
	}
	w.want(id, ready.Unchecked, false)
	w.turn(w.sim.CA.OCSP, state.Knobs{})
	revoke(1)
	next()
	c := w.want(id, ready.Revoked, false)
	if c.Evidence.Reason != 1 || !c.NextAt.IsZero() {
		t.Errorf("%+v", c)
	}
	if n := w.number(`SELECT count(*) FROM notice WHERE recipient = 'owner@romashka.test'`); n != 1 { // suspended; unknown and revoked from unknown are the desk's matter
		t.Errorf("%d letters to the owner", n)
	}
	refused(t, ready.AskAgain(t.Context(), w.DB, w.By(), w.at, id), fault.Conflict, "Аннулирован")
	late := w.loaded("valid")
	w.follow(late)
	w.want(late, ready.Valid, true)
	w.rules.Trust = ready.NewTrust(nil) // the administrator has taken the authority out
	w.at = w.at.Add(25 * time.Hour)
	w.follow(late)
	w.want(late, ready.Untrusted, false)
	w.at = w.at.AddDate(1, 0, 0)
	w.follow(late)
	w.want(late, ready.Expired, false)
}

// The last loaded one is active, a person may choose another, and two people
// never overwrite one another's choice. F374, F377.
func TestActive(t *testing.T) {
	w := newWorld(t)
	first, second := w.loaded("valid"), w.loaded("valid")
	w.follow(second)
	w.follow(first) // its answer is later, but it was loaded earlier
	w.want(first, ready.Valid, false)
	w.want(second, ready.Valid, true)
	choose := func(id, seen int64) error {
		return ready.Choose(t.Context(), w.DB, w.By(), w.at, id, active.Ref{Ready: seen})
	}
	refused(t, choose(first, 0), fault.Conflict, "Активным уже стал новый сертификат")
	for range 2 { // pressed twice
		if err := choose(first, second); err != nil {
			t.Fatal(err)
		}
	}
	w.want(first, ready.Valid, true)
	w.want(second, ready.Valid, false)
	refused(t, choose(second, 0), fault.Conflict, w.By().Name)
	w.at = w.at.Add(time.Hour)
	third := w.loaded("valid")
	w.at = w.at.Add(time.Minute)
	if err := choose(second, first); err != nil { // a choice made after the loading stands
		t.Fatal(err)
	}
	w.follow(third)
	w.want(second, ready.Valid, true)
	w.want(third, ready.Valid, false)
	fourth := w.loaded("valid")
	w.at = w.at.Add(time.Minute)
	w.follow(fourth)
	w.want(fourth, ready.Valid, true)
	// the database itself: one active of an owner, and only a valid one
	err := w.DB.Tx(t.Context(), w.By().PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE ready_certificate SET status = 'revoked' WHERE id = ?`, fourth)
		return err
	})
	if err == nil {
		t.Error("an active certificate was made revoked behind the back of its choice")
	}
	if n := w.number(`SELECT count(*) FROM active_certificate`); n != 1 {
		t.Errorf("%d active", n)
	}
}

// F378: only cpPlugin and cpPluginEx, and nobody's change is lost.
func TestCryptoType(t *testing.T) {
	w := newWorld(t)
	id := w.loaded("valid")
	set := func(version int, code string) error {
		return ready.SetCryptoType(t.Context(), w.DB, w.By(), w.at, id, version, code)
	}
	refused(t, set(1, "dss"), fault.Invalid, "штампы времени")
	refused(t, set(7, ready.CryptoPluginEx), fault.Conflict, "другой сотрудник")
	for range 2 {
		if err := set(1, ready.CryptoPluginEx); err != nil {
			t.Fatal(err)
		}
	}
	if c := w.find(id); c.CryptoType != ready.CryptoPluginEx || c.Version != 2 {
		t.Errorf("%s %d", c.CryptoType, c.Version)
	}
	w.Exec(`UPDATE ready_certificate SET crypto_type = 'other' WHERE id = ?`, id)
	refused(t, set(2, ready.CryptoPlugin), fault.Conflict, "только у сертификатов cpPlugin и cpPluginEx")
}

// A queue at the desk fetches a list once; an answer is asked for again when a
// person presses.
func TestAnswersAreKept(t *testing.T) {
	w := newWorld(t)
	w.turn(w.sim.CA.OCSP, state.Knobs{Down: "503"})
	for range 3 {
		w.follow(w.loaded("valid"))
	}
	if lists := w.asked["/ca/crl"].Load(); lists != 1 {
		t.Errorf("the list was fetched %d times", lists)
	}
	w.turn(w.sim.CA.OCSP, state.Knobs{})
	id := w.loaded("valid")
	w.follow(id)
	asked := w.asked["/ca/ocsp"].Load()
	w.at = w.at.Add(time.Minute)
	w.follow(id)
	if n := w.asked["/ca/ocsp"].Load(); n != asked {
		t.Errorf("asked %d times in a minute", n-asked)
	}
	if err := w.sim.CA.Revoke(w.find(id).Serial, 1); err != nil {
		t.Fatal(err)
	}
	if err := ready.AskAgain(t.Context(), w.DB, w.By(), w.at, id); err != nil {
		t.Fatal(err)
	}
	w.follow(id)
	w.want(id, ready.Revoked, false)
	if bad := w.number(`SELECT count(*) FROM revocation_answer WHERE body IS NOT NULL AND next_update IS NULL`); bad != 0 {
		t.Error("kept without an end")
	}
	for days, want := range []int{5, 0} { // a list and four answers, then none
		if err := ready.Forget(t.Context(), w.DB, w.at.AddDate(0, 0, 40*days)); err != nil {
			t.Fatal(err)
		}
		if n := w.number(`SELECT count(*) FROM revocation_answer`); n != want {
			t.Errorf("%d answers are kept, want %d", n, want)
		}
	}
}

// Killed while the authority is being asked: the next run asks, and the end is
// the same.
func TestKilledWhileAsking(t *testing.T) {
	w := newWorld(t)
	id := w.loaded("valid")
	w.turn(w.sim.CA.OCSP, state.Knobs{SlowSeconds: 1})
	w.turn(w.sim.CA.Lists, state.Knobs{SlowSeconds: 1})
	ctx, kill := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer kill()
	if _, err := followIn(ctx, w, id); err == nil {
		t.Error("an answer came out of a killed run")
	}
	w.want(id, ready.Checking, false)
	w.turn(w.sim.CA.OCSP, state.Knobs{})
	w.turn(w.sim.CA.Lists, state.Knobs{})
	w.at = w.at.Add(2 * time.Minute) // the killed one's right to ask has run out
	w.follow(id)
	w.want(id, ready.Valid, true)
}

// Who works at the desk and nobody else; another partner's certificate is not found.
func TestRights(t *testing.T) {
	w := newWorld(t)
	id := w.loaded("valid")
	w.follow(id)
	verbs := map[string]func(role string) error{
		"load": func(role string) error {
			_, _, err := loadBy(w, w.People[role], w.made("valid"))
			return err
		},
		"choose": func(role string) error {
			return ready.Choose(t.Context(), w.DB, w.People[role], w.at, id, active.Ref{Ready: id})
		},
		"crypto": func(role string) error {
			return ready.SetCryptoType(t.Context(), w.DB, w.People[role], w.at, id, 1, ready.CryptoPluginEx)
		},
		"ask": func(role string) error { return ready.AskAgain(t.Context(), w.DB, w.People[role], w.at, id) },
	}
	for name, verb := range verbs {
		for _, role := range orgtest.Roles {
			if err := verb(role); fault.Is(err, fault.Forbidden) == (role == "operator") {
				t.Errorf("%s by %s: %v", name, role, err)
			}
		}
		refused(t, verb("foreign operator"), fault.NotFound, "")
	}
	err := w.DB.Read(t.Context(), w.People["foreign operator"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM ready_certificate) + (SELECT count(*) FROM active_certificate) + (SELECT count(*) FROM ready_certificate_event)`).Scan(&n); err != nil || n != 0 {
			t.Errorf("another partner sees %d rows, %v", n, err)
		}
		_, err := ready.Find(ctx, tx, w.People["foreign operator"].PartnerID, id)
		return err
	})
	refused(t, err, fault.NotFound, "")
}

// The statuses of the code are those of the table's CHECK, and each has words.
func TestStatuses(t *testing.T) {
	w := newWorld(t)
	var def string
	w.Tx(func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'ready_certificate'::regclass AND conname = 'ready_certificate_status_check'`).Scan(&def)
	})
	var there []ready.Status
	for _, m := range regexp.MustCompile(`'([a-z]+)'`).FindAllStringSubmatch(def, -1) {
		there = append(there, ready.Status(m[1]))
	}
	slices.Sort(there)
	ours := ready.Statuses()
	slices.Sort(ours)
	if !slices.Equal(there, ours) {
		t.Errorf("%v, the table has %v", ours, there)
	}
	for _, s := range ours {
		if s.RU() == "" {
			t.Errorf("%s has no words", s)
		}
		if s.Can(ready.Checking) {
			t.Errorf("%s begins again", s)
		}
	}
}
