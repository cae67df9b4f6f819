// Command console is the partner console of a service centre: the web
// application, its background work and the command line around them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"signdesk/internal/registry/printed"
)

func main() {
	printed.Child()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&env{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, now: time.Now,
	}, os.Args[1:])
	stop()
	os.Exit(code)
}

// env is the world of one command: everything a test replaces.
type env struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
}

// Exit codes; people script against them.
const (
	exitOK    = 0
	exitNo    = 1 // the answer is no
	exitUsage = 2 // wrong use
	exitBroke = 3 // it broke
)

// errNo ends a command with exit code 1: it worked, and the answer is no.
// The command has already printed why.
var errNo = errors.New("the answer is no")

// usageError ends a command with exit code 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }

// cli is the whole command line. Every command has a Run(*env) error.
type cli struct {
	Demo     demoCmd     `cmd:"" help:"Bring everything up for a look around: private database, simulators, agent, demo data."`
	Serve    serveCmd    `cmd:"" help:"Serve the console, and work the queue unless --no-work."`
	Work     workCmd     `cmd:"" help:"Work the queue only."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database schema up to date."`
	Config   configCmd   `cmd:"" help:"Print the settings in force; secrets only as set or not."`
	Partner  partnerCmd  `cmd:"" help:"Make the first people of an installation."`
	Check    checkCmd    `cmd:"" help:"Tell whether an INN, OGRN, SNILS, account… can exist."`
	Registry registryCmd `cmd:"" help:"Fill the register of organisations: import a dump or generate one."`
	Search   searchCmd   `cmd:"" help:"Search own clients first, then the register."`
	Extract  extractCmd  `cmd:"" help:"Read an extract of the register; say whether its signature is right, what the signer's certificate was then and what it is today."`
	Audit    auditCmd    `cmd:"" help:"Verify and export the journal of acts."`
	Report   reportCmd   `cmd:"" help:"List and run reports."`
	Export   exportCmd   `cmd:"" help:"Take acts, invoices or services of a period away as a file."`
	Smev     smevCmd     `cmd:"" help:"Look into messages of the state exchange SMEV 3."`
	Gost     gostCmd     `cmd:"" help:"Compute and verify by GOST R 34.10-2012 and 34.11-2012."`
}

// run parses args and runs one command, returning the exit code.
func run(e *env, args []string) (code int) {
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("console"),
		kong.Description("Partner console for service centres that issue qualified electronic signatures."),
		kong.Writers(e.stdout, e.stderr),
		kong.Exit(func(n int) { exited = n; panic(exitPanic{}) }),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(e.stderr, "console:", err)
		return exitBroke
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitPanic); !ok {
				panic(r)
			}
			code = exited
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(e.stderr, "console:", err)
		return exitUsage
	}
	return exitCode(e, k.Run(e))
}

type exitPanic struct{}

func exitCode(e *env, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errNo):
		return exitNo
	case errors.As(err, &usage):
		fmt.Fprintln(e.stderr, "console:", err)
		return exitUsage
	default:
		fmt.Fprintln(e.stderr, "console:", err)
		return exitBroke
	}
}
