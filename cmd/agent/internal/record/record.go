// Package record is what the agent remembers between two starts: the nonces
// it has seen, the outcomes of finished operations and a journal.
//
// Nonces and journal are append-only files that are flushed before the agent
// goes on. An outcome is a file of its own for a day, so that a console which
// was asking while the agent was killed still gets its certificate request.
package record

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// KeepOutcome is how long the outcome of an operation can be asked for.
const KeepOutcome = 24 * time.Hour

// Book is the memory of one agent's folder.
type Book struct {
	dir string

	mu      sync.Mutex
	seen    map[string]bool
	nonces  *os.File
	journal *os.File
}

// Open reads the folder's nonces and forgets old outcomes.
func Open(dir string, now time.Time) (*Book, error) {
	b := &Book{dir: dir, seen: map[string]bool{}}
	if err := os.MkdirAll(b.outcomes(), 0o700); err != nil {
		return nil, err
	}
	if err := b.forget(now); err != nil {
		return nil, err
	}
	var err error
	if b.nonces, err = appendTo(filepath.Join(dir, "nonces")); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(b.nonces)
	for lines.Scan() {
		b.seen[lines.Text()] = true
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read nonces: %w", err)
	}
	if b.journal, err = appendTo(filepath.Join(dir, "journal.jsonl")); err != nil {
		return nil, err
	}
	return b, nil
}

// Close closes the files.
func (b *Book) Close() error { return errors.Join(b.nonces.Close(), b.journal.Close()) }

// Use marks the words (a nonce, an operation's id) as used. It answers false,
// and marks nothing, when one of them has ever been used before. The marks
// are on disk before Use returns.
func (b *Book) Use(words ...string) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := ""
	sums := make([]string, len(words))
	for i, word := range words {
		sum := sha256.Sum256([]byte(word))
		sums[i] = hex.EncodeToString(sum[:])
		if b.seen[sums[i]] {
			return false, nil
		}
		text += sums[i] + "\n"
	}
	if _, err := b.nonces.WriteString(text); err != nil {
		return false, fmt.Errorf("write nonces: %w", err)
	}
	if err := b.nonces.Sync(); err != nil {
		return false, fmt.Errorf("write nonces: %w", err)
	}
	for _, sum := range sums {
		b.seen[sum] = true
	}
	return true, nil
}

// Entry is a line of the journal. It holds no personal data: the subject is
// there as a hash only, the operator not at all.
type Entry struct {
	At      time.Time `json:"at"`
	Event   string    `json:"event"` // asked, refused-to-take, done, failed, …
	ID      string    `json:"id,omitempty"`
	Kind    string    `json:"kind,omitempty"`
	Origin  string    `json:"origin,omitempty"`
	Token   string    `json:"token,omitempty"`
	Subject string    `json:"subject_sha256,omitempty"` // of the DER name
	Message string    `json:"message_sha256,omitempty"` // of what the organisation's key signed
	Code    string    `json:"code,omitempty"`
}

// Note appends an entry to the journal.
func (b *Book) Note(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.journal.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return b.journal.Sync()
}

func (b *Book) outcomes() string { return filepath.Join(b.dir, "outcomes") }

// Keep stores the outcome of the operation; v is stored as JSON.
func (b *Book) Keep(id string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(b.outcomes(), id+".json"), data)
}

// Recall reads an outcome into v; fs.ErrNotExist when there is none. The id
// must be a checked UUID, it becomes a file name.
func (b *Book) Recall(id string, v any) error {
	data, err := os.ReadFile(filepath.Join(b.outcomes(), id+".json"))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

func (b *Book) forget(now time.Time) error {
	entries, err := os.ReadDir(b.outcomes())
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < KeepOutcome {
			continue
		}
		if err := os.Remove(filepath.Join(b.outcomes(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
