package org

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Hit is one own client found by a search.
type Hit struct {
	bun.BaseModel `bun:"table:organisation,alias:o"`
	ID            int64
	INN           string
	KPP           string
	OGRN          string
	FullName      string
	ShortName     string
	Status        string
	Head          string
	Locality      string
}

// Name is the short name, or the full one.
func (h *Hit) Name() string {
	if h.ShortName != "" {
		return h.ShortName
	}
	return h.FullName
}

// Chip is the register's state.
func (h *Hit) Chip() (kind, text string) { return (&Organisation{Status: h.Status}).StatusChip() }

// RegisterHit is one organisation of the register that is no client yet.
type RegisterHit struct {
	registry.Hit
	Head     string
	Locality string
}

// Found is the answer to a search: own clients first, then the register
// without them. Swapped is the query as the other keyboard layout would have
// typed it, which was tried too; "" for a number.
type Found struct {
	Own      []Hit
	Register []RegisterHit
	Query    string
	Swapped  string
}

// MaxQuery is how many signs of a query are looked at.
const MaxQuery = 200

// Search finds organisations by a number or its beginning, or by words of the
// name or the head's surname in any order. What finds an own client only in the
// register, by a typo, still shows it as a client.
func Search(ctx context.Context, d *db.DB, by *staff.Employee, query string, limit int) (*Found, error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	query = strings.TrimSpace(query)
	if r := []rune(query); len(r) > MaxQuery {
		query = string(r[:MaxQuery])
	}
	found := &Found{Query: query}
	if query == "" {
		return found, nil
	}
	var err error
	if found.Own, err = searchOwn(ctx, d, by.PartnerID, query, limit); err != nil {
		return nil, err
	}
	if swapped := registry.SwapLayout(query); swapped != query && !number(query) {
		found.Swapped = swapped
		if len(found.Own) == 0 {
			if found.Own, err = searchOwn(ctx, d, by.PartnerID, swapped, limit); err != nil {
				return nil, err
			}
		}
	}
	hits, err := registry.Search(ctx, d, query, limit)
	if err != nil {
		return nil, err
	}
	if err := found.sort(ctx, d, by.PartnerID, hits, limit); err != nil {
		return nil, err
	}
	for i := range found.Own {
		found.Own[i].hide(by)
	}
	return found, nil
}

// sort puts the register's hits that are own clients among the own ones.
func (f *Found) sort(ctx context.Context, d *db.DB, partner int64, hits []registry.Hit, limit int) error {
	if len(hits) == 0 {
		return nil
	}
	mine := map[string]bool{}
	for _, h := range f.Own {
		mine[h.OGRN] = true
	}
	var numbers []string
	for _, h := range hits {
		if !mine[h.OGRN] {
			numbers = append(numbers, h.OGRN)
		}
	}
	if len(numbers) > 0 && len(f.Own) < limit {
		var more []Hit
		err := d.Read(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
			return hitQuery(tx, &more, partner).Where("o.ogrn IN (?)", bun.List(numbers)).OrderExpr("o.id").Limit(limit - len(f.Own)).Scan(ctx)
		})
		if err != nil {
			return err
		}
		for _, h := range more {
			mine[h.OGRN] = true
		}
		f.Own = append(f.Own, more...)
	}
	var others []string
	for _, h := range hits {
		if !mine[h.OGRN] {
			f.Register = append(f.Register, RegisterHit{Hit: h})
			others = append(others, h.OGRN)
		}
	}
	faces, err := registry.Faces(ctx, d.Plain(), others)
	for i := range f.Register {
		face := faces[f.Register[i].OGRN]
		f.Register[i].Head, f.Register[i].Locality = nameCase(face.Head), face.Place
	}
	return err
}

func (h *Hit) hide(by *staff.Employee) {
	if onlyMasked(by) {
		for _, s := range []*string{&h.INN, &h.KPP, &h.OGRN, &h.FullName, &h.ShortName, &h.Head} {
			*s = masked(*s)
		}
	}
}
