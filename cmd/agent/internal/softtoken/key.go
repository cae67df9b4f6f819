package softtoken

import (
	"crypto"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// GenerateKey makes a pair on id-GostR3410-2001-CryptoPro-XchA and stores it
// in a new container.
func (c *Session) GenerateKey() (token.Container, error) {
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProXA)
	if err != nil {
		return token.Container{}, err
	}
	p8, err := gost.EncryptPrivateKey(rand.Reader, key, c.pin)
	if err != nil {
		return token.Container{}, err
	}
	spki, err := gost.MarshalPublicKey(&key.PublicKey)
	if err != nil {
		return token.Container{}, err
	}
	name := make([]byte, 16)
	rand.Read(name)
	id := hex.EncodeToString(name)

	// The container appears whole: filled under another name, then renamed.
	side := c.store.path(c.serial, ".new-"+id)
	if err := os.Mkdir(side, 0o700); err != nil {
		return token.Container{}, err
	}
	err = errors.Join(
		record.WriteFile(filepath.Join(side, keyFile), p8),
		record.WriteFile(filepath.Join(side, "public.spki"), spki),
	)
	if err == nil {
		err = os.Rename(side, c.store.path(c.serial, id))
	}
	if err != nil {
		return token.Container{}, errors.Join(err, os.RemoveAll(side))
	}
	if err := record.SyncDir(c.store.path(c.serial)); err != nil {
		return token.Container{}, err
	}
	return c.store.container(c.serial, id)
}

// Signer is the container's private key. It must not outlive the session.
func (c *Session) Signer(id string) (crypto.Signer, error) {
	key, err := c.key(id)
	if err != nil {
		return nil, err
	}
	return key, nil
}

func (c *Session) key(id string) (*gost.PrivateKey, error) {
	if !containerForm.MatchString(id) {
		return nil, token.ErrNotFound
	}
	p8, err := os.ReadFile(c.store.path(c.serial, id, keyFile))
	if err != nil {
		return nil, err
	}
	key, err := gost.DecryptPrivateKey(p8, c.pin)
	if errors.Is(err, gost.ErrPassword) { // a change of the PIN was cut short
		if next, nextErr := os.ReadFile(c.store.path(c.serial, id, nextKey)); nextErr == nil {
			return gost.DecryptPrivateKey(next, c.pin)
		}
	}
	return key, err
}

// Delete removes a container whose making was not finished.
func (c *Session) Delete(id string) error {
	if !containerForm.MatchString(id) {
		return token.ErrNotFound
	}
	return os.RemoveAll(c.store.path(c.serial, id))
}
