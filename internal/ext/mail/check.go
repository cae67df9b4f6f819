package mail

import (
	"context"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Check connects, begins TLS and signs in as a letter would, and leaves without
// one. The error is an *Error.
func (c *Client) Check(ctx context.Context) error {
	const timeout = 15 * time.Second
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, err := gomail.NewClient(c.host, c.options(timeout)...)
	if err != nil {
		return &Error{Text: "Настройки почты неверны. Сообщите администратору.", Err: fmt.Errorf("mail settings: %w", err)}
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return unreachable(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // a relay that falls silent
	defer stop()
	return client.CloseWithSMTPClient(conn)
}
