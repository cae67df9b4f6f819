package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/post"
	"signdesk/internal/ext/sim/state"
)

var now = time.Date(2026, 11, 21, 9, 30, 15, 0, time.UTC)

var letter = mail.Letter{
	ID: "5b1f0a", To: "anna@example.org", Subject: "Сертификат электронной подписи готов: заявка З-000431",
	Body: "Здравствуйте, Анна Игоревна!\n\nСертификат готов — приходите с паспортом.\n.\nСтрока после точки, длиннее семидесяти шести знаков, чтобы её пришлось перенести.\n",
}

func newClient(t *testing.T, relay string) *mail.Client {
	t.Helper()
	c, err := mail.New(relay, "Сервисный центр «Ромашка» <desk@centre.example>", func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// check reads a letter as a mail program does.
func check(t *testing.T, raw string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(raw, "\r\n") {
		if len(line) > 78 || strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("line %q", line)
		}
	}
	d := &mime.WordDecoder{}
	subject, err := d.DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != letter.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Сервисный центр «Ромашка»" || from[0].Address != "desk@centre.example" {
		t.Errorf("from %v, %v", from, err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<5b1f0a@centre.example>", "Auto-Submitted": "auto-generated", "To": "<anna@example.org>", "User-Agent": "",
		"Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "quoted-printable",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if at, err := m.Header.Date(); err != nil || !at.Equal(now) {
		t.Errorf("date %v, %v", at, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if got := strings.ReplaceAll(string(body), "\r\n", "\n"); err != nil || strings.TrimRight(got, "\n") != strings.TrimRight(letter.Body, "\n") {
		t.Errorf("body %q, %v", got, err)
	}
}

func TestAgainstSimulator(t *testing.T) {
	w, err := sim.NewWorld(sim.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- w.Mail.Serve(l) }()
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
	c := newClient(t, "smtp://"+l.Addr().String())
	if err := c.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	letters := func() []post.Letter {
		all, err := w.Mail.Letters(10)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	got := letters()
	if len(got) != 1 || got[0].From != "desk@centre.example" || fmt.Sprint(got[0].To) != "[anna@example.org]" {
		t.Fatalf("%+v", got)
	}
	check(t, got[0].Raw)

	for name, row := range map[string]struct {
		knobs   state.Knobs
		timeout time.Duration
		final   bool
		text    string
	}{
		"refused": {state.Knobs{Refuse: "no such mailbox for anna@example.org"}, 0, true, "Такого почтового адреса нет"},
		"down":    {state.Knobs{Down: state.Busy}, 0, false, "Почтовый сервер"},
		"slow":    {state.Knobs{SlowSeconds: 1}, 100 * time.Millisecond, false, "не отвечает"},
	} {
		if err := w.Mail.SetKnobs(row.knobs); err != nil {
			t.Fatal(err)
		}
		c.Timeout = row.timeout
		err := c.Send(t.Context(), letter)
		var e *mail.Error
		if !errors.As(err, &e) || e.Final != row.final || !strings.Contains(e.Text, row.text) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "anna") {
			t.Errorf("%s: a person's address is in %q", name, err)
		}
	}
	if n := len(letters()); n != 1 {
		t.Errorf("%d letters", n)
	}
}

// relay is a server of go-smtp, which nobody here wrote, with TLS and sign-in.
type relay struct {
	mu      sync.Mutex
	letters []string
	signed  []string // who signed in, and whether by TLS
}

func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &relaySession{relay: r, secure: secure}, nil
}

type relaySession struct {
	*relay
	secure bool
}

func (s *relaySession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *relaySession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "desk" || password != "s3:cret" {
			return errors.New("wrong password")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.signed = append(s.signed, fmt.Sprint(user, s.secure))
		return nil
	}), nil
}

func (s *relaySession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *relaySession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *relaySession) Reset()                               {}
func (s *relaySession) Logout() error                        { return nil }

func (s *relaySession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, string(b))
	return err
}

