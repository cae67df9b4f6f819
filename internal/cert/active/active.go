// Package active keeps the one certificate that an owner signs with: of all that
// were issued to him here and of all that he brought (F377).
//
// What was installed or loaded last is active by default, unless a person has
// chosen since. Only a valid certificate is active, and the database itself
// holds to that; whoever finds that a certificate is valid no longer drops it
// from here, and nothing takes its place until a person chooses.
package active

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Ref is a certificate of either kind; the zero value is none.
type Ref struct{ Issued, Ready int64 }

// String is the reference in a form: c5 is issued, r5 is loaded, "" is none.
func (r Ref) String() string {
	switch {
	case r.Issued != 0:
		return fmt.Sprintf("c%d", r.Issued)
	case r.Ready != 0:
		return fmt.Sprintf("r%d", r.Ready)
	}
	return ""
}

// Parse reads a reference; what is none is the zero value.
func Parse(s string) (r Ref) {
	if len(s) < 2 {
		return r
	}
	id, err := strconv.ParseInt(s[1:], 10, 64)
	switch {
	case err != nil || id < 1:
	case s[0] == 'c':
		r.Issued = id
	case s[0] == 'r':
		r.Ready = id
	}
	return r
}

func (r Ref) object() string {
	if r.Issued != 0 {
		return fmt.Sprintf("certificate:%d", r.Issued)
	}
	return fmt.Sprintf("ready_certificate:%d", r.Ready)
}

// Holder is whose certificate it is.
type Holder struct{ Partner, Org, Owner int64 }

// Choice is an owner's active certificate and how it came to be.
type Choice struct {
	Ref
	At   time.Time
	By   int64 // 0 = by default
	Name string
}

// Lock holds the owner's choice still until the transaction ends: taken before
// any of his certificates, everywhere.
func Lock(ctx context.Context, tx bun.IDB, partner, owner int64) error {
	var one int
	return db.Missing(tx.QueryRowContext(ctx, `SELECT 1 FROM owner WHERE partner_id = ? AND id = ? FOR NO KEY UPDATE`, partner, owner).Scan(&one))
}

// Of returns the owner's choice; the zero value is none.
func Of(ctx context.Context, tx bun.IDB, partner, owner int64) (c Choice, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(certificate_id, 0), COALESCE(ready_id, 0), chosen_at, COALESCE(chosen_by, 0), COALESCE((SELECT name FROM employee WHERE id = chosen_by), '')
		FROM active_certificate WHERE partner_id = ? AND owner_id = ?`, partner, owner).Scan(&c.Issued, &c.Ready, &c.At, &c.By, &c.Name)
	if errors.Is(err, sql.ErrNoRows) {
		return Choice{}, nil
	}
	return c, err
}

// OfOrganisation returns the choices of an organisation's owners.
func OfOrganisation(ctx context.Context, tx bun.IDB, partner, org int64) (map[int64]Ref, error) {
	var list []struct{ OwnerID, Issued, Ready int64 }
	err := tx.NewSelect().TableExpr("active_certificate AS a").ColumnExpr("a.owner_id, COALESCE(a.certificate_id, 0) AS issued, COALESCE(a.ready_id, 0) AS ready").
		Join("JOIN owner AS w ON w.partner_id = a.partner_id AND w.id = a.owner_id").Where("w.partner_id = ? AND w.org_id = ?", partner, org).Scan(ctx, &list)
	choices := map[int64]Ref{}
	for _, x := range list {
		choices[x.OwnerID] = Ref{x.Issued, x.Ready}
	}
	return choices, err
}

// Changed is the error of a choice that somebody has made meanwhile.
func (c Choice) Changed() error {
	who := "Активный сертификат уже сменил(а) " + c.Name + "."
	switch {
	case c.Ref == Ref{}:
		who = "Прежний активный сертификат больше не действует."
	case c.Name == "":
		who = "Активным уже стал новый сертификат владельца."
	}
	return &fault.Error{Kind: fault.Conflict, Text: who + " Проверьте и выберите снова.", Fields: map[string]string{"choice": who}}
}

// Choose makes the certificate the owner's active one. The caller has locked the
// owner and knows that the certificate is valid and the person has seen what was
// chosen before.
func Choose(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, h Holder, r Ref) error {
	if err := set(ctx, tx, h, r, now, by.ID); err != nil {
		return err
	}
	if err := note(ctx, tx, now, h, r, by.ID, "done", "Выбран активным."); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: h.Partner, Actor: by.Actor(), Action: "cert.choose_active", Object: r.object(), Org: h.Org})
}

// ByDefault makes the certificate active because it was installed or loaded last,
// at since; it reports false when something newer, or a person's choice made
// since, stands.
func ByDefault(ctx context.Context, tx bun.IDB, now time.Time, h Holder, r Ref, since time.Time) (bool, error) {
	current, err := Of(ctx, tx, h.Partner, h.Owner)
	if err != nil || current.At.After(since) || r.Ready != 0 && current.Ready > r.Ready {
		return false, err
	}
	words := "Стал активным: загружен последним."
	if r.Issued != 0 {
		words = "Стал активным: установлен последним."
	}
	if err := set(ctx, tx, h, r, since, 0); err != nil {
		return false, err
	}
	return true, note(ctx, tx, now, h, r, 0, "done", words)
}

func set(ctx context.Context, tx bun.IDB, h Holder, r Ref, at time.Time, by int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO active_certificate (owner_id, partner_id, certificate_id, ready_id, chosen_at, chosen_by) VALUES (?, ?, NULLIF(?, 0), NULLIF(?, 0), ?, NULLIF(?, 0))
		ON CONFLICT (owner_id) DO UPDATE SET certificate_id = EXCLUDED.certificate_id, ready_id = EXCLUDED.ready_id, chosen_at = EXCLUDED.chosen_at, chosen_by = EXCLUDED.chosen_by`,
		h.Owner, h.Partner, r.Issued, r.Ready, at, by)
	if err != nil {
		return fmt.Errorf("set active certificate: %w", err)
	}
	return nil
}
