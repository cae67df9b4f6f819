package org

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// ExtractAnswered takes the tax service's answer: the extract is kept as a file
// in the organisation's folder, byte for byte, and compared with the card. Safe
// to repeat: a request that has its outcome keeps it.
func ExtractAnswered(ctx context.Context, d *db.DB, files *file.Store, now time.Time, rules Rules, args job.ExtractAnswered) error {
	return d.Tx(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.Find(ctx, tx, args.Message)
		if err != nil {
			return err
		}
		var q ExtractRequest
		if err := tx.NewSelect().Model(&q).Where("partner_id = ? AND id = ?", args.Partner, m.SubjectID).Scan(ctx); err != nil {
			return db.Missing(err)
		}
		o, err := lock(ctx, tx, args.Partner, q.OrgID) // organisation first, request second: as AskExtract locks
		if err != nil {
			return err
		}
		if err := tx.NewSelect().Model(&q).Where("partner_id = ? AND id = ?", args.Partner, m.SubjectID).For("UPDATE").Scan(ctx); err != nil {
			return db.Missing(err)
		}
		if q.Status != "waiting" {
			return nil
		}
		content, err := q.outcome(ctx, tx, m, o.OGRN)
		if err != nil || q.Status == "waiting" {
			return err
		}
		if q.Status == "received" {
			if err := q.keep(ctx, tx, files, now, rules, o, content); err != nil {
				return err
			}
		}
		q.StatusAt = now
		if err := db.Swapped(tx.NewUpdate().Model(&q).Column("status", "status_at", "text", "extract_id").WherePK().Where("status = 'waiting'").Exec(ctx)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: args.Partner, Actor: audit.Program, Action: "org.extract_" + q.Status,
			Object: fmt.Sprintf("organisation:%d", q.OrgID), Org: q.OrgID, Details: map[string]int64{"request": q.ID}})
	})
}

// outcome reads what came back into status and text, and returns the extract of
// a received one. The status stays when the answer is still to come.
func (q *ExtractRequest) outcome(ctx context.Context, tx bun.IDB, m *exchange.Message, ogrn string) (content []byte, err error) {
	words := smev.WordsOf(q.Kind)
	if m.Status == "refused" {
		q.Status, q.Text = "refused", m.LastError
		return nil, nil
	}
	answers, err := exchange.Answers(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	for _, a := range answers {
		switch a.Kind {
		case "progress":
			continue
		case "no_data":
			q.Status, q.Text = "not_found", words.NoData
		case "rejected", "failed":
			q.Status, q.Text = "refused", a.Text+" "+words.Refused
		default:
			x, err := smev.DecodeExtract(a.Content)
			switch {
			case err != nil:
				q.Status, q.Text = "refused", words.Unread
			case x.Verdict == smev.Valid:
				q.Status, q.Text = "received", words.Valid
				return a.Content, nil
			case x.Archived():
				return q.unpack(ctx, tx, m, ogrn)
			case x.Verdict == smev.NotFound:
				q.Status, q.Text = "not_found", x.Text()
			default:
				q.Status, q.Text = "refused", x.Text()
			}
		}
		return nil, nil
	}
	return nil, nil
}

// keep stores the extract and its comparison. One that cannot be read, or is
// another organisation's, refuses the request instead.
func (q *ExtractRequest) keep(ctx context.Context, tx bun.IDB, files *file.Store, now time.Time, rules Rules, o *Organisation, content []byte) error {
	s, err := lookUpTo(maxExchanged, Upload{Name: "Выписка " + map[string]string{exchange.EGRUL: "ЕГРЮЛ", exchange.EGRIP: "ЕГРИП"}[q.Kind] + " " + o.OGRN + " " + now.Format(time.DateOnly) + ".xml", Content: content})
	if err != nil {
		q.Status, q.Text = "refused", smev.WordsOf(q.Kind).Unread
		return nil
	}
	if s.record.OGRN != o.OGRN {
		q.Status, q.Text = "refused", "ФНС прислала выписку другой организации. Сообщите администратору."
		return nil
	}
	s.source = sourceSMEV
	f := &file.File{PartnerID: q.PartnerID, OrgID: q.OrgID, Folder: file.Storage, Name: s.Name, Mime: s.mime, CreatedAt: now, CreatedBy: q.RequestedBy}
	if err := files.Add(ctx, tx, f, content); err != nil {
		return err
	}
	asker := &staff.Employee{ID: q.RequestedBy, PartnerID: q.PartnerID}
	q.ExtractID, err = takeExtract(ctx, tx, asker, now, rules, q.OrgID, s, f, nil, nil)
	return err
}
