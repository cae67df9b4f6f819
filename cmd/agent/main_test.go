package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// With this in the environment the test binary is the agent itself, so that
// it can be started and outlived as a process.
const asAgent = "AGENT_TEST_RUNS_AGENT"

func TestMain(m *testing.M) {
	if os.Getenv(asAgent) != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func agent(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

func TestWrongUse(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"serve", "--addr", "0.0.0.0:0"},
		{"serve", "--addr", ":8095"},
		{"serve", "--addr", "localhost:8095"},
		{"serve", "--addr", "127.0.0.1"},
		{"serve", "--origin", "http://127.0.0.1:8080/"},
		{"serve", "--origin", "*"},
		{"serve", "--origin", "null"},
		{"serve", "--origin", "ftp://127.0.0.1"},
		{"sign"},
		{"token", "new", " "},
		{"token", "pin", "0A3F19C2"},
	} {
		if code, _, stderr := agent(t, "", append([]string{"--dir", dir}, args...)...); code != 2 || stderr == "" {
			t.Errorf("agent %q: exit %d, %q", args, code, stderr)
		}
	}
	if code, stdout, _ := agent(t, "", "--help"); code != 0 || !strings.Contains(stdout, "pairing") {
		t.Errorf("agent --help: exit %d, %s", code, stdout)
	}
}

func TestPairingAndTokens(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "agent")
	code, first, _ := agent(t, "", "pairing", "--dir", dir)
	if code != 0 || len(strings.TrimSpace(first)) != 52 {
		t.Fatalf("exit %d, %q", code, first)
	}
	if _, second, _ := agent(t, "", "pairing", "--dir", dir); second != first {
		t.Errorf("codes %q and %q", first, second)
	}
	code, serial, stderr := agent(t, "", "token", "new", "Токен оператора", "--dir", dir)
	if code != 0 || !strings.Contains(stderr, "factory PIN") {
		t.Fatalf("token new: exit %d, %s", code, stderr)
	}
	serial = strings.TrimSpace(serial)
	if code, _, stderr := agent(t, "12345678\n87654321\n", "token", "pin", serial, "--dir", dir); code != 0 {
		t.Errorf("token pin: exit %d, %s", code, stderr)
	}
	if code, _, _ := agent(t, "12345678\n11111111\n", "token", "pin", serial, "--dir", dir); code != 3 {
		t.Errorf("token pin with the old PIN: exit %d", code)
	}
}

// The agent of `make run` ends with the program that started it, and a folder
// has one agent at a time.
func TestWithParent(t *testing.T) {
	dir := t.TempDir()
	// The shell is the parent; it is killed, not asked to stop.
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `"$0" serve --with-parent --demo --addr 127.0.0.1:0 --dir "$1" & wait`, os.Args[0], dir)
	cmd.Env = append(os.Environ(), asAgent+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	lines := bufio.NewReader(out)
	var greeting string
	for !strings.Contains(greeting, "агент слушает ") {
		if greeting, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	address, _, _ := strings.Cut(strings.TrimPrefix(greeting, "агент слушает "), ",")
	resp, err := http.Get(address + "/")
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "Учебный токен") {
		t.Errorf("home page: %d %s", resp.StatusCode, page)
	}
	if code, _, stderr := agent(t, "", "serve", "--addr", "127.0.0.1:0", "--dir", dir); code != 3 || !strings.Contains(stderr, "another agent") {
		t.Errorf("second agent in the folder: exit %d, %s", code, stderr)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, lines); close(ended) }() // the pipe ends with the agent
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the agent outlives its parent")
	}
}

// A stopped agent ends by itself, as a success.
func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"--addr", "127.0.0.1:0", "--dir", t.TempDir(), "--demo"}, strings.NewReader(""), out, io.Discard)
		out.Close()
	}()
	lines := bufio.NewScanner(in)
	for lines.Scan() && !strings.Contains(lines.Text(), "агент слушает") {
	}
	cancel()
	select {
	case got := <-code:
		if got != 0 {
			t.Errorf("exit %d", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the agent does not stop")
	}
}
