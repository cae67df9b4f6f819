package e2e

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// The systems outside are down, slow, lying, repeating themselves and refusing.
// The case page says since when it waits, for whom, and when it tries again; it
// is never an error, nothing is made twice, and with the trouble gone the case
// goes on by itself.
func TestE2ETrouble(t *testing.T) {
	t.Run("smev", testTroubleSMEV)
	t.Run("ca", testTroubleCA)
	t.Run("onec", testTroubleOneC)
}

// trouble leaves the system with these knobs and asserts what the open step says.
func (w *walk) trouble(system string, k knobs, step, whose, words string) {
	w.t.Helper()
	w.d.only(system, k)
	var g *page
	eventually(w.t, "the page speaks of "+words, time.Minute, func() bool {
		g = w.page(step)
		return g.state(step) == "wait" && strings.Contains(g.text(".move > p"), words)
	})
	if got := g.text(".move-whose"); got != "ход: "+whose {
		w.t.Errorf("with %v: %q, want %s to move", k, got, whose)
	}
	if g.attr(".move-facts time[data-since]", "data-since") == "" || g.attr(".move-facts time[data-until]", "data-until") == "" {
		w.t.Errorf("with %v the page does not say since when it waits and when it tries again: %s", k, g.text(".move"))
	}
}

// only turns these knobs and no others; the system answers at once.
func (d *demo) only(system string, k knobs) {
	d.t.Helper()
	all := knobs{"down": "", "slow_seconds": 0, "wait_seconds": 0.2, "wrong_signature": false, "twice": false, "refuse": "", "fault": ""}
	maps.Copy(all, k)
	d.turn(system, all)
}

// stops waits until the step has stopped with the words.
func (w *walk) stops(step, words string) *page {
	w.t.Helper()
	g := w.reaches(step, "stop")
	if !strings.Contains(g.text(".move"), words) {
		w.t.Errorf("%s stops with %q, want %q", step, g.text(".move"), words)
	}
	return g
}

func testTroubleSMEV(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	w := d.walkTo(d.as("ivanova"), 6)
	w.upload()
	d.only("smev", knobs{"down": "503"})
	w.ask()
	w.trouble("smev", knobs{"down": "503"}, "passport", "СМЭВ", "не отвечает")
	d.only("smev", knobs{"slow_seconds": 1, "multipart": true})
	w.checked()
	w.prepare()
	w.send(w.request())
	w.reaches("ca", "done")
	w.send(w.install())

	// ESIA refuses and is asked again; SMEV's signature is wrong for a while,
	// then every answer comes twice
	d.only("smev", knobs{"refuse": "Владелец не найден"})
	w.register()
	w.stops("esia", "Владелец не найден")
	d.only("smev", knobs{"wrong_signature": true})
	w.register()
	w.trouble("smev", knobs{"wrong_signature": true}, "esia", "СМЭВ", "подпис")
	d.only("smev", knobs{"twice": true})
	w.reaches("esia", "done")
	w.print()
	w.confirm()
	w.ship()
	w.acknowledge()
	w.once()
}
