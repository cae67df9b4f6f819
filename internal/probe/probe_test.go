package probe_test

import (
	"context"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/probe"
	"signdesk/internal/staff"
)

// world is the simulated outside and a client of its SMEV.
type world struct {
	*testing.T
	d      *db.DB
	people map[string]*staff.Employee
	sim    *sim.World
	dir    string
	url    string
	s      probe.Systems
	ahead  time.Duration // of our clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, d: dbtest.New(t), dir: t.TempDir()}
	w.people = orgtest.Staff(t, w.d)
	var err error
	if w.sim, err = sim.NewWorld(sim.Options{Dir: w.dir}); err != nil {
		t.Fatal(err)
	}
	outside := httptest.NewServer(w.sim.Handler())
	t.Cleanup(func() { outside.Close(); _ = w.sim.Close() })
	w.url = outside.URL
	key, _, err := gost.ReadPrivateKey(w.file("smev-client.key.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	w.s = probe.Systems{Address: map[string]string{probe.SMEV: w.url + "/smev"}, SMEV: &smev.Client{BaseURL: w.url + "/smev", Signer: key, Certificate: w.cert("smev-client.cert.pem"),
		Trusted: []*gost.Certificate{w.cert("smev-ca.pem")}, SignerName: "СМЭВ (учебная)", Now: w.now, Keep: exchange.Keep}}
	return w
}

func (w *world) now() time.Time { return time.Now().Add(w.ahead) }

func (w *world) file(name string) []byte {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func (w *world) cert(name string) *gost.Certificate {
	w.Helper()
	list, err := gost.ParseCertificates(w.file(name))
	if err != nil {
		w.Fatal(err)
	}
	return list[0]
}

// try runs one test of the system and returns its steps by part.
func (w *world) try(system string) map[string]probe.Step {
	w.Helper()
	by := w.people["admin"]
	if err := probe.Start(w.Context(), w.d, by, w.now(), system); err != nil {
		w.Fatal(err)
	}
	last := w.last(system)
	if !last.Running(w.now()) {
		w.Fatal("it does not run")
	}
	if err := probe.Run(w.Context(), w.d, w.s, w.now, job.TestConnection{Partner: by.PartnerID, Test: last.ID}); err != nil {
		w.Fatal(err)
	}
	if last = w.last(system); last.FinishedAt.IsZero() {
		w.Fatal("it has not ended")
	}
	steps := map[string]probe.Step{}
	for _, s := range last.Steps {
		steps[s.Part] = s
		if s.Verdict == probe.Bad && s.Cure == "" || s.Text == "" {
			w.Errorf("%s: no cure or no words: %+v", s.Part, s)
		}
	}
	return steps
}

func (w *world) last(system string) *probe.Test {
	w.Helper()
	all, err := probe.Last(w.Context(), w.d, w.people["admin"])
	if err != nil || all[system] == nil {
		w.Fatalf("no test: %v", err)
	}
	return all[system]
}

// The part that fails is the one that is named, with the simulator's knobs.
func TestSMEVSelfTest(t *testing.T) {
	w := newWorld(t)
	knobs := func(k state.Knobs) func() {
		return func() {
			if err := w.sim.SMEV.SetKnobs(k); err != nil {
				t.Fatal(err)
			}
		}
	}
	good := w.s.SMEV
	fresh := func(change func(c *smev.Client)) func() { // a client must not be copied after its first call
		return func() {
			w.s.SMEV = &smev.Client{BaseURL: good.BaseURL, Signer: good.Signer, Certificate: good.Certificate, Trusted: good.Trusted, SignerName: good.SignerName, Now: w.now, Keep: exchange.Keep}
			change(w.s.SMEV)
		}
	}
	other, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	hole, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hole.Close() // nobody listens there now
	silent := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "нет такой страницы", http.StatusNotFound)
	}))
	defer silent.Close()
	page := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("<html>")) }))
	defer page.Close()
	address := func(url string) func() {
		return func() {
			w.s.Address[probe.SMEV] = url
			fresh(func(c *smev.Client) { c.BaseURL = url })()
		}
	}
	for _, row := range []struct {
		name string
		do   func()
		part string
		want probe.Verdict
		text string
	}{
		{"all is well", func() {}, "Наша подпись", probe.Good, "приняла"},
		{"no answers yet", func() {}, "Подпись СМЭВ", probe.Note, "ещё не было"},
		{"no TLS", func() {}, "TLS", probe.Note, "без TLS"},
		{"nobody polls", func() {}, "Очередь ответов", probe.Doubt, "ни разу"},
		{"down", knobs(state.Knobs{Down: state.Busy}), "HTTP", probe.Bad, "503"},
		{"cut", knobs(state.Knobs{Down: state.Drop}), "HTTP", probe.Bad, "не ответил"},
		{"after trouble what follows is skipped", func() {}, "Наша подпись", probe.Skipped, "Сначала"},
		{"up again", knobs(state.Knobs{}), "HTTP", probe.Good, ""},
		{"key of another certificate", fresh(func(c *smev.Client) { c.Signer = other }), "Ключ подписи", probe.Bad, "не от этого"},
		{"certificate unknown to SMEV", fresh(func(c *smev.Client) { c.Signer, c.Certificate = w.stranger() }), "Наша подпись", probe.Bad, "не приняла подпись"},
		{"nobody is trusted", fresh(func(c *smev.Client) { c.Trusted = nil }), "Доверенные сертификаты", probe.Bad, "Ни одного"},
		{"clock an hour ahead", func() { w.ahead = time.Hour; fresh(func(*smev.Client) {})() }, "Часы", probe.Bad, "59 мин|60 мин"},
		{"clock right", func() { w.ahead = 0; fresh(func(*smev.Client) {})() }, "Часы", probe.Good, "0 с|1 с"},
		{"no such name", address("http://no-such-host.invalid/smev"), "Имя узла", probe.Bad, "не найдено"},
		{"nobody listens", address("http://" + hole.Addr().String() + "/smev"), "Порт", probe.Bad, "отказал"},
		{"no such page", address(silent.URL), "HTTP", probe.Bad, "404"},
		{"a page, not SOAP", address(page.URL), "Ответ SOAP", probe.Bad, ""},
		{"https on a plain port", address(strings.Replace(w.url, "http:", "https:", 1)), "TLS", probe.Bad, "не договорился"},
		{"not an address", address("smev.example"), "Адрес", probe.Bad, "неверно"},
		{"not connected", func() { delete(w.s.Address, probe.SMEV) }, "Адрес", probe.Bad, "не подключена"},
	} {
		row.do()
		got := w.try(probe.SMEV)[row.part]
		found := false
		for words := range strings.SplitSeq(row.text, "|") {
			found = found || strings.Contains(got.Text, words)
		}
		if got.Verdict != row.want || !found {
			t.Errorf("%s: %s is %q %q, want %q %q", row.name, row.part, got.Verdict, got.Text, row.want, row.text)
		}
	}
}

