package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// textArray scans a PostgreSQL text[] of plain words ({a,b}).
type textArray struct{ dst *[]string }

func (a textArray) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("scan text array: %T", src)
	}
	if s = strings.Trim(s, "{}"); s != "" {
		*a.dst = strings.Split(s, ",")
	}
	return nil
}

// RoleRights is one row of the table on the rights screen.
type RoleRights struct {
	Role, Name string
	Has        map[Permission]bool
}

// Rights returns what each role of the partner may do.
func Rights(ctx context.Context, d *db.DB, by *Employee) ([]RoleRights, error) {
	if err := by.Must(StaffView, StaffManage); err != nil {
		return nil, err
	}
	return roleRights(ctx, d.Plain(), by.PartnerID)
}

func roleRights(ctx context.Context, q bun.IDB, partner int64) ([]RoleRights, error) {
	var rows []struct{ Code, Name, Permission string }
	err := q.NewRaw(`SELECT r.code, r.name, COALESCE(p.permission, '') AS permission
		FROM role AS r LEFT JOIN role_permission AS p ON p.role = r.code AND p.partner_id IS NOT DISTINCT FROM
			(SELECT partner_id FROM role_permission WHERE partner_id = ? LIMIT 1)
		ORDER BY r.position, p.permission`, partner).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	var list []RoleRights
	for _, row := range rows {
		if len(list) == 0 || list[len(list)-1].Role != row.Code {
			list = append(list, RoleRights{row.Code, row.Name, map[Permission]bool{}})
		}
		if row.Permission != "" {
			list[len(list)-1].Has[Permission(row.Permission)] = true
		}
	}
	return list, nil
}

// SetRights replaces what every role of the partner may do. Nobody takes the
// right to manage staff from his own role: the screen would be shut for ever.
func SetRights(ctx context.Context, d *db.DB, by *Employee, now time.Time, rights map[string][]Permission) error {
	if err := by.Must(StaffManage); err != nil {
		return err
	}
	known := map[Permission]bool{}
	for _, p := range Permissions {
		known[p] = true
	}
	keeps := false
	for role, list := range rights {
		for _, p := range list {
			if !known[p] {
				return fault.New(fault.Invalid, "Неизвестное право «"+string(p)+"».")
			}
			keeps = keeps || (role == by.Role && p == StaffManage)
		}
	}
	if !keeps {
		return fault.New(fault.Invalid, "Нельзя снять право управлять сотрудниками с собственной роли.")
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, `SELECT 1 FROM partner WHERE id = ? FOR UPDATE`, by.PartnerID); err != nil { // two tables never mix
			return err
		}
		for role := range rights {
			var one int
			if err := tx.QueryRowContext(ctx, `SELECT 1 FROM role WHERE code = ?`, role).Scan(&one); err != nil {
				return db.Missing(err)
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM role_permission WHERE partner_id = ?`, by.PartnerID); err != nil {
			return err
		}
		for role, list := range rights {
			for _, p := range list {
				if _, err := tx.ExecContext(ctx, `INSERT INTO role_permission VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, by.PartnerID, role, p); err != nil {
					return err
				}
			}
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "staff.set_rights",
			Object: fmt.Sprintf("partner:%d", by.PartnerID), Details: rights})
	})
}
