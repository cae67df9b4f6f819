package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"signdesk/cmd/agent/internal/orgkey"
	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/record"
	"signdesk/internal/gost"
)

// keyCmd keeps the organisation's own key and signs for its console.
type keyCmd struct {
	File           string   `required:"" type:"existingfile" env:"AGENT_KEY_FILE" help:"The key: PEM, ENCRYPTED PRIVATE KEY."`
	PassphraseFile string   `required:"" type:"existingfile" env:"AGENT_PASSPHRASE_FILE" help:"File with the key's passphrase."`
	Listen         string   `default:"127.0.0.1:8096" env:"AGENT_KEY_LISTEN" help:"Loopback address, or unix:/path of a socket."`
	Smev           bool     `default:"true" negatable:"" env:"AGENT_KEY_SMEV" help:"Sign messages of SMEV 3."`
	EsiaClient     string   `env:"AGENT_KEY_ESIA_CLIENT" help:"Sign the sign-in through ESIA of this client_id."`
	EsiaRedirect   []string `env:"AGENT_KEY_ESIA_REDIRECT" help:"An address ESIA may send people back to; repeat for several."`
	PerMinute      int      `default:"6000" env:"AGENT_KEY_PER_MINUTE" help:"Calls taken in a minute."`
}

func (c *keyCmd) Run(e *env) error {
	if err := c.check(); err != nil {
		return usageError{err}
	}
	key, err := c.open()
	if err != nil {
		return err
	}
	secret, err := pairing.Load(e.dir)
	if err != nil {
		return err
	}
	journal, err := record.OpenDays(filepath.Join(e.dir, "journal"))
	if err != nil {
		return err
	}
	defer journal.Close()
	door, err := orgkey.New(orgkey.Config{Key: key, Rules: c.rules(key.Curve.Bits), Secret: secret, PerMinute: c.PerMinute, Journal: journal,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(e.stderr, nil))})
	if err != nil {
		return err
	}
	listener, err := c.listen(e.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "агент слушает %s, ключ организации на наборе %s\n", c.Listen, key.Curve.Name)
	return (&serveCmd{}).serve(e, netutil.LimitListener(listener, 64), http.MaxBytesHandler(door.Handler(), 1<<20))
}

// open reads the key; one that is not encrypted is refused, as is its passphrase
// in the environment, which other processes may see.
func (c *keyCmd) open() (*gost.PrivateKey, error) {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	passphrase, err := os.ReadFile(c.PassphraseFile)
	if err != nil {
		return nil, err
	}
	key, sealed, err := gost.ReadPrivateKey(file, bytes.TrimSpace(passphrase))
	if err == nil && !sealed {
		err = errors.New("the private key is not encrypted: encrypt it by openssl pkcs8 -topk8")
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("--file %s: %w", c.File, err)}
	}
	return key, nil
}

// check refuses what needs no key to be seen wrong.
func (c *keyCmd) check() error {
	if !strings.HasPrefix(c.Listen, "unix:") {
		addr, err := netip.ParseAddrPort(c.Listen)
		if err != nil || !addr.Addr().IsLoopback() {
			return fmt.Errorf("--listen %s: a loopback address with a port or unix:/path is needed", c.Listen)
		}
	}
	if c.EsiaClient != "" && len(c.EsiaRedirect) == 0 {
		return errors.New("--esia-client needs --esia-redirect")
	}
	for _, address := range c.EsiaRedirect {
		if err := orgkey.CheckRedirect(address); err != nil {
			return fmt.Errorf("--esia-redirect: %w", err)
		}
	}
	if !c.Smev && c.EsiaClient == "" {
		return errors.New("nothing may be signed: give --smev or --esia-client")
	}
	return nil
}

func (c *keyCmd) rules(bits int) (rules []orgkey.Rule) {
	if c.Smev {
		rules = append(rules, orgkey.SMEV(bits))
	}
	if c.EsiaClient != "" {
		rules = append(rules, orgkey.ESIA(c.EsiaClient, c.EsiaRedirect))
	}
	return rules
}

// listen opens the loopback address or the socket, which a killed agent may
// have left behind.
func (c *keyCmd) listen(ctx context.Context) (net.Listener, error) {
	path, ok := strings.CutPrefix(c.Listen, "unix:")
	if !ok {
		return new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	}
	if conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", path); err == nil {
		conn.Close()
		return nil, fmt.Errorf("another agent listens on %s", c.Listen)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(path, 0o660) // the console may run as another user of the group
}
