// Package post catches what the console sends to people: letters on an SMTP
// listener and short messages on POST /sms. Nothing goes any further; pages
// and tests read what was caught.
package post

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"signdesk/internal/ext/sim/state"
)

const (
	maxLetter = 20 << 20 // bytes
	keepMail  = 500
)

type tx = state.Tx

// Letter is one caught letter.
type Letter struct {
	No      uint64    `json:"no"`
	At      time.Time `json:"at"`
	From    string    `json:"from"` // of the envelope
	To      []string  `json:"to"`
	Subject string    `json:"subject"`
	Raw     string    `json:"raw"`
}

// Mail is the SMTP listener.
type Mail struct {
	*state.System
	server *smtp.Server
}

// NewMail prepares the listener; Serve starts it.
func NewMail(sys *state.System) *Mail {
	m := &Mail{System: sys}
	m.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return m.session() }))
	m.server.Domain = "localhost"
	m.server.MaxMessageBytes = maxLetter
	m.server.MaxRecipients = 50
	m.server.ReadTimeout, m.server.WriteTimeout = time.Minute, time.Minute
	return m
}

// Serve answers on the listener until Close.
func (m *Mail) Serve(l net.Listener) error {
	if err := m.server.Serve(l); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// Close stops the listener; closing again is harmless.
func (m *Mail) Close() error {
	if err := m.server.Close(); !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

func (m *Mail) session() (smtp.Session, error) {
	k := m.Knobs()
	time.Sleep(min(time.Duration(k.SlowSeconds*float64(time.Second)), time.Minute))
	if k.Down != state.Up {
		return nil, &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "service not available"}
	}
	return &session{m: m, refuse: k.Refuse}, nil
}

type session struct {
	m      *Mail
	refuse string
	from   string
	to     []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.refuse != "" {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: s.refuse}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.m.keep(Letter{At: s.m.Now(), From: s.from, To: s.to, Subject: subject(raw), Raw: string(raw)})
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (m *Mail) keep(l Letter) error {
	return m.Store.Update(func(tx *tx) error {
		n, err := tx.Next(m.Bucket("letters"))
		if err != nil {
			return err
		}
		l.No = n
		if n > keepMail {
			if err := tx.Delete(m.Bucket("letters"), state.Key(n-keepMail)); err != nil {
				return err
			}
		}
		if err := m.Count(tx, "letters"); err != nil {
			return err
		}
		return tx.Put(m.Bucket("letters"), state.Key(n), l)
	})
}

func subject(raw []byte) string {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	s, err := (&mime.WordDecoder{}).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		return strings.ToValidUTF8(msg.Header.Get("Subject"), "?")
	}
	return s
}

// Letters reads up to n last letters, the newest first.
func (m *Mail) Letters(n int) ([]Letter, error) {
	var out []Letter
	err := m.Store.View(func(tx *tx) (err error) {
		out, err = state.Last[Letter](tx, m.Bucket("letters"), n)
		return err
	})
	return out, err
}

// Letter reads one letter by its number.
func (m *Mail) Letter(no uint64) (Letter, error) {
	var l Letter
	err := m.Store.View(func(tx *tx) error { return tx.Get(m.Bucket("letters"), state.Key(no), &l) })
	if err != nil {
		return l, fmt.Errorf("letter %d: %w", no, err)
	}
	return l, nil
}
