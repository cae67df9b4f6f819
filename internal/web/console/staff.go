package console

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// staffPage is views/console/staff/index.html: employees and centres.
type staffPage struct {
	Frame               web.Frame
	Rows                []colleagueRow
	Centres             []staff.Centre
	MayManage, MayAdd   bool
	MayRights, HasOther bool
}

type colleagueRow struct {
	staff.Colleague
	State web.Chip
}

// colleaguePage is views/console/staff/form.html.
type colleaguePage struct {
	Frame    web.Frame
	Person   staff.Colleague
	Form     fields
	Conflict string
	Password string // new, shown once
	Self     bool
}

func (c *Console) staffIndex(ctx *fiber.Ctx) error {
	e := by(ctx)
	list, err := staff.Colleagues(ctx.UserContext(), c.db, e)
	if err != nil {
		return err
	}
	p := staffPage{Frame: c.frame(ctx, "Сотрудники"), MayManage: e.Can(staff.StaffManage), MayAdd: e.Must(staff.StaffCentre, staff.StaffManage) == nil,
		MayRights: e.Must(staff.StaffView, staff.StaffManage) == nil}
	for _, x := range list {
		row := colleagueRow{Colleague: x, State: web.Chip{Kind: "done", Text: "Работает"}}
		switch {
		case !x.Active:
			row.State = web.Chip{Kind: "idle", Text: "Отключён"}
		case x.LockedUntil.After(c.now()):
			row.State = web.Chip{Kind: "warn", Text: "Вход закрыт до " + x.LockedUntil.In(e.Location()).Format("15:04")}
		case x.PasswordHash == "" && x.OIDCSubject == "" && x.Email == "":
			row.State = web.Chip{Kind: "warn", Text: "Задайте пароль"}
		}
		p.Rows = append(p.Rows, row)
	}
	if p.Centres, err = staff.Centres(ctx.UserContext(), c.db, e); err != nil {
		return err
	}
	return ctx.Render("console/staff/index", p)
}

func (c *Console) staffNew(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.StaffCentre, staff.StaffManage); err != nil {
		return err
	}
	return c.colleagueForm(ctx, staff.Colleague{CentreID: by(ctx).CentreID, Role: "operator", Active: true}, "", nil)
}

func (c *Console) staffEdit(ctx *fiber.Ctx) error {
	x, err := c.colleague(ctx)
	if err != nil {
		return err
	}
	return c.colleagueForm(ctx, *x, "", nil)
}

func (c *Console) colleague(ctx *fiber.Ctx) (*staff.Colleague, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	return staff.FindColleague(ctx.UserContext(), c.db.Plain(), by(ctx), id)
}

func (c *Console) colleagueForm(ctx *fiber.Ctx, x staff.Colleague, password string, wrong error) error {
	p := colleaguePage{Frame: c.frame(ctx, or(x.Name, "Новый сотрудник")), Person: x, Password: password, Self: x.ID == by(ctx).ID}
	roles, err := staff.Grantable(ctx.UserContext(), c.db.Plain(), by(ctx))
	if err != nil {
		return err
	}
	centres, err := staff.Centres(ctx.UserContext(), c.db, by(ctx))
	if err != nil {
		return err
	}
	role := web.Field{Name: "role", Label: "Роль", Value: x.Role, Required: true}
	for _, r := range roles {
		role.Options = append(role.Options, web.Option{Value: r.Role, Label: r.Name, Selected: r.Role == x.Role})
	}
	centre := web.Field{Name: "centre", Label: "Сервисный центр", Value: strconv.FormatInt(x.CentreID, 10), Required: true}
	for _, r := range centres {
		if by(ctx).Can(staff.StaffManage) || r.ID == by(ctx).CentreID {
			centre.Options = append(centre.Options, web.Option{Value: strconv.FormatInt(r.ID, 10), Label: r.Name, Selected: r.ID == x.CentreID})
		}
	}
	p.Form = web.WithErrors(fields{
		{Name: "name", Label: "Фамилия, имя, отчество", Value: x.Name, Required: true, MaxLength: 100, Autofocus: x.ID == 0},
		{Name: "login", Label: "Логин", Value: x.Login, Required: true, MaxLength: 60, Hint: "Латиницей; большие и малые буквы не различаются"},
		{Name: "email", Label: "Электронная почта", Value: x.Email, MaxLength: 254, Hint: "По ней узнаёт учётная запись организации"},
		role, centre,
	}, wrong)
	if e := fault.As(wrong); e != nil {
		ctx.Status(fiber.StatusUnprocessableEntity)
		if e.Kind == fault.Conflict {
			p.Conflict = e.Text
		}
	}
	return ctx.Render("console/staff/form", &p)
}

func (c *Console) staffSave(ctx *fiber.Ctx) error {
	x := staff.Colleague{Name: web.Text(ctx, "name"), Login: web.Text(ctx, "login"), Email: web.Text(ctx, "email"), Role: web.Text(ctx, "role"), Active: true}
	x.CentreID, _ = strconv.ParseInt(web.Text(ctx, "centre"), 10, 64)
	if ctx.Params("id") != "" {
		old, err := c.colleague(ctx)
		if err != nil {
			return err
		}
		x.ID, x.Active = old.ID, old.Active
		x.Version, _ = strconv.Atoi(ctx.FormValue("version"))
	}
	id, err := staff.SaveColleague(ctx.UserContext(), c.db, by(ctx), c.now(), x)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return c.colleagueForm(ctx, x, "", err)
	}
	if err != nil {
		return err
	}
	if x.ID == 0 {
		return c.done(ctx, "/staff/"+strconv.FormatInt(id, 10), "Сотрудник добавлен. Задайте ему пароль.")
	}
	return c.done(ctx, "/staff", x.Name+": изменения сохранены.")
}

// staffPassword shows the new password once, on the answer itself: it is kept nowhere.
func (c *Console) staffPassword(ctx *fiber.Ctx) error {
	x, err := c.colleague(ctx)
	if err != nil {
		return err
	}
	password, err := staff.ResetPassword(ctx.UserContext(), c.db, by(ctx), c.now(), x.ID)
	if err != nil {
		return err
	}
	return c.colleagueForm(ctx, *x, password, nil)
}

func (c *Console) staffActive(ctx *fiber.Ctx) error {
	x, err := c.colleague(ctx)
	if err != nil {
		return err
	}
	active := ctx.FormValue("active") == "1"
	if err := staff.SetActive(ctx.UserContext(), c.db, by(ctx), c.now(), x.ID, active); err != nil {
		return err
	}
	if active {
		return c.done(ctx, "/staff", x.Name+" снова может войти.")
	}
	return c.done(ctx, "/staff", x.Name+": отключён, сеансы закончены.")
}
