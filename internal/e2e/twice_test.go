package e2e

import (
	"net/http"
	"sync"
	"testing"
)

// A double click, two tabs, the Back button, a colleague at another desk: what
// is pressed twice happens once, and nobody is shown an error of the program.
func TestE2ETwice(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	mine, other := d.as("ivanova"), d.hire()
	w := d.walkTo(mine, 4)
	if again := d.walkTo(other, 4); again.path != w.path {
		t.Errorf("two cases for one owner: %s and %s", w.path, again.path)
	}
	w.upload()
	checks := w.page("passport").form(`form[action$="/checks"]`).fill(set{"kind": "passport snils inn"})
	w.pressed(checks, mine, mine, other)
	w.checked()
	if n := d.report().count("smev", "requests"); n != 3 {
		t.Errorf("%d questions to SMEV, want 3", n)
	}
	w.reaches("request", "now")
	preparation := w.page("request").form(`form[action$="/preparation"]`).fill(set{"carrier_number": mine.token(), "consent": "1"})
	w.pressed(preparation, mine, mine)
	made := w.request()
	w.pressed(made, mine, mine, mine)
	w.pressed(preparation, mine) // by the Back button
	w.reaches("ca", "done")
	installed := w.install()
	w.pressed(installed, mine, mine)
	w.pressed(made, mine)
	w.pressed(w.page("esia").form(`form[action$="/esia"]`), mine, mine, other)
	w.reaches("esia", "done")
	w.print()
	w.pressed(w.page("receipt").form(`form[action$="/confirmation"]`), mine, other)
	shipment := w.page("shipment").form(`form[action$="/shipment"]`)
	w.pressed(shipment, mine, mine, other)
	w.reaches("shipment", "now")
	w.pressed(w.page("shipment").form(`form[action$="/acknowledgement"]`), mine, other)
	w.pressed(shipment, mine)
	w.once()
}

// pressed sends the form at once from each of the browsers.
func (w *walk) pressed(f form, browsers ...*person) {
	w.t.Helper()
	answers := make([]*page, len(browsers))
	var wg sync.WaitGroup
	for i, p := range browsers {
		values := f.with(p)
		wg.Go(func() {
			g, err := p.send(http.MethodPost, f.action, "application/x-www-form-urlencoded", []byte(values.Encode()))
			if err != nil {
				w.t.Error(err)
				return
			}
			answers[i] = g
		})
	}
	wg.Wait()
	for _, g := range answers {
		if g == nil {
			continue
		}
		if g.status != http.StatusOK && g.status != http.StatusConflict {
			w.t.Errorf("%s: %d: %s", f.action, g.status, g.text("main"))
		}
	}
}
