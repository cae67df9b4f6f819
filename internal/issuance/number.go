package issuance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Found is one thing of a case that a whole number leads to.
type Found struct {
	URL   string
	Title string // Заявка З-000431, or the owner's name
	Facts string
}

var (
	caseNumber = regexp.MustCompile(`^[ЗзZzPp]?-?([0-9]{6})$`) // with what the layouts make of З
	snilsDigit = strings.NewReplacer("-", "", " ", "", "\u00a0", "")
	elevenNums = regexp.MustCompile(`^[0-9]{11}$`)
	hexSerial  = regexp.MustCompile(`^[0-9A-Fa-f]{12,40}$`)
)

// ByNumber finds what a whole number names: a case by its number (a scanner
// reads it from the receipt), an owner by SNILS, a certificate by its serial
// number. Nothing found is no error.
func ByNumber(ctx context.Context, d *db.DB, by *staff.Employee, query string) ([]Found, error) {
	if by.Must(staff.OrgView) != nil { // masked eyes look nobody up by his numbers
		return nil, nil
	}
	query = strings.TrimSpace(query)
	var list []Found
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		add := func(sqlText string, args ...any) error {
			var f Found
			var owner, org string
			err := tx.QueryRowContext(ctx, sqlText, args...).Scan(&f.URL, &f.Title, &owner, &org)
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			f.Facts = owner + " · " + org
			list = append(list, f)
			return err
		}
		const names = `concat_ws(' ', w.surname, w.name, w.patronymic), COALESCE(NULLIF(o.short_name, ''), o.full_name)`
		if m := caseNumber.FindStringSubmatch(query); m != nil {
			if err := add(`SELECT '/applications/' || a.id, 'Заявка ' || a.number, `+names+` FROM application AS a
				JOIN owner AS w ON w.id = a.owner_id JOIN organisation AS o ON o.id = a.org_id WHERE a.partner_id = ? AND a.number = ?`,
				by.PartnerID, "З-"+m[1]); err != nil {
				return fmt.Errorf("case by number: %w", err)
			}
		}
		if n := snilsDigit.Replace(query); elevenNums.MatchString(n) {
			if err := add(`SELECT '/owners/' || w.id, 'Владелец', `+names+` FROM owner AS w JOIN organisation AS o ON o.id = w.org_id
				WHERE w.partner_id = ? AND w.snils = ? AND NOT w.deleted ORDER BY w.id DESC LIMIT 1`, by.PartnerID, n); err != nil {
				return fmt.Errorf("owner by SNILS: %w", err)
			}
		}
		if hexSerial.MatchString(query) {
			if err := add(`SELECT '/certificates/' || c.id, 'Сертификат ' || c.serial, `+names+` FROM certificate AS c
				JOIN owner AS w ON w.id = c.owner_id JOIN organisation AS o ON o.id = c.org_id WHERE c.partner_id = ? AND c.serial = ? ORDER BY c.id DESC LIMIT 1`,
				by.PartnerID, strings.ToUpper(query)); err != nil {
				return fmt.Errorf("certificate by serial: %w", err)
			}
		}
		return nil
	})
	return list, err
}
