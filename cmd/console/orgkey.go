package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"signdesk/internal/config"
	"signdesk/internal/ext/agent"
	"signdesk/internal/gost"
)

// errPlainKey refuses a key that anybody who reads the file can use.
var errPlainKey = errors.New("SMEV_KEY_FILE: the private key is not encrypted. Encrypt it: " +
	"openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -in KEY -out KEY.sealed, " +
	"and put the passphrase into the file of SMEV_KEY_SECRET_FILE (or set CONSOLE_DEMO=1 for a demo)")

// orgKey is the organisation's own signing key, which must be the
// certificate's: a file, encrypted unless this is a demo, or an agent. An
// agent that does not answer now is no reason to stay down, what is to be
// signed waits for it; one with another key or code is.
func orgKey(ctx context.Context, cfg config.Config, cert *gost.Certificate, log *slog.Logger) (crypto.Signer, error) {
	c := cfg.SMEV
	if c.KeyAgent != "" {
		client, err := agent.New(c.KeyAgent, c.KeySecret, cert.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("SMEV_KEY_AGENT, SMEV_KEY_SECRET: %w", err)
		}
		err = client.Check(ctx)
		var e *agent.Error
		switch {
		case err == nil:
		case errors.As(err, &e) && e.Code == agent.Down:
			log.Warn("the agent with the organisation's key does not answer: SMEV messages wait", "err", err, "cure", e.Cure())
		case errors.As(err, &e):
			return nil, fmt.Errorf("SMEV_KEY_AGENT: %w: %s", err, e.Cure())
		default:
			return nil, err
		}
		return client, nil
	}
	file, err := os.ReadFile(c.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("SMEV_KEY_FILE (or SMEV_KEY_AGENT): %w", err)
	}
	key, sealed, err := gost.ReadPrivateKey(file, []byte(c.KeySecret))
	switch {
	case errors.Is(err, gost.ErrPassphrase):
		return nil, fmt.Errorf("SMEV_KEY_FILE: %w: set SMEV_KEY_SECRET or SMEV_KEY_SECRET_FILE", err)
	case errors.Is(err, gost.ErrPassword):
		return nil, fmt.Errorf("SMEV_KEY_FILE: %w: SMEV_KEY_SECRET does not open it", err)
	case err != nil:
		return nil, fmt.Errorf("SMEV_KEY_FILE: %w", err)
	case !sealed && !cfg.Demo:
		return nil, errPlainKey
	case !key.PublicKey.Equal(cert.PublicKey):
		return nil, errors.New("SMEV_KEY_FILE: the key is not the one of SMEV_CERT_FILE: give the file that belongs to the certificate")
	}
	return key, nil
}
