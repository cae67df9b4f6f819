// Package notify keeps and sends what people are told by letter and by SMS.
//
// A domain says what is to be told inside its own transaction: the notice, its
// key and a job are stored with the act that asks for it, and rolled back with
// it. The key names the occasion ("certificate 17 is ready"): said twice, it is
// one notice. The job hands the notice to the relay or the gateway under an id
// made of the key, so that a program killed after sending and before noting it
// repeats the same letter, which the other side can recognise. A notice that
// has lost its sense is not sent any more.
package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/job"
)

// Channels of a notice.
const (
	channelMail = "mail"
	channelSMS  = "sms"
)

// defaultTerm is how long a notice without a term of its own is tried.
const defaultTerm = 3 * 24 * time.Hour

// About says whose notice it is and on which occasion.
type About struct {
	Partner     int64
	Org         int64         // 0 = none
	Application int64         // 0 = none
	Key         string        // of the occasion, unique for the partner
	Term        time.Duration // of no use after it; 0 = three days
	Secret      bool          // the text holds a code: it is forgotten once sent and never listed
}

// Letter is a letter to one person.
type Letter struct {
	About
	To, Subject, Body string
}

// Text is a short message to one person.
type Text struct {
	About
	To   string // a Russian mobile number as people write it
	Body string
}

// Notice is one letter or short message and what became of it.
type Notice struct {
	bun.BaseModel `bun:"table:notice,alias:n"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64 `bun:",nullzero"`
	ApplicationID int64 `bun:",nullzero"`
	Channel       string
	Recipient     string
	Subject       string
	Body          string
	Secret        bool
	Status        string // queued, sent, failed
	Attempts      int
	LastError     string // for people
	Key           string
	CreatedAt     time.Time
	ExpiresAt     time.Time
	NextAt        time.Time `bun:",nullzero"`
	SentAt        time.Time `bun:",nullzero"`
}

// Mail stores the letter and the job that sends it. The same key again changes
// nothing. An address that cannot be one is fault.Invalid at the field "email".
func Mail(ctx context.Context, tx bun.IDB, now time.Time, l Letter) error {
	to := strings.TrimSpace(l.To)
	a, err := netmail.ParseAddress(to)
	if err != nil || a.Name != "" || a.Address != to {
		return fault.Fields{"email": "Адрес электронной почты записан неверно."}.Err()
	}
	return store(ctx, tx, now, l.About, Notice{Channel: channelMail, Recipient: to, Subject: l.Subject, Body: l.Body})
}

// SMS stores the message and the job that sends it. The same key again changes
// nothing. A number that is not a Russian one is fault.Invalid at the field "phone".
func SMS(ctx context.Context, tx bun.IDB, now time.Time, t Text) error {
	to, ok := Phone(t.To)
	if !ok {
		return fault.Fields{"phone": "Номер телефона записан неверно: нужны +7 и десять цифр."}.Err()
	}
	return store(ctx, tx, now, t.About, Notice{Channel: channelSMS, Recipient: to, Body: t.Body})
}

var (
	separators = strings.NewReplacer(" ", "", "\u00a0", "", "(", "", ")", "", "-", "", "‑", "", "–", "")
	number     = regexp.MustCompile(`^(?:\+7|7|8)?(\d{10})$`)
)

// Phone brings a number as people write it (8 (999) 123-45-67) to +79991234567.
func Phone(s string) (string, bool) {
	m := number.FindStringSubmatch(separators.Replace(s))
	if m == nil {
		return "", false
	}
	return "+7" + m[1], true
}

func store(ctx context.Context, tx bun.IDB, now time.Time, about About, n Notice) error {
	n.PartnerID, n.OrgID, n.ApplicationID, n.Key, n.Secret = about.Partner, about.Org, about.Application, about.Key, about.Secret
	n.Status, n.CreatedAt, n.ExpiresAt = "queued", now, now.Add(defaultTerm)
	if about.Term > 0 {
		n.ExpiresAt = now.Add(about.Term)
	}
	res, err := tx.NewInsert().Model(&n).On("CONFLICT (partner_id, key) DO NOTHING").Returning("id").Exec(ctx)
	if err != nil {
		return fmt.Errorf("store notice: %w", err)
	}
	if rows, err := res.RowsAffected(); err != nil || rows == 0 {
		return err // said before
	}
	return job.Enqueue(ctx, tx, job.Notify{Partner: n.PartnerID, Notice: n.ID})
}

// wireID is how relay and gateway know the notice: the same for the same key.
func (n *Notice) wireID() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", n.PartnerID, n.Key))
	return hex.EncodeToString(sum[:16])
}

// List returns what was told in a case, the newest first; the text of secret
// notices is left out.
func List(ctx context.Context, tx bun.IDB, partner, application int64) ([]Notice, error) {
	var list []Notice
	err := tx.NewSelect().Model(&list).ExcludeColumn("body").ColumnExpr("CASE WHEN secret THEN '' ELSE body END AS body").
		Where("partner_id = ? AND application_id = ?", partner, application).OrderExpr("id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return list, nil
}
