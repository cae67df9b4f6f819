package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"signdesk/internal/config"
	"signdesk/internal/db"
	"signdesk/internal/staff"
)

type demoCmd struct {
	Orgs int `help:"Organisations of the demo register." default:"3000"`
}

// Run brings everything up for a look around: the private database, the
// simulators of the outside world, a token agent with a soft token, demo data,
// and the console itself. Ctrl-C stops it all; data stay for the next time.
func (c *demoCmd) Run(e *env) error {
	getenv := e.getenv
	overlay := map[string]string{"CONSOLE_DEMO": "1"}
	e.getenv = func(name string) string {
		if v, ok := overlay[name]; ok && getenv(name) == "" {
			return v
		}
		return getenv(name)
	}
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return usageError{err}
	}
	if err := freeAddress(cfg.Addr); err != nil {
		return fmt.Errorf("listen on %s (set CONSOLE_ADDR to another address): %w", cfg.Addr, err)
	}
	ctx, stopAll := context.WithCancel(e.ctx)
	defer stopAll()
	e.ctx = ctx
	dir := filepath.Join(cfg.Var, "demo")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	say := func(format string, args ...any) { fmt.Fprintf(e.stdout, format+"\n", args...) }
	say("console: data in %s", cfg.Var)

	// the database and the register's dump take longest: together
	var dsn string
	var stop func()
	var world *outsideWorld
	if err := together(
		func() (err error) { dsn, stop, err = database(e, cfg); return err },
		func() (err error) { world, err = makeWorld(dir, c.Orgs); return err },
	); err != nil {
		if stop != nil {
			stop()
		}
		return err
	}
	defer stop()
	d, err := open(ctx, cfg, dsn, db.Options{})
	if err != nil {
		return err
	}
	err = loadDemo(ctx, d, world)
	d.Close()
	if err != nil {
		return fmt.Errorf("load demo data: %w", err)
	}

	var children children
	defer children.wait()
	defer stopAll()
	simURL, smtp, store := "", "", ""
	if getenv("SMEV_URL") == "" || getenv("CA_URL") == "" || getenv("ONEC_URL") == "" {
		if simURL, smtp, store, err = children.startSim(ctx, e, cfg, world); err != nil {
			return err
		}
		if err := sealDemoKey(filepath.Join(cfg.Var, "sim")); err != nil {
			return fmt.Errorf("seal the key of the demo: %w", err)
		}
		for k, v := range simSettings(filepath.Join(cfg.Var, "sim"), simURL, smtp, store) {
			overlay[k] = v
		}
	}
	agentURL, code, err := children.startAgent(ctx, e, cfg)
	if err != nil {
		return err
	}
	if cfg, err = config.Load(e.getenv); err != nil {
		return err
	}
	if err := pairDemoDesk(ctx, dsn, cfg, agentURL, code); err != nil {
		return err
	}
	if simURL != "" {
		if err := demoReady(ctx, dsn, cfg, simURL, world); err != nil {
			return err
		}
	}
	err = serve(e, cfg, dsn, true, func(string) {
		say("console: ready at %s", cfg.URL)
		for _, s := range staff.DemoSignIns {
			say("  %-10s %-16s %s", s.Login, s.Password, s.Name)
		}
		if simURL != "" {
			say("simulators: %s  (what was received, knobs for trouble; ready certificates to load: /ca/ready/)", simURL)
		}
		say("agent:      %s  soft token, PIN 12345678", agentURL)
		say("Ctrl-C stops everything; data stay in %s", cfg.Var)
	})
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// simSettings points the console at the simulators whose keys stand in dir.
func simSettings(dir, url, smtp, store string) map[string]string {
	at := func(name string) string { return filepath.Join(dir, name) }
	return map[string]string{
		"SMEV_URL": url + "/smev", "SMEV_KEY_FILE": at(sealedKey), "SMEV_KEY_SECRET_FILE": at(sealedSecret), "SMEV_CERT_FILE": at("smev-client.cert.pem"),
		"SMEV_CA_FILE": at("smev-ca.pem"), "SMEV_SIGNER": "СМЭВ (учебная)", "SMEV_STORE_URL": "ftp://" + store, "ESIA_CENTRE": "1000",
		"CA_URL": url + "/ca/cmp", "CA_SECRET_FILE": at("cmp-secret"), "CA_ROOTS_FILE": at("ca-root.pem"),
		"ONEC_URL": url + "/onec", "ONEC_TOKEN_FILE": at("onec-token"),
		"DADATA_URL": url + "/dadata", "DADATA_TOKEN_FILE": at("dadata-token"),
		"SMS_URL": url + "/sms", "SMS_TOKEN_FILE": at("sms-token"), "SMTP_URL": "smtp://" + smtp, "SMTP_FROM": "console@signdesk.test",
		"FNS_CA_FILE": at("fns-ca.pem"), "ACCREDITED_CA_FILE": at("accredited-ca.pem"), "REVOCATION_HOSTS": strings.TrimPrefix(url, "http://"),
	}
}

// freeAddress reports early that somebody listens there already.
func freeAddress(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return l.Close()
}

// besidePort is a free loopback address: the console's port plus offset when
// that is free, so that addresses stay the same from day to day, else any.
func besidePort(addr string, offset int) string {
	_, port, _ := net.SplitHostPort(addr)
	if n, err := strconv.Atoi(port); err == nil && n > 0 && n+offset < 65536 {
		beside := fmt.Sprintf("127.0.0.1:%d", n+offset)
		if freeAddress(beside) == nil {
			return beside
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:0"
	}
	defer l.Close()
	return l.Addr().String()
}

// together runs the functions at once and joins their errors.
func together(fns ...func() error) error {
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	for i, fn := range fns {
		wg.Add(1)
		go func() { defer wg.Done(); errs[i] = fn() }()
	}
	wg.Wait()
	return errors.Join(errs...)
}

// pairDemoDesk gives the partner's only desk the agent that was just started.
func pairDemoDesk(ctx context.Context, dsn string, cfg config.Config, agentURL, code string) error {
	d, err := db.Open(ctx, dsn, db.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer d.Close()
	sealer, err := staff.NewSealer(cfg.SealKey, filepath.Join(cfg.Var, "seal.key"))
	if err != nil {
		return err
	}
	by, err := demoOperator(ctx, d)
	if err != nil {
		return err
	}
	desk := staff.Workstation{Name: "Стойка 1", AgentURL: agentURL}
	list, err := staff.Workstations(ctx, d, by)
	if err != nil {
		return err
	}
	for _, w := range list {
		if w.Name == desk.Name {
			desk.ID = w.ID
		}
	}
	_, err = staff.Pair(ctx, d, sealer, by, time.Now(), desk, code)
	return err
}

// trimURL is the address after a word in a line that a child printed.
func trimURL(line, after string) string {
	_, rest, ok := strings.Cut(line, after)
	if !ok {
		return ""
	}
	return strings.TrimRight(strings.Fields(rest)[0], ",.")
}

const startTime = 20 * time.Second
