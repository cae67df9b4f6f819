package cert_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/job"
	"signdesk/internal/org/orgtest"
)

// world is the outside: the simulated CA and SMEV by the desk's clock.
type world struct {
	*sim.World
	url, secret, dir string
	roots            []*gost.Certificate
	client           *ca.Client
}

func newWorld(t *testing.T, now func() time.Time) *world {
	t.Helper()
	dir := t.TempDir()
	w, err := sim.NewWorld(sim.Options{Dir: dir, Now: now, BaseURL: "http://127.0.0.1", Visibility: time.Nanosecond})
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
	out := &world{World: w, url: server.URL, dir: dir, secret: strings.TrimSpace(string(read(t, dir, "cmp-secret")))}
	if out.roots, err = gost.ParseCertificates(read(t, dir, "ca-root.pem")); err != nil {
		t.Fatal(err)
	}
	out.client = ca.New(server.URL+"/ca/cmp", "console", out.secret, out.roots, now)
	return out
}

// only is the world's authority, reached by the client.
func (w *world) only(client cert.Issuer) cert.Authorities {
	return cert.Authorities{{Name: "ca", Roots: w.roots, Issuer: client}}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ask runs the job once.
func ask(t *testing.T, c *casetest.Case, w *world, client *ca.Client) (time.Duration, error) {
	t.Helper()
	var list cert.Authorities
	if client != nil {
		list = w.only(client)
	}
	return cert.AskCA(t.Context(), c.DB, list, c.Now, job.AskCA{Partner: c.By().PartnerID, Request: c.Load().Request.ID})
}

// askFor runs the job as the queue does, until the CA has nothing more to say.
func askFor(t *testing.T, c *casetest.Case, w *world, now *clock) {
	t.Helper()
	for range 50 {
		again, err := ask(t, c, w, w.client)
		if err != nil {
			t.Fatal(err)
		}
		if again == 0 {
			c.Look()
			return
		}
		now.forward(again)
	}
	t.Fatal("the CA never comes to an end")
}

func requested(t *testing.T) (*casetest.Case, *world, *clock) {
	t.Helper()
	k, now := desk(t)
	return k.Client(orgtest.Romashka).Open().Approved().Prepare().Request(), newWorld(t, now.now), now
}

// one checks that the CA has made exactly one certificate and knows that we have it.
func one(t *testing.T, c *casetest.Case, w *world) {
	t.Helper()
	x := c.Load()
	if x.Certificate == nil || x.Status != issuance.Issued {
		t.Fatalf("no certificate, status %s", x.Status)
	}
	orders := w.CA.Orders(10)
	if len(orders) != 1 || orders[0].State != "confirmed" || w.CA.Counters()["issued"] != 1 {
		t.Errorf("orders %d, state %s, counters %v", len(orders), orders[0].State, w.CA.Counters())
	}
	if x.Request.ConfirmedAt.IsZero() {
		t.Error("not confirmed")
	}
	parsed, err := gost.ParseCertificate(x.Certificate.DER)
	if err != nil || parsed.SerialHex() != x.Certificate.Serial || parsed.Subject.Get(gost.OIDSurname) != "Петров" {
		t.Errorf("%v %v", x.Certificate, err)
	}
}

// The CA takes its time; the operator need not wait at the page: F193, F195.
func TestAskCA(t *testing.T) {
	c, w, now := requested(t)
	again, err := ask(t, c, w, w.client)
	if r := c.Load().Request; err != nil || again < time.Second || r.Status != cert.Waiting || r.SentAt.IsZero() || !r.NextAt.Equal(now.at.Add(again)) {
		t.Fatalf("%v %v %+v", again, err, r)
	}
	askFor(t, c, w, now)
	one(t, c, w)
	for range 3 { // the job run again
		if again, err := ask(t, c, w, w.client); again != 0 || err != nil {
			t.Errorf("%v %v", again, err)
		}
	}
	one(t, c, w)
}

// Trouble: the request waits, says why, and goes on when the trouble is over.
func TestCATroubles(t *testing.T) {
	for name, row := range map[string]struct {
		knobs state.Knobs
		words string
	}{
		"down":           {state.Knobs{Down: "503"}, "Запрос"},
		"drops":          {state.Knobs{Down: "drop"}, "Запрос"},
		"wrong MAC":      {state.Knobs{WrongSignature: true}, "не прошёл проверку подлинности"},
		"twice the same": {state.Knobs{Twice: true, WaitSeconds: 2}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, w, now := requested(t)
			turn(t, w, row.knobs)
			for range 3 {
				again, err := ask(t, c, w, w.client)
				if err != nil || again == 0 {
					t.Fatalf("%v, %v", again, err)
				}
				if r := c.Load().Request; !r.Status.AtCA() || !strings.Contains(r.CaText, row.words) {
					t.Errorf("%s %q", r.Status, r.CaText)
				}
			}
			turn(t, w, state.Knobs{WaitSeconds: 2})
			askFor(t, c, w, now)
			one(t, c, w)
		})
	}
}

