// Command agent is the token agent on an operator's desk: a small program on
// a loopback address that makes keys and requests, installs certificates and
// signs documents on the tokens of this computer, for the consoles it is
// paired with and under the operator's eyes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"signdesk/cmd/agent/internal/pairing"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the whole command line.
type cli struct {
	Dir string `help:"Folder with soft tokens, pairing secret and journal (default: signdesk-agent in the user's configuration folder)." env:"AGENT_DIR" type:"path"`

	Serve   serveCmd   `cmd:"" default:"withargs" help:"Serve the consoles (the default command)."`
	Pairing pairingCmd `cmd:"" help:"Print the pairing code, making it on first use."`
	Key     keyCmd     `cmd:"" help:"On a server: keep the organisation's own signing key and sign for its console."`
	Token   struct {
		New tokenNewCmd `cmd:"" help:"Make a soft token and print its serial number."`
		PIN tokenPINCmd `cmd:"" name:"pin" help:"Change a soft token's PIN: the current and the new one are read from standard input, a line each."`
	} `cmd:"" help:"Soft tokens."`
}

// env is what every command works with.
type env struct {
	ctx            context.Context
	dir            string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// usageError ends a command with exit code 2; everything else that fails
// ends it with 3.
type usageError struct{ error }

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("agent"),
		kong.Description("Token agent of the operator's desk: a loopback service over the tokens of this computer."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(n int) { exited = n; panic(&exited) }))
	if err != nil {
		fmt.Fprintln(stderr, "agent:", err)
		return 3
	}
	defer func() { // --help ends the parser this way
		if r := recover(); r != nil {
			if r != any(&exited) {
				panic(r)
			}
			code = exited
		}
	}()
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(stderr, "agent:", err)
		return 2
	}
	e := &env{ctx: ctx, dir: c.Dir, stdin: stdin, stdout: stdout, stderr: stderr}
	if e.dir == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			fmt.Fprintln(stderr, "agent: no folder for settings, give --dir:", err)
			return 2
		}
		e.dir = filepath.Join(config, "signdesk-agent")
	}
	var usage usageError
	switch err := k.Run(e); {
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "agent:", err)
		return 2
	case err != nil:
		fmt.Fprintln(stderr, "agent:", err)
		return 3
	}
	return 0
}

// pairingCmd prints the code alone on a line, for people and for scripts.
type pairingCmd struct{}

func (pairingCmd) Run(e *env) error {
	secret, err := pairing.Load(e.dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, secret.Code())
	return err
}
