package ready

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert/active"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Choose makes the certificate the owner's active one (F377). seen is what was
// active on the person's page: another one by now is a Conflict, the same choice
// twice is not.
func Choose(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, seen active.Ref) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := Find(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if _, err := lockOwner(ctx, tx, by.PartnerID, c.OwnerID); err != nil { // before the certificate, as everywhere
			return err
		}
		if c, err = lock(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		current, err := active.Of(ctx, tx, c.PartnerID, c.OwnerID)
		if err != nil || current.Ready == id {
			return err
		}
		if current.Ref != seen {
			return current.Changed()
		}
		if c.Status != Valid || now.After(c.NotAfter) {
			_, state := c.Chip(now)
			return fault.New(fault.Conflict, "Активным может быть только действительный сертификат. Этот: «"+state+"».")
		}
		if err := active.Choose(ctx, tx, by, now, c.holder(), c.ref()); err != nil {
			return err
		}
		return note(ctx, tx, now, c, by.ID, "done", "Выбран активным.")
	})
}

func (c *Certificate) ref() active.Ref { return active.Ref{Ready: c.ID} }

func (c *Certificate) holder() active.Holder {
	return active.Holder{Partner: c.PartnerID, Org: c.OrgID, Owner: c.OwnerID}
}

// SetCryptoType is «Сменить криптотип»: with time stamps or without, for the
// certificates of the CryptoPro plug-in only (F378).
func SetCryptoType(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, version int, code string) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	if code != CryptoPlugin && code != CryptoPluginEx {
		return fault.Fields{"crypto_type": "Выберите, использовать ли штампы времени."}.Err()
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil || c.CryptoType == code {
			return err
		}
		if c.CryptoType == CryptoOther {
			return fault.New(fault.Conflict, "Криптотип меняется только у сертификатов cpPlugin и cpPluginEx.")
		}
		if c.Version != version {
			return cryptoChanged(ctx, tx, c)
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE ready_certificate SET crypto_type = ?, version = version + 1 WHERE partner_id = ? AND id = ? AND version = ?`,
			code, c.PartnerID, c.ID, version)); err != nil {
			return err
		}
		if err := note(ctx, tx, now, c, by.ID, "note", cryptoNote(code)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: by.Actor(), Action: "cert.set_crypto_type", Object: object(c), Org: c.OrgID,
			Details: map[string]string{"from": c.CryptoType, "to": code}})
	})
}

func cryptoNote(code string) string { return "Криптотип: " + CryptoRU(code) + "." }

// cryptoChanged is the error of a form that was open while somebody else changed
// the crypto type.
func cryptoChanged(ctx context.Context, tx bun.IDB, c *Certificate) error {
	var who string
	err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT w.name FROM ready_certificate_event e JOIN employee w ON w.id = e.by_id
		WHERE e.partner_id = ? AND e.certificate_id = ? AND e.text = ? ORDER BY e.id DESC LIMIT 1), '')`, c.PartnerID, c.ID, cryptoNote(c.CryptoType)).Scan(&who)
	if err != nil {
		return err
	}
	text := "Пока форма была открыта, криптотип изменил(а) " + or(who, "другой сотрудник") + ": теперь «" + CryptoRU(c.CryptoType) + "»."
	return &fault.Error{Kind: fault.Conflict, Text: text, Fields: map[string]string{"crypto_type": text}}
}

// AskAgain is «Проверить ещё раз»: revocation is asked now, past what is kept of
// OCSP. Pressed twice it asks once.
func AskAgain(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if c.Status.Final() {
			return fault.New(fault.Conflict, "Спрашивать больше не о чем: «"+c.Status.RU()+"».")
		}
		if err := forgetOCSP(ctx, tx, now, c); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE ready_certificate SET next_at = ? WHERE partner_id = ? AND id = ?`, now, c.PartnerID, c.ID); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.CheckReady{Partner: c.PartnerID, Certificate: c.ID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: by.Actor(), Action: "cert.ask_revocation", Object: object(c), Org: c.OrgID})
	})
}
