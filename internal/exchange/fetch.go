package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/vault"
)

const (
	// hold is how long the acknowledgement of an answer waits for its files: until
	// then a password that is not taken any more is renewed by the next delivery.
	// Not for ever, for it is **unsure** whether SMEV gives the answers behind it.
	hold = 10 * time.Minute
	// patience is how long a file is asked for that the store will not give.
	patience = 72 * time.Hour
	// mistrust is how often a file is fetched anew whose hash was not the one.
	mistrust = 3
)

// fileComing is the progress of a question whose answer waits for its files.
const fileComing = "ответ получен, его файл принимается из хранилища СМЭВ."

// Fetch takes the files out of SMEV's store that answers refer to, goes on
// where it was cut off, verifies them, and tells the domains when all files of
// an answer are here or given up. It says when to go on; 0 = nothing waits.
func (p *Post) Fetch(ctx context.Context) (again time.Duration, err error) {
	ran, err := p.DB.Alone(ctx, "smev.files", func(ctx context.Context) (err error) {
		again, err = p.fetchDue(p.sealing(ctx))
		return err
	})
	if err == nil && !ran {
		again = time.Second
	}
	return again, err
}

func (p *Post) fetchDue(ctx context.Context) (time.Duration, error) {
	until := time.Now().Add(span)
	for time.Now().Before(until) {
		var list []File
		if err := p.DB.Plain().NewSelect().Model(&list).Where("status = 'waiting' AND next_at <= ?", p.Now()).OrderExpr("next_at, id").Limit(1).Scan(ctx); err != nil {
			return 0, err
		}
		if len(list) == 0 {
			break
		}
		f := &list[0]
		signer, err := p.fetch(ctx, f, until)
		if errors.Is(err, errMore) {
			return time.Millisecond, nil
		}
		if e := (*smev.FileError)(nil); err != nil && !errors.As(err, &e) && !errors.Is(err, errNoStore) {
			return 0, fmt.Errorf("fetch a file: %w", err)
		}
		if err := p.settle(ctx, f, signer, err); err != nil {
			return 0, err
		}
	}
	var next bun.NullTime
	if err := p.DB.Plain().QueryRowContext(ctx, `SELECT min(next_at) FROM exchange_file WHERE status = 'waiting'`).Scan(&next); err != nil || next.IsZero() {
		return 0, err
	}
	return max(next.Sub(p.Now()), time.Millisecond), nil
}

var (
	errMore    = errors.New("time is over before the file is here")
	errNoStore = errors.New("SMEV's file store is not connected")
)

// fetch takes what is missing of a file, part by part, each committed, and then
// reads it all from the beginning to verify it.
func (p *Post) fetch(ctx context.Context, f *File, until time.Time) (signer *gost.Certificate, err error) {
	if p.Files == nil {
		return nil, errNoStore
	}
	plain, err := vault.Of(ctx).Open(f.place(), f.KeyID, f.Sealed)
	if err != nil {
		return nil, err
	}
	var r smev.Reference
	if err := json.Unmarshal(plain, &r); err != nil {
		return nil, err
	}
	var no int
	if err := p.DB.Plain().NewRaw(`SELECT count(*), COALESCE(sum(size), 0) FROM exchange_file_part WHERE file = ?`, f.ID).Scan(ctx, &no, &f.Size); err != nil {
		return nil, err
	}
	body, err := p.Files.Open(ctx, r, f.Size)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	octets := make([]byte, part)
	for end := false; !end; no++ {
		n, err := io.ReadFull(body, octets)
		end = err != nil && !isFileError(err) && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
		if n > 0 { // of one that was cut off too: it goes on from there
			if err := p.addPart(ctx, f, no, octets[:n]); err != nil {
				return nil, err
			}
		}
		if !end && err != nil {
			return nil, err
		}
		if !end && time.Now().After(until) {
			return nil, errMore
		}
	}
	return r.Verify(OpenFile(ctx, p.DB.Plain(), f))
}

func isFileError(err error) bool {
	var e *smev.FileError
	return errors.As(err, &e)
}

