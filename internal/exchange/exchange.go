// Package exchange is the post office of SMEV: questions go out, answers come
// in, and each question gets exactly one outcome.
//
// A domain asks inside its own transaction: the question, its MessageID and a
// job are stored before anything is sent. One sender empties the outbox, several
// messages at a time, and repeats with the same MessageID until SMEV has them.
// One poller per selector drains the queue of answers; they are stored in
// groups, each with the job that tells its domain, committed, and only then
// acknowledged, so a killed program hears them again and stores them once. Who
// sends and who polls is settled by locks of the database, whatever the number
// of processes.
//
// What was asked and answered, and the messages as they went over the wire, lie
// sealed (package vault), are opened by right, with the look logged, and are
// destroyed when their time is over; ids, times and outcomes stay.
package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/vault"
)

// Kinds of questions; each names the domain that asked.
const (
	Passport = "passport"
	SNILS    = "snils"
	INN      = "inn"

	SNILSByData = "snils_by_data" // what the number is
	ESIA        = "esia"

	ESIAPerson = "esia_person" // an account for an owner who has none
	EGRUL      = "egrul"
	EGRIP      = "egrip"
)

// Message is one question and how far it has come.
type Message struct {
	bun.BaseModel `bun:"table:exchange_message,alias:m"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	Kind          string
	SubjectID     int64
	MessageID     string
	Sealed        []byte
	KeyID         string `bun:",nullzero"`
	Status        string // queued, sent, answered, refused
	Attempts      int    // that failed
	LastError     string // for people
	Fault         string // SMEV's fault behind it, or our word: unreachable, untrusted, expired …
	CreatedAt     time.Time
	SentAt        time.Time `bun:",nullzero"`
	NextAt        time.Time `bun:",nullzero"`
	AnsweredAt    time.Time `bun:",nullzero"`
	ExpiresAt     time.Time `bun:",nullzero"` // EOL
	LookedAt      time.Time `bun:",nullzero"` // when SMEV was last asked where it is
	Progress      string    // what SMEV said then
	Resends       int64     `bun:",nullzero"` // the refused message that this one is sent instead of
	ResentBy      int64     `bun:",nullzero"`
	Resent        bool      `bun:"-"` // another is sent instead of it; of List
}

// Question is what a domain asks: subject is the id of its own row.
type Question struct {
	Partner int64
	Kind    string
	Subject int64
	Content []byte
	Until   time.Time // of no use to anybody after that; zero = for ever
}

// Ask stores the question and its job in the domain's transaction and returns its id.
func Ask(ctx context.Context, tx bun.IDB, now time.Time, q Question) (int64, error) {
	return store(ctx, tx, now, &Message{PartnerID: q.Partner, Kind: q.Kind, SubjectID: q.Subject, ExpiresAt: q.Until}, q.Content)
}

// store seals the content for the row it will stand in and puts it into the outbox.
func store(ctx context.Context, tx bun.IDB, now time.Time, m *Message, content []byte) (int64, error) {
	err := tx.QueryRowContext(ctx, `SELECT nextval(pg_get_serial_sequence('exchange_message', 'id'))`).Scan(&m.ID)
	if err != nil {
		return 0, fmt.Errorf("store question: %w", err)
	}
	if m.Sealed, m.KeyID, err = vault.Of(ctx).Seal(m.place(), content); err != nil {
		return 0, fmt.Errorf("store question: %w", err)
	}
	m.MessageID, m.Status, m.CreatedAt, m.NextAt = smev.NewMessageID(now), "queued", now, now
	if _, err := tx.ExecContext(ctx, `INSERT INTO exchange_message
		(id, partner_id, kind, subject_id, message_id, sealed, key_id, status, created_at, next_at, expires_at, resends, resent_by)
		OVERRIDING SYSTEM VALUE VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, NULLIF(?, 0), NULLIF(?, 0))`,
		m.ID, m.PartnerID, m.Kind, m.SubjectID, m.MessageID, m.Sealed, m.KeyID, now, now, bun.NullTime{Time: m.ExpiresAt}, m.Resends, m.ResentBy); err != nil {
		return 0, fmt.Errorf("store question: %w", err)
	}
	return m.ID, job.Enqueue(ctx, tx, job.SendMessage{})
}

func (m *Message) place() string { return fmt.Sprint("exchange_message:", m.ID) }

// columns of a message without what is sealed.
const columns = `m.id, m.partner_id, m.kind, m.subject_id, m.message_id, m.status, m.attempts, m.last_error, m.fault, m.created_at, m.sent_at,
	m.next_at, m.answered_at, m.expires_at, m.looked_at, m.progress, m.resends, m.resent_by`

// Find returns a question. While it lies with SMEV, LastError is what keeps
// answers from being taken; of a refused one it ends with SMEV's own words.
func Find(ctx context.Context, tx bun.IDB, id int64) (*Message, error) {
	m, err := find(ctx, tx, id)
	if err != nil || m.Status != "refused" {
		return m, err
	}
	var said []struct {
		Sealed []byte
		KeyID  string
	}
	if err := tx.NewRaw(`SELECT sealed, key_id FROM exchange_said WHERE id = ? AND sealed IS NOT NULL`, id).Scan(ctx, &said); err != nil || len(said) == 0 {
		return m, err
	}
	words, err := vault.Of(ctx).Open(saidPlace(id), said[0].KeyID, said[0].Sealed)
	m.LastError += string(words)
	return m, err
}

// find is Find without SMEV's words.
func find(ctx context.Context, tx bun.IDB, id int64) (*Message, error) {
	var m Message
	if err := tx.NewSelect().Model(&m).ColumnExpr(columns).Where("m.id = ?", id).Scan(ctx); err != nil {
		return nil, db.Missing(err)
	}
	if m.Status == "sent" {
		if err := tx.NewRaw(`SELECT COALESCE(max(error), '') FROM exchange_line WHERE name LIKE 'poll%' AND error <> '' AND error_at >= ?`, m.SentAt).Scan(ctx, &m.LastError); err != nil {
			return nil, err
		}
	}
	return &m, nil
}

// FindOf returns a question of the partner: another's is not there.
func FindOf(ctx context.Context, tx bun.IDB, partner, id int64) (*Message, error) {
	m, err := Find(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if m.PartnerID != partner {
		return nil, fault.Missing()
	}
	return m, nil
}

// Waiting says in words where an unanswered question is, whose move it is and
// when it is tried again (zero = the answer is polled for).
func (m *Message) Waiting() (text, whose string, next time.Time) {
	switch {
	case m.Status == "queued" && m.LastError != "":
		return m.LastError, "СМЭВ", m.NextAt
	case m.Status == "queued":
		return "Запрос отправляется в СМЭВ.", "программа", m.NextAt
	case m.Progress == fileComing:
		return "Ответ получен, его файл принимается из хранилища СМЭВ.", "программа", time.Time{}
	case m.LastError != "":
		return "Запрос в СМЭВ. " + m.LastError, "СМЭВ", time.Time{}
	case m.Progress != "":
		return "Запрос в СМЭВ, ответа ещё нет: " + m.Progress, "СМЭВ", time.Time{}
	default:
		return "Запрос в СМЭВ, ответа ещё нет.", "СМЭВ", time.Time{}
	}
}
