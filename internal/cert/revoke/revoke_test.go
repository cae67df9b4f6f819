package revoke_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/revoke"
	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/job"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// world is a case whose certificate a simulated authority has issued, reached
// over its real protocol.
type world struct {
	*casetest.Case
	t     *testing.T
	at    time.Time
	sim   *sim.World
	files *file.Store
	out   revoke.Outside
	c     *cert.Certificate
	cmp   *ca.Client
	roots []*gost.Certificate
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, at: time.Now()}
	now := func() time.Time { return w.at }
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	dir := t.TempDir()
	s, err := sim.NewWorld(sim.Options{Dir: dir, Now: now, BaseURL: server.URL, Visibility: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	w.sim, handler = s, s.Handler()
	t.Cleanup(func() { server.Close(); _ = s.Close() })
	w.turn(func(k *state.Knobs) { k.WaitSeconds = 0 })
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if w.roots, err = gost.ParseCertificates(read("ca-root.pem")); err != nil {
		t.Fatal(err)
	}
	w.cmp = ca.New(server.URL+"/ca/cmp", "console", strings.TrimSpace(string(read("cmp-secret"))), w.roots, now)
	w.out = revoke.Outside{Authorities: cert.Authorities{{Name: "ca", Roots: w.roots, Issuer: w.cmp}},
		Lists: revocation.New([]string{strings.TrimPrefix(server.URL, "http://")})}
	if w.files, err = file.NewStore(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	k := casetest.New(t, dbtest.New(t), now)
	w.Case = k.Client(orgtest.Romashka).Open().Approved().Prepare().Request()
	for {
		again, err := cert.AskCA(t.Context(), w.DB, w.out.Authorities, now, job.AskCA{Partner: w.By().PartnerID, Request: w.Load().Request.ID})
		if err != nil {
			t.Fatal(err)
		}
		if again == 0 {
			break
		}
		w.at = w.at.Add(again)
	}
	w.Look()
	if w.c = w.Load().Certificate; w.c == nil {
		t.Fatal("no certificate")
	}
	return w
}

// colleague is a second operator, who may approve as well.
func (w *world) colleague() {
	w.t.Helper()
	role := "supervisor"
	if _, err := w.DB.Plain().ExecContext(w.t.Context(), `INSERT INTO role_permission (partner_id, role, permission) SELECT ?, role, permission FROM role_permission WHERE partner_id IS NULL`, w.By().PartnerID); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.DB.Plain().ExecContext(w.t.Context(), `INSERT INTO role_permission (partner_id, role, permission) VALUES (?, ?, 'application.work')`, w.By().PartnerID, role); err != nil {
		w.t.Fatal(err)
	}
	e, err := staff.Load(w.t.Context(), w.DB, w.People[role].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.People[role] = e
}

func (w *world) turn(change func(*state.Knobs)) {
	w.t.Helper()
	k := w.sim.CA.Knobs()
	change(&k)
	if err := w.sim.CA.SetKnobs(k); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) ask(role string) (int64, error) {
	return revoke.Ask(w.t.Context(), w.DB, w.files, w.People[role], w.at, revoke.Wish{Certificate: w.c.ID, Reason: 1, Words: "Потерял носитель."})
}

func (w *world) asked() int64 {
	w.t.Helper()
	id, err := w.ask("operator")
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) approved() int64 {
	w.t.Helper()
	id := w.asked()
	if err := revoke.Approve(w.t.Context(), w.DB, w.People["reviewer"], w.at, id); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// follow runs the job once.
func (w *world) follow(id int64) time.Duration {
	w.t.Helper()
	again, err := revoke.Follow(w.t.Context(), w.DB, w.out, func() time.Time { return w.at }, job.Revoke{Partner: w.By().PartnerID, Revocation: id})
	if err != nil {
		w.t.Fatal(err)
	}
	return again
}

func (w *world) load(id int64) (v *revoke.Revocation) {
	w.t.Helper()
	err := w.DB.Read(w.t.Context(), w.By().PartnerID, func(ctx context.Context, tx db.Conn) (err error) {
		v, err = revoke.Find(ctx, tx, w.By().PartnerID, id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) refused(err error, kind fault.Kind, words string) {
	w.t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(fmt.Sprint(err, fault.As(err).Fields), words) {
		w.t.Errorf("got %v, want kind %d with %q", err, kind, words)
	}
}

// Asked, approved by another, revoked at the authority, seen on its list; the
// job run again at every step changes nothing.
func TestRevocation(t *testing.T) {
	w := newWorld(t)
	id := w.asked()
	if n := w.follow(id); n != 0 || w.sim.CA.Counters()["revoked"] != 0 {
		t.Error("sent before anybody has approved")
	}
	for range 2 {
		if err := revoke.Approve(t.Context(), w.DB, w.People["reviewer"], w.at, id); err != nil {
			t.Fatal(err)
		}
	}
	if again := w.follow(id); again == 0 || w.load(id).Status != revoke.Revoked {
		t.Fatalf("%v %+v", again, w.load(id))
	}
	if c := w.Load().Certificate; c.RevokedAt.IsZero() || w.sim.CA.Counters()["revoked"] != 1 {
		t.Errorf("%+v, %v", c, w.sim.CA.Counters())
	}
	if again := w.follow(id); again != 0 {
		t.Errorf("the list is asked again in %s: %s", again, w.load(id).StatusText)
	}
	v := w.load(id)
	if v.Status != revoke.Listed || v.ListedNumber == "" || !strings.HasSuffix(v.ListedFrom, "/ca/crl") || v.DecidedName == "" || v.AskedName == "" || v.Serial != w.c.Serial {
		t.Errorf("%+v", v)
	}
	w.follow(id)
	err := w.DB.Read(t.Context(), v.PartnerID, func(ctx context.Context, tx db.Conn) error {
		events, err := revoke.History(ctx, tx, v.PartnerID, id)
		if len(events) != 4 || events[0].ByName == "" || events[3].Text != "В списке отозванных. "+v.StatusText {
			t.Errorf("%+v", events)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	_, err = w.ask("operator")
	w.refused(err, fault.Conflict, "уже аннулирован")
}

// What was installed is nobody's active certificate after it is revoked.
func TestRevokedIsNotActive(t *testing.T) {
	w := newWorld(t)
	w.Install()
	choice := func() (c active.Choice) {
		t.Helper()
		if err := w.DB.Read(t.Context(), w.c.PartnerID, func(ctx context.Context, tx db.Conn) (err error) {
			c, err = active.Of(ctx, tx, w.c.PartnerID, w.c.OwnerID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	if choice().Issued != w.c.ID {
		t.Fatal("not active before")
	}
	w.follow(w.approved())
	if choice().Issued != 0 {
		t.Error("still active")
	}
}

func TestTroubles(t *testing.T) {
	w := newWorld(t)
	id := w.approved()
	wait := func(name, words string) {
		t.Helper()
		if again := w.follow(id); again == 0 || !strings.Contains(w.load(id).StatusText, words) {
			t.Errorf("%s: again in %s, %q", name, again, w.load(id).StatusText)
		}
	}
	all := w.out.Authorities
	w.out.Authorities = nil
	wait("not connected", "не подключён")
	w.out.Authorities = all
	w.turn(func(k *state.Knobs) { k.Down = "503" })
	wait("down", "не отвечает")
	w.turn(func(k *state.Knobs) { k.Down = ""; k.WrongSignature = true })
	wait("wrong MAC", "подлинности")
	w.turn(func(k *state.Knobs) { k.WrongSignature = false })
	if c := w.Load().Certificate; c.RevokedAt.IsZero() && w.load(id).Status != revoke.Approved {
		t.Error("revoked here without the authority's word")
	}
	w.follow(id)
	if w.load(id).Status != revoke.Revoked {
		t.Fatalf("%+v", w.load(id))
	}
	lists := func(change func(*state.Knobs)) {
		k := state.Knobs{}
		change(&k)
		if err := w.sim.CA.Lists.SetKnobs(k); err != nil {
			t.Fatal(err)
		}
	}
	lists(func(k *state.Knobs) { k.Down = "503" })
	wait("list down", "не получен")
	lists(func(k *state.Knobs) { k.WrongSignature = true })
	wait("list badly signed", "не этим УЦ")
	lists(func(k *state.Knobs) { k.Stale = true })
	w.follow(id) // a stale list that names it is as good as any, or is refused for its date
	lists(func(k *state.Knobs) {})
	w.at = w.at.Add(time.Hour)
	w.follow(id)
	if v := w.load(id); v.Status != revoke.Listed {
		t.Errorf("%+v", v)
	}
}

// The process dies after the authority has revoked and before that is noted
// here: the next run asks again, and revoked twice is revoked.
func TestKilledBetween(t *testing.T) {
	w := newWorld(t)
	id := w.approved()
	parsed, err := gost.ParseCertificate(w.c.DER)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmp.Revoke(t.Context(), []byte("another process!"), parsed, 1); err != nil {
		t.Fatal(err)
	}
	w.follow(id)
	if w.load(id).Status != revoke.Revoked || w.sim.CA.Counters()["revoked"] != 1 {
		t.Errorf("%+v %v", w.load(id), w.sim.CA.Counters())
	}
}

// An authority that does not revoke on demand says so, and a new application may follow.
func TestAuthorityRefuses(t *testing.T) {
	w := newWorld(t)
	est, err := ca.NewEST("http://127.0.0.1:1/est", "", "", nil, w.roots, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.out.Authorities[0].Issuer = est
	id := w.approved()
	if again := w.follow(id); again != 0 || w.load(id).Status != revoke.Refused || !strings.Contains(w.load(id).StatusText, "EST") {
		t.Errorf("%v %+v", again, w.load(id))
	}
	if !w.Load().Certificate.RevokedAt.IsZero() {
		t.Error("revoked here all the same")
	}
	if _, err := w.ask("operator"); err != nil {
		t.Error(err)
	}
}

// Who may do what, in which state, with which words.
func TestRights(t *testing.T) {
	w := newWorld(t)
	w.colleague()
	for _, role := range []string{"accountant", "auditor", "foreign operator"} {
		kind := fault.Forbidden
		if role == "foreign operator" {
			kind = fault.NotFound
		}
		_, err := w.ask(role)
		w.refused(err, kind, "")
	}
	for name, wish := range map[string]revoke.Wish{
		"reason": {Reason: 7, Words: "x"}, "words": {Reason: 1, Words: " "}, "base": {Reason: 1, Words: "x", Base: &revoke.Base{Name: "a.pdf", Content: []byte("MZ")}},
	} {
		wish.Certificate = w.c.ID
		_, err := revoke.Ask(t.Context(), w.DB, w.files, w.By(), w.at, wish)
		if f := fault.As(err); f == nil || f.Fields[name] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := revoke.Ask(t.Context(), w.DB, w.files, w.By(), w.at, revoke.Wish{Certificate: w.c.ID, Reason: 1, Words: strings.Repeat("ы", revoke.MaxWords+1)})
	w.refused(err, fault.Invalid, "500")
	id := w.asked()
	_, err = w.ask("supervisor")
	w.refused(err, fault.Conflict, "уже есть")
	w.refused(revoke.Approve(t.Context(), w.DB, w.By(), w.at, id), fault.Forbidden, "")
	w.refused(revoke.Approve(t.Context(), w.DB, w.People["foreign supervisor"], w.at, id), fault.NotFound, "")
	w.refused(revoke.Decline(t.Context(), w.DB, w.People["reviewer"], w.at, id, ""), fault.Invalid, "причину")
	w.refused(revoke.Withdraw(t.Context(), w.DB, w.People["supervisor"], w.at, id, "передумал"), fault.Forbidden, "другой сотрудник")
	if err := revoke.Decline(t.Context(), w.DB, w.People["reviewer"], w.at, id, "Нет документа."); err != nil {
		t.Fatal(err)
	}
	w.refused(revoke.Approve(t.Context(), w.DB, w.People["reviewer"], w.at, id), fault.Conflict, "Отклонена")
	w.refused(revoke.Withdraw(t.Context(), w.DB, w.By(), w.at, id, "поздно"), fault.Conflict, "Отозвать уже нельзя")

	// who asked does not approve, whatever his rights; he may take it back
	own, err := w.ask("supervisor")
	if err != nil {
		t.Fatal(err)
	}
	w.refused(revoke.Approve(t.Context(), w.DB, w.People["supervisor"], w.at, own), fault.Forbidden, "подали вы")
	if err := revoke.Withdraw(t.Context(), w.DB, w.People["supervisor"], w.at, own, "Носитель нашёлся."); err != nil {
		t.Fatal(err)
	}

	// the base document: with the form, later, another one
	with, err := revoke.Ask(t.Context(), w.DB, w.files, w.By(), w.at, revoke.Wish{Certificate: w.c.ID, Reason: 5, Words: "Уволен.", Base: &revoke.Base{Name: "приказ.pdf", Content: []byte("%PDF-1.4 x")}})
	if err != nil {
		t.Fatal(err)
	}
	if w.load(with).BaseName != "приказ.pdf" {
		t.Error(w.load(with).BaseName)
	}
	if err := revoke.Attach(t.Context(), w.DB, w.files, w.By(), w.at, with, revoke.Base{Name: "заявление.png", Content: []byte("\x89PNG\r\n\x1a\nx")}); err != nil || w.load(with).BaseName != "заявление.png" {
		t.Errorf("%v %s", err, w.load(with).BaseName)
	}
	w.refused(revoke.Attach(t.Context(), w.DB, w.files, w.People["accountant"], w.at, with, revoke.Base{Content: []byte("%PDF-")}), fault.Forbidden, "")

	// the list, page by page, and what waits
	err = w.DB.Read(t.Context(), w.By().PartnerID, func(ctx context.Context, tx db.Conn) error {
		live, err := revoke.Archive(ctx, tx, w.By().PartnerID, true, 0)
		all, err2 := revoke.Archive(ctx, tx, w.By().PartnerID, false, 0)
		older, err3 := revoke.Archive(ctx, tx, w.By().PartnerID, false, with)
		of, err4 := revoke.OfCertificate(ctx, tx, w.By().PartnerID, w.c.ID)
		n, err5 := revoke.Waiting(ctx, tx, w.By().PartnerID)
		if len(live) != 1 || live[0].ID != with || len(all) != 3 || len(older) != 2 || len(of) != 3 || n != 1 {
			t.Errorf("%d %d %d %d %d", len(live), len(all), len(older), len(of), n)
		}
		return errors.Join(err, err2, err3, err4, err5)
	})
	if err != nil {
		t.Error(err)
	}
}

// Two presses at once make one application.
func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t)
	w.colleague()
	done := make(chan error, 2)
	for _, role := range []string{"operator", "supervisor"} {
		go func() { _, err := w.ask(role); done <- err }()
	}
	first, second := <-done, <-done
	if (first == nil) == (second == nil) || !fault.Is(errors.Join(first, second), fault.Conflict) {
		t.Errorf("%v, %v", first, second)
	}
}

// The statuses of the code and of the table are the same.
func TestStatuses(t *testing.T) {
	schema, err := os.ReadFile("../../../migrations/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(schema, []byte("CREATE TABLE public.revocation ("))
	if at < 0 {
		t.Fatal("no table")
	}
	table := schema[at:]
	table = table[:bytes.Index(table, []byte(");\n"))]
	for _, s := range revoke.Statuses() {
		if !bytes.Contains(table, []byte("'"+string(s)+"'::text")) || s.RU() == "" || s.Chip() == "" {
			t.Errorf("%s", s)
		}
	}
}
