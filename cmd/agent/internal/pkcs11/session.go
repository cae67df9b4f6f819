//go:build pkcs11

package pkcs11

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"math/big"
	"sync"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// Session is a token after a right PIN.
type Session struct {
	objects
	release func()
}

// Login gives the PIN to the token. The agent never tries PINs by itself:
// each costs an attempt.
func (s *Store) Login(serial, pin string) (token.Session, error) {
	session, err := s.login(serial, pin)
	if err != nil {
		return nil, err
	}
	return session, nil
}

func (s *Store) login(serial, pin string) (_ *Session, err error) {
	hold := s.holder(serial)
	hold.Lock()
	defer func() {
		if err != nil {
			hold.Unlock()
		}
	}()
	at, err := s.slot(serial)
	if err != nil {
		return nil, err
	}
	h, err := at.ctx.OpenSession(at.id, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		return nil, at.explain(err)
	}
	defer func() {
		if err != nil {
			_ = at.ctx.CloseSession(h)
		}
	}()
	err = at.ctx.Login(h, pkcs11.CKU_USER, pin)
	if errors.Is(err, pkcs11.Error(pkcs11.CKR_USER_ALREADY_LOGGED_IN)) {
		// A session that ended badly left the token open: this PIN is to be
		// proved, so the door is shut first.
		_ = at.ctx.Logout(h)
		err = at.ctx.Login(h, pkcs11.CKU_USER, pin)
	}
	var code pkcs11.Error
	switch {
	case err == nil:
	case errors.As(err, &code) && (code == pkcs11.CKR_PIN_INCORRECT || code == pkcs11.CKR_PIN_INVALID || code == pkcs11.CKR_PIN_LEN_RANGE):
		return nil, at.wrongPIN(err)
	default:
		return nil, at.explain(err)
	}
	s.mu.Lock()
	s.factory[serial] = factoryPINs[pin]
	s.mu.Unlock()
	return &Session{objects{at, h}, hold.Unlock}, nil
}

func (s *Store) holder(serial string) *sync.Mutex {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[serial] == nil {
		s.busy[serial] = new(sync.Mutex)
	}
	return s.busy[serial]
}

// Close shuts the token and lets the next one at it.
func (c *Session) Close() {
	_ = c.ctx.Logout(c.h)
	_ = c.ctx.CloseSession(c.h)
	c.release()
}

// GenerateKey makes a GOST R 34.10-2012-256 pair of parameter set XA.
func (c *Session) GenerateKey() (token.Container, error) {
	p, err := c.generate(gost256)
	if err != nil {
		return token.Container{}, err
	}
	return c.Container(hex.EncodeToString(p.id))
}

// generate makes a pair whose private half never leaves the token and reads
// the public half back.
func (c *Session) generate(a algorithm) (pair, error) {
	id := make([]byte, 16)
	rand.Read(id)
	public := append([]*pkcs11.Attribute{
		class(pkcs11.CKO_PUBLIC_KEY), pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, a.keyType), withID(id),
		pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, false), pkcs11.NewAttribute(pkcs11.CKA_VERIFY, true),
	}, a.parameters...)
	private := []*pkcs11.Attribute{
		class(pkcs11.CKO_PRIVATE_KEY), pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, a.keyType), withID(id),
		pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true), pkcs11.NewAttribute(pkcs11.CKA_SIGN, true),
		pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true), pkcs11.NewAttribute(pkcs11.CKA_EXTRACTABLE, false),
	}
	if _, _, err := c.ctx.GenerateKeyPair(c.h, []*pkcs11.Mechanism{pkcs11.NewMechanism(a.generate, nil)}, public, private); err != nil {
		return pair{}, c.explain(err)
	}
	p, err := c.pair(id)
	if err != nil {
		return pair{}, errors.Join(err, c.delete(id))
	}
	return p, nil
}

