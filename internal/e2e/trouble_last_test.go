package e2e

import (
	"strings"
	"testing"
	"time"
)

func testTroubleCA(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	w := d.walkTo(d.as("ivanova"), 7)
	w.upload()
	w.ask()
	w.checked()
	w.prepare()
	d.only("ca", knobs{"refuse": "Срок доверенности истёк"})
	w.send(w.request())
	w.stops("ca", "Срок доверенности истёк")
	eventually(t, "the case goes back for a new request", 30*time.Second, func() bool {
		return strings.Contains(w.page("").text(".orghead-case"), "Сведения подтверждены")
	})

	// a new request; the CA is away, then answers with a wrong code, then thinks
	d.only("ca", knobs{"down": "drop"})
	w.prepare()
	w.send(w.request())
	w.trouble("ca", knobs{"down": "drop"}, "ca", "УЦ", "не отвечает")
	w.trouble("ca", knobs{"wrong_signature": true}, "ca", "УЦ", "не прошёл проверку подлинности")
	d.only("ca", knobs{"slow_seconds": 1, "wait_seconds": 2})
	w.reaches("ca", "done")
	w.send(w.install())
	w.register()
	w.reaches("esia", "done")
	w.print()
	w.confirm()
	w.ship()
	w.acknowledge()
	if n := d.report().count("ca", "refused"); n != 1 {
		t.Errorf("the CA has refused %d times", n)
	}
	w.finished()
}

func testTroubleOneC(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	w := d.walkTo(d.as("ivanova"), 8)
	w.upload()
	w.ask()
	w.checked()
	w.prepare()
	w.send(w.request())
	w.reaches("ca", "done")
	w.send(w.install())
	w.register()
	w.reaches("esia", "done")
	w.print()
	w.confirm()

	// accounting refuses; the answer is acknowledged and the services go again
	d.only("onec", knobs{"refuse": "Договор не найден в 1С"})
	w.ship()
	g := w.stops("shipment", "Договор не найден в 1С")
	if !strings.Contains(g.text(".move"), "номер отгрузки") {
		t.Errorf("the page does not name what to tell support: %s", g.text(".move"))
	}
	w.acknowledge()
	d.only("onec", knobs{"down": "503"})
	w.ship()
	w.trouble("onec", knobs{"down": "503"}, "shipment", "бухгалтерия", "не отвечает")
	w.trouble("onec", knobs{"wrong_signature": true, "twice": true}, "shipment", "бухгалтерия", "файл не передан")
	d.only("onec", knobs{"twice": true})
	w.acknowledge()
	w.finished()
	if n := d.report().count("onec", "documents"); n != 1 {
		t.Errorf("%d sets of documents", n)
	}
}
