// Package softtoken is a token for training and development: a folder that
// behaves like a Рутокен on the desk.
//
// It has a label, a serial number and a PIN with ten attempts. Its keys are
// GOST R 34.10-2012-256 pairs in containers; the private half is PKCS#8
// encrypted with the PIN and leaves the folder only inside a Session, that is
// between a right PIN and Close. Certificates stand beside their key; a new
// one joins the old ones. A folder is not a protected carrier: the kind says
// «учебный» wherever people see it.
//
//	<dir>/<serial>/token.json
//	<dir>/<serial>/<container>/key.p8, public.spki, 001.cer, 002.cer …
//
// While the PIN is being changed a container also has key.p8.next.
package softtoken

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/token"
)

const (
	// Kind is what the carrier calls itself.
	Kind = "Рутокен (учебный)"
	// DefaultPIN is the one Рутокен leaves the factory with; people are warned.
	DefaultPIN = "12345678"
	// MaxAttempts of the PIN before the token is blocked.
	MaxAttempts = 10
)

// Store is the folder with the desk's soft tokens.
type Store struct {
	dir string
	mu  sync.Mutex // one token operation at a time, as with a card reader
}

// state is token.json.
type state struct {
	Label        string  `json:"label"`
	Serial       string  `json:"serial"` // eight upper-case hex digits
	Kind         string  `json:"kind"`
	PIN          pinHash `json:"pin"`
	DefaultPIN   bool    `json:"default_pin"`
	AttemptsLeft int     `json:"attempts_left"`
}

// Open uses (and makes) the folder.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Store{dir: dir}, nil
}

var serialForm = regexp.MustCompile(`^[0-9A-F]{8}$`)

// Create makes a token with a random serial number.
func (s *Store) Create(label, pin string) (token.Info, error) {
	if strings.TrimSpace(label) == "" || utf8.RuneCountInString(label) > 64 {
		return token.Info{}, errors.New("label must have 1 to 64 characters")
	}
	if err := checkPIN(pin); err != nil {
		return token.Info{}, err
	}
	var number [4]byte
	rand.Read(number[:])
	st := state{
		Label: label, Serial: fmt.Sprintf("%X", number[:]), Kind: Kind,
		PIN: hashPIN(pin), DefaultPIN: pin == DefaultPIN, AttemptsLeft: MaxAttempts,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := os.Mkdir(s.path(st.Serial), 0o700); err != nil {
		return token.Info{}, fmt.Errorf("create token: %w", err)
	}
	if err := s.save(st); err != nil {
		return token.Info{}, fmt.Errorf("create token: %w", err)
	}
	return s.info(st.Serial)
}

// List shows the tokens, ordered by serial number.
func (s *Store) List() ([]token.Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var list []token.Info
	for _, e := range entries {
		if !serialForm.MatchString(e.Name()) {
			continue
		}
		info, err := s.info(e.Name())
		if errors.Is(err, token.ErrNotFound) {
			continue // creation was cut short
		}
		if err != nil {
			return nil, err
		}
		list = append(list, info)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Serial < list[j].Serial })
	return list, nil
}

// Token shows one token; token.ErrNotFound when it is not there.
func (s *Store) Token(serial string) (token.Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info(serial)
}

func (s *Store) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

func (s *Store) info(serial string) (token.Info, error) {
	st, err := s.load(serial)
	if err != nil {
		return token.Info{}, err
	}
	containers, err := s.containers(serial)
	if err != nil {
		return token.Info{}, err
	}
	return token.Info{
		Label: st.Label, Serial: st.Serial, Kind: st.Kind,
		AttemptsLeft: st.AttemptsLeft, FewAttempts: st.AttemptsLeft < MaxAttempts, DefaultPIN: st.DefaultPIN, Containers: containers,
	}, nil
}

func (s *Store) load(serial string) (state, error) {
	var st state
	if !serialForm.MatchString(serial) {
		return st, token.ErrNotFound
	}
	b, err := os.ReadFile(s.path(serial, "token.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return st, token.ErrNotFound
	}
	if err != nil {
		return st, err
	}
	if err := json.Unmarshal(b, &st); err != nil {
		return st, fmt.Errorf("token %s: %w", serial, err)
	}
	return st, nil
}

func (s *Store) save(st state) error {
	b, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	return record.WriteFile(s.path(st.Serial, "token.json"), append(b, '\n'))
}
