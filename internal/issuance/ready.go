package issuance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// LoadReady is «Загрузить имеющуюся ЭП»: the owner's certificate of another
// authority. While an application of his goes on it is refused (F376). What is
// refused is not kept; the judgement says why.
func LoadReady(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules ready.Rules, l ready.Loading) (c *ready.Certificate, j *ready.Judgement, err error) {
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if l.Live, err = liveNumber(ctx, tx, by.PartnerID, l.Owner); err != nil {
			return err
		}
		c, j, err = ready.Load(ctx, tx, by, now, rules, l)
		return err
	})
	return c, j, err
}

// liveNumber is the number of the owner's application under way, "" = none.
func liveNumber(ctx context.Context, tx bun.IDB, partner, owner int64) (string, error) {
	cases, err := OfOwner(ctx, tx, partner, owner)
	for _, a := range cases {
		if a.Status.Live() {
			return a.Number, err
		}
	}
	return "", err
}
