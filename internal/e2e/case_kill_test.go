package e2e

import (
	"strings"
	"testing"
	"time"
)

// again kills the program and starts it on the same data.
func (w *walk) again() {
	w.t.Helper()
	w.d.kill()
	w.d.start()
}

// The program is killed at every step's boundary, mostly in the very moment
// when the answer to a press has come and the work behind it has just begun.
// The case goes on each time, and in the end everything exists once.
func testCase(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	w := d.walkTo(d.as("ivanova"), 2)
	w.again()
	w.upload()
	w.again()
	w.ask()
	w.again()
	w.checked()
	w.again()
	w.prepare()
	w.again()
	w.request() // the key is on the token, and the page that knows of it is lost
	w.again()
	made := w.request()
	w.again()
	w.send(made)
	w.again()
	w.send(made) // the operator's Back button, or a page that was sent again
	w.again()
	w.reaches("ca", "done")
	w.again()
	installed := w.install()
	w.again()
	w.send(installed)
	w.again()
	w.register()
	w.again()
	w.reaches("esia", "done")
	w.again()
	w.print()
	w.again()
	w.confirm()
	w.again()
	w.ship()
	w.again()
	w.acknowledge()
	w.again()
	w.once()
}

// Here the program is killed in the middle of its calls: every system outside
// takes half a second for each answer.
func testMiddle(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	for _, system := range []string{"smev", "ca", "onec"} {
		d.turn(system, knobs{"slow_seconds": 0.5})
	}
	w := d.walkTo(d.as("ivanova"), 3)
	w.upload()
	w.ask()
	w.battered()
	w.checked()
	w.prepare()
	w.send(w.request())
	w.battered()
	w.reaches("ca", "done")
	w.send(w.install())
	w.register()
	w.battered()
	w.reaches("esia", "done")
	w.print()
	w.confirm()
	w.ship()
	w.battered()
	w.acknowledge()
	w.once()
}

// battered kills the program at moments when it sends, waits and receives.
func (w *walk) battered() {
	w.t.Helper()
	for _, after := range []time.Duration{100 * time.Millisecond, 700 * time.Millisecond, 1600 * time.Millisecond} {
		time.Sleep(after)
		w.again()
	}
}

// once asserts that the case is done and that of everything outside there is one.
func (w *walk) once() {
	w.t.Helper()
	w.finished()
	r := w.d.report()
	for _, c := range []struct {
		system, counter string
		want            int
	}{{"ca", "refused", 0}, {"onec", "shipments", 1}, {"onec", "documents", 1}} {
		if got := r.count(c.system, c.counter); got != c.want {
			w.t.Errorf("%s %s: %d, want %d", c.system, c.counter, got, c.want)
		}
	}
}

// finished asserts that the case is done, with one certificate and one
// registration, and that the journal holds.
func (w *walk) finished() {
	w.t.Helper()
	for _, step := range []string{"contract", "extract", "passport", "snils", "inn", "request", "ca", "install", "esia", "receipt", "shipment"} {
		w.reaches(step, "done")
	}
	r := w.d.report()
	if issued, registered := r.count("ca", "issued"), r.count("smev", "esia_registrations"); issued != 1 || registered != 1 {
		w.t.Errorf("%d certificates, %d registrations", issued, registered)
	}
	if out := says(w.t, w.d.dir, 0, "audit", "verify"); !strings.Contains(out, "records") {
		w.t.Errorf("console audit verify: %s", out)
	}
	if errors := w.d.logged("ERROR"); len(errors) > 0 {
		w.t.Errorf("the log has errors: %s", join(errors))
	}
}
