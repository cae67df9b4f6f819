package console

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// contractPage is views/console/service/contract.html: «Новый договор».
type contractPage struct {
	Frame  web.Frame
	ID     int64 // organisation
	Fields fields
}

func (c *Console) contractPage(ctx *fiber.Ctx) (*contractPage, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	p := &contractPage{ID: id}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Новый договор", id, "services"); err != nil {
		return nil, err
	}
	day := c.now().In(by(ctx).Location()).Format("2006-01-02")
	p.Fields = fields{
		{Name: "name", Label: "Вид договора", Value: "Оферта", Required: true, MaxLength: 120, Hint: "Например, «Оферта КВС52»"},
		{Name: "number", Label: "Номер", Required: true, Autofocus: true, MaxLength: 60},
		{Name: "signed_on", Label: "Дата договора", Value: day, Required: true},
		{Name: "ends_on", Label: "Действует до", Hint: "Пусто — бессрочно"},
	}
	return p, nil
}

func (c *Console) contractNew(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.OrgEdit); err != nil {
		return err
	}
	p, err := c.contractPage(ctx)
	if err != nil {
		return err
	}
	return ctx.Render("console/service/contract", p)
}

// contractCreate adds the contract and makes it the current one.
func (c *Console) contractCreate(ctx *fiber.Ctx) error {
	p, err := c.contractPage(ctx)
	if err != nil {
		return err
	}
	for i := range p.Fields {
		p.Fields[i].Value = web.Text(ctx, p.Fields[i].Name)
	}
	id, err := contract.Add(ctx.UserContext(), c.db, by(ctx), c.now(), contract.NewContract{Org: p.ID,
		Name: p.Fields[0].Value, Number: p.Fields[1].Value, SignedOn: formDay(ctx, "signed_on"), EndsOn: formDay(ctx, "ends_on")})
	if fault.Is(err, fault.Invalid) {
		p.Fields = web.WithErrors(p.Fields, err)
		return invalid(ctx, "console/service/contract", p)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, orgURL(p.ID)+"/services?contract="+strconv.FormatInt(id, 10), "Договор заведён.")
}

// salePage is views/console/service/sale.html: «Продать услугу».
type salePage struct {
	Frame    web.Frame
	ID       int64
	Contract *contract.Contract
	Products []contract.Product
	Chosen   int64
	Quantity web.Field
	Error    string // at the price list
	Empty    bool
}

func (c *Console) salePage(ctx *fiber.Ctx) (*salePage, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	p := &salePage{ID: id, Quantity: web.Field{Name: "quantity", Label: "Количество", Value: "1", Type: "number", Required: true}}
	if p.Frame, _, p.Contract, err = c.orgFrame(ctx, "Продать услугу", id, "services"); err != nil {
		return nil, err
	}
	if p.Contract == nil {
		return nil, fault.New(fault.Conflict, "У организации нет договора. Заведите договор, затем продайте услугу по нему.")
	}
	p.Products, err = contract.PriceList(ctx.UserContext(), c.db, by(ctx))
	p.Empty = len(p.Products) == 0
	return p, err
}

func (c *Console) saleNew(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return err
	}
	p, err := c.salePage(ctx)
	if err != nil {
		return err
	}
	return ctx.Render("console/service/sale", p)
}

func (c *Console) saleCreate(ctx *fiber.Ctx) error {
	p, err := c.salePage(ctx)
	if err != nil {
		return err
	}
	p.Chosen, p.Quantity.Value = int64(formInt(ctx, "product")), web.Text(ctx, "quantity")
	_, err = contract.OrderService(ctx.UserContext(), c.db, by(ctx), c.now(),
		contract.Sale{Org: p.ID, Contract: p.Contract.ID, Product: p.Chosen, Quantity: formInt(ctx, "quantity")})
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		p.Error, p.Quantity.Error = f.Fields["product"], f.Fields["quantity"]
		return invalid(ctx, "console/service/sale", p)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, orgURL(p.ID)+"/services", "Услуга продана, счёт выставлен. Отметьте оплату, когда деньги придут.")
}
