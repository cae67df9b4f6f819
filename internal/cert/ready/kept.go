package ready

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/gost"
)

// What authorities say is kept for everybody until it runs out, so that a queue
// at the desk does not fetch a list of 20 MB for each certificate. Only verified
// answers are kept: nobody can put a false one before the next asker.

const (
	keepLongest = 24 * time.Hour   // a list that is good for a month is fetched daily all the same
	keepNoEnd   = 5 * time.Minute  // an OCSP answer that does not say until when it is good
	asking      = time.Minute      // how long one asker may be at it before another may
	maxWait     = 15 * time.Minute // between two tries at an address that fails
)

// question is one thing that one address is asked.
type question struct {
	url string
	key []byte // tells apart what an address may be asked
}

func listQuestion(url string, issuer *gost.Certificate) question {
	sum := sha256.Sum256(append(append([]byte{}, issuer.RawSubject...), issuer.RawSPKI...))
	return question{url, sum[:]}
}

func ocspQuestion(url string, c, issuer *gost.Certificate) question {
	h := sha256.New()
	for _, part := range [][]byte{issuer.RawSubject, issuer.RawSPKI, c.Serial.Bytes()} {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return question{url, h.Sum(nil)}
}

// answer is what is kept of a question.
type answer struct {
	body    []byte // nil = nothing
	trouble string
	nextAt  time.Time
	mine    bool // this caller is the one to ask now
}

// recall reads what is kept and takes the right to ask when it has run out.
func recall(ctx context.Context, d *db.DB, now time.Time, q question) (a answer, err error) {
	err = d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		err := tx.QueryRowContext(ctx, `SELECT body, trouble, next_at FROM revocation_answer WHERE url = ? AND question = ? AND next_at > ?`, q.url, q.key, now).
			Scan(&a.body, &a.trouble, &a.nextAt)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err = tx.QueryRowContext(ctx, `INSERT INTO revocation_answer (url, question, next_at) VALUES (?0, ?1, ?2)
			ON CONFLICT (url, question) DO UPDATE SET next_at = EXCLUDED.next_at WHERE revocation_answer.next_at <= ?3
			RETURNING body, trouble, next_at`, q.url, q.key, now.Add(asking), now).Scan(&a.body, &a.trouble, &a.nextAt)
		if errors.Is(err, sql.ErrNoRows) { // another asker was quicker by a moment
			return tx.QueryRowContext(ctx, `SELECT body, trouble, next_at FROM revocation_answer WHERE url = ? AND question = ?`, q.url, q.key).Scan(&a.body, &a.trouble, &a.nextAt)
		}
		a.mine = err == nil
		return err
	})
	return a, err
}

// remember keeps a verified answer until it runs out. An older one never
// replaces a newer one: somebody may play back yesterday's list.
func remember(ctx context.Context, d *db.DB, now time.Time, q question, body []byte, this, next time.Time) error {
	until := now.Add(keepNoEnd)
	if !next.IsZero() {
		until = next
	}
	if longest := now.Add(keepLongest); until.After(longest) {
		until = longest
	}
	return d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE revocation_answer SET body = ?2, this_update = ?3, next_update = ?4, fetched_at = ?5, next_at = ?6, attempts = 0, trouble = ''
			WHERE url = ?0 AND question = ?1 AND (this_update IS NULL OR this_update <= ?3)`, q.url, q.key, body, this, nullTime(next), now, until)
		return err
	})
}

// failed notes why the address gave nothing and when it may be tried again.
func failed(ctx context.Context, d *db.DB, now time.Time, q question, text string) (time.Time, error) {
	var next time.Time
	err := d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		var attempts int
		if err := tx.QueryRowContext(ctx, `UPDATE revocation_answer SET attempts = attempts + 1, trouble = ? WHERE url = ? AND question = ? RETURNING attempts`,
			text, q.url, q.key).Scan(&attempts); err != nil {
			return err
		}
		next = now.Add(min(time.Duration(5<<min(attempts, 10))*time.Second, maxWait))
		_, err := tx.ExecContext(ctx, `UPDATE revocation_answer SET next_at = ? WHERE url = ? AND question = ?`, next, q.url, q.key)
		return err
	})
	return next, err
}

// forgetOCSP lets the certificate's responders be asked anew; lists stay.
func forgetOCSP(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate) error {
	leaf, above, err := c.Parsed()
	if err != nil || len(above) == 0 {
		return err
	}
	for _, url := range leaf.OCSPURLs {
		q := ocspQuestion(url, leaf, above[0])
		if _, err := tx.ExecContext(ctx, `UPDATE revocation_answer SET next_at = ? WHERE url = ? AND question = ? AND (fetched_at IS NULL OR fetched_at < ?)`,
			now, q.url, q.key, now.Add(-10*time.Second)); err != nil {
			return err
		}
	}
	return nil
}

// Forget drops answers that nobody has asked for in a month.
func Forget(ctx context.Context, d *db.DB, now time.Time) error {
	return d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM revocation_answer WHERE next_at < ?`, now.AddDate(0, -1, 0))
		return err
	})
}

func nullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// troubleText is why a question has no answer, in words.
func troubleText(err error) string {
	var t *revocation.Trouble
	if errors.As(err, &t) {
		return t.Text
	}
	return "Ответ УЦ не прошёл проверку."
}
