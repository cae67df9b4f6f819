package cert

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/job"
)

// esiaAnswer is what has come back of a registration so far.
type esiaAnswer struct {
	status string // of the registration, "" = nothing new
	text   string // for people
	said   string // ESIA's own status
	errors []ESIAError
}

// RegistrationAnswered takes ESIA's answer. Safe to repeat: a registration that
// has its outcome keeps it.
func RegistrationAnswered(ctx context.Context, d *db.DB, now time.Time, args job.RegistrationAnswered) error {
	return d.Tx(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.Find(ctx, tx, args.Message)
		if err != nil {
			return err
		}
		var r Registration
		if err := tx.NewSelect().Model(&r).Where("partner_id = ? AND id = ?", args.Partner, m.SubjectID).For("NO KEY UPDATE").Scan(ctx); err != nil {
			return db.Missing(err)
		}
		if r.MessageID != args.Message || r.Status == "succeeded" || r.Status == "failed" { // of a message that another was sent instead of, or decided
			return nil
		}
		a, err := registrationOutcome(ctx, tx, m)
		if err != nil || a.status == "" || a.status == r.Status {
			return err
		}
		list, err := json.Marshal(a.errors)
		if err != nil {
			return err
		}
		if a.errors == nil {
			list = []byte("[]")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE esia_registration SET status = ?, status_at = ?, text = ?, answer = ?, errors = ?::jsonb WHERE partner_id = ? AND id = ?`,
			a.status, now, a.text, a.said, string(list), args.Partner, r.ID); err != nil {
			return err
		}
		c, err := Find(ctx, tx, args.Partner, r.CertificateID)
		if err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.CaseMoved{Partner: args.Partner, Application: c.ApplicationID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: args.Partner, Actor: audit.Program, Action: "cert.esia_" + a.status, Object: fmt.Sprintf("certificate:%d", c.ID), Org: c.OrgID})
	})
}

// registrationOutcome reads the answers in order; the last word counts.
func registrationOutcome(ctx context.Context, tx bun.IDB, m *exchange.Message) (esiaAnswer, error) {
	if m.Status == "refused" {
		return esiaAnswer{status: "failed", text: m.LastError}, nil
	}
	answers, err := exchange.Answers(ctx, tx, m)
	if err != nil {
		return esiaAnswer{}, err
	}
	var last esiaAnswer
	for _, a := range answers {
		switch a.Kind {
		case "progress":
			continue
		case "content":
			last = esiaWords(a.Content)
		default:
			last = esiaAnswer{status: "failed", text: a.Text}
		}
		if last.status != "validating" {
			break
		}
	}
	return last, nil
}

// esiaWords reads one answer of ESIA's.
func esiaWords(content []byte) esiaAnswer {
	x, err := smev.DecodeCertificate(content)
	if err != nil {
		return esiaAnswer{status: "failed", text: "Ответ ЕСИА не разобран. Сообщите администратору."}
	}
	a := esiaAnswer{said: x.Status, text: ESIAStatusRU(x.Status)}
	switch {
	case x.Registered():
		a.status = "succeeded"
	case !x.Final():
		a.status = "validating"
	default:
		a.status = "failed"
		for _, e := range x.Errors {
			a.errors = append(a.errors, ESIAError{Code: e.Code, Message: e.Message})
			a.text += " " + e.Message
		}
	}
	return a
}
