package org

import (
	"context"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Open returns the organisation as the employee may see it: for the right
// org.view_masked alone names and numbers are partly hidden.
func Open(ctx context.Context, d *db.DB, by *staff.Employee, id int64) (*Organisation, error) {
	card := &Card{}
	err := read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		o, err := Get(ctx, tx, by.PartnerID, id)
		if err == nil {
			card.Organisation = *o
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	card.hide(by)
	return &card.Organisation, nil
}

// OpenCard is Open with heads, addresses and accounts.
func OpenCard(ctx context.Context, d *db.DB, by *staff.Employee, id int64) (*Card, error) {
	var card *Card
	err := read(ctx, d, by, func(ctx context.Context, tx bun.IDB) (err error) {
		card, err = Find(ctx, tx, by.PartnerID, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	card.hide(by)
	return card, nil
}

// History returns a page of what changed on the card and how many changes there
// are in all; before is the last one shown, 0 at the beginning.
func History(ctx context.Context, d *db.DB, by *staff.Employee, id, before int64, limit int) (list []Change, total int, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		if _, err := Get(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM org_change WHERE partner_id = ? AND org_id = ?`, by.PartnerID, id).Scan(&total); err != nil {
			return err
		}
		list, err = Changes(ctx, tx, by.PartnerID, id, before, limit)
		return err
	})
	if onlyMasked(by) {
		for i := range list {
			list[i].OldValue, list[i].NewValue = masked(list[i].OldValue), masked(list[i].NewValue)
		}
	}
	return list, total, err
}

// Branches lists the branches and offices of the register record on the card.
func Branches(ctx context.Context, d *db.DB, by *staff.Employee, id int64) ([]registry.Branch, error) {
	var r *registry.Record
	err := read(ctx, d, by, func(ctx context.Context, tx bun.IDB) (err error) {
		r, err = keptRecord(ctx, tx, by.PartnerID, id)
		return err
	})
	if err != nil || r == nil {
		return nil, err
	}
	if onlyMasked(by) {
		for i := range r.Branches {
			r.Branches[i].Name, r.Branches[i].KPP = masked(r.Branches[i].Name), masked(r.Branches[i].KPP)
			if a := r.Branches[i].Address; a != nil {
				a.Line = masked(a.Line)
			}
		}
	}
	return r.Branches, nil
}

func read(ctx context.Context, d *db.DB, by *staff.Employee, fn func(context.Context, bun.IDB) error) error {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return err
	}
	return d.Read(ctx, by.PartnerID, fn)
}

func onlyMasked(by *staff.Employee) bool { return !by.Can(staff.OrgView) }

// hide masks the card for who may see it only so.
func (c *Card) hide(by *staff.Employee) {
	if !onlyMasked(by) {
		return
	}
	for _, s := range []*string{&c.INN, &c.KPP, &c.OGRN, &c.FullName, &c.ShortName, &c.Phone, &c.Email} {
		*s = masked(*s)
	}
	for i := range c.Heads {
		h := &c.Heads[i]
		h.Surname, h.Name, h.Patronymic, h.INN = masked(h.Surname), masked(h.Name), masked(h.Patronymic), masked(h.INN)
	}
	for i := range c.Addresses {
		c.Addresses[i].FullText = masked(c.Addresses[i].FullText)
	}
	for i := range c.Accounts {
		c.Accounts[i].Account = masked(c.Accounts[i].Account)
	}
}

// masked leaves of every word its first letter and of a long number its last
// two digits, as reports do.
func masked(s string) string {
	words := strings.Fields(s)
	for i, word := range words {
		letters := []rune(word)
		switch {
		case strings.ContainsFunc(word, unicode.IsDigit):
			words[i] = "***"
			if len(letters) > 6 {
				words[i] += string(letters[len(letters)-2:])
			}
		default:
			if j := strings.IndexFunc(word, unicode.IsLetter); j >= 0 {
				first := []rune(word[j:])[0]
				words[i] = word[:j] + string(first) + "***"
			}
		}
	}
	return strings.Join(words, " ")
}

// OpenRecord returns a record of the register and the partner's client made of
// it; 0 when it is none. The register is open data: it is never masked.
func OpenRecord(ctx context.Context, d *db.DB, by *staff.Employee, ogrn string) (r *registry.Record, client int64, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		if r, err = registry.Get(ctx, tx, ogrn); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT id FROM organisation WHERE partner_id = ? AND ogrn = ?), 0)`, by.PartnerID, ogrn).Scan(&client)
	})
	return r, client, err
}
