package smev

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"signdesk/internal/gost"
)

// Client talks to one SMEV node for one information system. Its methods may be
// called from several goroutines. It must not be copied after its first call.
type Client struct {
	BaseURL string // the node's web service, e.g. http://host:7500/smev/v1.2/ws
	Version string // of the schemas: "1.1" (default), "1.2", "1.3"
	NodeID  string // of our own node, when several share one mnemonic; "" for none

	Signer      crypto.Signer     // the information system's key (ЭП-ОВ)
	Certificate *gost.Certificate // and its certificate, registered with SMEV

	// Trusted holds SMEV's own signing certificates or the CAs above them.
	// Empty: no answer is believed.
	Trusted []*gost.Certificate
	// SignerName, when set, is the common name a signer below a trusted CA must
	// have: a CA that also serves other participants would otherwise let every
	// one of them answer in SMEV's name.
	SignerName string
	// Senders holds the CAs of the other information systems. Their signatures
	// are verified always; whose they are is judged only when this is set, for
	// SMEV has judged it and has signed what it found.
	Senders []*gost.Certificate

	HTTP     *http.Client // nil: one with a timeout of a minute
	MaxBytes int64        // limit of an answer; 0: 16 MiB
	// MaxAttached limits the attachments of one message that travel inside it;
	// larger files go by reference. 0: 5 MiB, SMEV's limit by hearsay.
	MaxAttached int64
	// Inline sends attachments as base64 inside the envelope instead of as MIME
	// parts beside it (XOP).
	Inline bool
	Now    func() time.Time // nil: time.Now

	// Keep, when set, is given every message as it goes and comes, raw, for the
	// journal. An error from it ends the call: nothing unrecorded is sent, and
	// an answer that was not recorded stays in SMEV's queue.
	Keep func(context.Context, Wire) error

	clock   atomic.Pointer[Skew]
	trusted atomic.Pointer[trustedSigner]
}

// trustedSigner remembers the last signer found good and under which settings,
// so that the chain of one and the same certificate is not walked for every
// message.
type trustedSigner struct {
	certificate, root *gost.Certificate
	name              string
	since, until      time.Time
}

// trust accepts SMEV's own certificate or one below a trusted CA. A verdict is
// remembered for a minute.
func (c *Client) trust(cert *gost.Certificate) error {
	at := c.now()
	if len(c.Trusted) == 0 {
		return errors.New("nobody is trusted to sign for SMEV")
	}
	t := c.trusted.Load()
	if t != nil && bytes.Equal(t.certificate.Raw, cert.Raw) && t.root == c.Trusted[0] && t.name == c.SignerName &&
		!at.Before(t.since) && at.Before(t.until) {
		return nil
	}
	if err := c.judge(cert, at); err != nil {
		return err
	}
	until := at.Add(time.Minute)
	if cert.NotAfter.Before(until) {
		until = cert.NotAfter
	}
	c.trusted.Store(&trustedSigner{cert, c.Trusted[0], c.SignerName, at, until})
	return nil
}

func (c *Client) judge(cert *gost.Certificate, at time.Time) error {
	for _, t := range c.Trusted {
		if bytes.Equal(t.Raw, cert.Raw) {
			if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
				return errors.New("the signer's certificate is not in force")
			}
			return nil
		}
	}
	if _, err := cert.Verify(gost.VerifyOptions{Roots: c.Trusted, At: at}); err != nil {
		return fmt.Errorf("the signer is not trusted: %w", err)
	}
	if c.SignerName != "" && cert.Subject.Get(gost.OIDCommonName) != c.SignerName {
		return errors.New("the signer is not SMEV")
	}
	return nil
}

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
