package main

import (
	"bufio"
	"errors"
	"fmt"
	"path/filepath"

	"signdesk/cmd/agent/internal/softtoken"
)

// tokenNewCmd makes a soft token.
type tokenNewCmd struct {
	Label string `arg:"" help:"Label of the token."`
}

func (c *tokenNewCmd) Run(e *env) error {
	tokens, err := softtoken.Open(filepath.Join(e.dir, "tokens"))
	if err != nil {
		return err
	}
	info, err := tokens.Create(c.Label, softtoken.DefaultPIN)
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintln(e.stderr, "agent: the token has the factory PIN "+softtoken.DefaultPIN+"; change it with `agent token pin`")
	_, err = fmt.Fprintln(e.stdout, info.Serial)
	return err
}

// tokenPINCmd changes a soft token's PIN. It works under the folder's lock: a
// running agent might be using the keys.
type tokenPINCmd struct {
	Serial string `arg:"" help:"Serial number of the token."`
}

func (c *tokenPINCmd) Run(e *env) error {
	tokens, err := softtoken.Open(filepath.Join(e.dir, "tokens"))
	if err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(e.dir, "lock"))
	if err != nil {
		return fmt.Errorf("stop the agent that works in %s first: %w", e.dir, err)
	}
	defer unlock()
	lines := bufio.NewScanner(e.stdin)
	var pins []string
	for len(pins) < 2 && lines.Scan() {
		pins = append(pins, lines.Text())
	}
	if len(pins) < 2 {
		return usageError{errors.Join(errors.New("the current and the new PIN are expected, a line each"), lines.Err())}
	}
	return tokens.ChangePIN(c.Serial, pins[0], pins[1])
}
