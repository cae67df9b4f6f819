package smev

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim/state"
)

// The file store: what is too large for a message lies in Service.Files, a
// folder for each UUID. Anybody puts as anonymous; a file is fetched with the
// name and the password that one delivery of its message has made, and that
// account sees nothing else.

// maxStored bounds a file in the store.
const maxStored = 2 << 30

// account may fetch one file.
type account struct {
	Password string    `json:"password"`
	UUID     string    `json:"uuid"`
	Until    time.Time `json:"until"`
}

// accountLife is how long a delivery's password is taken.
const accountLife = 24 * time.Hour

// store is the listener with the connections it has.
type store struct {
	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]bool
	l      net.Listener
	wg     sync.WaitGroup
}

// ServeFiles answers FTP on the listener until CloseFiles.
func (s *Service) ServeFiles(l net.Listener) error {
	s.store.mu.Lock()
	s.store.l, s.store.conns = l, map[net.Conn]bool{}
	s.store.mu.Unlock()
	for {
		conn, err := l.Accept()
		if err != nil {
			s.store.mu.Lock()
			defer s.store.mu.Unlock()
			if s.store.closed {
				return nil
			}
			return err
		}
		s.store.mu.Lock()
		s.store.conns[conn] = true
		s.store.wg.Go(func() {
			(&ftpSession{s: s, conn: conn}).run()
			s.store.mu.Lock()
			delete(s.store.conns, conn)
			s.store.mu.Unlock()
		})
		s.store.mu.Unlock()
	}
}

// CloseFiles ends the listener and its connections; closing again is harmless.
func (s *Service) CloseFiles() error {
	s.store.mu.Lock()
	s.store.closed = true
	var err error
	if s.store.l != nil {
		err = s.store.l.Close()
		s.store.l = nil
	}
	for c := range s.store.conns {
		c.Close()
	}
	s.store.mu.Unlock()
	s.store.wg.Wait()
	return err
}

// stored finds a file by its folder: the only one there.
func (s *Service) stored(folder string) (file string, ok bool) {
	list, err := os.ReadDir(filepath.Join(s.Files, folder))
	if err != nil || len(list) != 1 {
		return "", false
	}
	return list[0].Name(), true
}

// put stores a file of a built-in body.
func (s *Service) put(folder, name string, content []byte) error {
	dir := filepath.Join(s.Files, folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), content, 0o600)
}

var refUUID = regexp.MustCompile(`RefAttachmentHeader>\s*<[^>]*uuid>([^<]+)<`)

// places says where the files of a message lie in the store for its receiver:
// FSAttachmentsList, with accounts made for this delivery.
func (s *Service) places(data string) (string, error) {
	all := refUUID.FindAllStringSubmatch(data, -1)
	if all == nil {
		return "", nil
	}
	var b strings.Builder
	b.WriteString("<FSAttachmentsList>")
	err := s.Store.Update(func(tx *tx) error {
		for _, m := range all {
			folder := strings.TrimSpace(m[1])
			if _, err := uuid.Parse(folder); err != nil {
				continue // names no folder
			}
			file, _ := s.stored(folder) // one that was never put has a place all the same
			user, a := rand.Text(), account{rand.Text(), folder, s.Now().Add(accountLife)}
			if err := tx.Put(s.Bucket("ftp"), user, a); err != nil {
				return err
			}
			fmt.Fprintf(&b, "<FSAttachment><uuid>%s</uuid><UserName>%s</UserName><Password>%s</Password><FileName>%s</FileName></FSAttachment>",
				folder, user, a.Password, escape(path.Join("/", or(file, folder))))
		}
		return nil
	})
	return b.String() + "</FSAttachmentsList>", err
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// login finds whose name and password these are: a folder to read, or "" for
// one who puts.
func (s *Service) login(user, password string) (folder string, ok bool) {
	if user == "anonymous" {
		return "", true
	}
	var a account
	err := s.Store.View(func(tx *tx) error { return tx.Get(s.Bucket("ftp"), user, &a) })
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		s.Log.Error("read account", "err", err)
	}
	return a.UUID, err == nil && a.Password == password && s.Now().Before(a.Until)
}

var errTooLarge = errors.New("file too large")

// receive writes what comes into a folder made before. A file that is cut off
// stays as it is: the sender puts it again.
func (s *Service) receive(folder, name string, from io.Reader) error {
	if _, err := uuid.Parse(folder); err != nil || name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return os.ErrPermission
	}
	f, err := os.Create(filepath.Join(s.Files, folder, name))
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(from, maxStored+1))
	if n > maxStored {
		err = errTooLarge
	}
	return errors.Join(err, f.Close())
}
