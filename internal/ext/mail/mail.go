// Package mail hands letters to the installation's mail relay by SMTP
// (RFC 5321), over TLS whenever the relay offers it.
//
// A letter has an id that becomes its Message-ID. SMTP cannot ask whether a
// letter whose acknowledgement was lost has been taken, so it is sent again
// under the same Message-ID, by which servers and mail programs show it once.
// Letters are plain text in UTF-8 and say that a program wrote them (RFC 3834).
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Client talks to one relay. Safe for use by many goroutines.
type Client struct {
	host           string
	port           int
	user, password string
	implicitTLS    bool // smtps
	from           *mail.Address
	now            func() time.Time

	TLS     *tls.Config   // nil: the system's roots, the relay's name
	Timeout time.Duration // of a whole delivery; 0: 30 s
}

// Letter is one letter to one person.
type Letter struct {
	ID      string // letters and digits, the same for the same letter
	To      string // address, without a name
	Subject string
	Body    string // plain text, lines ended by \n
}

// Limits of a letter.
const (
	maxSubject = 200     // signs
	maxBody    = 1 << 20 // bytes
)

// New returns the client of the relay smtp://user:password@host:port (STARTTLS
// when offered) or smtps://… (TLS from the first byte; port 465). From is the
// sender, "Name <address>". A password is never sent without TLS, except to a
// relay on this machine.
func New(relay, from string, now func() time.Time) (*Client, error) {
	u, err := url.Parse(relay)
	if err != nil { // the error of url.Parse repeats the password
		return nil, errors.New("mail: the relay's address is not a URL")
	}
	c := &Client{host: u.Hostname(), user: u.User.Username(), now: now, implicitTLS: u.Scheme == "smtps"}
	c.password, _ = u.User.Password()
	if (u.Scheme != "smtp" && u.Scheme != "smtps") || c.host == "" {
		return nil, errors.New("mail: the relay's address is not smtp://host:port or smtps://host:port")
	}
	c.port = 25
	if c.implicitTLS {
		c.port = 465
	}
	if p := u.Port(); p != "" {
		if c.port, err = strconv.Atoi(p); err != nil || c.port < 1 || c.port > 65535 {
			return nil, fmt.Errorf("mail: port %q", p)
		}
	}
	if c.from, err = mail.ParseAddress(from); err != nil {
		return nil, fmt.Errorf("mail: sender %q: %w", from, err)
	}
	return c, nil
}

// Send delivers the letter to the relay. An *Error says whether trying again
// may help; nil means that the relay has taken the letter.
func (c *Client) Send(ctx context.Context, l Letter) error {
	m, err := c.message(l)
	if err != nil {
		return err
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
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
	err = client.SendWithSMTPClient(conn, m)
	_ = client.CloseWithSMTPClient(conn) // QUIT: what was taken stays taken
	if m.IsDelivered() {
		return nil
	}
	return refused(err)
}

func (c *Client) options(timeout time.Duration) []gomail.Option {
	policy := gomail.TLSOpportunistic
	if c.password != "" && !loopback(c.host) {
		policy = gomail.TLSMandatory
	}
	o := []gomail.Option{gomail.WithPort(c.port), gomail.WithTimeout(timeout), gomail.WithTLSPolicy(policy), gomail.WithoutNoop()}
	if c.implicitTLS {
		o = append(o, gomail.WithSSL())
	}
	if c.TLS != nil {
		t := c.TLS.Clone()
		if t.ServerName == "" {
			t.ServerName = c.host
		}
		o = append(o, gomail.WithTLSConfig(t))
	}
	if c.user != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.user), gomail.WithPassword(c.password))
	}
	return o
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// message checks a letter and makes it: names and subject as encoded words
// (RFC 2047), the text as quoted-printable.
func (c *Client) message(l Letter) (*gomail.Msg, error) {
	final := func(text string, err error) error { return &Error{Final: true, Text: text, Err: err} }
	to, err := mail.ParseAddress(l.To)
	if err != nil || to.Name != "" || to.Address != l.To {
		return nil, final("Адрес электронной почты записан неверно.", errors.New("recipient is not an address"))
	}
	if l.ID == "" || strings.ContainsFunc(l.ID, func(r rune) bool { return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return nil, final("Письмо составлено неверно. Сообщите администратору.", errors.New("id is not letters and digits"))
	}
	if n := utf8.RuneCountInString(l.Subject); n == 0 || n > maxSubject || strings.ContainsFunc(l.Subject, unicode.IsControl) || !utf8.ValidString(l.Subject) {
		return nil, final("Тема письма пуста или слишком длинна.", errors.New("subject is empty, too long or not one line"))
	}
	if l.Body == "" || len(l.Body) > maxBody || !utf8.ValidString(l.Body) {
		return nil, final("Текст письма пуст или слишком велик.", errors.New("body is empty, too large or not UTF-8"))
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(c.from)
	m.ToMailAddress(to)
	m.Subject(l.Subject)
	m.SetDateWithValue(c.now())
	m.SetMessageIDWithValue(l.ID + c.from.Address[strings.LastIndexByte(c.from.Address, '@'):])
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.Body)
	return m, nil
}
