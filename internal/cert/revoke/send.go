package revoke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/notify"
	"signdesk/internal/owner"
)

// Outside is what the job calls.
type Outside struct {
	Authorities cert.Authorities
	Lists       *revocation.Client
}

// Follow is the job: it takes an approved revocation to the authority, then
// watches its list, and says when to look again; 0 means that all is done. Safe
// to repeat at any point: what is revoked already is success there.
func Follow(ctx context.Context, d *db.DB, out Outside, now func() time.Time, args job.Revoke) (time.Duration, error) {
	v, c, authority, err := load(ctx, d, args)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return 0, fmt.Errorf("stored certificate: %w", err)
	}
	switch v.Status {
	case Approved:
		return tell(ctx, d, out.Authorities.Named(authority), now(), v, c, parsed)
	case Revoked:
		return watch(ctx, d, out.Lists, now(), v, c, parsed)
	}
	return 0, nil
}

func load(ctx context.Context, d *db.DB, args job.Revoke) (v *Revocation, c *cert.Certificate, authority string, err error) {
	err = d.Read(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) (err error) {
		if v, err = Find(ctx, tx, args.Partner, args.Revocation); err != nil {
			return err
		}
		if c, err = cert.Find(ctx, tx, v.PartnerID, v.CertificateID); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT authority FROM cert_request WHERE partner_id = ? AND id = ?`, c.PartnerID, c.RequestID).Scan(&authority)
	})
	return v, c, authority, err
}

// tell asks the authority to revoke.
func tell(ctx context.Context, d *db.DB, a *cert.Authority, now time.Time, v *Revocation, c *cert.Certificate, parsed *gost.Certificate) (time.Duration, error) {
	if a == nil {
		return wait(ctx, d, now, v, "Удостоверяющий центр, выпустивший сертификат, не подключён: обратитесь к администратору.")
	}
	err := a.Revoke(ctx, v.TransactionID, parsed, v.Reason)
	var refusal *ca.Refusal
	var trouble *ca.Trouble
	switch {
	case errors.As(err, &trouble):
		return wait(ctx, d, now, v, trouble.Text)
	case errors.As(err, &refusal):
		return 0, d.Tx(ctx, v.PartnerID, func(ctx context.Context, tx bun.IDB) error {
			return moveLocked(ctx, tx, now, v, Refused, refusal.Text)
		})
	case err != nil:
		return 0, err
	}
	return time.Second, d.Tx(ctx, v.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := moveLocked(ctx, tx, now, v, Revoked, ""); err != nil {
			return err
		}
		if err := cert.Revoked(ctx, tx, now, c); err != nil {
			return err
		}
		w, err := owner.Find(ctx, tx, v.PartnerID, v.OwnerID)
		if err != nil || w.Email == "" {
			return err
		}
		err = notify.Mail(ctx, tx, now, notify.Letter{
			About: notify.About{Partner: v.PartnerID, Org: v.OrgID, Key: fmt.Sprintf("revoked:%d", v.ID)},
			To:    w.Email, Subject: "Сертификат электронной подписи аннулирован",
			Body: fmt.Sprintf("Здравствуйте!\n\nСертификат № %s аннулирован. Причина: %s.\nПодписывать им больше нельзя. Если вы об этом не просили, обратитесь в сервисный центр.\n",
				c.Serial, ReasonRU(v.Reason)),
		})
		if fault.Is(err, fault.Invalid) {
			return nil // the address on the card is unusable
		}
		return err
	})
}

// moveLocked moves the revocation unless another run of the job has.
func moveLocked(ctx context.Context, tx bun.IDB, now time.Time, v *Revocation, to Status, text string) error {
	fresh, err := lock(ctx, tx, v.PartnerID, v.ID)
	if err != nil || fresh.Status != v.Status {
		return err
	}
	return set(ctx, tx, nil, now, fresh, to, text)
}

// wait notes why it stands and when it is tried again: 2, 4 … 60 seconds.
func wait(ctx context.Context, d *db.DB, now time.Time, v *Revocation, text string) (time.Duration, error) {
	after := min(time.Duration(2<<min(v.Attempts, 5))*time.Second, time.Minute)
	return after, later(ctx, d, now, v, text, after)
}

func later(ctx context.Context, d *db.DB, now time.Time, v *Revocation, text string, after time.Duration) error {
	return d.Tx(ctx, v.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE revocation SET status_text = ?, attempts = attempts + 1, next_at = ? WHERE partner_id = ? AND id = ? AND status = ?`,
			text, now.Add(after), v.PartnerID, v.ID, v.Status)
		return err
	})
}
