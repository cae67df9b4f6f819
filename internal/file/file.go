// Package file keeps bytes: a row with what people call the file and an object
// named by the SHA-256 of its content in a folder of this machine. The object
// is written and synced before the row, so a row never points at nothing; an
// object without a row is harmless and the same bytes are kept once.
package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Folders of an organisation's files.
const (
	Storage = "storage" // «Папка хранилища файлов»
	Cabinet = "cabinet" // «Папка личного кабинета»
	OneC    = "onec"    // «Файлы 1С»
	Scan    = "scan"
	Printed = "printed"
)

// MaxDesk is the largest upload at the desk, in bytes.
const MaxDesk = 10 << 20

// File is a stored file's row.
type File struct {
	bun.BaseModel `bun:"table:stored_file"`
	ID            uuid.UUID `bun:",pk"`
	PartnerID     int64
	OrgID         int64 `bun:",nullzero"`
	OwnerID       int64 `bun:",nullzero"`
	Folder        string
	Name          string
	Mime          string
	Size          int64
	SHA256        []byte `bun:"sha256"`
	CreatedAt     time.Time
	CreatedBy     int64     `bun:",nullzero"`
	DeletedAt     time.Time `bun:",nullzero"`
	DeletedBy     int64     `bun:",nullzero"`
	CreatedName   string    `bun:",scanonly"` // the employee's name, in lists
}

// Store is the folder of objects.
type Store struct{ dir string }

// NewStore opens the folder, making it when it is missing.
func NewStore(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil { // clients' papers: nobody else on the machine reads them
		return nil, fmt.Errorf("file store: %w", err)
	}
	return &Store{dir}, nil
}

// Add stores content and inserts f's row in tx, filling in id, size and hash.
// The name loses folders and control characters; an empty file is refused.
func (s *Store) Add(ctx context.Context, tx bun.IDB, f *File, content []byte) error {
	if len(content) == 0 {
		return fault.New(fault.Invalid, "Файл «"+f.Name+"» пуст.")
	}
	f.Name = cleanName(f.Name)
	f.Size = int64(len(content))
	sum := sha256.Sum256(content)
	f.SHA256 = sum[:]
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	f.ID = id
	if err := s.write(f.SHA256, content); err != nil {
		return fmt.Errorf("store file: %w", err)
	}
	if _, err := tx.NewInsert().Model(f).Exec(ctx); err != nil {
		return fmt.Errorf("insert stored_file: %w", err)
	}
	return nil
}

func (s *Store) path(sum []byte) string {
	name := hex.EncodeToString(sum)
	return filepath.Join(s.dir, name[:2], name)
}

func (s *Store) write(sum, content []byte) error {
	path := s.path(sum)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if _, err := temp.Write(content); err != nil {
		temp.Close()
		return err
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// Read returns the file's bytes after checking them against the row's hash.
func (s *Store) Read(f *File) ([]byte, error) {
	in, err := os.Open(s.path(f.SHA256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("object of file %s is missing", f.ID)
	}
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, f.Size+1))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(b); string(sum[:]) != string(f.SHA256) {
		return nil, fmt.Errorf("object of file %s is damaged", f.ID)
	}
	return b, nil
}

// Get returns the partner's file.
func Get(ctx context.Context, tx bun.IDB, partner int64, id uuid.UUID) (*File, error) {
	var f File
	err := tx.NewSelect().Model(&f).Where("partner_id = ? AND id = ? AND deleted_at IS NULL", partner, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &f, nil
}

// List returns an organisation's files in the folder, the newest first.
func List(ctx context.Context, tx bun.IDB, partner, org int64, folder string) ([]File, error) {
	var list []File
	err := tx.NewSelect().Model(&list).ColumnExpr("file.*").
		ColumnExpr("(SELECT e.name FROM employee AS e WHERE e.id = file.created_by) AS created_name").
		Where("file.partner_id = ? AND org_id = ? AND folder = ? AND deleted_at IS NULL", partner, org, folder).
		OrderExpr("created_at DESC, id DESC").Limit(500).Scan(ctx)
	return list, err
}

func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if r := []rune(name); len(r) > 200 {
		name = string(r[:100]) + "…" + string(r[len(r)-99:])
	}
	if name == "" || name == "." || name == ".." || name == "/" {
		return "файл"
	}
	return name
}
