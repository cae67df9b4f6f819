// Command sim is the outside world for development: SMEV, ESIA, the certification
// authority, 1C, the tax service's extracts, mail and short messages, all on
// one HTTP port and one SMTP port, with pages and knobs for trouble.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"signdesk/internal/ext/sim"
)

// flags are also read from the environment, SIM_ADDR and so on.
type flags struct {
	Addr       string        `help:"Address of the HTTP port; loopback only." default:"127.0.0.1:8090" env:"SIM_ADDR"`
	SMTP       string        `name:"smtp" help:"Address of the SMTP port; loopback only, empty for none." default:"127.0.0.1:8025" env:"SIM_SMTP"`
	FTP        string        `name:"ftp" help:"Address of SMEV's file store; loopback only, empty for none." default:"127.0.0.1:8021" env:"SIM_FTP"`
	Dir        string        `help:"Folder of state, keys and the files for the console." default:"var/sim" env:"SIM_DIR"`
	Register   string        `help:"Zip of register dumps that extracts are cut from." env:"SIM_REGISTER"`
	Persons    string        `help:"JSON list of known persons." env:"SIM_PERSONS"`
	Kinds      string        `help:"JSON list of SMEV information types beside the built-in ones." env:"SIM_KINDS"`
	Mnemonic   string        `help:"The console's mnemonic in SMEV, for a new folder." default:"SGND01" env:"SIM_MNEMONIC"`
	Visibility time.Duration `help:"After this an unacknowledged SMEV answer comes back." default:"5s" env:"SIM_VISIBILITY"`
	WithParent bool          `help:"Stop when the parent process ends." env:"SIM_WITH_PARENT"`
}

func main() {
	var f flags
	kong.Parse(&f, kong.Name("sim"), kong.Description("The outside world for development and tests."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if f.WithParent {
		ctx = withParent(ctx, os.Getppid)
	}
	if err := run(ctx, &f, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "sim:", err)
		os.Exit(3)
	}
}

// run serves until ctx ends, then lets requests under way finish.
func run(ctx context.Context, f *flags, stdout, stderr io.Writer) error {
	web, err := listen(ctx, f.Addr)
	if err != nil {
		return err
	}
	defer web.Close()
	world, err := sim.NewWorld(sim.Options{Dir: f.Dir, BaseURL: "http://" + web.Addr().String(), Register: f.Register, Persons: f.Persons, Kinds: f.Kinds,
		Mnemonic: f.Mnemonic, Visibility: f.Visibility, Log: slog.New(slog.NewTextHandler(stderr, nil))})
	if err != nil {
		return err
	}
	failed := make(chan error, 3)
	where, store := "no SMTP", "no FTP"
	if f.FTP != "" {
		l, err := listen(ctx, f.FTP)
		if err != nil {
			return errors.Join(err, world.Close())
		}
		store = "FTP on " + l.Addr().String()
		go func() { failed <- world.SMEV.ServeFiles(l) }()
	}
	if f.SMTP != "" {
		l, err := listen(ctx, f.SMTP)
		if err != nil {
			return errors.Join(err, world.Close())
		}
		where = "SMTP on " + l.Addr().String()
		go func() { failed <- world.Mail.Serve(l) }()
	}
	server := &http.Server{Handler: world.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelWarn)}
	go func() { failed <- server.Serve(web) }()
	fmt.Fprintf(stdout, "sim: listening on http://%s, %s, %s\n", web.Addr(), where, store)
	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if stop := server.Shutdown(end); stop != nil {
		err = errors.Join(err, server.Close())
	}
	return errors.Join(err, world.Close())
}

// listen opens a port of this machine only: the world shows everything it was
// sent to whoever asks.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("address %s is not a loopback address", addr)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", addr)
}

// withParent ends the context when the process is handed to another parent,
// which the kernel does when its own one dies.
func withParent(ctx context.Context, parent func() int) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	first := parent()
	go func() {
		defer cancel()
		tick := time.NewTicker(300 * time.Millisecond)
		defer tick.Stop()
		for parent() == first {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx
}