// STARTTLS and sign-in; a relay whose certificate is not trusted, or that
// knows another password, gets nothing.
func TestTLSAndSignIn(t *testing.T) {
	cert, pool := certificate(t)
	r := &relay{}
	serve := func(implicit bool) string {
		s := smtp.NewServer(r)
		s.Domain, s.TLSConfig = "localhost", &tls.Config{Certificates: []tls.Certificate{cert}}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		if implicit {
			l = tls.NewListener(l, s.TLSConfig)
		}
		done := make(chan struct{})
		go func() { defer close(done); _ = s.Serve(l) }()
		t.Cleanup(func() { _ = s.Close(); <-done })
		return address
	}
	starttls, implicit := serve(false), serve(true)
	for _, row := range []struct {
		relay   string
		trusted bool
		ok      bool
	}{
		{"smtp://desk:s3%3Acret@" + starttls, true, true},
		{"smtps://desk:s3%3Acret@" + implicit, true, true},
		{"smtp://desk:s3%3Acret@" + starttls, false, false},
		{"smtp://desk:guess@" + starttls, true, false},
	} {
		c := newClient(t, row.relay)
		if row.trusted {
			c.TLS = &tls.Config{RootCAs: pool}
		}
		err := c.Send(t.Context(), letter)
		var e *mail.Error
		if row.ok && err != nil || !row.ok && (!errors.As(err, &e) || e.Final) {
			t.Errorf("%+v: %v", row, err)
		}
		if err != nil && (strings.Contains(err.Error(), "s3:cret") || strings.Contains(err.Error(), "guess")) {
			t.Errorf("the password is in %q", err)
		}
	}
	if len(r.letters) != 2 || fmt.Sprint(r.signed) != "[desktrue desktrue]" {
		t.Fatalf("%d letters, %v", len(r.letters), r.signed)
	}
	check(t, r.letters[0])
}

// A letter that was taken is not an error, whatever happens to QUIT.
func TestTakenLetterStaysTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close() // at the end of DATA, without waiting for more
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		_, _ = io.WriteString(conn, "220 relay\r\n")
		buf, data := make([]byte, 64<<10), false
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			switch text := string(buf[:n]); {
			case data && strings.HasSuffix(text, "\r\n.\r\n"):
				_, _ = io.WriteString(conn, "250 taken\r\n")
				return
			case data:
			case strings.HasPrefix(text, "DATA"):
				data = true
				_, _ = io.WriteString(conn, "354 go on\r\n")
			default:
				_, _ = io.WriteString(conn, "250 ok\r\n")
			}
		}
	}()
	if err := newClient(t, "smtp://"+l.Addr().String()).Send(t.Context(), letter); err != nil {
		t.Error(err)
	}
}

func TestLetterIsChecked(t *testing.T) {
	c := newClient(t, "smtp://127.0.0.1:1")
	for name, change := range map[string]func(*mail.Letter){
		"no address":        func(l *mail.Letter) { l.To = "anna" },
		"two addresses":     func(l *mail.Letter) { l.To = "anna@example.org, boris@example.org" },
		"address with CR":   func(l *mail.Letter) { l.To = "anna@example.org\r\nBcc: boris@example.org" },
		"header in subject": func(l *mail.Letter) { l.Subject = "Готово\r\nBcc: boris@example.org" },
		"no subject":        func(l *mail.Letter) { l.Subject = "" },
		"long subject":      func(l *mail.Letter) { l.Subject = strings.Repeat("я", 201) },
		"no body":           func(l *mail.Letter) { l.Body = "" },
		"huge body":         func(l *mail.Letter) { l.Body = strings.Repeat("я", 1<<20) },
		"id with a space":   func(l *mail.Letter) { l.ID = "a b" },
		"no id":             func(l *mail.Letter) { l.ID = "" },
	} {
		l := letter
		change(&l)
		var e *mail.Error
		if err := c.Send(t.Context(), l); !errors.As(err, &e) || !e.Final || e.Text == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, relay := range []string{"", "127.0.0.1:25", "http://127.0.0.1", "smtp://", "smtp://h:99999", "smtp://u:p w@h:25"} {
		if _, err := mail.New(relay, "desk@centre.example", time.Now); err == nil || strings.Contains(err.Error(), "p w") {
			t.Errorf("%q: %v", relay, err)
		}
	}
	if _, err := mail.New("smtp://h", "desk", time.Now); err == nil {
		t.Error("a sender without a domain")
	}
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true},
		&x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
