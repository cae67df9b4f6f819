package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/file"
	"signdesk/internal/staff"
	"signdesk/internal/web"
	screens "signdesk/internal/web/console"
)

const (
	browsers  = 4  // connections to the console, to PostgreSQL and of pgbench alike
	variants  = 32 // organisations whose pages are asked for
	pageRound = 1500 * time.Millisecond
)

// BenchmarkPages asks the running console for pages, over loopback and kept-alive
// connections, beside pgbench that runs the statements of the same pages over as
// many connections: the session's look-up, the employee's, every transaction of
// the page from BEGIN to COMMIT, literals and all.
func BenchmarkPages(b *testing.B) {
	b.Run("extract_pdf", benchExtract)
	pgbench := program(b, "pgbench")
	w := newWorld(b, 10000, 10000)
	listening, throughTap := newTap(b, w.dsn)
	recorded := serve(b, w, throughTap, 1)
	address := serve(b, w, w.dsn, browsers)
	for _, page := range []struct{ name, path string }{
		{"organisation", "/organisations/%d"},
		{"list20", "/organisations/%d/services"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var requests [][]byte
			var scripts []string
			guest := visit(b, recorded)
			dir := b.TempDir()
			for i := range variants {
				id := w.clients[i*len(w.clients)/variants]
				r := fmt.Appendf(nil, "GET "+page.path+" HTTP/1.1\r\nHost: console\r\nCookie: %s\r\n\r\n", id, w.cookie)
				requests = append(requests, r)
				guest.get(b, r) // what only the first visit does
				listening.heard(b)
				guest.get(b, r)
				scripts = append(scripts, script(b, filepath.Join(dir, fmt.Sprint(i, ".sql")), listening.heard(b)))
			}
			var ours, theirs []float64
			for range 3 {
				ours = append(ours, ask(b, address, requests))
				theirs = append(theirs, transactions(b, pgbench, w.dsn, scripts))
			}
			figure(b, median(ours), median(theirs), "pages/s")
		})
	}
}

// serve runs the console on a free port.
func serve(b *testing.B, w *world, dsn string, conns int) (address string) {
	b.Helper()
	d, err := db.Open(b.Context(), dsn, db.Options{MaxConns: conns})
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address = listener.Addr().String()
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	kit, err := web.New(web.Settings{DB: d, Log: log, Now: time.Now, Origin: "http://" + address, SessionTTL: time.Hour, IdleLock: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	files, err := file.NewStore(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	sealer, err := staff.NewSealer(strings.Repeat("5a", 32), "")
	if err != nil {
		b.Fatal(err)
	}
	screens.New(screens.Deps{Kit: kit, DB: d, Files: files, Sealer: sealer, Log: log, Now: time.Now,
		Settings: screens.Settings{URL: "http://" + address, IdleLock: time.Hour}})
	go func() { _ = kit.App.Listener(listener) }()
	b.Cleanup(func() { _ = kit.Shutdown(time.Second); d.Close() })
	return address
}

// guest is one kept-alive connection that spends as little as it can.
type guest struct {
	net.Conn
	in *textproto.Reader
}

func visit(b *testing.B, address string) *guest {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return &guest{conn, textproto.NewReader(bufio.NewReaderSize(conn, 64<<10))}
}

// get asks for a page and throws it away; anything but 200 is an error.
func (g *guest) get(b *testing.B, request []byte) {
	b.Helper()
	if _, err := g.Write(request); err != nil {
		b.Error(err)
		return
	}
	status, err := g.in.ReadLineBytes()
	if err != nil || !bytes.Contains(status, []byte(" 200 ")) {
		b.Errorf("%s: %s %v", bytes.SplitN(request, []byte("\r"), 2)[0], status, err)
	}
	length := 0
	for {
		line, err := g.in.ReadLineBytes()
		if err != nil {
			b.Error(err)
			return
		}
		if len(line) == 0 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(v))
		}
	}
	if _, err := g.in.R.Discard(length); err != nil {
		b.Error(err)
	}
}

// ask is how many pages per second the browsers get together.
func ask(b *testing.B, address string, requests [][]byte) float64 {
	b.Helper()
	var wg sync.WaitGroup
	counts := make([]int, browsers)
	begun := time.Now()
	for i := range counts {
		g := visit(b, address)
		wg.Go(func() {
			for time.Since(begun) < pageRound && !b.Failed() {
				g.get(b, requests[rand.IntN(len(requests))])
				counts[i]++
			}
		})
	}
	wg.Wait()
	took := time.Since(begun)
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / took.Seconds()
}

// script writes the statements of a page for pgbench. What travelled as one
// message stays one.
func script(b *testing.B, path string, statements []string) string {
	b.Helper()
	var text strings.Builder
	for _, s := range statements {
		s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "; ", ` \; `)
		text.WriteString(s + ";\n")
	}
	if text.Len() == 0 {
		b.Fatal("the page asked nothing")
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

var perSecondLine = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// transactions is how many pages' transactions per second pgbench runs, as the
// console's own role.
func transactions(b *testing.B, pgbench, dsn string, scripts []string) float64 {
	b.Helper()
	args := []string{"-n", "-M", "simple", "-c", fmt.Sprint(browsers), "-j", "2", "-T", fmt.Sprint(int(pageRound.Seconds() + 0.5))}
	for _, s := range scripts {
		args = append(args, "-f", s)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	q.Set("options", "-c role="+db.Role+" -c timezone=UTC")
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	cmd := exec.CommandContext(b.Context(), pgbench, append(args, u.String())...)
	out, _ := run(b, cmd)
	m := perSecondLine.FindStringSubmatch(out)
	if m == nil || strings.Contains(out, "ERROR") {
		b.Fatal(out)
	}
	tps, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return tps
}
