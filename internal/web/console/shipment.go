package console

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/fault"
	"signdesk/internal/web"
)

// order reads the ticked services of the current contract.
func (c *Console) order(ctx *fiber.Ctx) (contract.Order, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return contract.Order{}, err
	}
	return contract.Order{Org: id, Contract: int64(formInt(ctx, "contract")), Services: formIDs(ctx, "service")}, nil
}

// refused goes back to the page that asked, with the reason on it.
func (c *Console) refused(ctx *fiber.Ctx, address, text string) error {
	if err := c.kit.Sessions.Flash(ctx, "stop", text); err != nil {
		return err
	}
	return web.SeeOther(ctx, address)
}

// servicesDo runs a verb over the ticked services and says on their page what
// came of it; what the person can cure by other ticks is said there too.
func (c *Console) servicesDo(ctx *fiber.Ctx, verb func(contract.Order) (string, error)) error {
	o, err := c.order(ctx)
	if err != nil {
		return err
	}
	text, err := verb(o)
	if f := fault.As(err); f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		return c.refused(ctx, orgURL(o.Org)+"/services", f.Text)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, orgURL(o.Org)+"/services", text)
}

// servicesShip is «Направить запрос в бухгалтерию».
func (c *Console) servicesShip(ctx *fiber.Ctx) error {
	return c.servicesDo(ctx, func(o contract.Order) (string, error) {
		id, err := contract.Ship(ctx.UserContext(), c.db, by(ctx), c.now(), o)
		return fmt.Sprintf("Запрос в бухгалтерию направлен: отгрузка № %d. Ответ придёт через несколько минут.", id), err
	})
}

// servicesPaid marks the invoices of the ticked services as paid.
func (c *Console) servicesPaid(ctx *fiber.Ctx) error {
	return c.servicesDo(ctx, func(o contract.Order) (string, error) {
		paid, err := contract.MarkPaid(ctx.UserContext(), c.db, by(ctx), c.now(), o, formDay(ctx, "paid_on"))
		if paid == 0 {
			return "Отмеченные услуги уже были оплачены.", err
		}
		return fmt.Sprintf("Оплата отмечена: %d\u00a0%s.", paid, web.Plural(paid, "услуга", "услуги", "услуг")), err
	})
}

// servicesLicences is «Сформировать акты и/или лицензии».
func (c *Console) servicesLicences(ctx *fiber.Ctx) error {
	return c.servicesDo(ctx, func(o contract.Order) (string, error) {
		formed, err := contract.FormLicences(ctx.UserContext(), c.db, by(ctx), c.now(), o)
		if formed == 0 {
			return "Новых лицензий нет: акты бухгалтерии лежат на вкладке «Файлы 1С».", err
		}
		return fmt.Sprintf("Сформировано лицензий и товаров: %d.", formed), err
	})
}

// servicesActs is «Отправить акты в ЛК».
func (c *Console) servicesActs(ctx *fiber.Ctx) error {
	return c.servicesDo(ctx, func(o contract.Order) (string, error) {
		sent, err := contract.SendActs(ctx.UserContext(), c.db, by(ctx), c.now(), o)
		if sent == 0 {
			return "Акты отмеченных услуг уже в личном кабинете.", err
		}
		return fmt.Sprintf("Акты отправлены в личный кабинет: %d\u00a0%s.", sent, web.Plural(sent, "услуга", "услуги", "услуг")), err
	})
}

// shipmentAcknowledge is «Подтвердить» under accounting's answer.
func (c *Console) shipmentAcknowledge(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	shipment, err := web.ID(ctx, "shipment")
	if err != nil {
		return err
	}
	if err := contract.Acknowledge(ctx.UserContext(), c.db, by(ctx), c.now(), id, shipment); err != nil {
		return err
	}
	back := orgURL(id) + "/services"
	if ctx.FormValue("from") == "shipments" {
		back = "/shipments?show=answered"
	}
	return c.done(ctx, back, fmt.Sprintf("Ответ бухгалтерии по отгрузке № %d подтверждён.", shipment))
}

// shipmentsPage is views/console/accounting/shipments.html: what waits in the
// services of all clients.
type shipmentsPage struct {
	Frame     web.Frame
	Show      string
	Filters   []filter
	Due       []contract.Due
	Shipments []shipmentRow
	MayWork   bool
}

type shipmentRow struct {
	contract.Shipment
	Chip web.Chip
}

// shipmentsLimit is how many lines a worklist shows; the longest waiting come first.
const shipmentsLimit = 500

func (c *Console) shipmentsIndex(ctx *fiber.Ctx) error {
	e := by(ctx)
	w, err := contract.Waiting(ctx.UserContext(), c.db, e)
	if err != nil {
		return err
	}
	p := shipmentsPage{Show: ctx.Query("show"), MayWork: mayShip(e)}
	p.Filters = []filter{{"/shipments", "Оплачены, не отгружены", w.Unshipped, p.Show == ""},
		{"/shipments?show=sent", "У бухгалтерии", w.UnderWay, p.Show == "sent"},
		{"/shipments?show=answered", "Ответы без подтверждения", w.Answers, p.Show == "answered"}}
	if p.Show == "" {
		p.Due, err = contract.Unshipped(ctx.UserContext(), c.db, e, shipmentsLimit)
	} else {
		var list []contract.Shipment
		list, err = contract.WaitingShipments(ctx.UserContext(), c.db, e, shipmentsLimit)
		for _, s := range list {
			if answered := s.Status == contract.DocumentsReady || s.Status == contract.Failed; answered == (p.Show == "answered") {
				kind, text := s.Status.Chip()
				p.Shipments = append(p.Shipments, shipmentRow{s, web.Chip{Kind: kind, Text: text}})
			}
		}
	}
	if err != nil {
		return err
	}
	p.Frame = c.frame(ctx, "Отгрузка")
	return ctx.Render("console/accounting/shipments", p)
}
