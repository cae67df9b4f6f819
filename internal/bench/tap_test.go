package bench

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// tap stands between the console and PostgreSQL and notes every statement that
// passes: what a page really asks, to the letter.
type tap struct {
	mu         sync.Mutex
	statements []string
	odd        []string // messages that are not simple queries
}

// newTap listens beside the server that dsn names, for as long as the benchmark
// runs, and returns the address that leads through it.
func newTap(b *testing.B, dsn string) (*tap, string) {
	b.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	port := q.Get("port")
	if port == "" {
		port = "5432"
	}
	server := filepath.Join(q.Get("host"), ".s.PGSQL."+port)
	dir, err := os.MkdirTemp("", "tap") // b.TempDir is too long for a socket's path
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL."+port))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { listener.Close(); os.RemoveAll(dir) })
	t := &tap{}
	go func() {
		for {
			front, err := listener.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("unix", server)
			if err != nil {
				front.Close()
				return
			}
			go func() { _, _ = io.Copy(front, back); front.Close() }()
			go func() { t.listen(io.TeeReader(front, back)); back.Close() }()
		}
	}()
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return t, u.String()
}

// listen reads the client's messages: the first has no type byte.
func (t *tap) listen(r io.Reader) {
	var size [4]byte
	kind := []byte{0}
	for first := true; ; first = false {
		if !first {
			if _, err := io.ReadFull(r, kind); err != nil {
				return
			}
		}
		if _, err := io.ReadFull(r, size[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(size[:])-4)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		t.mu.Lock()
		switch kind[0] {
		case 'Q':
			t.statements = append(t.statements, strings.TrimRight(string(body), "\x00"))
		case 0, 'X':
		default:
			t.odd = append(t.odd, string(kind))
		}
		t.mu.Unlock()
	}
}

// heard returns the statements since it was asked last.
func (t *tap) heard(b *testing.B) []string {
	b.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.odd) > 0 {
		b.Fatalf("messages of kinds %q: pgbench would not repeat them", t.odd)
	}
	list := t.statements
	t.statements = nil
	return list
}