func (p *Post) addPart(ctx context.Context, f *File, no int, octets []byte) error {
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		if err := keepPart(ctx, tx, p.Now(), f.ID, no, octets); err != nil {
			return err
		}
		f.Size += int64(len(octets))
		_, err := tx.ExecContext(ctx, `UPDATE exchange_file SET size = ? WHERE id = ?`, f.Size, f.ID)
		return err
	})
}

// settle writes down how the attempt ended: the file is kept, given up, or
// asked for again later.
func (p *Post) settle(ctx context.Context, f *File, signer *gost.Certificate, cause error) error {
	now := p.Now()
	var e *smev.FileError
	_ = errors.As(cause, &e)
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		switch {
		case cause == nil:
			f.Status, f.Verdict, f.Error = "kept", "none", ""
			if signer != nil {
				f.Verdict, f.Signer = "good", signer.Subject.Get(gost.OIDCommonName)
			}
		case e == nil:
			f.Error = "Хранилище файлов СМЭВ не подключено: обратитесь к администратору."
		case !e.Temporary(), errors.Is(e, smev.ErrHash) && f.Attempts+1 >= mistrust:
			f.Status, f.Verdict, f.Error = "refused", "bad", e.Text()
		case now.Sub(f.CreatedAt) > patience:
			f.Status, f.Error = "refused", "Файл не удалось принять из хранилища СМЭВ за трое суток. Запросите сведения заново."
		default:
			f.Error = e.Text()
		}
		if f.Status == "refused" || errors.Is(cause, smev.ErrHash) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM exchange_file_part WHERE file = ?`, f.ID); err != nil {
				return err
			}
			f.Size = 0
		}
		if f.Status != "waiting" {
			if _, err := tx.ExecContext(ctx, `UPDATE exchange_file SET status = ?, verdict = ?, signer = ?, error = ?, size = ?, settled_at = ?, next_at = NULL, sealed = NULL, key_id = NULL WHERE id = ?`,
				f.Status, f.Verdict, f.Signer, f.Error, f.Size, now, f.ID); err != nil {
				return err
			}
			return errors.Join(p.complete(ctx, tx, f), p.noteFiles(ctx, tx, "", ""))
		}
		if _, err := tx.ExecContext(ctx, `UPDATE exchange_file SET attempts = attempts + 1, error = ?, size = ?, next_at = ? WHERE id = ?`, f.Error, f.Size, now.Add(backoff(f.Attempts)), f.ID); err != nil {
			return err
		}
		return p.noteFiles(ctx, tx, f.Error, fileFault(e))
	})
}

// fileFault names what keeps files from being taken, for counting.
func fileFault(e *smev.FileError) string {
	switch {
	case e == nil:
		return "not_connected"
	case e.Code != 0:
		return fmt.Sprint("ftp_", e.Code)
	case errors.Is(e, smev.ErrHash):
		return "hash"
	}
	return "unreachable"
}

// noteFiles writes how the line to the store was last seen.
func (p *Post) noteFiles(ctx context.Context, tx bun.IDB, text, fault string) error {
	return p.writeLine(ctx, tx, "files", text, fault, nil, nil, p.Now())
}

// complete closes the question when the last file of its answer is settled, and
// tells its domain. Acknowledging is the poller's.
func (p *Post) complete(ctx context.Context, tx bun.IDB, f *File) error {
	var m Message
	err := tx.NewRaw(`UPDATE exchange_message SET status = 'answered', answered_at = ?0, last_error = '', fault = '', progress = '', next_at = NULL
		WHERE status IN ('queued', 'sent') AND id = (SELECT question FROM exchange_answer WHERE message_id = ?1)
			AND NOT EXISTS (SELECT FROM exchange_file WHERE answer_id = ?1 AND status = 'waiting')
		RETURNING id, partner_id, kind`, p.Now(), f.AnswerID).Scan(ctx, &m)
	if err != nil {
		return ignoreNone(err)
	}
	a, err := told(&m)
	if err != nil {
		return err
	}
	if err := p.hasten(ctx, tx); err != nil { // to acknowledge
		return err
	}
	return job.Enqueue(ctx, tx, a)
}
