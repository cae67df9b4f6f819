package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"time"

	"signdesk/internal/cert/ready"
	"signdesk/internal/config"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/dadata"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/ext/smev"
	"signdesk/internal/ext/sms"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/worker"
)

// outside makes the clients of the systems that are connected.
func outside(ctx context.Context, cfg config.Config, log *slog.Logger, now func() time.Time) (worker.Outside, error) {
	var out worker.Outside
	var err error
	if cfg.SMEV.URL != "" {
		if out.SMEV, err = smevClient(ctx, cfg, log, now); err != nil {
			return out, err
		}
		if out.SMEVFiles, err = fileStore(cfg.SMEV); err != nil {
			return out, fmt.Errorf("SMEV_STORE_URL: %w", err)
		}
	}
	if cfg.OneC.URL != "" {
		out.OneC = onec.New(cfg.OneC.URL, cfg.OneC.Token)
	}
	out.DaData = reference(cfg.DaData)
	if out.CA, err = authorities(cfg.CAs, now); err != nil {
		return out, err
	}
	if cfg.SMTP.URL != "" {
		if out.Mail, err = mail.New(cfg.SMTP.URL, cfg.SMTP.From, now); err != nil {
			return out, fmt.Errorf("SMTP_URL: %w", err)
		}
	}
	if cfg.SMS.URL != "" {
		if out.SMS, err = sms.New("POST", cfg.SMS.URL, cfg.SMS.Token, cfg.SMS.Body); err != nil {
			return out, fmt.Errorf("SMS_URL: %w", err)
		}
	}
	out.Exchange, out.Addresses = exchangeRules(cfg.SMEV), addresses(cfg)
	out.Cases = issuance.Rules{ExtractAge: time.Duration(cfg.ExtractMaxAge) * 24 * time.Hour, Support: cfg.Support}
	out.Revocation = revocation.New(cfg.Ready.PrivateHosts)
	out.Ready, err = readyRules(cfg.Ready)
	return out, err
}

// fileStore is where SMEV keeps files that are too large for a message.
func fileStore(c config.SMEV) (*smev.Files, error) {
	if c.StoreURL == "" {
		return nil, nil
	}
	u, err := url.Parse(c.StoreURL)
	if err != nil || u.Scheme != "ftp" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("write it as ftp://host:port")
	}
	f := &smev.Files{Address: u.Host, UserName: u.User.Username(), MaxBytes: int64(c.StoreMB) << 20}
	f.Password, _ = u.User.Password()
	if u.Port() == "" {
		f.Address = net.JoinHostPort(u.Hostname(), "21")
	}
	return f, nil
}

func exchangeRules(c config.SMEV) exchange.Rules {
	r := exchange.Rules{Parallel: c.Parallel, Lifetime: c.Lifetime, Keep: time.Duration(c.KeepDays) * 24 * time.Hour}
	if c.Selectors {
		for _, t := range smev.Types { // a type is named by its request's root: the answer's is not known of all
			if s := (smev.Selector{Namespace: t.Namespace, Root: t.Request}); !slices.Contains(r.Selectors, s) {
				r.Selectors = append(r.Selectors, s)
			}
		}
	}
	return r
}

// chooseTypes puts the versions of SMEV_TYPES in force, before anything is asked.
func chooseTypes(cfg config.Config) (err error) {
	if smev.Types, err = smev.Types.Choose(cfg.SMEV.Types); err != nil {
		return usageError{fmt.Errorf("SMEV_TYPES: %w", err)}
	}
	return nil
}

// readyRules are the rules by which certificates of other authorities are taken.
func readyRules(c config.Ready) (ready.Rules, error) {
	accredited, err := certificates(c.RootsFile)
	if err != nil {
		return ready.Rules{}, fmt.Errorf("ACCREDITED_CA_FILE: %w", err)
	}
	return ready.Rules{Trust: ready.NewTrust(accredited), MaxBytes: c.MaxKB << 10, MinLeft: time.Duration(c.MinDays) * 24 * time.Hour, Recheck: c.Recheck}, nil
}

func smevClient(ctx context.Context, cfg config.Config, log *slog.Logger, now func() time.Time) (*smev.Client, error) {
	c := cfg.SMEV
	own, err := trusted("SMEV_CERT_FILE", c.CertFile)
	if err != nil {
		return nil, err
	}
	signer, err := orgKey(ctx, cfg, own[0], log)
	if err != nil {
		return nil, err
	}
	roots, err := trusted("SMEV_CA_FILE", c.RootsFile)
	if err != nil {
		return nil, err
	}
	senders, err := certificates(c.SendersFile)
	if err != nil {
		return nil, fmt.Errorf("SMEV_SENDERS_FILE: %w", err)
	}
	return &smev.Client{BaseURL: c.URL, Version: c.Version, NodeID: c.Node, Signer: signer, Certificate: own[0], Trusted: roots, SignerName: c.Signer, Senders: senders,
		MaxBytes: int64(c.MaxMB) << 20, MaxAttached: int64(c.FilesMB) << 20, Now: now, Keep: exchange.Keep}, nil
}

// trusted reads the certificates of a setting that must name some.
func trusted(name, path string) ([]*gost.Certificate, error) {
	all, err := certificates(path)
	if err == nil && len(all) == 0 {
		err = errors.New("not set")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return all, nil
}

// certificates reads a PEM file of certificates; no file, no certificates.
// reference makes the client of the reference service; nil when it is not connected.
func reference(c config.DaData) *dadata.Client {
	if c.URL == "" {
		return nil
	}
	return dadata.New(c.URL, c.Token)
}

// revocationLists reads the list of revoked certificates anew whenever it is
// asked: somebody renews the file every day. One that cannot be read is none:
// what is known of revocation is then said to be unknown.
func revocationLists(path string, log *slog.Logger) func() []*gost.CRL {
	return func() []*gost.CRL {
		if path == "" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil {
			var list *gost.CRL
			if list, err = gost.ParseCRL(b); err == nil {
				return []*gost.CRL{list}
			}
		}
		log.Warn("FNS_CRL_FILE", "err", err)
		return nil
	}
}

func certificates(path string) ([]*gost.Certificate, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return gost.ParseCertificates(b)
}
