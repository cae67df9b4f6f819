package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/config"
	"signdesk/internal/db"
	"signdesk/internal/db/cluster"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim"
	simsmev "signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// office is the exchange with a simulated SMEV in the same process, on a
// PostgreSQL that waits for its disk at every commit.
type office struct {
	*exchange.Post
	world   *sim.World
	key     *gost.PrivateKey
	partner int64
	asked   int64
}

func newOffice(b *testing.B) *office {
	b.Helper()
	config.RaiseHeap()                // as a console at work does
	dir, err := os.MkdirTemp("", "b") // short: a socket lies in it
	if err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL of root runs as somebody else
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	c, err := cluster.Start(b.Context(), filepath.Join(dir, "pg"), io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Stop() })
	dsn, err := c.Database(b.Context(), "bench")
	if err == nil {
		err = db.Migrate(b.Context(), dsn)
	}
	if err != nil {
		b.Fatal(err)
	}
	d, err := db.Open(b.Context(), dsn, db.Options{Keys: dbtest.Keys})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	o := &office{}
	if o.world, err = sim.NewWorld(sim.Options{Dir: filepath.Join(dir, "sim"), Visibility: time.Minute,
		People: []simsmev.Person{{Surname: "Щукина", Name: "Анна", SNILS: "11223344595"}}}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = o.world.Close() })
	o.knobs(b, state.Knobs{})
	ears, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: o.world.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(ears) }()
	b.Cleanup(func() { server.Close() })
	file := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, "sim", name))
		if err != nil {
			b.Fatal(err)
		}
		return text
	}
	if o.key, _, err = gost.ReadPrivateKey(file("smev-client.key.pem"), nil); err != nil {
		b.Fatal(err)
	}
	cert, err := gost.ParseCertificate(file("smev-client.cert.pem"))
	if err != nil {
		b.Fatal(err)
	}
	root, err := gost.ParseCertificate(file("smev-ca.pem"))
	if err != nil {
		b.Fatal(err)
	}
	o.Post = &exchange.Post{DB: d, Now: time.Now, SMEV: &smev.Client{BaseURL: "http://" + ears.Addr().String() + "/smev", Signer: o.key, Certificate: cert,
		Trusted: []*gost.Certificate{root}, SignerName: "СМЭВ (учебная)", Keep: exchange.Keep}}
	err = d.Tx(b.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		o.partner, _, err = staff.AddPartner(ctx, tx, "ООО «Проба»", "0000000000", "", "Центр")
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return o
}

func (o *office) knobs(b *testing.B, k state.Knobs) {
	b.Helper()
	if err := o.world.SMEV.SetKnobs(k); err != nil {
		b.Fatal(err)
	}
}