func turn(t *testing.T, w *world, k state.Knobs) {
	t.Helper()
	if err := w.CA.SetKnobs(k); err != nil {
		t.Fatal(err)
	}
}

// A slow CA: the call is cut, the certificate is made meanwhile, and it is the same one.
func TestSlowCA(t *testing.T) {
	c, w, now := requested(t)
	turn(t, w, state.Knobs{SlowSeconds: 0.3})
	w.client.HTTP = &http.Client{Timeout: 50 * time.Millisecond}
	for range 3 {
		if again, err := ask(t, c, w, w.client); err != nil || again == 0 {
			t.Fatalf("%v %v", again, err)
		}
	}
	time.Sleep(400 * time.Millisecond) // what was cut off has come through by now
	turn(t, w, state.Knobs{})
	w.client.HTTP = nil
	askFor(t, c, w, now)
	one(t, c, w)
}

// Nobody connected, a foreign secret: said in words, nothing lost.
func TestCANotReached(t *testing.T) {
	c, w, now := requested(t)
	if again, err := ask(t, c, w, nil); err != nil || again == 0 || !strings.Contains(c.Load().Request.CaText, "не подключён") {
		t.Errorf("%v %v", again, err)
	}
	if again, err := ask(t, c, w, ca.New(w.url+"/ca/cmp", "console", "another secret", w.roots, c.Now)); err != nil || again == 0 || c.Load().Request.CaText == "" {
		t.Errorf("%v %v", again, err)
	}
	askFor(t, c, w, now)
	one(t, c, w)
}

// A refusal comes with the CA's words, the case goes back, a new key may try again.
func TestCARefuses(t *testing.T) {
	c, w, now := requested(t)
	turn(t, w, state.Knobs{Refuse: "СНИЛС в запросе не соответствует владельцу", WaitSeconds: 2})
	askFor(t, c, w, now)
	x := c.Load()
	if x.Status != issuance.Approved || x.Request.Status != cert.Refused || !strings.Contains(x.StatusReason, "СНИЛС в запросе не соответствует владельцу") {
		t.Fatalf("%s %s %q", x.Status, x.Request.Status, x.StatusReason)
	}
	turn(t, w, state.Knobs{})
	c.Prepare().Request()
	askFor(t, c, w, now)
	if x = c.Load(); x.Certificate == nil || w.CA.Counters()["issued"] != 1 {
		t.Errorf("%s %v", x.Status, w.CA.Counters())
	}
}

// killed is a transport that dies before a request goes out, or after it has
// come through but before its answer is read.
type killed struct{ before bool }

func (k killed) RoundTrip(r *http.Request) (*http.Response, error) {
	if !k.before {
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		res.Body.Close()
	}
	return nil, errors.New("killed")
}

// The program dies between any two steps of the way; at the end there is one certificate.
func TestKilledBetweenSteps(t *testing.T) {
	c, w, now := requested(t)
	turn(t, w, state.Knobs{WaitSeconds: 2})
	die := func(k killed) { // the call is made or not, nothing of its answer is stored
		t.Helper()
		w.client.HTTP = &http.Client{Transport: k}
		if _, err := ask(t, c, w, w.client); err != nil {
			t.Fatal(err)
		}
		w.client.HTTP = nil
	}
	forget := func(status cert.RequestStatus) { // and not even the trouble was written down
		c.Exec(`UPDATE cert_request SET status = ?, ca_text = '', attempts = 0, next_at = NULL`, string(status))
	}
	step := func() {
		t.Helper()
		again, err := ask(t, c, w, w.client)
		if err != nil {
			t.Fatal(err)
		}
		now.forward(again)
	}
	die(killed{before: true}) // stored as sent, never sent
	forget(cert.Sent)
	die(killed{}) // the CA has it, the answer is lost
	forget(cert.Sent)
	step() // waiting
	die(killed{before: true})
	forget(cert.Waiting)
	now.forward(3 * time.Second)
	die(killed{}) // the CA has issued, the certificate is lost on the way
	forget(cert.Waiting)
	cancelled, cancel := context.WithCancel(t.Context())
	w.client.Keep = func(_ context.Context, m ca.Wire) error { // killed before the certificate is stored
		if !m.Sent {
			cancel()
		}
		return nil
	}
	if _, err := cert.AskCA(cancelled, c.DB, w.only(w.client), c.Now, job.AskCA{Partner: c.By().PartnerID, Request: c.Load().Request.ID}); err == nil {
		t.Error("stored in a context that was over")
	}
	w.client.Keep = func(_ context.Context, m ca.Wire) error { // killed between storing and confirming
		if m.Operation == "certConf" {
			return errors.New("killed")
		}
		return nil
	}
	step()
	w.client.Keep = nil
	if r := c.Load().Request; r.Status != cert.Issued || !r.ConfirmedAt.IsZero() {
		t.Fatalf("%s, confirmed %s", r.Status, r.ConfirmedAt)
	}
	die(killed{}) // confirmed there, not noted here
	askFor(t, c, w, now)
	one(t, c, w)
}

