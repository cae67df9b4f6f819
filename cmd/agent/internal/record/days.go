package record

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Days is a journal with a file per day (UTC): signed-2026-11-22.jsonl. A
// machine that signs all day long writes much; whole old days can be taken
// away without stopping it.
type Days struct {
	dir string

	mu   sync.Mutex
	day  string
	file *os.File
}

// OpenDays uses (and makes) the folder.
func OpenDays(dir string) (*Days, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Days{dir: dir}, nil
}

// Note appends an entry to the file of its day; it is on disk when Note returns.
func (d *Days) Note(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if day := e.At.UTC().Format(time.DateOnly); day != d.day {
		f, err := appendTo(filepath.Join(d.dir, "signed-"+day+".jsonl"))
		if err != nil {
			return fmt.Errorf("open journal: %w", err)
		}
		if d.file != nil {
			d.file.Close()
		}
		d.day, d.file = day, f
	}
	if _, err := d.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return d.file.Sync()
}

// Close closes the present file.
func (d *Days) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	return d.file.Close()
}
