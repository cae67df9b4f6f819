package notify_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/sms"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/notify"
)

// office is a partner with one case, and a simulated relay and gateway.
type office struct {
	t                         *testing.T
	db                        *db.DB
	partner, org, application int64
	world                     *sim.World
	letters                   *mail.Client
	texts                     *sms.Client
	at                        time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	o.partner = o.id(0, `INSERT INTO partner (name, inn) VALUES ('Ромашка-сервис', '7707083893') RETURNING id`)
	centre := o.id(0, `INSERT INTO centre (partner_id, name) VALUES (?, 'Тверская') RETURNING id`, o.partner)
	desk := o.id(0, `INSERT INTO employee (partner_id, centre_id, role, login, name) VALUES (?, ?, 'operator', 'lisa', 'Лиса Е. П.') RETURNING id`, o.partner, centre)
	o.org = o.id(o.partner, `INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) VALUES (?, 'legal', '7701234560', '1027700132195', 'ООО «Василёк»') RETURNING id`, o.partner)
	contract := o.id(o.partner, `INSERT INTO contract (partner_id, org_id, name, number, signed_on) VALUES (?, ?, 'Оферта', '1', '2026-11-01') RETURNING id`, o.partner, o.org)
	owner := o.id(o.partner, `INSERT INTO owner (partner_id, org_id, surname) VALUES (?, ?, 'Щукина') RETURNING id`, o.partner, o.org)
	o.application = o.id(o.partner, `INSERT INTO application (partner_id, number, org_id, contract_id, owner_id, centre_id, reason, status, status_at, created_at, created_by)
		VALUES (?, 'З-000431', ?, ?, ?, ?, 'first', 'issued', ?, ?, ?) RETURNING id`, o.partner, o.org, contract, owner, centre, o.at, o.at, desk)

	dir := t.TempDir()
	var err error
	if o.world, err = sim.NewWorld(sim.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- o.world.Mail.Serve(l) }()
	server := httptest.NewServer(o.world.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := o.world.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
	if o.letters, err = mail.New("smtp://"+l.Addr().String(), "desk@centre.example", o.now); err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile(filepath.Join(dir, "sms-token"))
	if err != nil {
		t.Fatal(err)
	}
	if o.texts, err = sms.New(http.MethodPost, server.URL+"/sms", strings.TrimSpace(string(token)), ""); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) now() time.Time { return o.at }

func (o *office) tx(partner int64, fn func(ctx context.Context, tx bun.IDB) error) {
	o.t.Helper()
	if err := o.db.Tx(o.t.Context(), partner, fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) id(partner int64, query string, args ...any) (id int64) {
	o.t.Helper()
	o.tx(partner, func(ctx context.Context, tx bun.IDB) error { return tx.NewRaw(query, args...).Scan(ctx, &id) })
	return id
}

func (o *office) about(key string) notify.About {
	return notify.About{Partner: o.partner, Org: o.org, Application: o.application, Key: key}
}

func (o *office) mail(key string) {
	o.t.Helper()
	o.tx(o.partner, func(ctx context.Context, tx bun.IDB) error {
		return notify.Mail(ctx, tx, o.at, notify.Letter{About: o.about(key), To: " anna@example.org ", Subject: "Сертификат готов", Body: "Приходите с паспортом."})
	})
}

func (o *office) code(key string, term time.Duration) {
	o.t.Helper()
	a := o.about(key)
	a.Secret, a.Term = true, term
	o.tx(o.partner, func(ctx context.Context, tx bun.IDB) error {
		return notify.SMS(ctx, tx, o.at, notify.Text{About: a, To: "8 (999) 123-45-67", Body: "Код 123456"})
	})
}

func (o *office) list() (list []notify.Notice) {
	o.t.Helper()
	o.tx(o.partner, func(ctx context.Context, tx bun.IDB) (err error) {
		list, err = notify.List(ctx, tx, o.partner, o.application)
		return err
	})
	return list
}

// send works the last notice's job once.
func (o *office) send() time.Duration {
	o.t.Helper()
	wait, err := notify.Send(o.t.Context(), o.db, o.letters, o.texts, o.now, job.Notify{Partner: o.partner, Notice: o.list()[0].ID})
	if err != nil {
		o.t.Fatal(err)
	}
	return wait
}

func (o *office) jobs() (args []string) {
	o.t.Helper()
	if err := o.db.Plain().NewRaw(`SELECT args::text FROM river_job WHERE kind = 'notify.send' ORDER BY id`).Scan(o.t.Context(), &args); err != nil {
		o.t.Fatal(err)
	}
	return args
}

// A letter told twice is stored, queued and sent once, under an id of its key.
func TestLetterIsSentOnce(t *testing.T) {
	o := newOffice(t)
	o.mail("ready:17")
	o.mail("ready:17")
	n := o.list()
	if len(n) != 1 || n[0].Recipient != "anna@example.org" || n[0].Status != "queued" || n[0].OrgID != o.org {
		t.Fatalf("%+v", n)
	}
	if jobs := o.jobs(); len(jobs) != 1 {
		t.Errorf("jobs %v", jobs)
	}
	for range 2 {
		if wait := o.send(); wait != 0 {
			t.Errorf("again in %s", wait)
		}
	}
	got, err := o.world.Mail.Letters(10)
	if err != nil || len(got) != 1 || got[0].Subject != "Сертификат готов" {
		t.Fatalf("%+v, %v", got, err)
	}
	if n := o.list()[0]; n.Status != "sent" || !n.SentAt.Equal(o.at) || n.Attempts != 1 || n.Body != "Приходите с паспортом." {
		t.Errorf("%+v", n)
	}
}

// A program killed after the relay took the letter sends the same one again:
// one Message-ID; the gateway delivers the same SMS id once.
func TestKilledBetweenSendingAndNoting(t *testing.T) {
	o := newOffice(t)
	forget := func() { // what a kill leaves behind: claimed, not noted
		o.tx(o.partner, func(ctx context.Context, tx bun.IDB) error {
			_, err := tx.ExecContext(ctx, `UPDATE notice SET status = 'queued', sent_at = NULL, next_at = ?, body = 'Код 123456'`, o.at.Add(time.Minute))
			return err
		})
	}
	o.mail("ready:17")
	o.send()
	forget()
	if wait := o.send(); wait != time.Minute {
		t.Errorf("within the lease: %s", wait)
	}
	o.at = o.at.Add(time.Minute)
	o.send()
	letters, err := o.world.Mail.Letters(10)
	if err != nil || len(letters) != 2 {
		t.Fatal(len(letters), err)
	}
	id := func(raw string) string {
		_, rest, _ := strings.Cut(raw, "Message-ID: ")
		line, _, _ := strings.Cut(rest, "\r\n")
		return line
	}
	if a, b := id(letters[0].Raw), id(letters[1].Raw); a == "" || a != b {
		t.Errorf("%q and %q", a, b)
	}
	o.code("code:1", 0)
	o.send()
	forget()
	o.at = o.at.Add(time.Minute)
	o.send()
	if got, err := o.world.SMS.Shorts(10); err != nil || len(got) != 1 || got[0].To != "+79991234567" || got[0].Text != "Код 123456" {
		t.Errorf("%+v, %v", got, err)
	}
}

// A code is never listed and forgotten once sent.
func TestSecret(t *testing.T) {
	o := newOffice(t)
	o.code("code:1", 0)
	if n := o.list()[0]; n.Body != "" || !n.Secret {
		t.Errorf("listed: %+v", n)
	}
	o.send()
	if got := o.id(o.partner, `SELECT count(*) FROM notice WHERE body <> ''`); got != 0 {
		t.Error("the code is still there")
	}
}

// Trouble outside: the notice waits, says why, and goes on, or is given up.
func TestTrouble(t *testing.T) {
	o := newOffice(t)
	turn := func(k state.Knobs) {
		if err := errors.Join(o.world.Mail.SetKnobs(k), o.world.SMS.SetKnobs(k)); err != nil {
			t.Fatal(err)
		}
	}
	turn(state.Knobs{Down: state.Busy})
	o.mail("ready:17")
	var waits []time.Duration
	for range 7 {
		wait := o.send()
		waits = append(waits, wait)
		o.at = o.at.Add(wait)
	}
	want := []time.Duration{2, 4, 8, 16, 32, 60, 60}
	for i := range want {
		want[i] *= time.Second
	}
	if d := cmp.Diff(want, waits); d != "" {
		t.Error(d)
	}
	if n := o.list()[0]; n.Status != "queued" || !strings.Contains(n.LastError, "Почтовый сервер") || !n.NextAt.Equal(o.at) {
		t.Errorf("%+v", n)
	}
	turn(state.Knobs{})
	o.send()
	if n := o.list()[0]; n.Status != "sent" || n.LastError != "" || n.Attempts != 8 {
		t.Errorf("repaired: %+v", n)
	}

	turn(state.Knobs{Refuse: "no such mailbox"})
	o.mail("ready:18")
	if wait := o.send(); wait != 0 {
		t.Errorf("refused: again in %s", wait)
	}
	if n := o.list()[0]; n.Status != "failed" || !strings.Contains(n.LastError, "Такого почтового адреса нет") || !n.SentAt.IsZero() {
		t.Errorf("refused: %+v", n)
	}

	turn(state.Knobs{Down: state.Busy})
	o.code("code:2", 3*time.Second)
	for range 3 { // after 2 s, at the last moment, given up
		o.at = o.at.Add(o.send())
	}
	if n := o.list()[0]; n.Status != "failed" || n.Attempts != 3 || !strings.Contains(n.LastError, "Не отправлено вовремя.") {
		t.Errorf("expired: %+v", n)
	}

	o.letters, o.texts = nil, nil
	o.mail("ready:19")
	if o.send(); !strings.Contains(o.list()[0].LastError, "Почта не подключена") {
		t.Errorf("%+v", o.list()[0])
	}
	o.code("code:3", 0)
	if o.send(); !strings.Contains(o.list()[0].LastError, "СМС не подключена") {
		t.Errorf("%+v", o.list()[0])
	}
}

// Eight workers on one notice hand it over once.
func TestManyWorkers(t *testing.T) {
	o := newOffice(t)
	o.mail("ready:17")
	args := job.Notify{Partner: o.partner, Notice: o.list()[0].ID}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := notify.Send(t.Context(), o.db, o.letters, o.texts, o.now, args); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := o.world.Mail.Letters(10); err != nil || len(got) != 1 {
		t.Errorf("%d letters, %v", len(got), err)
	}
}

// The notice lives and dies with the act, and belongs to one partner.
func TestTransactionAndWall(t *testing.T) {
	o := newOffice(t)
	stop := errors.New("the act failed")
	err := o.db.Tx(t.Context(), o.partner, func(ctx context.Context, tx bun.IDB) error {
		return errors.Join(notify.Mail(ctx, tx, o.at, notify.Letter{About: o.about("a"), To: "anna@example.org", Subject: "a", Body: "b"}), stop)
	})
	if !errors.Is(err, stop) || err.Error() != stop.Error() || len(o.list()) != 0 || len(o.jobs()) != 0 {
		t.Errorf("%v: %d notices, %d jobs", err, len(o.list()), len(o.jobs()))
	}
	o.mail("ready:17")
	other := o.id(0, `INSERT INTO partner (name, inn) VALUES ('Другой', '7707083893') RETURNING id`)
	o.tx(other, func(ctx context.Context, tx bun.IDB) error {
		if list, err := notify.List(ctx, tx, o.partner, o.application); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		return nil
	})
	_, err = notify.Send(t.Context(), o.db, o.letters, o.texts, o.now, job.Notify{Partner: other, Notice: o.list()[0].ID})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("another partner's notice: %v", err)
	}
	for _, to := range []string{"", "anna", "Анна <anna@example.org>", "a@b.example, c@d.example"} {
		err := notify.Mail(t.Context(), o.db.Plain(), o.at, notify.Letter{About: o.about("x"), To: to, Subject: "a", Body: "b"})
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Fields["email"] == "" {
			t.Errorf("%q: %v", to, err)
		}
	}
	if err := notify.SMS(t.Context(), o.db.Plain(), o.at, notify.Text{About: o.about("x"), To: "112", Body: "b"}); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"+79991234567": "+79991234567", "8 (999) 123-45-67": "+79991234567", "7 999 123 45 67": "+79991234567", "999‑123–4567": "+79991234567",
		"": "", "112": "", "+1 999 123 45 67": "", "+899912345678": "", "8999123456a": "",
	} {
		if got, ok := notify.Phone(in); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
}
