package softtoken

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// pinHash is argon2id with the second recommended parameters of RFC 9106
// (64 MiB, 3 passes, 4 lanes).
type pinHash struct {
	Salt []byte `json:"salt"`
	Sum  []byte `json:"argon2id"`
}

// checkPIN keeps to the lengths a Рутокен takes.
func checkPIN(pin string) error {
	if n := utf8.RuneCountInString(pin); n < 6 || n > 32 {
		return errors.New("PIN must have 6 to 32 characters")
	}
	return nil
}

func hashPIN(pin string) pinHash {
	salt := make([]byte, 16)
	rand.Read(salt)
	return pinHash{Salt: salt, Sum: argon(pin, salt)}
}

func argon(pin string, salt []byte) []byte {
	return argon2.IDKey([]byte(pin), salt, 3, 64<<10, 4, 32)
}

func (h pinHash) matches(pin string) bool {
	return subtle.ConstantTimeCompare(h.Sum, argon(pin, h.Salt)) == 1
}

// Session is a token after a right PIN, until Close.
type Session struct {
	store  *Store
	serial string
	pin    []byte
}

// Login checks the PIN and holds the token for this session alone. The
// attempt is counted on disk before the PIN is compared, so that switching
// the machine off does not give it back. Errors: token.ErrNotFound,
// token.ErrBlocked, *token.WrongPIN.
func (s *Store) Login(serial, pin string) (token.Session, error) {
	session, err := s.open(serial, pin)
	if err != nil {
		return nil, err
	}
	return session, nil
}

// ChangePIN gives the token another PIN. Errors as of Login.
func (s *Store) ChangePIN(serial, pin, next string) error {
	session, err := s.open(serial, pin)
	if err != nil {
		return err
	}
	defer session.Close()
	return session.changePIN(next)
}

func (s *Store) open(serial, pin string) (*Session, error) {
	s.mu.Lock()
	st, err := s.login(serial, pin)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	return &Session{store: s, serial: st.Serial, pin: []byte(pin)}, nil
}

func (s *Store) login(serial, pin string) (state, error) {
	st, err := s.load(serial)
	if err != nil {
		return st, err
	}
	if st.AttemptsLeft <= 0 {
		return st, token.ErrBlocked
	}
	st.AttemptsLeft--
	if err := s.save(st); err != nil {
		return st, fmt.Errorf("count the attempt: %w", err)
	}
	if !st.PIN.matches(pin) {
		if st.AttemptsLeft == 0 {
			return st, token.ErrBlocked
		}
		return st, &token.WrongPIN{Left: st.AttemptsLeft}
	}
	st.AttemptsLeft = MaxAttempts
	return st, s.save(st)
}

// changePIN gives the token another PIN. Every key is first written under the
// new PIN beside the old file; saving the token's state is the moment of the
// change; then the new files take the old ones' place. Cut short before or
// after that moment, Signer still finds the file that the PIN opens.
func (c *Session) changePIN(pin string) error {
	if err := checkPIN(pin); err != nil {
		return err
	}
	boxes, err := c.store.containers(c.serial)
	if err != nil {
		return err
	}
	for _, box := range boxes {
		key, err := c.key(box.ID)
		if err != nil {
			return fmt.Errorf("container %s: %w", box.ID, err)
		}
		p8, err := gost.EncryptPrivateKey(rand.Reader, key, []byte(pin))
		if err != nil {
			return err
		}
		if err := record.WriteFile(c.store.path(c.serial, box.ID, nextKey), p8); err != nil {
			return err
		}
	}
	st, err := c.store.load(c.serial)
	if err != nil {
		return err
	}
	st.PIN, st.DefaultPIN = hashPIN(pin), pin == DefaultPIN
	if err := c.store.save(st); err != nil {
		return err
	}
	clear(c.pin)
	c.pin = []byte(pin)
	for _, box := range boxes {
		dir := c.store.path(c.serial, box.ID)
		if err := os.Rename(filepath.Join(dir, nextKey), filepath.Join(dir, keyFile)); err != nil {
			return err
		}
	}
	return nil
}

// Close forgets the PIN and lets the next one at the token.
func (c *Session) Close() {
	clear(c.pin)
	c.store.mu.Unlock()
}
