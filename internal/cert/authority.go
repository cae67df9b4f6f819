package cert

import (
	"context"
	"slices"

	"signdesk/internal/ext/ca"
	"signdesk/internal/gost"
)

// Issuer is how an authority is spoken to, whatever the protocol: *ca.Client or
// *ca.EST. Errors are *ca.Refusal, *ca.Trouble or the caller's own end.
type Issuer interface {
	Submit(ctx context.Context, transaction, csr []byte) (*ca.Answer, error)
	Poll(ctx context.Context, transaction, csr []byte) (*ca.Answer, error)
	Confirm(ctx context.Context, transaction, certificate []byte) error
	Revoke(ctx context.Context, transaction []byte, certificate *gost.Certificate, reason int) error
	Ping(ctx context.Context) error
}

// Authority is a certification authority that the console is connected to.
type Authority struct {
	Name     string // stands in cert_request
	Title    string
	Roots    []*gost.Certificate // what its certificates must chain to
	Profiles []string            // types of certificates it issues; none named: all
	Centres  []int64             // service centres it works for; none named: all
	Issuer
}

// Authorities are all of them, the preferred ones first.
type Authorities []*Authority

// For is the first authority that issues the profile for the centre, nil
// when none does.
func (list Authorities) For(profile string, centre int64) *Authority {
	for _, a := range list {
		if (len(a.Profiles) == 0 || slices.Contains(a.Profiles, profile)) && (len(a.Centres) == 0 || slices.Contains(a.Centres, centre)) {
			return a
		}
	}
	return nil
}

// Named is the authority of that name, nil when it is not connected any more.
func (list Authorities) Named(name string) *Authority {
	for _, a := range list {
		if a.Name == name {
			return a
		}
	}
	return nil
}
