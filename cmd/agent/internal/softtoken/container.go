package softtoken

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"signdesk/cmd/agent/internal/record"
	"signdesk/internal/gost"
)

const (
	keyFile = "key.p8"
	nextKey = "key.p8.next" // under the new PIN, while it is being changed
)

// Container is a key pair and its certificates, as seen without a PIN.
type Container struct {
	ID           string
	PublicKey    *gost.PublicKey
	Certificates []*gost.Certificate // oldest first; the last one is in use
}

// Certificate is the one in use, or nil.
func (c Container) Certificate() *gost.Certificate {
	if len(c.Certificates) == 0 {
		return nil
	}
	return c.Certificates[len(c.Certificates)-1]
}

// Find is the container that holds the key.
func (i Info) Find(pub *gost.PublicKey) (Container, bool) {
	for _, c := range i.Containers {
		if c.PublicKey.Equal(pub) {
			return c, true
		}
	}
	return Container{}, false
}

var containerForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (s *Store) containers(serial string) ([]Container, error) {
	entries, err := os.ReadDir(s.path(serial))
	if err != nil {
		return nil, err
	}
	var list []Container
	for _, e := range entries {
		if !containerForm.MatchString(e.Name()) {
			continue
		}
		c, err := s.container(serial, e.Name())
		if err != nil {
			return nil, fmt.Errorf("token %s, container %s: %w", serial, e.Name(), err)
		}
		list = append(list, c)
	}
	return list, nil
}

func (s *Store) container(serial, id string) (Container, error) {
	c := Container{ID: id}
	if !containerForm.MatchString(id) {
		return c, ErrNotFound
	}
	spki, err := os.ReadFile(s.path(serial, id, "public.spki"))
	if errors.Is(err, fs.ErrNotExist) {
		return c, ErrNotFound
	}
	if err != nil {
		return c, err
	}
	if c.PublicKey, err = gost.ParsePublicKey(spki); err != nil {
		return c, err
	}
	files, err := certificateFiles(s.path(serial, id))
	if err != nil {
		return c, err
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return c, err
		}
		cert, err := gost.ParseCertificate(b)
		if err != nil {
			return c, err
		}
		c.Certificates = append(c.Certificates, cert)
	}
	return c, nil
}

// certificateFiles lists a container's certificates, oldest first.
func certificateFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".cer") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// GenerateKey makes a pair on id-GostR3410-2001-CryptoPro-XchA and stores it
// in a new container.
func (c *Session) GenerateKey() (Container, error) {
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProXA)
	if err != nil {
		return Container{}, err
	}
	p8, err := gost.EncryptPrivateKey(rand.Reader, key, c.pin)
	if err != nil {
		return Container{}, err
	}
	spki, err := gost.MarshalPublicKey(&key.PublicKey)
	if err != nil {
		return Container{}, err
	}
	name := make([]byte, 16)
	rand.Read(name)
	id := hex.EncodeToString(name)

	// The container appears whole: filled under another name, then renamed.
	side := c.store.path(c.serial, ".new-"+id)
	if err := os.Mkdir(side, 0o700); err != nil {
		return Container{}, err
	}
	err = errors.Join(
		record.WriteFile(filepath.Join(side, keyFile), p8),
		record.WriteFile(filepath.Join(side, "public.spki"), spki),
	)
	if err == nil {
		err = os.Rename(side, c.store.path(c.serial, id))
	}
	if err != nil {
		return Container{}, errors.Join(err, os.RemoveAll(side))
	}
	if err := record.SyncDir(c.store.path(c.serial)); err != nil {
		return Container{}, err
	}
	return c.store.container(c.serial, id)
}

// Container reads one container of the token.
func (c *Session) Container(id string) (Container, error) {
	return c.store.container(c.serial, id)
}

// Find is the container that holds the key; ErrNotFound when none does.
func (c *Session) Find(pub *gost.PublicKey) (Container, error) {
	info, err := c.store.info(c.serial)
	if err != nil {
		return Container{}, err
	}
	if found, ok := info.Find(pub); ok {
		return found, nil
	}
	return Container{}, ErrNotFound
}

// Signer is the container's private key. It must not outlive the session.
func (c *Session) Signer(id string) (*gost.PrivateKey, error) {
	if !containerForm.MatchString(id) {
		return nil, ErrNotFound
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
		return ErrNotFound
	}
	return os.RemoveAll(c.store.path(c.serial, id))
}

// Install puts the certificate beside the container's key as the one in use.
// The same certificate again changes nothing.
func (c *Session) Install(id string, cert *gost.Certificate) error {
	box, err := c.store.container(c.serial, id)
	if err != nil {
		return err
	}
	if !box.PublicKey.Equal(cert.PublicKey) {
		return errors.New("the certificate is for another key")
	}
	if last := box.Certificate(); last != nil && bytes.Equal(last.Raw, cert.Raw) {
		return nil
	}
	name := fmt.Sprintf("%03d.cer", len(box.Certificates)+1)
	return record.WriteFile(c.store.path(c.serial, id, name), cert.Raw)
}
