package exchange_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/job"
)

// A process that sends and receives is killed (kill -9) at each moment when it
// has done a thing and not yet the next; another goes on at once, and each
// question has one outcome. The moments between hearing and committing are held
// fast by a lock on the table that is to be written next.
func TestKilledInTheMiddle(t *testing.T) {
	if where := os.Getenv("EXCHANGE_WORKS_ON"); where != "" {
		work(t, where)
		return
	}
	o := &office{T: t, dir: t.TempDir(), real: true, hidden: 300 * time.Millisecond}
	o.open()
	holder, err := db.Open(t.Context(), o.DB.DSN(), db.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	var (
		mu     sync.Mutex
		victim *exec.Cmd
		moment string // at which the process is killed next; "" = none
		killed = map[string]int{}
		later  atomic.Int64
	)
	end := func(now string) {
		moment = ""
		if err := victim.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = victim.Wait() // dead: nothing of what SMEV says now is heard
		killed[now]++
	}
	// kill ends the process if the moment has come and reports whether it has.
	kill := func(now string) bool {
		mu.Lock()
		defer mu.Unlock()
		if now != moment {
			return false
		}
		end(now)
		return true
	}
	// hold keeps the table of the moment from the process, which has an answer to
	// store in it, and ends the process when it waits for the table.
	hold := func(operation string) {
		mu.Lock()
		defer mu.Unlock()
		now := moment
		table, ok := strings.CutPrefix(now, operation+" not yet in ")
		if !ok {
			return
		}
		moment = "held"
		lock, err := holder.Plain().BeginTx(t.Context(), nil)
		if err == nil {
			_, err = lock.ExecContext(t.Context(), "LOCK TABLE "+table+" IN EXCLUSIVE MODE")
		}
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(time.Millisecond) {
				if o.number(`SELECT count(*) FROM pg_locks WHERE relation = ?::regclass AND NOT granted`, table) > 0 {
					mu.Lock()
					end(now)
					mu.Unlock()
					break
				}
			}
			_ = lock.Rollback()
		}()
	}
	between := func(w http.ResponseWriter, r *http.Request, smev http.Handler) {
		operation := strings.TrimPrefix(strings.Trim(r.Header.Get("SOAPAction"), `"`), "urn:")
		if kill("before " + operation) { // of Ack: committed, not acknowledged
			panic(http.ErrAbortHandler)
		}
		answer := httptest.NewRecorder()
		smev.ServeHTTP(answer, r)
		full := operation != "GetResponse" || strings.Contains(answer.Body.String(), "ResponseMessage>")
		if full && kill("after "+operation) { // SMEV has done it, nobody has heard
			panic(http.ErrAbortHandler)
		}
		if full {
			hold(operation)
		}
		for k, v := range answer.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		if full {
			if f, ok := w.(http.Flusher); ok {
				f.Flush()
			}
			time.Sleep(time.Duration(later.Add(1)%7) * 300 * time.Microsecond)
			kill("amid " + operation) // heard, perhaps committed
		}
	}
	put := func(f func(http.ResponseWriter, *http.Request, http.Handler)) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.between = f
	}
	put(between)
	moments := []string{"after SendRequest", "amid SendRequest", "after GetResponse", "amid GetResponse", "before Ack", "after Ack", "amid Ack", "before SendRequest", "before GetResponse",
		"SendRequest not yet in exchange_message", "SendRequest not yet in exchange_wire",
		"GetResponse not yet in exchange_answer", "GetResponse not yet in exchange_message", "GetResponse not yet in river_job", "GetResponse not yet in exchange_wire"}
	for round := range len(moments) + 9 { // the first nine come again: their moment varies
		for range 2 {
			o.ask(time.Time{})
		}
		o.question(exchange.ESIA, inSteps, time.Time{})
		mu.Lock()
		moment = moments[round%len(moments)]
		victim = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledInTheMiddle$")
		victim.Env = append(os.Environ(), "EXCHANGE_WORKS_ON="+strings.Join([]string{o.DB.DSN(), o.outer.URL, o.dir}, " "))
		victim.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		mu.Unlock()
		for until := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			done := moment == ""
			mu.Unlock()
			if done {
				break
			}
			if time.Now().After(until) {
				_ = victim.Process.Kill()
				t.Fatalf("the moment %q did not come", moment)
			}
		}
	}
	put(nil)
	o.settle()
	o.judge()
	t.Log(killed)
	if len(killed) != len(moments) {
		t.Errorf("killed at %v only", killed)
	}
}

// work sends and receives until it is killed.
func work(t *testing.T, where string) {
	var dsn, url, dir string
	if _, err := fmt.Sscan(where, &dsn, &url, &dir); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), dsn, db.Options{Keys: dbtest.Keys})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, dir: dir, real: true, outer: &httptest.Server{URL: url}}
	p := o.post(d)
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		_, _ = p.Send(t.Context(), job.SendMessage{})
		_, _ = p.Poll(t.Context(), job.PollSMEV{})
	}
}
