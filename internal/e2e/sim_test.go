package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// knobs are the troubles of one simulated system; a field left out stays as it is.
type knobs map[string]any

// simReport is the answer of GET /control.
type simReport struct {
	Systems map[string]struct {
		Knobs    knobs          `json:"knobs"`
		Counters map[string]int `json:"counters"`
	} `json:"systems"`
	SMEVWaiting int            `json:"smev_waiting"`
	ESIA        map[string]int `json:"esia"`
}

func (r simReport) count(system, counter string) int { return r.Systems[system].Counters[counter] }

// simMessage is one exchange in the simulator's log.
type simMessage struct {
	No       uint64    `json:"no"`
	At       time.Time `json:"at"`
	Title    string    `json:"title"`
	Request  []byte    `json:"request"`
	Response []byte    `json:"response"`
}

// turn changes the knobs of one system.
func (d *demo) turn(system string, k knobs) {
	d.t.Helper()
	body, err := json.Marshal(map[string]knobs{system: k})
	if err != nil {
		d.t.Fatal(err)
	}
	res, err := http.Post(d.sim+"/control", "application/json", bytes.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
		d.t.Fatalf("knobs of %s: %s %s", system, res.Status, text)
	}
}

func (d *demo) report() simReport {
	d.t.Helper()
	return fetchJSON[simReport](d.t, d.sim+"/control")
}

// messages are the system's last n exchanges, the newest first.
func (d *demo) messages(system string, n int) []simMessage {
	d.t.Helper()
	return fetchJSON[[]simMessage](d.t, fmt.Sprintf("%s/control/log?system=%s&n=%d", d.sim, system, n))
}

// extract is the tax service's extract of an organisation and its signature.
func (d *demo) extract(ogrn string) (xml, p7s []byte) {
	d.t.Helper()
	return fetch(d.t, d.sim+"/fns/extract?part=xml&ogrn="+ogrn), fetch(d.t, d.sim+"/fns/extract?part=p7s&ogrn="+ogrn)
}

func fetch(t testing.TB, url string) []byte {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", url, res.Status, err, b)
	}
	return b
}

func fetchJSON[T any](t testing.TB, url string) T { t.Helper(); return decode[T](t, fetch(t, url)) }

func decode[T any](t testing.TB, b []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
	return v
}
