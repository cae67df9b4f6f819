package staff

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// DemoSignIn is one of the employees that demo data bring.
type DemoSignIn struct{ Login, Password, Name, Role string }

// DemoSignIns are printed by `make run` and shown on its sign-in page; production
// refuses to start while any of these passwords opens.
var DemoSignIns = []DemoSignIn{
	{"ivanova", "operator-demo", "Иванова Мария Сергеевна", "operator"},
	{"sidorova", "accountant-demo", "Сидорова Елена Викторовна", "accountant"},
	{"kuznetsov", "supervisor-demo", "Кузнецов Андрей Павлович", "supervisor"},
	{"admin", "admin-demo", "Орлов Дмитрий Олегович", "admin"},
	{"belova", "reviewer-demo", "Белова Анна Игоревна", "reviewer"},
	{"gromov", "auditor-demo", "Громов Пётр Ильич", "auditor"},
}

// AddPartner makes a partner with one centre; its rights are the defaults.
func AddPartner(ctx context.Context, tx bun.IDB, name, inn, ogrn, centre string) (partner, centreID int64, err error) {
	if err = tx.QueryRowContext(ctx, `INSERT INTO partner (name, inn, ogrn) VALUES (?, ?, ?) RETURNING id`, name, inn, ogrn).Scan(&partner); err != nil {
		return 0, 0, fmt.Errorf("add partner: %w", err)
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO centre (partner_id, name) VALUES (?, ?) RETURNING id`, partner, centre).Scan(&centreID)
	return partner, centreID, err
}

// AddEmployee makes an employee who signs in by password ("" = by OIDC only).
func AddEmployee(ctx context.Context, tx bun.IDB, partner, centre int64, role, login, name, email, password string) (int64, error) {
	hash := ""
	if password != "" {
		hash = HashPassword(password)
	}
	var id int64
	err := tx.QueryRowContext(ctx, `INSERT INTO employee (partner_id, centre_id, role, login, name, email, password_hash)
		VALUES (?, ?, ?, lower(?), ?, ?, ?) RETURNING id`, partner, centre, role, login, name, email, hash).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("add employee %s: %w", login, err)
	}
	return id, nil
}

// DemoPasswordOpens returns the login of a demo employee whose demo password works here, or "".
func DemoPasswordOpens(ctx context.Context, q bun.IDB) (string, error) {
	for _, d := range DemoSignIns {
		var hash string
		err := q.QueryRowContext(ctx, `SELECT COALESCE((SELECT password_hash FROM employee WHERE login = ? AND active), '')`, d.Login).Scan(&hash)
		if err != nil {
			return "", err
		}
		if hash != "" && passwordFits(hash, d.Password) {
			return d.Login, nil
		}
	}
	return "", nil
}

// Partners lists the ids of all partners, for jobs that go through every one.
func Partners(ctx context.Context, d *db.DB) ([]int64, error) {
	var ids []int64
	err := d.Plain().NewSelect().TableExpr("partner").Column("id").OrderExpr("id").Scan(ctx, &ids)
	return ids, err
}
