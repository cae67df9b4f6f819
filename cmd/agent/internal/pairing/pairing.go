// Package pairing keeps the secret that one agent and its console share.
//
// The agent makes it once and stores it in its own folder, readable by its
// owner only. A person copies the code into the console's settings (or
// `agent pairing` hands it over on a development machine). From then on every
// operation carries an HMAC-SHA256 under this secret, so that a page which
// merely runs in an allowed origin cannot invent one.
package pairing

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Size of the secret in bytes.
const Size = 32

// Secret is the key of the HMAC: the 32 bytes themselves, not their code.
type Secret [Size]byte

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Code is the secret as people copy it: 52 characters of RFC 4648 base32
// without padding.
func (s *Secret) Code() string { return encoding.EncodeToString(s[:]) }

// Parse reads a code; spaces, hyphens and case do not matter.
func Parse(code string) (*Secret, error) {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\n", "", "\r", "").Replace(code))
	b, err := encoding.DecodeString(code)
	if err != nil || len(b) != Size {
		return nil, errors.New("pairing code is not 52 characters of base32")
	}
	return (*Secret)(b), nil
}

// MAC is HMAC-SHA256 of the payload's bytes.
func (s *Secret) MAC(payload []byte) []byte {
	h := hmac.New(sha256.New, s[:])
	h.Write(payload)
	return h.Sum(nil)
}

// Load reads the secret of the agent's folder, making folder and secret on
// first use. Two processes that come at once end with the same secret.
func Load(dir string) (*Secret, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "pairing")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(dir, path); err != nil {
			return nil, fmt.Errorf("make pairing secret: %w", err)
		}
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	s, err := Parse(string(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// create writes the whole secret beside its place and links it there: a link
// never replaces what another process has put in place first.
func create(dir, path string) error {
	var s Secret
	rand.Read(s[:])
	f, err := os.CreateTemp(dir, ".pairing-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.WriteString(s.Code() + "\n"); err != nil {
		f.Close()
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
