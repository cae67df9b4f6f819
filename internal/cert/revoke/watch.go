package revoke

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/gost"
)

// Authorities put out their lists at their own pace, the law gives them twelve
// hours (63-ФЗ, 14): asked soon at first, then every half hour.
const (
	watchFirst = 15 * time.Second
	watchLast  = 30 * time.Minute
)

// freshness of a list that is believed.
var freshness = gost.Freshness{Skew: 5 * time.Minute, MaxAge: 7 * 24 * time.Hour}

// watch looks for the serial number on the list of the certificate's issuer.
func watch(ctx context.Context, d *db.DB, client *revocation.Client, now time.Time, v *Revocation, c *cert.Certificate, leaf *gost.Certificate) (time.Duration, error) {
	if now.After(c.NotAfter) {
		return 0, nil // expired certificates leave the lists (RFC 5280, 3.3)
	}
	text := "В сертификате нет адреса списка отозванных: увидеть его там нельзя."
	issuers, err := c.Above()
	if err != nil {
		return 0, err
	}
	if len(issuers) == 0 && len(leaf.CRLURLs) > 0 {
		text = "Цепочка сертификатов УЦ не сохранена: проверить подпись его списка нечем."
	} else {
		for _, url := range leaf.CRLURLs[:min(len(leaf.CRLURLs), 3)] {
			list, trouble := listed(ctx, client, now, url, leaf, issuers[0])
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			if list != nil {
				return 0, d.Tx(ctx, v.PartnerID, func(ctx context.Context, tx bun.IDB) error {
					if _, err := tx.ExecContext(ctx, `UPDATE revocation SET listed_from = ?, listed_number = ?, next_at = NULL WHERE partner_id = ? AND id = ?`,
						url, number(list), v.PartnerID, v.ID); err != nil {
						return err
					}
					return moveLocked(ctx, tx, now, v, Listed, "Список от "+list.ThisUpdate.In(moscow).Format("02.01.2006 15:04 МСК")+".")
				})
			}
			text = trouble
		}
	}
	after := min(watchFirst<<min(v.Attempts, 10), watchLast)
	return after, later(ctx, d, now, v, text, after)
}

var moscow = time.FixedZone("MSK", 3*60*60)

func number(list *gost.CRL) string {
	if list.Number == nil {
		return ""
	}
	return list.Number.String()
}

// listed fetches the list and believes it only for the issuer's signature; the
// list is returned when the certificate stands on it.
func listed(ctx context.Context, client *revocation.Client, now time.Time, url string, leaf, issuer *gost.Certificate) (*gost.CRL, string) {
	body, err := client.List(ctx, url)
	var trouble *revocation.Trouble
	switch {
	case errors.As(err, &trouble):
		return nil, "Список отозванных не получен: " + trouble.Text + " Программа спросит снова сама."
	case err != nil:
		return nil, "Список отозванных не получен. Программа спросит снова сама."
	}
	list, err := gost.ParseCRL(body)
	if err != nil {
		return nil, "Список отозванных не читается. Программа спросит снова сама."
	}
	at := now
	if at.Before(leaf.NotBefore) {
		at = leaf.NotBefore
	}
	// the issuer's own way up was verified when the certificate was issued
	_, err = leaf.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{issuer}, CRLs: []*gost.CRL{list}, Freshness: freshness, At: at})
	switch {
	case errors.Is(err, gost.ErrRevoked):
		return list, ""
	case err == nil:
		return nil, "УЦ аннулировал сертификат, в его списке отозванных он ещё не появился. Программа спросит снова сама."
	case errors.Is(err, gost.ErrStale):
		return nil, "Список отозванных просрочен. Программа спросит снова сама."
	}
	return nil, "Список отозванных подписан не этим УЦ или говорит о других сертификатах. Программа спросит снова сама."
}
