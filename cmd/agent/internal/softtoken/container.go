package softtoken

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

const (
	keyFile = "key.p8"
	nextKey = "key.p8.next" // under the new PIN, while it is being changed
)

var containerForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (s *Store) containers(serial string) ([]token.Container, error) {
	entries, err := os.ReadDir(s.path(serial))
	if err != nil {
		return nil, err
	}
	var list []token.Container
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

func (s *Store) container(serial, id string) (token.Container, error) {
	c := token.Container{ID: id}
	if !containerForm.MatchString(id) {
		return c, token.ErrNotFound
	}
	spki, err := os.ReadFile(s.path(serial, id, "public.spki"))
	if errors.Is(err, fs.ErrNotExist) {
		return c, token.ErrNotFound
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

// Container reads one container of the token.
func (c *Session) Container(id string) (token.Container, error) {
	return c.store.container(c.serial, id)
}

// Find is the container that holds the key; token.ErrNotFound when none does.
func (c *Session) Find(pub *gost.PublicKey) (token.Container, error) {
	info, err := c.store.info(c.serial)
	if err != nil {
		return token.Container{}, err
	}
	if found, ok := info.Find(pub); ok {
		return found, nil
	}
	return token.Container{}, token.ErrNotFound
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
