package record

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// appendTo opens a file of lines; a line that a killed run left unfinished is
// ended, so that the next one stands alone.
func appendTo(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return f, err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, st.Size()-1); err != nil {
		return nil, err
	}
	if last[0] != '\n' {
		if _, err := f.WriteString("\n"); err != nil {
			return nil, err
		}
	}
	_, err = f.Seek(0, io.SeekStart) // appending moved it; the next reader starts at the top
	return f, err
}

// WriteFile puts a whole file, readable by its owner only, in place of the
// old one: after a power cut there is one or the other.
func WriteFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir flushes a folder's own entries; Windows does that by itself.
func SyncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