// ask puts n questions into the outbox.
func (o *office) ask(b *testing.B, n int) {
	b.Helper()
	content := question(b)
	err := o.DB.Tx(b.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		for range n {
			o.asked++
			if _, err := exchange.Ask(ctx, tx, time.Now(), exchange.Question{Partner: o.partner, Kind: exchange.SNILS, Subject: o.asked, Content: content}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func question(b *testing.B) []byte {
	b.Helper()
	content, err := smev.SNILSRequest{Person: smev.Person{Family: "Щукина", First: "Анна"}, SNILS: "112-233-445 95", BirthDate: time.Date(1990, 9, 18, 0, 0, 0, 0, time.UTC)}.XML()
	if err != nil {
		b.Fatal(err)
	}
	return content
}

// perSecond asks n questions and returns how many a second were signed, sent,
// answered, verified, committed and acknowledged, and what one took of a
// processor, the database's part included.
func (o *office) perSecond(b *testing.B, n int) (rate float64, each time.Duration) {
	b.Helper()
	o.ask(b, n)
	begun, before := time.Now(), cpuTime(b, o.DB)
	var wg sync.WaitGroup
	sending := make(chan struct{})
	wg.Go(func() {
		defer close(sending)
		for again := time.Duration(1); again > 0; {
			var err error
			if again, err = o.Send(b.Context(), job.SendMessage{}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	for {
		done := false
		select {
		case <-sending:
			done = true
		default:
		}
		again, err := o.Poll(b.Context(), job.PollSMEV{})
		if err != nil {
			b.Fatal(err)
		}
		if done {
			break
		}
		time.Sleep(min(again, 20*time.Millisecond)) // as sending brings the poller forward
	}
	wg.Wait()
	if _, err := o.Poll(b.Context(), job.PollSMEV{}); err != nil {
		b.Fatal(err)
	}
	took, computed := time.Since(begun), cpuTime(b, o.DB)-before
	var open, unacked int
	if err := o.DB.Plain().QueryRowContext(b.Context(), `SELECT (SELECT count(*) FROM exchange_message WHERE status <> 'answered' AND subject_id > 0), (SELECT count(*) FROM exchange_answer WHERE acked_at IS NULL)`).Scan(&open, &unacked); err != nil || open+unacked > 0 {
		b.Fatalf("%d questions open, %d answers not acknowledged, %v", open, unacked, err)
	}
	return float64(n) / took.Seconds(), computed / time.Duration(n)
}

// signatureWork is how many requests a second two cores could serve if nothing
// but signatures were made and verified, and what one takes of a processor. A
// request needs three calls: ours are signed and SMEV verifies them (3 and 3);
// SMEV signs the receipt and the answer, the body its part of it, and we verify
// SMEV's and the body's (3 and 3). Chains are not counted: both sides remember
// their verdict.
func (o *office) signatureWork(b *testing.B) (rate float64, each time.Duration) {
	b.Helper()
	const place = `<n:SendRequestRequest xmlns:n="` + smevTypes + `1.1"><n:SenderProvidedRequestData Id="SIGNED"><n:MessageID>39f52a38-9a54-11ea-b23a-3316e2108089</n:MessageID>%s</n:SenderProvidedRequestData><n:CallerInformationSystemSignature>%s</n:CallerInformationSystemSignature></n:SendRequestRequest>`
	doc := fmt.Sprintf(place, question(b), "")
	cert, key := o.SMEV.Certificate, o.key
	sign, signing := onTwo(b, func() {
		if _, err := xmldsig.Sign(rand.Reader, []byte(doc), "SIGNED", cert, key); err != nil {
			b.Error(err)
		}
	})
	signature, err := xmldsig.Sign(rand.Reader, []byte(doc), "SIGNED", cert, key)
	if err != nil {
		b.Fatal(err)
	}
	signed := []byte(fmt.Sprintf(place, question(b), signature))
	holder, target := xml.Name{Space: smevTypes + "1.1", Local: "CallerInformationSystemSignature"}, xml.Name{Space: smevTypes + "1.1", Local: "SenderProvidedRequestData"}
	verify, verifying := onTwo(b, func() {
		if _, err := xmldsig.VerifyElement(signed, holder, target); err != nil {
			b.Error(err)
		}
	})
	return 1 / (6/sign + 6/verify), 6 * (signing + verifying)
}

// onTwo is how often fn runs in a second on every core together, and what a run
// takes of a processor.
func onTwo(b *testing.B, fn func()) (rate float64, each time.Duration) {
	rates := make([]float64, runtime.GOMAXPROCS(0))
	var runs atomic.Int64
	before := ownTime(b)
	var wg sync.WaitGroup
	for i := range rates {
		wg.Go(func() { rates[i] = perSecond(func() { fn(); runs.Add(1) }) })
	}
	wg.Wait()
	for _, r := range rates {
		rate += r
	}
	return rate, (ownTime(b) - before) / time.Duration(runs.Load())
}

// wait puts n questions into the database and into SMEV that will be answered
// in a week.
func (o *office) wait(b *testing.B, n int) {
	b.Helper()
	run := func(q string, args ...any) {
		b.Helper()
		if _, err := o.DB.Plain().ExecContext(b.Context(), q, args...); err != nil {
			b.Fatal(err)
		}
	}
	run(`INSERT INTO exchange_message (partner_id, kind, subject_id, message_id, sealed, key_id, status, created_at, sent_at)
		SELECT ?, 'snils', (SELECT COALESCE(min(subject_id), 0) FROM exchange_message WHERE subject_id < 0) - i, gen_random_uuid()::text, ?, ?, 'sent', now() - interval '1 minute', now() FROM generate_series(1, ?) AS i`,
		o.partner, bytes.Repeat([]byte{7}, 900), dbtest.Keys.Current(), n)
	owner, later := "SGND01", time.Now().Add(7*24*time.Hour)
	err := o.world.SMEV.Store.Update(func(tx *state.Tx) error {
		for i := range n {
			no, err := tx.Next("smev:to_callers")
			if err != nil {
				return err
			}
			id := fmt.Sprintf("00000000-0000-11f0-8000-%012x", no)
			at := later.Add(time.Duration(i))
			space, when := "http://kvs.pfr.com/snils-validation/1.0.1", fmt.Sprintf("\x00%016x%016x", at.UnixNano(), no)
			l := map[string]any{"no": no, "id": id, "original": id, "owner": owner, "from": "PFR", "space": space, "root": "SnilsValidationRequest", "ready_at": at, "sent": at,
				"content": map[string]string{"payload": strings.Repeat("x", 400)}}
			for bucket, key := range map[string]string{"smev:to_callers:ids": id, "smev:to_callers:all": owner + when, "smev:to_callers:typed": owner + "\x00" + space + when} {
				if err := tx.Put(bucket, key, no); err != nil {
					return err
				}
			}
			if err := tx.Put("smev:to_callers", state.Key(no), l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	owned, err := db.Open(b.Context(), o.DB.DSN(), db.Options{AsOwner: true, MaxConns: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer owned.Close()
	if _, err := owned.Plain().ExecContext(b.Context(), "VACUUM ANALYZE exchange_message"); err != nil {
		b.Fatal(err)
	}
}

// exchangeFigures are requests through the whole exchange, beside what the
// signatures alone would take, and their cost while few and many others wait.
func exchangeFigures(b *testing.B) {
	const n = 1000
	o := newOffice(b)
	b.Run("requests", func(b *testing.B) {
		o.perSecond(b, 200) // warms up
		var ours, signatures, computed, signing []float64
		for range 3 {
			rate, each := o.signatureWork(b)
			signatures, signing = append(signatures, rate), append(signing, 1e6*each.Seconds())
			rate, each = o.perSecond(b, n)
			ours, computed = append(ours, rate), append(computed, 1e6*each.Seconds())
		}
		b.ReportMetric(median(computed), "cpu:µs/request")
		b.ReportMetric(median(signing), "cpu_signatures:µs/request")
		figure(b, median(ours), median(signatures), "requests/s")
	})
	b.Run("waiting_100000", func(b *testing.B) {
		heap := func() float64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return (float64(m.HeapAlloc) - float64(config.RaiseHeap())) / 1e6
		}
		var few, many []float64
		o.wait(b, 100)
		micros := func() float64 {
			rate, _ := o.perSecond(b, n)
			return 1e6 / rate
		}
		for range 3 {
			few = append(few, micros())
		}
		before := heap()
		o.wait(b, 99_900)
		for range 3 {
			many = append(many, micros())
		}
		b.ReportMetric(before, "heap_at_100:MB")
		b.ReportMetric(heap(), "heap_at_100000:MB")
		figure(b, median(many), median(few), "µs/request")
	})
}
