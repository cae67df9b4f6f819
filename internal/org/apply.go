package org

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/registry"
)

// apply writes the record's value of the field onto the card.
func apply(ctx context.Context, tx bun.IDB, o *Organisation, r *registry.Record, x *Extract, field string, now time.Time, by int64) error {
	theirs := fromRecord(r)
	switch field {
	case "kpp":
		o.KPP = theirs.KPP
	case "full_name":
		o.FullName = theirs.FullName
	case "short_name":
		o.ShortName = theirs.ShortName
	case "status":
		o.Status, o.StatusText = theirs.Status, theirs.StatusText
	case "registered_on":
		o.RegisteredOn = theirs.RegisteredOn
	case "okved":
		o.Okved, o.OkvedName = theirs.Okved, theirs.OkvedName
	case "capital":
		o.Capital = theirs.Capital
	case "legal_address":
		a, _ := addressOf(r)
		card, err := Find(ctx, tx, o.PartnerID, o.ID)
		if err != nil {
			return err
		}
		if a.Agreed, err = agreed(ctx, tx, o.Sole(), a); err != nil {
			return err
		}
		if err := setLegal(ctx, tx, card, a); err != nil {
			return err
		}
	case "head", "head_title":
		card, err := Find(ctx, tx, o.PartnerID, o.ID)
		if err != nil {
			return err
		}
		if err := replaceHeads(ctx, tx, o, keepTitles(headsOf(r), card.Heads)); err != nil {
			return err
		}
	}
	if _, err := tx.NewUpdate().Model(o).Column("kpp", "full_name", "short_name", "status", "status_text", "registered_on", "okved", "okved_name", "capital").
		Set("updated_at = ?, updated_by = ?, register_date = ?, version = version + 1", now, by, x.ExtractDate).
		Where("partner_id = ? AND id = ?", o.PartnerID, o.ID).Exec(ctx); err != nil {
		return err
	}
	o.Version++
	card, err := Find(ctx, tx, o.PartnerID, o.ID)
	if err != nil {
		return err
	}
	return index(ctx, tx, &card.Organisation, card.Heads)
}
