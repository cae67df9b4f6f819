package ca

import (
	"context"

	"golang.org/x/crypto/cryptobyte"
)

// Ping asks after a transaction that never was. Nil means that the authority
// has answered and proved itself by the common secret, whatever it said;
// nothing has changed at its side. The error is a *Trouble.
func (c *Client) Ping(ctx context.Context) error {
	t := transaction{id: random(idSize), request: defaultRequest}
	_, err := c.exchange(ctx, opPoll, t, func(b *cryptobyte.Builder) { addPoll(b, t.request) })
	return err
}
