package ready

import (
	"errors"
	"fmt"
	"time"

	"signdesk/internal/gost"
)

// Trust is the installation's list of accredited authorities: self-signed
// certificates in it are the trusted roots, the others links to them.
type Trust struct{ roots, links []*gost.Certificate }

// NewTrust sorts the certificates of the setting's file.
func NewTrust(all []*gost.Certificate) *Trust {
	t := &Trust{}
	for _, c := range all {
		if c.SelfSigned() {
			t.roots = append(t.roots, c)
		} else {
			t.links = append(t.links, c)
		}
	}
	return t
}

// Len is how many certificates the list has.
func (t *Trust) Len() int {
	if t == nil {
		return 0
	}
	return len(t.roots) + len(t.links)
}

var errNoTrust = errors.New("no accredited authority is set")

// chain builds the way to a root, leaf first. Links that came with the file are
// as good as any: each must be signed by the next. The dates of the leaf are
// another rule's business, so the question is asked for a day inside them.
func (t *Trust) chain(c *gost.Certificate, links []*gost.Certificate, now time.Time) ([]*gost.Certificate, error) {
	if t == nil || len(t.roots) == 0 {
		return nil, errNoTrust
	}
	at := now
	if at.After(c.NotAfter) {
		at = c.NotAfter
	}
	if at.Before(c.NotBefore) {
		at = c.NotBefore
	}
	chain, err := c.Verify(gost.VerifyOptions{Roots: t.roots, Intermediates: append(append([]*gost.Certificate{}, t.links...), links...), At: at})
	if err == nil && len(chain) == 1 { // old roots do not say that they are authorities
		return nil, fmt.Errorf("%w: it is a root itself", gost.ErrNoIssuer)
	}
	return chain, err
}
