// Package exchange is the post office of SMEV: questions go out, answers come
// in, and each question gets exactly one outcome.
//
// A domain asks inside its own transaction: the question, its MessageID and a
// job are stored before anything is sent. Sending repeats with the same
// MessageID until SMEV has it. One poller drains the queue of answers; each is
// stored with the job that tells its domain, committed, and only then
// acknowledged, so a killed program hears it again and stores it once.
package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/smev"
	"signdesk/internal/job"
)

// Kinds of questions; each names the domain that asked.
const (
	Passport = "passport"
	SNILS    = "snils"
	INN      = "inn"
	ESIA     = "esia"
)

// Message is one question and how far it has come.
type Message struct {
	bun.BaseModel `bun:"table:exchange_message,alias:m"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	Kind          string
	SubjectID     int64
	MessageID     string
	Content       []byte
	Status        string // queued, sent, answered, refused
	Attempts      int
	LastError     string // for people, without personal data
	CreatedAt     time.Time
	SentAt        time.Time `bun:",nullzero"`
	NextAt        time.Time `bun:",nullzero"`
	AnsweredAt    time.Time `bun:",nullzero"`
}

// Question is what a domain asks: subject is the id of its own row.
type Question struct {
	Partner int64
	Kind    string
	Subject int64
	Content []byte
}

// Ask stores the question and its job in the domain's transaction and returns its id.
func Ask(ctx context.Context, tx bun.IDB, now time.Time, q Question) (int64, error) {
	m := &Message{PartnerID: q.Partner, Kind: q.Kind, SubjectID: q.Subject, MessageID: smev.NewMessageID(now), Content: q.Content, Status: "queued", CreatedAt: now}
	if _, err := tx.NewInsert().Model(m).Exec(ctx); err != nil {
		return 0, fmt.Errorf("store question: %w", err)
	}
	return m.ID, job.Enqueue(ctx, tx, job.SendMessage{Message: m.ID})
}

// Find returns a question.
func Find(ctx context.Context, tx bun.IDB, id int64) (*Message, error) {
	var m Message
	if err := tx.NewSelect().Model(&m).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, db.Missing(err)
	}
	return &m, nil
}

// Answer is one message that came back for a question, the newest last.
type Answer struct {
	bun.BaseModel `bun:"table:exchange_answer,alias:a"`
	MessageID     string `bun:",pk"`
	ReferenceID   string
	Kind          string // content, progress, rejected, no_data or failed
	Text          string // of a rejection, for people
	Content       []byte
	Final         bool
	ReceivedAt    time.Time
	AckedAt       time.Time `bun:",nullzero"`
}

// Answers returns what has come back for the question, in order.
func Answers(ctx context.Context, tx bun.IDB, m *Message) ([]Answer, error) {
	var list []Answer
	err := tx.NewSelect().Model(&list).Where("reference_id = ?", m.MessageID).OrderExpr("received_at, message_id").Scan(ctx)
	return list, err
}

// Waiting says in words where an unanswered question is, whose move it is and
// when it is tried again (zero = the answer is polled for).
func (m *Message) Waiting() (text, whose string, next time.Time) {
	switch {
	case m.Status == "queued" && m.LastError != "":
		return m.LastError, "СМЭВ", m.NextAt
	case m.Status == "queued":
		return "Запрос отправляется в СМЭВ.", "программа", m.NextAt
	case m.LastError != "":
		return "Запрос в СМЭВ. " + m.LastError, "СМЭВ", time.Time{}
	default:
		return "Запрос в СМЭВ, ответа ещё нет.", "СМЭВ", time.Time{}
	}
}
