package sim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/smev"
)

// petrov is the one person whose papers the test world knows.
var petrov = smev.Person{SNILS: "112-233-445 95", INN: "500100732259", Surname: "Петров", Name: "Иван", Patronymic: "Иванович",
	BirthDate: "1980-02-03", PassportSeries: "4510", PassportNumber: "123456"}

// clock is the world's time: real, moved forward by tests.
type clock struct {
	mu   sync.Mutex
	plus time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.plus)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plus += d
}

// place is a world behind a port; restart opens the same folder again.
type place struct {
	t        *testing.T
	dir      string
	register string
	clock    clock
	world    *sim.World
	server   *httptest.Server
}

func newPlace(t *testing.T, register string) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir(), register: register}
	p.start()
	t.Cleanup(p.stop)
	return p
}

func (p *place) start() {
	p.t.Helper()
	w, err := sim.NewWorld(sim.Options{Dir: p.dir, Now: p.clock.now, BaseURL: "http://127.0.0.1", Register: p.register, People: []smev.Person{petrov}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.world, p.server = w, httptest.NewServer(w.Handler())
}

func (p *place) stop() {
	p.server.Close()
	if err := p.world.Close(); err != nil {
		p.t.Error(err)
	}
}

func (p *place) restart() {
	p.t.Helper()
	p.stop()
	p.start()
}

func (p *place) file(name string) []byte {
	p.t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p *place) secret(name string) string { return strings.TrimSpace(string(p.file(name))) }

// turn sets knobs by the control API.
func (p *place) turn(knobs string) sim.Report {
	p.t.Helper()
	resp, err := http.Post(p.server.URL+"/control", "application/json", strings.NewReader(knobs))
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("control: %d %s", resp.StatusCode, body)
	}
	var r sim.Report
	if err := json.Unmarshal(body, &r); err != nil {
		p.t.Fatal(err)
	}
	return r
}

func (p *place) get(path string) string {
	p.t.Helper()
	resp, err := http.Get(p.server.URL + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("GET %s: %d %s %v", path, resp.StatusCode, b, err)
	}
	return string(b)
}
