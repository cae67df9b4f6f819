package org

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/registry"
)

// legalAddress fills the card's legal address from the register. Where register
// and FIAS agree it is the register's and closed for editing (F048, F049); else
// it is filled when empty, renewed while it is still what the register once
// gave, and left alone once people have typed it (F043, F044). A branch's is
// never filled; an entrepreneur's only when empty.
func (r *Renewal) legalAddress(ctx context.Context, tx bun.IDB, card *Card, record *registry.Record) error {
	ours := card.Address("legal")
	theirs, ok := addressOf(record)
	if !ok || card.ofBranch(record) || card.Sole() && ours.FullText != "" {
		return nil
	}
	var err error
	if theirs.Agreed, err = agreed(ctx, tx, card.Sole(), theirs); err != nil {
		return err
	}
	same := equal("legal_address", ours.FullText, theirs.FullText)
	switch {
	case same && ours.Agreed == theirs.Agreed && !(theirs.Agreed && ours.Typed) && ours.Unreliable == theirs.Unreliable:
		return nil
	case ours.Typed && !theirs.Agreed:
		return nil
	}
	if !same {
		r.add("legal_address", ours.FullText, theirs.FullText)
	}
	if ours.Unreliable != theirs.Unreliable {
		r.add("address_doubt", doubted(ours), doubted(theirs))
	}
	r.AddressAgreed = theirs.Agreed && !ours.Agreed
	return setLegal(ctx, tx, card, theirs)
}

func doubted(a Address) string {
	if a.Unreliable {
		return "сведения недостоверны"
	}
	return ""
}

// setLegal puts the address onto the card; those that are said to be the same follow it.
func setLegal(ctx context.Context, tx bun.IDB, card *Card, a Address) error {
	kinds := []string{"legal"}
	for _, other := range card.Addresses {
		if other.SameAsLegal {
			kinds = append(kinds, other.Kind)
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM org_address WHERE partner_id = ? AND org_id = ? AND kind IN (?)`, card.PartnerID, card.ID, bun.List(kinds)); err != nil {
		return err
	}
	for _, kind := range kinds {
		b := a
		b.PartnerID, b.OrgID, b.Kind, b.SameAsLegal = card.PartnerID, card.ID, kind, kind != "legal"
		if kind != "legal" {
			b.Unreliable, b.Agreed = false, false
		}
		if _, err := tx.NewInsert().Model(&b).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// agreed reports whether the address register confirms the legal address that
// the register gives; an entrepreneur has none.
func agreed(ctx context.Context, tx bun.IDB, sole bool, a Address) (bool, error) {
	if sole || a.FiasID == "" {
		return false, nil
	}
	v, _, err := CompareLegal(ctx, tx, a)
	return err == nil && v.Kind == "done", err
}

// ofBranch reports whether the card is a branch's: it bears the KPP of one.
func (c *Card) ofBranch(r *registry.Record) bool {
	if c.KPP == "" || c.KPP == r.KPP {
		return false
	}
	for _, b := range r.Branches {
		if b.KPP == c.KPP {
			return true
		}
	}
	return false
}