// stranger is a key whose certificate SMEV has not heard of.
func (w *world) stranger() (*gost.PrivateKey, *gost.Certificate) {
	w.Helper()
	dir := w.TempDir()
	second, err := sim.NewWorld(sim.Options{Dir: dir})
	if err != nil {
		w.Fatal(err)
	}
	defer second.Close()
	b, err := os.ReadFile(filepath.Join(dir, "smev-client.key.pem"))
	if err != nil {
		w.Fatal(err)
	}
	block, _ := pem.Decode(b)
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		w.Fatal(err)
	}
	b, err = os.ReadFile(filepath.Join(dir, "smev-client.cert.pem"))
	if err != nil {
		w.Fatal(err)
	}
	list, err := gost.ParseCertificates(b)
	if err != nil {
		w.Fatal(err)
	}
	return key, list[0]
}

// SMEV's own signature is judged by the answers that have come.
func TestSMEVSignatureInSelfTest(t *testing.T) {
	w := newWorld(t)
	ask := func(subject int64) {
		t.Helper()
		content, err := smev.PassportRequest{Series: "4510", Number: "123456"}.XML()
		if err != nil {
			t.Fatal(err)
		}
		err = w.d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
			_, err := exchange.Ask(ctx, tx, w.now(), exchange.Question{Partner: w.people["admin"].PartnerID, Kind: exchange.Passport, Subject: subject, Content: content})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		post := &exchange.Post{DB: w.d, SMEV: w.s.SMEV, Now: w.now}
		if _, err := post.Send(t.Context(), job.SendMessage{}); err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(3 * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
			if _, err := post.Poll(t.Context(), job.PollSMEV{}); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := w.d.Plain().QueryRowContext(t.Context(), `SELECT count(*) FROM exchange_wire WHERE verdict IN ('good', 'bad') AND message = ? OR verdict = 'bad'`, subject).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				return
			}
		}
	}
	if err := w.sim.SMEV.SetKnobs(state.Knobs{}); err != nil {
		t.Fatal(err)
	}
	ask(1)
	if got := w.try(probe.SMEV); got["Подпись СМЭВ"].Verdict != probe.Good || got["Очередь ответов"].Verdict != probe.Good {
		t.Errorf("%+v", got)
	}
	if err := w.sim.SMEV.SetKnobs(state.Knobs{WrongSignature: true}); err != nil {
		t.Fatal(err)
	}
	ask(2)
	if got := w.try(probe.SMEV); got["Подпись СМЭВ"].Verdict != probe.Bad || got["Очередь ответов"].Verdict != probe.Bad || got["Наша подпись"].Verdict != probe.Good {
		t.Errorf("%+v", got)
	}
}

