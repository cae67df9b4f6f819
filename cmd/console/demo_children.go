package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"signdesk/internal/config"
)

// children are the programs that the demo starts beside itself. They end with
// it: by SIGTERM when its context ends, by the kernel when it is killed.
type children struct{ wg sync.WaitGroup }

func (c *children) wait() { c.wg.Wait() }

// start runs the program that stands beside this one and waits until a line of
// its output holds the words that mean it is ready.
func (c *children) start(ctx context.Context, e *env, name, ready string, args ...string) (line string, err error) {
	path, err := sibling(name)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stderr = e.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", name, err)
	}
	lines := make(chan string, 16)
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		for s := bufio.NewScanner(out); s.Scan(); {
			select {
			case lines <- s.Text():
			default: // nobody waits any more
			}
		}
		close(lines)
		_ = cmd.Wait()
	}()
	timeout := time.After(startTime)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return "", fmt.Errorf("%s ended before it was ready", name)
			}
			if strings.Contains(line, ready) {
				return line, nil
			}
		case <-timeout:
			return "", fmt.Errorf("%s was not ready in %s", name, startTime)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// sibling is the program of that name beside this one.
func sibling(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is not built (make build): %w", name, err)
	}
	return path, nil
}

func (c *children) startSim(ctx context.Context, e *env, cfg config.Config, w *outsideWorld) (url, smtp, store string, err error) {
	line, err := c.start(ctx, e, "sim", "listening on ", "--addr", besidePort(cfg.Addr, 10000), "--smtp", besidePort(cfg.Addr, 30000), "--ftp", besidePort(cfg.Addr, 40000),
		"--dir", filepath.Join(cfg.Var, "sim"), "--register", w.register, "--persons", w.persons, "--with-parent")
	if err != nil {
		return "", "", "", err
	}
	return trimURL(line, "listening on "), trimURL(line, "SMTP on "), trimURL(line, "FTP on "), nil
}

func (c *children) startAgent(ctx context.Context, e *env, cfg config.Config) (url, code string, err error) {
	path, err := sibling("agent")
	if err != nil {
		return "", "", err
	}
	dir := filepath.Join(cfg.Var, "agent")
	out, err := exec.CommandContext(ctx, path, "--dir", dir, "pairing").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
		}
		return "", "", fmt.Errorf("agent pairing: %w", err)
	}
	line, err := c.start(ctx, e, "agent", "агент слушает ", "--dir", dir, "serve", "--addr", besidePort(cfg.Addr, 20000), "--origin", cfg.URL, "--demo", "--open-window=false", "--with-parent")
	if err != nil {
		return "", "", err
	}
	return trimURL(line, "агент слушает "), strings.TrimSpace(string(out)), nil
}
