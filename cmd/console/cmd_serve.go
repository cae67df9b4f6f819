package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"signdesk/internal/config"
	"signdesk/internal/db"
	"signdesk/internal/file"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
	screens "signdesk/internal/web/console"
	"signdesk/internal/worker"
)

type serveCmd struct {
	Addr   string `help:"Listening address; CONSOLE_ADDR by default."`
	NoWork bool   `help:"Serve pages only; another process runs console work."`
}

// Run serves the console until the context ends.
func (c *serveCmd) Run(e *env) error {
	getenv := e.getenv
	e.getenv = func(name string) string { // the console's own URL follows the address
		if name == "CONSOLE_ADDR" && c.Addr != "" {
			return c.Addr
		}
		return getenv(name)
	}
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return usageError{err}
	}
	dsn, stop, err := database(e, cfg)
	if err != nil {
		return err
	}
	defer stop()
	return serve(e, cfg, dsn, !c.NoWork, nil)
}

type workCmd struct{}

// Run works the queue only.
func (c *workCmd) Run(e *env) error {
	config.RaiseHeap()
	d, cfg, done, err := openSealed(e)
	if err != nil {
		return err
	}
	defer done()
	if err := chooseTypes(cfg); err != nil {
		return err
	}
	w, err := startWorker(e, cfg, d, logger(e, cfg))
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "console: working the queue")
	<-e.ctx.Done()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return w.Stop(ctx)
}

func startWorker(e *env, cfg config.Config, d *db.DB, log *slog.Logger) (*worker.Worker, error) {
	files, err := file.NewStore(filepath.Join(cfg.Var, "files"))
	if err != nil {
		return nil, err
	}
	out, err := outside(e.ctx, cfg, log, e.now)
	if err != nil {
		return nil, err
	}
	return worker.Start(e.ctx, worker.Deps{DB: d, Files: files, Log: log, Now: e.now, Outside: out})
}

// serve runs pages and, when asked, jobs, until e.ctx ends; ready is called
// with the address once people can come.
func serve(e *env, cfg config.Config, dsn string, work bool, ready func(address string)) error {
	config.RaiseHeap()
	log := logger(e, cfg)
	if err := chooseTypes(cfg); err != nil {
		return err
	}
	d, err := open(e.ctx, cfg, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if !cfg.Demo {
		if err := fitForProduction(e.ctx, cfg, d); err != nil {
			return err
		}
	}
	files, err := file.NewStore(filepath.Join(cfg.Var, "files"))
	if err != nil {
		return err
	}
	sealer, err := staff.NewSealer(cfg.SealKey, filepath.Join(cfg.Var, "seal.key"))
	if err != nil {
		return err
	}
	kit, err := web.New(web.Settings{DB: d, Log: log, Now: e.now, Secure: cfg.Secure(), Origin: cfg.URL,
		SessionTTL: cfg.SessionTTL, IdleLock: cfg.IdleLock, Proxies: cfg.Trusted})
	if err != nil {
		return err
	}
	roots, err := certificates(cfg.FNSRoots)
	if err != nil {
		return fmt.Errorf("FNS_CA_FILE: %w", err)
	}
	loading, err := readyRules(cfg.Ready)
	if err != nil {
		return err
	}
	screens.New(screens.Deps{Kit: kit, DB: d, Files: files, Sealer: sealer, Log: log, Now: e.now, Settings: screens.Settings{
		URL: cfg.URL, Demo: cfg.Demo, IdleLock: cfg.IdleLock,
		OIDC: screens.Provider{Issuer: cfg.OIDC.Issuer, ClientID: cfg.OIDC.ClientID, ClientSecret: cfg.OIDC.ClientSecret},
		ESIA: cfg.ESIA, ESIACentre: int32(cfg.ESIACentre), Connections: connections(cfg),
		Cases:   issuance.Rules{ExtractAge: time.Duration(cfg.ExtractMaxAge) * 24 * time.Hour, Support: cfg.Support},
		Extract: org.Rules{Roots: roots, Lists: revocationLists(cfg.FNSLists, log), Reference: reference(cfg.DaData), MaxAge: time.Duration(cfg.ExtractMaxAge) * 24 * time.Hour},
		Ready:   loading,
	}})
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s (set CONSOLE_ADDR to another address): %w", cfg.Addr, err)
	}
	var w *worker.Worker
	if work {
		if w, err = startWorker(e, cfg, d, log); err != nil {
			listener.Close()
			return err
		}
	}
	stopMetrics := serveMetrics(cfg, kit, log)
	failed := make(chan error, 1)
	go func() { failed <- kit.App.Listener(listener) }()
	if ready != nil {
		ready(listener.Addr().String())
	} else {
		fmt.Fprintln(e.stdout, "console: serving", cfg.URL)
	}
	select {
	case err = <-failed:
	case <-e.ctx.Done():
		err = kit.Shutdown(15 * time.Second)
	}
	stopMetrics()
	if w != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		err = errors.Join(err, w.Stop(ctx))
	}
	return err
}

func serveMetrics(cfg config.Config, kit *web.Kit, log *slog.Logger) (stop func()) {
	if cfg.MetricsAddr == "" {
		return func() {}
	}
	s := &http.Server{Addr: cfg.MetricsAddr, Handler: kit.Metrics.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics", "err", err)
		}
	}()
	return func() { s.Close() }
}

// logger writes JSON lines to standard error; the demo is for people and shows warnings only.
func logger(e *env, cfg config.Config) *slog.Logger {
	level := slog.LevelInfo
	if cfg.Demo {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewJSONHandler(e.stderr, &slog.HandlerOptions{Level: level}))
}
