package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/config"
	"signdesk/internal/ext/ca"
)

// authorities makes the clients of the certification authorities.
func authorities(list []config.CA, now func() time.Time) (all cert.Authorities, err error) {
	for _, c := range list {
		a := &cert.Authority{Name: c.Name, Title: c.Title, Profiles: c.Profiles, Centres: c.Centres}
		for _, code := range c.Profiles {
			if cert.ProfileRU(code) == "" {
				return nil, fmt.Errorf("authority %s: no certificate type %q", c.Name, code)
			}
		}
		if a.Roots, err = trusted("roots of authority "+c.Name, c.RootsFile); err != nil {
			return nil, err
		}
		transport, err := transportOf(c)
		if err != nil {
			return nil, fmt.Errorf("authority %s: %w", c.Name, err)
		}
		if c.Protocol == "est" {
			est, err := ca.NewEST(c.URL, c.Reference, c.Secret, transport, a.Roots, now)
			if err != nil {
				return nil, fmt.Errorf("authority %s: %w", c.Name, err)
			}
			a.Issuer = est
		} else {
			cmp := ca.New(c.URL, c.Reference, c.Secret, a.Roots, now)
			cmp.Transport(transport)
			a.Issuer = cmp
		}
		all = append(all, a)
	}
	return all, nil
}

// transportOf is the authority's own TLS, nil when it has nothing of its own.
func transportOf(c config.CA) (http.RoundTripper, error) {
	if c.TLSRootsFile == "" && c.TLSCertFile == "" {
		return nil, nil
	}
	set := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLSRootsFile != "" {
		b, err := os.ReadFile(c.TLSRootsFile)
		if err != nil {
			return nil, err
		}
		if set.RootCAs, err = x509.SystemCertPool(); err != nil {
			set.RootCAs = x509.NewCertPool()
		}
		if !set.RootCAs.AppendCertsFromPEM(b) {
			return nil, errors.New("tls_roots_file has no certificate")
		}
	}
	if c.TLSCertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.TLSCertFile, c.TLSKeyFile)
		if err != nil {
			return nil, err
		}
		set.Certificates = []tls.Certificate{pair}
	}
	own := http.DefaultTransport.(*http.Transport).Clone()
	own.TLSClientConfig = set
	return own, nil
}
