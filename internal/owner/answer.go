package owner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/ident"
	"signdesk/internal/job"
)

// Answered takes a register's answer to a check. Safe to repeat: a check that
// has its outcome keeps it. A register that answers yes or no after people have
// decided by a scan has the last word.
func Answered(ctx context.Context, d *db.DB, now time.Time, args job.CheckAnswered) error {
	return d.Tx(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.Find(ctx, tx, args.Message)
		if err != nil {
			return err
		}
		var id int64
		if err := tx.QueryRowContext(ctx, `SELECT owner_id FROM owner_check WHERE partner_id = ? AND id = ?`, args.Partner, m.SubjectID).Scan(&id); err != nil {
			return db.Missing(err)
		}
		o, err := lock(ctx, tx, args.Partner, id) // owner first, check second: as every verb locks
		if err != nil {
			return err
		}
		c, err := lockCheck(ctx, tx, args.Partner, m.SubjectID)
		if err != nil {
			return err
		}
		was := c.Status
		if c.MessageID != args.Message || was != "waiting" && was != "overridden" { // of a message that another was sent instead of, or decided
			return nil
		}
		if c.Status, c.Text, c.Value, err = outcome(ctx, tx, m, c, o); err != nil || c.Status == "" {
			return err
		}
		if was == "overridden" && c.Status != "positive" && c.Status != "negative" {
			return nil
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE owner_check SET status = ?, status_at = ?, text = ?, value = ? WHERE partner_id = ? AND id = ? AND status = ?`,
			c.Status, now, c.Text, c.Value, args.Partner, c.ID, was)); err != nil {
			return err
		}
		if c.Kind == CheckINN && c.Status == "positive" && o.INN == "" {
			if err := fillINN(ctx, tx, now, o, c); err != nil {
				return err
			}
		}
		if err := job.Enqueue(ctx, tx, job.OwnerMoved{Partner: args.Partner, Owner: c.OwnerID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: args.Partner, Actor: audit.Program, Action: "owner.check_" + c.Status,
			Object: fmt.Sprintf("owner:%d", c.OwnerID), Org: o.OrgID, Details: map[string]any{"check": c.ID, "kind": c.Kind}})
	})
}

// outcome decodes what came back; "" means that the answer is still to come.
func outcome(ctx context.Context, tx bun.IDB, m *exchange.Message, c *Check, o *Owner) (status, text, value string, err error) {
	if m.Status == "refused" {
		return "refused", m.LastError, "", nil
	}
	answers, err := exchange.Answers(ctx, tx, m)
	if err != nil {
		return "", "", "", err
	}
	for _, a := range answers {
		switch a.Kind {
		case "progress":
			continue
		case "no_data":
			return "not_found", smev.Outcome(smev.WordsOf(string(c.Kind)).NoData), "", nil
		case "rejected", "failed":
			return "refused", a.Text, "", nil
		}
		return decode(c.Kind, o, a.Content)
	}
	return "", "", "", nil
}

// decode reads the register's answer. The text says what has happened; what to do
// about it depends on the owner's other papers and is the screen's to say.
func decode(kind CheckKind, o *Owner, content []byte) (status, text, value string, err error) {
	words := smev.WordsOf(string(kind))
	unread := func() (string, string, string, error) {
		return "refused", smev.Outcome(words.Unread) + " Сообщите администратору.", "", nil
	}
	switch kind {
	case CheckPassport:
		a, err := smev.DecodePassport(content)
		if err != nil {
			return unread()
		}
		text := smev.Outcome(words.Of(a.Verdict))
		if a.Verdict == smev.Invalid && !a.Since.IsZero() {
			text = strings.TrimSuffix(text, ".") + " с " + a.Since.Format("02.01.2006") + "."
		}
		return byVerdict(a.Verdict), text, "", nil
	case CheckSNILS:
		v, err := smev.DecodeSNILS(content)
		if err != nil {
			return unread()
		}
		return byVerdict(v), smev.Outcome(words.Of(v)), "", nil
	case FindSNILS:
		a, err := smev.DecodeSNILSByData(content)
		switch {
		case err != nil:
			return unread()
		case a.Verdict == smev.NotFound:
			return "not_found", smev.Outcome(words.NotFound), "", nil
		case a.SNILS != o.SNILS:
			return "negative", "По данным СФР у владельца другой СНИЛС: " + ident.FormatSNILS(a.SNILS) + ". Сверьте со свидетельством.", a.SNILS, nil
		}
		return "positive", "СФР назвал тот же СНИЛС, что в карточке.", a.SNILS, nil
	default:
		a, err := smev.DecodeINN(content)
		if errors.Is(err, smev.ErrOtherType) { // asked whether the card's INN is the passport's
			v, err := smev.DecodeINNMatch(content)
			if err != nil {
				return unread()
			}
			return byVerdict(v), smev.Outcome(words.Of(v)), "", nil
		}
		if err != nil {
			return unread()
		}
		if a.Verdict == smev.Valid && o.INN != "" && o.INN != a.INN {
			return "negative", "По данным ФНС у владельца другой ИНН: " + a.INN + ". Исправьте ИНН или паспортные данные.", a.INN, nil
		}
		return byVerdict(a.Verdict), smev.Outcome(words.Of(a.Verdict)), a.INN, nil
	}
}

// byVerdict is the check's status.
func byVerdict(v smev.Verdict) string {
	switch v {
	case smev.Valid:
		return "positive"
	case smev.Invalid:
		return "negative"
	default:
		return "not_found"
	}
}

// fillINN writes the INN that the tax service gave onto the owner's card; the
// check then counts for the card as it is with the INN.
func fillINN(ctx context.Context, tx bun.IDB, now time.Time, o *Owner, c *Check) error {
	p, err := PassportOf(ctx, tx, o.PartnerID, o.ID)
	if err != nil {
		return err
	}
	if string(fingerprint(CheckINN, o, p)) != string(c.Fingerprint) {
		return nil // the data have changed since; the answer is history
	}
	o.INN = c.Value
	if _, err := tx.ExecContext(ctx, `UPDATE owner SET inn = ?, updated_at = ?, version = version + 1 WHERE partner_id = ? AND id = ?`, o.INN, now, o.PartnerID, o.ID); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE owner_check SET fingerprint = ? WHERE partner_id = ? AND id = ?`, fingerprint(CheckINN, o, p), o.PartnerID, c.ID)
	return err
}
