package exchange_test

import (
	"bytes"
	"context"

	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
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
	"signdesk/internal/gost"
	"signdesk/internal/staff"
)

// office is the exchange of one partner with a simulated SMEV, under one clock.
type office struct {
	*testing.T
	*exchange.Post
	partner int64
	asked   int64

	at    atomic.Int64 // the clock
	mu    sync.Mutex
	world *sim.World // nil while SMEV is being restarted
	dir   string
	outer *httptest.Server
	early atomic.Int64 // answers acknowledged before they were committed

	hidden  time.Duration // an answer that was delivered and not acknowledged; 0 = the simulator's
	real    bool          // the clock is the true one
	between func(w http.ResponseWriter, r *http.Request, smev http.Handler)
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, dir: t.TempDir()}
	o.open()
	return o
}

func (o *office) open() {
	t := o.T
	t.Helper()
	o.at.Store(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC).UnixNano())
	o.openWorld()
	o.outer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.watch(r)
		o.mu.Lock()
		world, between := o.world, o.between
		o.mu.Unlock()
		if world == nil {
			http.Error(w, "restarting", http.StatusServiceUnavailable)
			return
		}
		if between != nil {
			between(w, r, world.Handler())
			return
		}
		world.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(func() { o.outer.Close(); o.closeWorld() })
	o.knobs(state.Knobs{})
	o.Post = o.post(dbtest.New(t))
	err := o.DB.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) (err error) {
		o.partner, _, err = staff.AddPartner(ctx, tx, "ООО «Проба»", "0000000000", "", "Центр")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) openWorld() {
	o.Helper()
	w, err := sim.NewWorld(sim.Options{Dir: o.dir, Now: o.now, Mnemonic: "SGND01", Visibility: o.hidden, People: []simsmev.Person{{Surname: "Щукина", Name: "Анна", SNILS: "11223344595"}}})
	if err != nil {
		o.Fatal(err)
	}
	o.mu.Lock()
	o.world = w
	o.mu.Unlock()
}

func (o *office) closeWorld() {
	o.mu.Lock()
	w := o.world
	o.world = nil
	o.mu.Unlock()
	if w != nil {
		if err := w.Close(); err != nil {
			o.Error(err)
		}
	}
}

func (o *office) knobs(k state.Knobs) {
	o.Helper()
	if err := o.world.SMEV.SetKnobs(k); err != nil {
		o.Fatal(err)
	}
}

// post is another process of the office on the database.
func (o *office) post(d *db.DB) *exchange.Post {
	o.Helper()
	file := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(o.dir, name))
		if err != nil {
			o.Fatal(err)
		}
		return text
	}
	key, _, err := gost.ReadPrivateKey(file("smev-client.key.pem"), nil)
	if err != nil {
		o.Fatal(err)
	}
	cert, err := gost.ParseCertificate(file("smev-client.cert.pem"))
	if err != nil {
		o.Fatal(err)
	}
	root, err := gost.ParseCertificate(file("smev-ca.pem"))
	if err != nil {
		o.Fatal(err)
	}
	return &exchange.Post{DB: d, Now: o.now, SMEV: &smev.Client{BaseURL: o.outer.URL + "/smev", Signer: key, Certificate: cert, Now: o.now,
		Trusted: []*gost.Certificate{root}, SignerName: "СМЭВ (учебная)", Keep: exchange.Keep}}
}

func (o *office) now() time.Time {
	if o.real {
		return time.Now()
	}
	return time.Unix(0, o.at.Load()).UTC()
}

func (o *office) forward(d time.Duration) {
	if o.real {
		time.Sleep(min(d, 200*time.Millisecond))
		return
	}
	o.at.Add(int64(d))
}

var content = func() []byte {
	b, err := smev.SNILSRequest{Person: smev.Person{Family: "Щукина", First: "Анна"}, SNILS: "112-233-445 95", BirthDate: time.Date(1990, 9, 18, 0, 0, 0, 0, time.UTC)}.XML()
	if err != nil {
		panic(err)
	}
	return b
}()

func (o *office) ask(until time.Time) (id int64) {
	o.Helper()
	return o.question(exchange.SNILS, content, until)
}

// inSteps is a question that ESIA answers twice: that it looks, and that it
// knows no such certificate.
var inSteps = func() []byte {
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	b, err := smev.CertificateRequest{Environment: smev.ESIATest, Serial: "01AB", Issuer: "УЦ", NotBefore: day, NotAfter: day.AddDate(1, 0, 0), OwnerType: smev.OwnerPerson,
		SNILS: "112-233-445 95", Person: smev.Person{Family: "Щукина", First: "Анна"}, BirthDate: day.AddDate(-30, 0, 0), Citizenship: "RUS",
		Document: smev.Document{Kind: "RF_PASSPORT", Series: "4504", Number: "123456", IssuedAt: day.AddDate(-9, 0, 0), IssuedBy: "ОВД"}}.XML()
	if err != nil {
		panic(err)
	}
	return b
}()

func (o *office) question(kind string, content []byte, until time.Time) (id int64) {
	o.Helper()
	o.asked++
	err := o.DB.Tx(o.Context(), 0, func(ctx context.Context, tx bun.IDB) (err error) {
		id, err = exchange.Ask(ctx, tx, o.now(), exchange.Question{Partner: o.partner, Kind: kind, Subject: o.asked, Content: content, Until: until})
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return id
}

func (o *office) number(query string, args ...any) (n int) {
	o.Helper()
	if err := o.DB.Plain().QueryRowContext(context.WithoutCancel(o.Context()), query, args...).Scan(&n); err != nil {
		o.Fatal(err)
	}
	return n
}

var ackTarget = regexp.MustCompile(`<b:AckTargetMessage[^>]*>([^<]+)<`)

// watch looks at every Ack that comes: its answer must have been committed.
func (o *office) watch(r *http.Request) {
	if r.Header.Get("SOAPAction") != `"urn:Ack"` || o.Post == nil {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller was cut off
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	id := ackTarget.FindSubmatch(body)
	if id == nil || o.number(`SELECT count(*) FROM exchange_answer WHERE message_id = ?`, string(id[1])) != 1 {
		o.early.Add(1)
	}
}