func (c *Session) pair(id []byte) (pair, error) {
	all, err := c.pairs()
	if err != nil {
		return pair{}, c.explain(err)
	}
	for _, p := range all {
		if bytes.Equal(p.id, id) {
			return p, nil
		}
	}
	return pair{}, token.ErrNotFound
}

// Signer is the pair's private key.
func (c *Session) Signer(id string) (crypto.Signer, error) {
	raw, err := hex.DecodeString(id)
	if err != nil {
		return nil, token.ErrNotFound
	}
	p, err := c.pair(raw)
	if err != nil {
		return nil, err
	}
	keys, err := c.find(class(pkcs11.CKO_PRIVATE_KEY), withID(raw))
	if err != nil {
		return nil, c.explain(err)
	}
	if len(keys) == 0 {
		return nil, token.ErrNotFound
	}
	v, err := c.read(keys[0], pkcs11.CKA_KEY_TYPE)
	if err != nil {
		return nil, c.explain(err)
	}
	for _, a := range algorithms {
		if number(v[0]) == a.keyType {
			return &signer{&c.objects, keys[0], a.sign, p.public}, nil
		}
	}
	return nil, token.ErrNotFound
}

// Container reads one pair.
func (c *Session) Container(id string) (token.Container, error) {
	return c.container(func(box token.Container) bool { return box.ID == id })
}

// Find is the pair of the public key.
func (c *Session) Find(pub *gost.PublicKey) (token.Container, error) {
	return c.container(func(box token.Container) bool { return box.PublicKey.Equal(pub) })
}

func (c *Session) container(fits func(token.Container) bool) (token.Container, error) {
	list, err := c.gostContainers()
	if err != nil {
		return token.Container{}, c.explain(err)
	}
	for _, box := range list {
		if fits(box) {
			return box, nil
		}
	}
	return token.Container{}, token.ErrNotFound
}

// Install writes the certificate under the pair's id.
func (c *Session) Install(id string, cert *gost.Certificate) error {
	return c.install(id, certificate{cert.Raw, cert.RawSubject, cert.RawIssuer, cert.Serial, cert.PublicKey})
}

// certificate is what a certificate object needs, of either algorithm.
type certificate struct {
	raw, subject, issuer []byte // DER
	serial               *big.Int
	public               crypto.PublicKey
}

var errOtherKey = errors.New("the certificate is for another key")

func (c *Session) install(id string, cert certificate) error {
	raw, err := hex.DecodeString(id)
	if err != nil {
		return token.ErrNotFound
	}
	p, err := c.pair(raw)
	if err != nil {
		return err
	}
	if own, ok := p.public.(interface{ Equal(crypto.PublicKey) bool }); !ok || !own.Equal(cert.public) {
		return errOtherKey
	}
	for _, der := range p.certificates {
		if bytes.Equal(der, cert.raw) {
			return nil
		}
	}
	serial, err := asn1.Marshal(cert.serial)
	if err != nil {
		return err
	}
	_, err = c.ctx.CreateObject(c.h, []*pkcs11.Attribute{
		class(pkcs11.CKO_CERTIFICATE), pkcs11.NewAttribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509), withID(raw),
		pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, false),
		pkcs11.NewAttribute(pkcs11.CKA_SUBJECT, cert.subject), pkcs11.NewAttribute(pkcs11.CKA_ISSUER, cert.issuer),
		pkcs11.NewAttribute(pkcs11.CKA_SERIAL_NUMBER, serial), pkcs11.NewAttribute(pkcs11.CKA_VALUE, cert.raw),
	})
	return c.explain(err)
}

// Delete removes the pair and what was put beside it.
func (c *Session) Delete(id string) error {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) == 0 {
		return token.ErrNotFound
	}
	return c.delete(raw)
}

func (c *Session) delete(id []byte) error {
	handles, err := c.find(withID(id))
	if err != nil {
		return c.explain(err)
	}
	for _, h := range handles {
		err = errors.Join(err, c.explain(c.ctx.DestroyObject(c.h, h)))
	}
	return err
}
