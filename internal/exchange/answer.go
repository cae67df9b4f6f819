package exchange

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/ext/smev"
	"signdesk/internal/vault"
)

// Answer is one message that came back for a question, the newest last.
type Answer struct {
	bun.BaseModel `bun:"table:exchange_answer,alias:a"`
	MessageID     string `bun:",pk"`
	ReferenceID   string
	Question      int64  `bun:",nullzero"` // the Message; 0: nobody asked
	Kind          string // content, progress, rejected, no_data or failed
	Text          string // of a rejection, for people
	Content       []byte
	Sealed        []byte
	KeyID         string `bun:",nullzero"`
	Final         bool
	Sender        string    // mnemonic of the body that answers
	SentAt        time.Time `bun:",nullzero"` // by its word
	ReceivedAt    time.Time
	AckedAt       time.Time `bun:",nullzero"`
}

func (a *Answer) place() string { return "exchange_answer:" + a.MessageID }

// seal hides what the answer says: its content, or a rejection's words.
func (a *Answer) seal(ctx context.Context) (err error) {
	plain := a.Content
	if a.Kind != "content" {
		plain = []byte(a.Text)
	}
	a.Sealed, a.KeyID, err = vault.Of(ctx).Seal(a.place(), plain)
	a.Content, a.Text = nil, ""
	return err
}

// open is seal undone; a destroyed answer stays without words.
func (a *Answer) open(ctx context.Context) error {
	if a.Sealed == nil {
		return nil
	}
	plain, err := vault.Of(ctx).Open(a.place(), a.KeyID, a.Sealed)
	if err != nil {
		return err
	}
	if a.Kind == "content" {
		a.Content = plain
	} else {
		a.Text = string(plain)
	}
	a.Sealed = nil
	return nil
}

// Answers returns what has come back for the question, opened, in order.
func Answers(ctx context.Context, tx bun.IDB, m *Message) ([]Answer, error) {
	var list []Answer
	err := tx.NewSelect().Model(&list).Where("reference_id IN (SELECT ?::text UNION ALL SELECT message_id FROM exchange_former_id WHERE message = ?)", m.MessageID, m.ID).
		OrderExpr("received_at, message_id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := list[i].open(ctx); err != nil {
			return nil, fmt.Errorf("answer to question %d: %w", m.ID, err)
		}
	}
	return list, nil
}

const rejectedBySMEV = "СМЭВ отклонила запрос."

// read sums a response up: what kind it is, its words for people, its content.
func read(r *smev.Response) (kind, text string, content []byte) {
	switch {
	case r.Content != nil:
		return "content", "", r.Content
	case r.Progress != nil:
		return "progress", r.Progress.Description, nil
	case r.Async != nil && !r.Final():
		return "progress", r.Async.Details, nil
	case r.Async != nil:
		return "failed", strings.TrimSpace(rejectedBySMEV + " " + r.Async.Details), nil
	case r.NoData():
		return "no_data", "Ведомство ответило: сведений нет.", nil
	}
	text = "Ведомство отказалось отвечать."
	for _, x := range r.Rejections {
		text += " " + x.Description
	}
	return "rejected", strings.TrimSpace(text), nil
}

// expectsMore reports whether the answer is a step on the way: ESIA says first
// that it is validating.
func expectsMore(kind string, r *smev.Response) bool {
	if r.Content == nil {
		return false
	}
	if kind == ESIAPerson {
		x, err := smev.DecodePersonRegistration(r.Content)
		return err == nil && !x.Final()
	}
	if kind != ESIA {
		return false
	}
	x, err := smev.DecodeCertificate(r.Content)
	return err == nil && !x.Final()
}