// The other systems: the protocol answers, or who is to blame.
func TestOtherSelfTests(t *testing.T) {
	w := newWorld(t)
	relay, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	go func() { // a relay that greets, takes EHLO and QUIT
		for {
			c, err := relay.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(5 * time.Second))
				_, _ = c.Write([]byte("220 relay\r\n"))
				for b := make([]byte, 512); ; {
					n, err := c.Read(b)
					if err != nil {
						return
					}
					if strings.HasPrefix(string(b[:n]), "QUIT") {
						_, _ = c.Write([]byte("221 bye\r\n"))
						return
					}
					_, _ = c.Write([]byte("250 relay\r\n"))
				}
			}()
		}
	}()
	oidc := httptest.NewServer(nil)
	defer oidc.Close()
	oidc.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = rw.Write([]byte(`{"issuer": "` + oidc.URL + `"}`))
	})
	sms := httptest.NewServer(http.NotFoundHandler())
	defer sms.Close()
	w.s.Mail, err = mail.New("smtp://"+relay.Addr().String(), "desk@example.com", w.now)
	if err != nil {
		t.Fatal(err)
	}
	caRoots := []*gost.Certificate{w.cert("ca-root.pem")}
	secret := strings.TrimSpace(string(w.file("cmp-secret")))
	est, err := ca.NewEST(w.url+"/ca/est", "console", secret, nil, caRoots, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.s.CA = map[string]probe.Issuer{probe.CA: ca.New(w.url+"/ca/cmp", "console", secret, caRoots, w.now), "ca-est": est}
	w.s.OneC = onec.New(w.url+"/onec", strings.TrimSpace(string(w.file("onec-token"))))
	w.s.Address = map[string]string{probe.CA: w.url + "/ca", "ca-est": w.url + "/ca/est", probe.OneC: w.url + "/onec", probe.SMTP: "smtp://user:secret@" + relay.Addr().String(), probe.SMS: sms.URL, probe.OIDC: oidc.URL}
	for _, row := range []struct {
		system, part string
		want         probe.Verdict
		do           func()
	}{
		{probe.CA, "CMP", probe.Good, nil},
		{probe.OneC, "HTTP-сервис", probe.Good, nil},
		{probe.SMTP, "SMTP", probe.Good, nil},
		{probe.SMS, "Отправка", probe.Note, nil},
		{probe.OIDC, "OpenID Connect", probe.Good, nil},
		{probe.CA, "CMP", probe.Bad, func() { w.s.CA[probe.CA] = ca.New(w.url+"/ca/cmp", "console", "another secret", caRoots, w.now) }},
		{"ca-est", "EST", probe.Good, nil},
		{"ca-est", "EST", probe.Bad, func() {
			w.s.CA["ca-est"], _ = ca.NewEST(w.url+"/ca/est", "console", "another secret", nil, caRoots, w.now)
		}},
		{probe.OneC, "HTTP-сервис", probe.Bad, func() { w.s.OneC = onec.New(w.url+"/onec", "another token") }},
		{probe.OIDC, "OpenID Connect", probe.Bad, func() { w.s.Address[probe.OIDC] = oidc.URL + "/realm" }},
		{probe.SMTP, "Порт", probe.Bad, func() { relay.Close() }},
	} {
		if row.do != nil {
			row.do()
		}
		if got := w.try(row.system)[row.part]; got.Verdict != row.want || strings.Contains(got.Text+got.Cure, "secret") {
			t.Errorf("%s: %+v", row.system, got)
		}
	}
}

// Only who looks after the connections tries them; a partner has tests of his
// own; a second press while one runs starts nothing.
func TestRights(t *testing.T) {
	w := newWorld(t)
	for role, e := range w.people {
		err := probe.Start(t.Context(), w.d, e, w.now(), probe.SMEV)
		_, err2 := probe.Last(t.Context(), w.d, e)
		if may := strings.HasSuffix(role, "admin"); may != (err == nil) || may != (err2 == nil) || !may && !fault.Is(errors.Join(err, err2), fault.Forbidden) {
			t.Errorf("%s: %v, %v", role, err, err2)
		}
	}
	if err := probe.Start(t.Context(), w.d, w.people["admin"], w.now(), probe.SMEV); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := w.d.Plain().QueryRowContext(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'settings.test_connection' AND (args->>'partner')::bigint = ?`, w.people["admin"].PartnerID).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d jobs, %v", n, err)
	}
	if err := probe.Start(t.Context(), w.d, w.people["admin"], w.now(), "nothing"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}
