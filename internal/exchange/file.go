package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/vault"
)

// File came with an answer: inside its message, or through SMEV's file store.
type File struct {
	bun.BaseModel `bun:"table:exchange_file,alias:f"`
	ID            int64 `bun:",pk,autoincrement"`
	AnswerID      string
	No            int
	Stored        bool // in SMEV's file store; false: inside the message
	Name, Mime    string
	Size          int64
	Status        string // waiting, kept, refused
	Attempts      int
	Error         string    // for people
	NextAt        time.Time `bun:",nullzero"`
	Verdict       string    // of its own signature: good, bad, none; "" = not here yet
	Signer        string
	CreatedAt     time.Time
	SettledAt     time.Time `bun:",nullzero"`
	Sealed        []byte
	KeyID         string `bun:",nullzero"`
	Destroyed     bool   `bun:",scanonly"`
}

// part is how many octets of a file are sealed together.
const part = 1 << 20

const fileColumns = `f.id, f.answer_id, f.no, f.stored, f.name, f.mime, f.size, f.status, f.attempts, f.error, f.next_at, f.verdict, f.signer, f.created_at, f.settled_at,
	EXISTS (SELECT FROM exchange_file_part WHERE file = f.id AND sealed IS NULL) AS destroyed`

func (f *File) place() string { return fmt.Sprint("exchange_file:", f.ID) }

func partPlace(id uuid.UUID) string { return "exchange_file_part:" + id.String() }

// keepFiles stores what came with fresh answers: files inside them at once, of
// the others where they lie. A message that comes again while its file is
// waited for brings a new password for it. It says which answers wait.
func (p *Post) keepFiles(ctx context.Context, tx bun.IDB, group []*delivery, isFresh map[string]bool) error {
	now, fetch := p.Now(), false
	for _, d := range group {
		if len(d.References) > 0 {
			d.held = true
		}
		for i, a := range d.Attachments {
			if !isFresh[d.MessageID] {
				break
			}
			f := &File{AnswerID: d.MessageID, No: i, Name: a.ID, Mime: a.MimeType, Size: int64(len(a.Content)), Status: "kept", Verdict: "good", CreatedAt: now, SettledAt: now}
			switch {
			case errors.Is(a.Err, smev.ErrUnsigned):
				f.Verdict = "none"
			case a.Err != nil:
				f.Verdict, f.Error = "bad", "Подпись файла не подтвердилась."
			default:
				f.Signer = a.Signer.Subject.Get(gost.OIDCommonName)
			}
			if _, err := tx.NewInsert().Model(f).Returning("id").Exec(ctx); err != nil {
				return fmt.Errorf("keep a file: %w", err)
			}
			for no := 0; no*part < len(a.Content); no++ {
				if err := keepPart(ctx, tx, now, f.ID, no, a.Content[no*part:min(len(a.Content), (no+1)*part)]); err != nil {
					return err
				}
			}
		}
		for i, r := range d.References {
			f := &File{AnswerID: d.MessageID, No: len(d.Attachments) + i, Stored: true, Name: r.UUID, Mime: r.MimeType, Status: "waiting", NextAt: now, CreatedAt: now}
			err := tx.NewInsert().Model(f).On("CONFLICT (answer_id, no) DO UPDATE").Set("next_at = CASE WHEN f.status = 'waiting' THEN excluded.next_at END").
				Returning("id, status").Scan(ctx, &f.ID, &f.Status)
			if err != nil {
				return fmt.Errorf("note a file: %w", err)
			}
			if f.Status != "waiting" {
				continue
			}
			if err := f.seal(ctx, tx, r); err != nil {
				return err
			}
			fetch = true
		}
	}
	if !fetch {
		return nil
	}
	return job.Enqueue(ctx, tx, job.FetchFiles{})
}

// seal hides where the file lies.
func (f *File) seal(ctx context.Context, tx bun.IDB, r smev.Reference) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	sealed, key, err := vault.Of(ctx).Seal(f.place(), plain)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE exchange_file SET sealed = ?, key_id = ? WHERE id = ?`, sealed, key, f.ID)
	return err
}

// keepPart seals the next octets of a file.
func keepPart(ctx context.Context, tx bun.IDB, now time.Time, file int64, no int, octets []byte) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	sealed, key, err := vault.Of(ctx).Seal(partPlace(id), octets)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO exchange_file_part (id, file, no, size, at, sealed, key_id) VALUES (?, ?, ?, ?, ?, ?, ?)`, id, file, no, len(octets), now, sealed, key)
	if err != nil {
		return fmt.Errorf("keep a file's part: %w", err)
	}
	return nil
}

// Files are what came with the answers to the question, in order.
func Files(ctx context.Context, tx bun.IDB, m *Message) ([]File, error) {
	var list []File
	err := tx.NewSelect().Model(&list).ColumnExpr(fileColumns).
		Where("f.answer_id IN (SELECT message_id FROM exchange_answer WHERE question = ?)", m.ID).OrderExpr("f.created_at, f.answer_id, f.no").Scan(ctx)
	return list, err
}

// OpenFile reads a file that is kept, part by part; the transaction must last
// for as long.
func OpenFile(ctx context.Context, tx bun.IDB, f *File) io.Reader {
	return &parts{ctx: ctx, tx: tx, file: f.ID}
}

type parts struct {
	ctx  context.Context
	tx   bun.IDB
	file int64
	no   int
	rest []byte
}

// ErrDestroyed says that a file's time is over.
var ErrDestroyed = errors.New("exchange: the file is destroyed")

func (r *parts) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		var list []struct {
			ID     uuid.UUID
			Sealed []byte
			KeyID  string
		}
		if err := r.tx.NewRaw(`SELECT id, sealed, COALESCE(key_id, '') AS key_id FROM exchange_file_part WHERE file = ? AND no = ?`, r.file, r.no).Scan(r.ctx, &list); err != nil {
			return 0, err
		}
		if len(list) == 0 {
			return 0, io.EOF
		}
		if list[0].Sealed == nil {
			return 0, ErrDestroyed
		}
		plain, err := vault.Of(r.ctx).Open(partPlace(list[0].ID), list[0].KeyID, list[0].Sealed)
		if err != nil {
			return 0, err
		}
		r.rest, r.no = plain, r.no+1
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
