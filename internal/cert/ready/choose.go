package ready

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Choose makes the certificate the owner's active one (F377). seen is the one
// that was active on the person's page, 0 = none: another one by now is a
// Conflict, the same choice twice is not.
func Choose(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id, seen int64) error {
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
		current, err := activeOf(ctx, tx, c.PartnerID, c.OwnerID)
		if err != nil || current.ready == id {
			return err
		}
		if current.ready != seen {
			return fault.New(fault.Conflict, "Активный сертификат уже сменил(а) "+current.who()+". Обновите страницу и выберите снова.")
		}
		if c.Status != Valid || now.After(c.NotAfter) {
			return fault.New(fault.Conflict, "Активным может быть только действительный сертификат. Этот: «"+c.Status.RU()+"».")
		}
		if err := activate(ctx, tx, now, c, by.ID); err != nil {
			return err
		}
		if err := note(ctx, tx, now, c, by.ID, "done", "Выбран активным."); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: by.Actor(), Action: "cert.choose_active", Object: object(c), Org: c.OrgID})
	})
}

// active is the owner's present choice; the zero value is none.
type active struct {
	ready int64
	at    time.Time
	by    int64 // 0 = by loading
	name  string
}

func (a active) who() string {
	if a.name == "" {
		return "новый загруженный сертификат"
	}
	return a.name
}

func activeOf(ctx context.Context, tx bun.IDB, partner, owner int64) (a active, err error) {
	err = tx.QueryRowContext(ctx, `SELECT ready_id, chosen_at, COALESCE(chosen_by, 0), COALESCE((SELECT name FROM employee WHERE id = chosen_by), '')
		FROM active_certificate WHERE partner_id = ? AND owner_id = ?`, partner, owner).Scan(&a.ready, &a.at, &a.by, &a.name)
	if errors.Is(err, sql.ErrNoRows) {
		return active{}, nil
	}
	return a, err
}

func activate(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate, by int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO active_certificate (owner_id, partner_id, ready_id, chosen_at, chosen_by) VALUES (?, ?, ?, ?, NULLIF(?, 0))
		ON CONFLICT (owner_id) DO UPDATE SET ready_id = EXCLUDED.ready_id, chosen_at = EXCLUDED.chosen_at, chosen_by = EXCLUDED.chosen_by`,
		c.OwnerID, c.PartnerID, c.ID, now, by)
	return err
}

// activateLoaded is F374: the certificate loaded last is active, unless a person
// has chosen another one since.
func activateLoaded(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate) (bool, error) {
	current, err := activeOf(ctx, tx, c.PartnerID, c.OwnerID)
	if err != nil || current.ready > c.ID || current.by != 0 && current.at.After(c.LoadedAt) {
		return false, err
	}
	return true, activate(ctx, tx, now, c, 0)
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
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE ready_certificate SET crypto_type = ?, version = version + 1 WHERE partner_id = ? AND id = ? AND version = ?`,
			code, c.PartnerID, c.ID, version)); err != nil {
			return err
		}
		if err := note(ctx, tx, now, c, by.ID, "note", "Криптотип: "+CryptoRU(code)+"."); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: by.Actor(), Action: "cert.set_crypto_type", Object: object(c), Org: c.OrgID,
			Details: map[string]string{"from": c.CryptoType, "to": code}})
	})
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
