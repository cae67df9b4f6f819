package contract

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/onec"
)

// wire builds the body from the rows as they were shipped; the same rows give
// the same body, so that a repeated post is the same post.
func wire(ctx context.Context, d *db.DB, s *Shipment) (*onec.Shipment, error) {
	out := &onec.Shipment{ShipmentID: fmt.Sprintf("%d-%s", s.ID, s.IdempotencyKey.String()[:8]), Date: s.ShipDate.Format(time.DateOnly),
		Total: onec.Decimal(s.Amount), TotalVAT: onec.Decimal(s.VATAmount)}
	err := d.Read(ctx, s.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := tx.QueryRowContext(ctx, `SELECT inn, kpp, full_name FROM organisation WHERE partner_id = ? AND id = ?`, s.PartnerID, s.OrgID).
			Scan(&out.Organisation.INN, &out.Organisation.KPP, &out.Organisation.Name); err != nil {
			return err
		}
		c, err := Find(ctx, tx, s.PartnerID, s.OrgID, s.ContractID)
		if err != nil {
			return err
		}
		out.Contract = onec.Contract{Number: c.Number, Date: c.SignedOn.Format(time.DateOnly)}
		var lines []Service
		if err := tx.NewSelect().Model(&lines).Join("JOIN shipment_line AS l ON l.service_id = s.id").
			Where("l.partner_id = ? AND l.shipment_id = ?", s.PartnerID, s.ID).OrderExpr("s.id").Scan(ctx); err != nil {
			return err
		}
		for _, l := range lines {
			out.Lines = append(out.Lines, onec.Line{ServiceID: l.Number, Name: l.Name, Quantity: fmt.Sprint(l.Quantity), Unit: l.Unit,
				Price: onec.Decimal(l.Price), VATRate: l.VAT, Sum: onec.Decimal(l.Cost), VAT: onec.Decimal(VATOf(l.Cost, l.VAT))})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("build shipment %d: %w", s.ID, err)
	}
	return out, nil
}
