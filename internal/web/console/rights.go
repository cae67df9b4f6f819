package console

import (
	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// rightsPage is views/console/staff/rights.html: who may do what.
type rightsPage struct {
	Frame  web.Frame
	Roles  []staff.RoleRights
	Groups []rightsGroup
	May    bool
	Wrong  string
}

// Columns are the right's name and the roles.
func (p rightsPage) Columns() int { return len(p.Roles) + 1 }

type rightsGroup struct {
	Name string
	Rows []rightsRow
}

// rightsRow is one right; Cells stand in the order of the roles.
type rightsRow struct {
	Name  string
	Cells []rightsCell
}

type rightsCell struct {
	Value, Label string // role:permission, for the form; words, for the ear
	Has          bool
}

func (c *Console) rightsShow(ctx *fiber.Ctx) error { return c.rightsPage(ctx, nil, nil) }

// rightsPage shows the table as it is, or as it was ticked.
func (c *Console) rightsPage(ctx *fiber.Ctx, ticked map[string][]staff.Permission, wrong error) error {
	roles, err := staff.Rights(ctx.UserContext(), c.db, by(ctx))
	if err != nil {
		return err
	}
	p := rightsPage{Frame: c.frame(ctx, "Права"), Roles: roles, May: by(ctx).Can(staff.StaffManage)}
	if ticked != nil {
		for i := range roles {
			roles[i].Has = map[staff.Permission]bool{}
			for _, right := range ticked[roles[i].Role] {
				roles[i].Has[right] = true
			}
		}
	}
	for _, g := range staff.Groups {
		group := rightsGroup{Name: g.Name}
		for _, right := range g.List {
			row := rightsRow{Name: right.NameRU()}
			for _, r := range roles {
				row.Cells = append(row.Cells, rightsCell{r.Role + ":" + string(right), r.Name + ": " + g.Name + " — " + right.NameRU(), r.Has[right]})
			}
			group.Rows = append(group.Rows, row)
		}
		p.Groups = append(p.Groups, group)
	}
	if e := fault.As(wrong); e != nil {
		p.Wrong = e.Text
		return invalid(ctx, "console/staff/rights", p)
	}
	return ctx.Render("console/staff/rights", p)
}

func (c *Console) rightsSave(ctx *fiber.Ctx) error {
	roles, err := staff.Rights(ctx.UserContext(), c.db, by(ctx))
	if err != nil {
		return err
	}
	rights := map[string][]staff.Permission{}
	for _, r := range roles {
		rights[r.Role] = []staff.Permission{}
		for _, right := range staff.Permissions {
			if ctx.FormValue(r.Role+":"+string(right)) != "" {
				rights[r.Role] = append(rights[r.Role], right)
			}
		}
	}
	err = staff.SetRights(ctx.UserContext(), c.db, by(ctx), c.now(), rights)
	if fault.Is(err, fault.Invalid) {
		return c.rightsPage(ctx, rights, err)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, "/staff/rights", "Права сохранены и действуют со следующего нажатия.")
}
