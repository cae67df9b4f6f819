package staff

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Colleague is an employee as those see him who manage staff.
type Colleague struct {
	bun.BaseModel `bun:"table:employee,alias:e"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	CentreID      int64
	Role          string
	Login         string
	Name          string
	Email         string
	PasswordHash  string
	OIDCSubject   string `bun:"oidc_subject"`
	Active        bool
	LockedUntil   time.Time `bun:",nullzero"`
	Version       int
	CentreName    string `bun:",scanonly"`
	RoleName      string `bun:",scanonly"`
}

// SignsIn says how the colleague gets in.
func (c *Colleague) SignsIn() string {
	switch {
	case c.OIDCSubject != "" && c.PasswordHash != "":
		return "пароль и учётная запись организации"
	case c.OIDCSubject != "":
		return "учётная запись организации"
	case c.PasswordHash != "":
		return "пароль"
	}
	return "ещё не входил"
}

// Colleagues lists the partner's employees, the active first; who manages one
// centre sees that centre.
func Colleagues(ctx context.Context, d *db.DB, by *Employee) ([]Colleague, error) {
	if err := by.Must(StaffView, StaffCentre, StaffManage); err != nil {
		return nil, err
	}
	var list []Colleague
	q := colleagues(d.Plain()).Model(&list).Where("e.partner_id = ?", by.PartnerID).OrderExpr("e.active DESC, e.name, e.id").Limit(1000)
	if by.Must(StaffView, StaffManage) != nil {
		q.Where("e.centre_id = ?", by.CentreID)
	}
	err := q.Scan(ctx)
	return list, err
}

func colleagues(q bun.IDB) *bun.SelectQuery {
	return q.NewSelect().Column("id", "partner_id", "centre_id", "role", "login", "name", "email", "password_hash", "oidc_subject", "active", "locked_until", "version").
		ColumnExpr("(SELECT name FROM centre WHERE id = e.centre_id) AS centre_name").
		ColumnExpr("(SELECT name FROM role WHERE code = e.role) AS role_name")
}

// FindColleague returns an employee whom by may manage.
func FindColleague(ctx context.Context, q bun.IDB, by *Employee, id int64) (*Colleague, error) {
	if err := by.Must(StaffCentre, StaffManage); err != nil {
		return nil, err
	}
	var c Colleague
	if err := colleagues(q).Model(&c).Where("e.partner_id = ? AND e.id = ?", by.PartnerID, id).Scan(ctx); err != nil {
		return nil, db.Missing(err)
	}
	if !by.Can(StaffManage) && c.CentreID != by.CentreID {
		return nil, fault.Missing()
	}
	return &c, nil
}

// check tidies what was typed; roles and centres are those by may give.
func (c *Colleague) check(ctx context.Context, q bun.IDB, by *Employee) error {
	wrong := fault.Fields{}
	c.Name, c.Login, c.Email = strings.Join(strings.Fields(c.Name), " "), strings.ToLower(strings.TrimSpace(c.Login)), strings.TrimSpace(c.Email)
	if n := len([]rune(c.Name)); n < 3 || n > 100 {
		wrong.Add("name", "Укажите фамилию, имя и отчество, до 100 знаков.")
	}
	if len(c.Login) < 3 || len(c.Login) > 60 || strings.Trim(c.Login, "abcdefghijklmnopqrstuvwxyz0123456789.-_@") != "" {
		wrong.Add("login", "Логин — от 3 до 60 латинских букв, цифр и знаков . - _ @.")
	}
	if a, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || a.Address != c.Email) {
		wrong.Add("email", "Адрес почты записан неверно, например ivanova@centre.ru.")
	}
	roles, err := Grantable(ctx, q, by)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(roles, func(r RoleRights) bool { return r.Role == c.Role }) {
		wrong.Add("role", "Выберите роль из списка: другую вы дать не можете.")
	}
	var centre int64
	if err := q.QueryRowContext(ctx, `SELECT COALESCE((SELECT id FROM centre WHERE partner_id = ? AND id = ?), 0)`, by.PartnerID, c.CentreID).Scan(&centre); err != nil {
		return err
	}
	if centre == 0 || !by.Can(StaffManage) && centre != by.CentreID {
		wrong.Add("centre", "Выберите сервисный центр из списка.")
	}
	return wrong.Err()
}

// Grantable lists the roles that by may give: a manager of a centre gives none
// that manages staff or settings.
func Grantable(ctx context.Context, q bun.IDB, by *Employee) ([]RoleRights, error) {
	all, err := roleRights(ctx, q, by.PartnerID)
	if err != nil || by.Can(StaffManage) {
		return all, err
	}
	return slices.DeleteFunc(all, func(r RoleRights) bool { return r.Has[StaffManage] || r.Has[StaffCentre] || r.Has[Settings] }), nil
}
