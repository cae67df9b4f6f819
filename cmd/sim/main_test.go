package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"regexp"
	"sync/atomic"
	"testing"
	"time"
)

// The program prints where it listens, serves both ports and stops when told.
func TestRunServesUntilTold(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, &flags{Addr: "127.0.0.1:0", SMTP: "127.0.0.1:0", FTP: "127.0.0.1:0", Dir: t.TempDir(), Visibility: time.Second}, in, io.Discard)
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`^sim: listening on (http://127\.0\.0\.1:\d+), SMTP on (\S+), FTP on (\S+)\n$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("line %q", line)
	}
	resp, err := http.Get(m[1] + "/ca/root.pem")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", resp, err)
	}
	resp.Body.Close()
	c, err := smtp.Dial(m[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	store, err := net.Dial("tcp", m[3])
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if hello, err := bufio.NewReader(store).ReadString('\n'); err != nil || hello[:4] != "220 " {
		t.Errorf("the file store says %q, %v", hello, err)
	}
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("did not stop")
	}
}

func TestOnlyLoopback(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "nowhere"} {
		if l, err := listen(t.Context(), addr); err == nil {
			l.Close()
			t.Errorf("listens on %s", addr)
		}
	}
}

func TestStopsWithItsParent(t *testing.T) {
	var parent atomic.Int64
	parent.Store(100)
	ctx := withParent(t.Context(), func() int { return int(parent.Load()) })
	select {
	case <-ctx.Done():
		t.Fatal("stopped while the parent lives")
	case <-time.After(400 * time.Millisecond):
	}
	parent.Store(1)
	select {
	case <-ctx.Done():
	case <-time.After(3 * time.Second):
		t.Fatal("outlived its parent")
	}
}