// A certificate on another key is not taken, whoever sends it.
func TestForeignCertificate(t *testing.T) {
	c, w, now := requested(t)
	turn(t, w, state.Knobs{})
	c2 := c.Desk.Client(orgtest.Vasilek).Open().Approved().Prepare().Request()
	x, y := c.Load().Request, c2.Load().Request
	askFor(t, c, w, now)
	// the second asks under the first one's transaction
	c.Exec(`UPDATE cert_request SET transaction_id = NULL WHERE id = ?`, x.ID)
	c.Exec(`UPDATE cert_request SET transaction_id = ?, status = 'waiting' WHERE id = ?`, x.TransactionID, y.ID)
	if again, err := ask(t, c2, w, w.client); err != nil || again != 0 {
		t.Fatalf("%v %v", again, err)
	}
	if r := c2.Load(); r.Certificate != nil || r.Request.Status != cert.Refused || !strings.Contains(r.Request.CaText, "другой ключ") {
		t.Errorf("%s %q", r.Request.Status, r.Request.CaText)
	}
}

// Each request goes to the first authority that issues its type for its centre
// and stays there when the settings change.
func TestChoiceOfAuthority(t *testing.T) {
	c, w, now := requested(t)
	turn(t, w, state.Knobs{WaitSeconds: 2})
	r := c.Load().Request
	est, err := ca.NewEST(w.url+"/ca/est", "console", w.secret, nil, w.roots, now.now)
	if err != nil {
		t.Fatal(err)
	}
	other := "person-2023"
	if r.Profile == other {
		other = "head-2022"
	}
	list := cert.Authorities{
		{Name: "elsewhere", Roots: w.roots, Centres: []int64{r.CentreID + 1}, Issuer: w.client},
		{Name: "others", Roots: w.roots, Profiles: []string{other}, Issuer: w.client},
	}
	run := func() (time.Duration, error) {
		return cert.AskCA(t.Context(), c.DB, list, c.Now, job.AskCA{Partner: c.By().PartnerID, Request: r.ID})
	}
	if again, err := run(); err != nil || again == 0 || !strings.Contains(c.Load().Request.CaText, "Ни один подключённый") {
		t.Fatalf("%v %v %q", again, err, c.Load().Request.CaText)
	}
	list = append(list, &cert.Authority{Name: "by-est", Roots: w.roots, Profiles: []string{other, r.Profile}, Centres: []int64{r.CentreID}, Issuer: est})
	if again, err := run(); err != nil || again < time.Second || c.Load().Request.Status != cert.Waiting || c.Load().Request.Authority != "by-est" {
		t.Fatalf("%v %v %+v", again, err, c.Load().Request)
	}
	all := list
	list = cert.Authorities{{Name: "ca", Roots: w.roots, Issuer: w.client}}
	if again, err := run(); err != nil || again == 0 || !strings.Contains(c.Load().Request.CaText, "больше не подключён") {
		t.Fatalf("%v %v %q", again, err, c.Load().Request.CaText)
	}
	list = slices.Concat(list, all)
	for range 10 {
		now.forward(time.Minute)
		again, err := run()
		if err != nil {
			t.Fatal(err)
		}
		if again == 0 {
			break
		}
	}
	if x := c.Load(); x.Certificate == nil || x.Request.Status != cert.Issued || x.Request.ConfirmedAt.IsZero() || w.CA.Counters()["issued"] != 1 {
		t.Errorf("%s %q, %v", x.Request.Status, x.Request.CaText, w.CA.Counters())
	}
}
