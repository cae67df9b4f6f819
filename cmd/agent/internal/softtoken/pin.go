package softtoken

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// ErrBlocked says that the PIN has no attempts left.
var ErrBlocked = errors.New("the token's PIN is blocked")

// WrongPIN says how many attempts are left after a wrong one, at least 1.
type WrongPIN struct{ Left int }

func (e *WrongPIN) Error() string { return fmt.Sprintf("wrong PIN, %d attempts left", e.Left) }

// pinHash is argon2id with the second recommended parameters of RFC 9106
// (64 MiB, 3 passes, 4 lanes).
type pinHash struct {
	Salt []byte `json:"salt"`
	Sum  []byte `json:"argon2id"`
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
// the machine off does not give it back. Errors: ErrNotFound, ErrBlocked,
// *WrongPIN.
func (s *Store) Login(serial, pin string) (*Session, error) {
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
		return st, ErrBlocked
	}
	st.AttemptsLeft--
	if err := s.save(st); err != nil {
		return st, fmt.Errorf("count the attempt: %w", err)
	}
	if !st.PIN.matches(pin) {
		if st.AttemptsLeft == 0 {
			return st, ErrBlocked
		}
		return st, &WrongPIN{Left: st.AttemptsLeft}
	}
	st.AttemptsLeft = MaxAttempts
	return st, s.save(st)
}

// Close forgets the PIN and lets the next one at the token.
func (c *Session) Close() {
	clear(c.pin)
	c.store.mu.Unlock()
}
