package cluster

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// openLog opens the server's log for appending; a long one is put aside.
func (c *Cluster) openLog() (*os.File, error) {
	path := filepath.Join(c.dir, "pg.log")
	if info, err := os.Stat(path); err == nil && info.Size() > 10<<20 {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// logTail is the end of the server's log, for the error that its reader needs.
func (c *Cluster) logTail() string {
	f, err := os.Open(filepath.Join(c.dir, "pg.log"))
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	const most = 1000 // bytes
	tail := make([]byte, most)
	info, err := f.Stat()
	if err != nil {
		return err.Error()
	}
	n, err := f.ReadAt(tail, max(0, info.Size()-most))
	if err != nil && !errors.Is(err, io.EOF) {
		return err.Error()
	}
	return strings.TrimSpace(string(tail[:n]))
}
