package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/net/netutil"

	"signdesk/cmd/agent/internal/desk"
	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/pkcs11"
	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/softtoken"
	"signdesk/cmd/agent/internal/token"
)

// serveCmd is the agent itself.
type serveCmd struct {
	Addr       string   `default:"127.0.0.1:8095" env:"AGENT_ADDR" help:"Loopback address to serve."`
	Origin     []string `default:"http://127.0.0.1:8080" env:"AGENT_ORIGIN" help:"Exact origin of an allowed console; repeat for several."`
	WithParent bool     `env:"AGENT_WITH_PARENT" help:"Stop when the process that started the agent ends."`
	OpenWindow bool     `default:"true" negatable:"" env:"AGENT_OPEN_WINDOW" help:"Open the window in the default browser when the console's page could not; otherwise its address is printed."`
	Demo       bool     `env:"AGENT_DEMO" help:"Make a training token when there is none."`
}

func (c *serveCmd) Run(e *env) error {
	if err := c.check(); err != nil {
		return usageError{err}
	}
	secret, err := pairing.Load(e.dir)
	if err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(e.dir, "lock"))
	if err != nil {
		return fmt.Errorf("another agent works in %s: %w", e.dir, err)
	}
	defer unlock()
	tokens, err := softtoken.Open(filepath.Join(e.dir, "tokens"))
	if err != nil {
		return err
	}
	if err := c.demo(e, tokens); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.stderr, nil))
	modules, err := pkcs11.Modules(e.dir)
	if err != nil {
		return err
	}
	devices, err := pkcs11.Open(modules, log)
	if err != nil {
		return err
	}
	defer devices.Close()
	book, err := record.Open(e.dir, time.Now())
	if err != nil {
		return err
	}
	defer book.Close()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	d := desk.New(desk.Config{
		Host: listener.Addr().String(), Origins: c.Origin, Secret: secret, Tokens: token.Stores{tokens, devices}, Book: book,
		Now: time.Now, Log: log,
		ShowURL: func(url string) { c.show(e, url) },
	})
	fmt.Fprintf(e.stdout, "агент слушает http://%s, код сопряжения: %s\n", listener.Addr(), d.HomeURL())
	return c.serve(e, netutil.LimitListener(listener, 64), d.Handler())
}

// check refuses an address that others could reach and origins that no
// browser would send.
func (c *serveCmd) check() error {
	addr, err := netip.ParseAddrPort(c.Addr)
	if err != nil || !addr.Addr().IsLoopback() {
		return fmt.Errorf("--addr %s: a loopback address with a port is needed, such as 127.0.0.1:8095", c.Addr)
	}
	for _, origin := range c.Origin {
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || origin != u.Scheme+"://"+u.Host {
			return fmt.Errorf("--origin %s: an exact origin is needed, such as https://console.example.ru", origin)
		}
	}
	return nil
}

func (c *serveCmd) demo(e *env, tokens *softtoken.Store) error {
	if !c.Demo {
		return nil
	}
	list, err := tokens.List()
	if err != nil || len(list) > 0 {
		return err
	}
	info, err := tokens.Create("Учебный токен", softtoken.DefaultPIN)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "создан учебный токен № %s, PIN-код %s\n", info.Serial, softtoken.DefaultPIN)
	return nil
}

func (c *serveCmd) serve(e *env, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	if c.WithParent {
		parent := os.Getppid()
		go func() {
			waitParent(ctx, parent)
			cancel()
		}()
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	// A page that waits for an outcome would hold the shutdown for its whole
	// poll; it asks again after the restart.
	stop, done := context.WithTimeout(context.Background(), time.Second)
	defer done()
	if err := server.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

// waitParent returns when the process that started the agent is gone (a child
// is given another parent then) or ctx ends.
func waitParent(ctx context.Context, parent int) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// show brings the window to the operator: in the browser if it can be
// started, as a printed address otherwise.
func (c *serveCmd) show(e *env, url string) {
	if c.OpenWindow && hasDisplay() {
		cmd := browser(url)
		if err := cmd.Start(); err == nil {
			go func() { _ = cmd.Wait() }()
			return
		}
	}
	fmt.Fprintln(e.stdout, "откройте окно агента:", url)
}

func hasDisplay() bool {
	return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

func browser(url string) *exec.Cmd {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case "darwin":
		return exec.Command("open", url)
	}
	return exec.Command("xdg-open", url)
}
