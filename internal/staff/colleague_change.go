package staff

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// SaveColleague adds an employee (ID 0) or changes him. A new one gets a
// password by ResetPassword, or signs in at the organisation's provider.
func SaveColleague(ctx context.Context, d *db.DB, by *Employee, now time.Time, c Colleague) (int64, error) {
	err := manage(ctx, d, by, now, "staff.save", &c.ID, func(ctx context.Context, tx bun.IDB) (any, error) {
		if err := c.check(ctx, tx, by); err != nil {
			return nil, err
		}
		c.PartnerID, c.Active = by.PartnerID, true
		if c.ID == 0 {
			c.Version = 1
			_, err := tx.NewInsert().Model(&c).ExcludeColumn("locked_until").Exec(ctx)
			return map[string]any{"role": c.Role, "centre": c.CentreID}, taken(err)
		}
		old, err := manageable(ctx, tx, by, c.ID)
		if err != nil {
			return nil, err
		}
		if old.ID == by.ID && old.Role != c.Role {
			return nil, &fault.Error{Kind: fault.Invalid, Text: "Свою роль меняет другой администратор.", Fields: map[string]string{"role": "Свою роль меняет другой администратор."}}
		}
		c.Version++
		err = taken(db.Swapped(tx.NewUpdate().Model(&c).Column("centre_id", "role", "login", "name", "email", "version").WherePK().Where("version = ?", c.Version-1).Exec(ctx)))
		return map[string]any{"role": c.Role, "centre": c.CentreID}, err
	})
	return c.ID, err
}

func taken(err error) error {
	if db.UniqueViolation(err) == "employee_login" {
		return &fault.Error{Kind: fault.Invalid, Text: "Логин занят.", Fields: map[string]string{"login": "Такой логин уже есть: возьмите другой."}}
	}
	return err
}

// manageable is FindColleague for a change: nobody raises himself over a role
// he could not give.
func manageable(ctx context.Context, tx bun.IDB, by *Employee, id int64) (*Colleague, error) {
	c, err := FindColleague(ctx, tx, by, id)
	if err != nil {
		return nil, err
	}
	roles, err := Grantable(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(roles, func(r RoleRights) bool { return r.Role == c.Role }) {
		return nil, fault.New(fault.Forbidden, "Этого сотрудника ведёт администратор.")
	}
	return c, nil
}

// ResetPassword gives the employee a new password, shown once to who resets
// it, ends his sessions and lifts the rest after wrong attempts.
func ResetPassword(ctx context.Context, d *db.DB, by *Employee, now time.Time, id int64) (string, error) {
	password := strings.ToLower(rand.Text()[:16]) // 80 bits of base32
	password = password[:4] + "-" + password[4:8] + "-" + password[8:12] + "-" + password[12:]
	err := manage(ctx, d, by, now, "staff.reset_password", &id, func(ctx context.Context, tx bun.IDB) (any, error) {
		if _, err := manageable(ctx, tx, by, id); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE employee SET password_hash = ?, failed_attempts = 0, locked_until = NULL WHERE id = ?`, HashPassword(password), id); err != nil {
			return nil, err
		}
		return nil, endSessions(ctx, tx, id)
	})
	if err != nil {
		return "", err
	}
	return password, nil
}

// SetActive lets the employee in, or shuts him out at once. Nobody shuts out himself.
func SetActive(ctx context.Context, d *db.DB, by *Employee, now time.Time, id int64, active bool) error {
	action := "staff.deactivate"
	if active {
		action = "staff.activate"
	}
	return manage(ctx, d, by, now, action, &id, func(ctx context.Context, tx bun.IDB) (any, error) {
		if _, err := manageable(ctx, tx, by, id); err != nil {
			return nil, err
		}
		if id == by.ID {
			return nil, fault.New(fault.Forbidden, "Себя отключить нельзя: это делает другой администратор.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE employee SET active = ?, version = version + 1 WHERE id = ?`, active, id); err != nil {
			return nil, err
		}
		return nil, endSessions(ctx, tx, id)
	})
}

func endSessions(ctx context.Context, tx bun.IDB, id int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE employee_id = ?`, id)
	return err
}

// manage runs a change of staff in one transaction with its audit record.
func manage(ctx context.Context, d *db.DB, by *Employee, now time.Time, action string, id *int64, change func(context.Context, bun.IDB) (any, error)) error {
	if err := by.Must(StaffCentre, StaffManage); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		details, err := change(ctx, tx)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: action, Object: fmt.Sprintf("employee:%d", *id), Details: details})
	})
}
