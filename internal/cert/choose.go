package cert

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert/active"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/staff"
)

// Usable reports whether the owner can sign with the certificate: installed, not
// revoked, within its dates.
func (c *Certificate) Usable(now time.Time) bool {
	return !c.InstalledAt.IsZero() && c.RevokedAt.IsZero() && !now.Before(c.NotBefore) && now.Before(c.NotAfter)
}

// IssuerName is the authority's name as people know it.
func (c *Certificate) IssuerName() string {
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return c.Issuer
	}
	if name := parsed.Issuer.Get(gost.OIDCommonName); name != "" {
		return name
	}
	return c.Issuer
}

// Choose makes the certificate its owner's active one (F377). seen is what was
// active on the person's page: another one by now is a Conflict, the same choice
// twice is not.
func Choose(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, seen active.Ref) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockWithOwner(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		current, err := active.Of(ctx, tx, c.PartnerID, c.OwnerID)
		if err != nil || current.Issued == id {
			return err
		}
		if current.Ref != seen {
			return current.Changed()
		}
		if !c.Usable(now) {
			_, state := c.Chip(now)
			return fault.New(fault.Conflict, "Активным может быть только установленный действительный сертификат. Этот: «"+state+"».")
		}
		return active.Choose(ctx, tx, by, now, c.holder(), active.Ref{Issued: id})
	})
}

// lockWithOwner locks the owner's choice and then the certificate.
func lockWithOwner(ctx context.Context, tx bun.IDB, partner, id int64) (*Certificate, error) {
	c, err := Find(ctx, tx, partner, id)
	if err != nil {
		return nil, err
	}
	if err := active.Lock(ctx, tx, partner, c.OwnerID); err != nil {
		return nil, err
	}
	return lockCertificate(ctx, tx, partner, id)
}

func (c *Certificate) holder() active.Holder {
	return active.Holder{Partner: c.PartnerID, Org: c.OrgID, Owner: c.OwnerID}
}
