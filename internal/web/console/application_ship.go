package console

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
)

// shipChoice is a service of the contract that may be shipped with the case.
type shipChoice struct {
	contract.Service
	Ticked bool
}

// shipChoices are the paid services that nobody has shipped; the issue is ticked.
func (c *Console) shipChoices(ctx *fiber.Ctx, v *issuance.View) ([]shipChoice, error) {
	var list []shipChoice
	err := c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		services, err := contract.Services(q, tx, by(ctx).PartnerID, v.OrgID, v.ContractID)
		for _, s := range services {
			if !s.Deleted && !s.PaidOn.IsZero() && (s.State == "open" || s.State == "failed") {
				list = append(list, shipChoice{s, true})
			}
		}
		return err
	})
	return list, err
}

// applicationShip sends the ticked services to accounting for this case.
func (c *Console) applicationShip(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "shipment", func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "shipment")
		if err != nil {
			return err
		}
		_, err = contract.Ship(ctx.UserContext(), c.db, by(ctx), c.now(), contract.Order{Org: v.OrgID, Contract: v.ContractID, Services: formIDs(ctx, "service"), Application: id})
		return err
	})
}

// applicationAcknowledge is «Подтвердить» under accounting's answer.
func (c *Console) applicationAcknowledge(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "shipment", func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "shipment")
		if err != nil {
			return err
		}
		if v.Shipment == nil {
			return fault.Missing()
		}
		return contract.Acknowledge(ctx.UserContext(), c.db, by(ctx), c.now(), v.OrgID, v.Shipment.ID)
	})
}
