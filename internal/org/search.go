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

// Query is what is asked: a text, and what narrows it.
type Query struct {
	Text   string
	Filter registry.Filter
	Limit  int
}

// Found is the answer to a search: own clients first, then the register without
// them.
type Found struct {
	Own      []Hit
	Register []RegisterHit
	Query    string
	Swapped  string // the query as the other keyboard layout would have typed it, which was tried too; "" for a number
	Said     string // the words as they were understood, normalised
	Typo     bool   // a word was corrected
	Cut      bool   // the filter may have let others pass
}

// MaxQuery is how many signs of a query are looked at.
const MaxQuery = registry.MaxQuery

// Search finds organisations by a number or its beginning, or by words of the
// name or of heads' names in any order. What finds an own client only in the
// register, by a typo, still shows it as a client. A filter narrows both, by what the
// register says.
func Search(ctx context.Context, d *db.DB, by *staff.Employee, q Query) (*Found, error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	text := strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(q.Text, "\x00", ""), ""))
	if r := []rune(text); len(r) > MaxQuery {
		text = string(r[:MaxQuery])
	}
	found := &Found{Query: text}
	if swapped := registry.SwapLayout(text); swapped != text && !number(text) {
		found.Swapped = swapped
	}
	answer, err := registry.Search(ctx, d, registry.Query{Text: text, Limit: q.Limit, Filter: q.Filter, Home: home(by)})
	if err != nil {
		return nil, err
	}
	if text == "" && len(answer.Hits) == 0 {
		return found, nil
	}
	found.Said, found.Typo, found.Cut = answer.Said, answer.Typo, answer.Cut
	var ogrns []string
	for _, h := range answer.Hits {
		ogrns = append(ogrns, h.OGRN)
	}
	if found.Own, err = own(ctx, d, by.PartnerID, text, spellings(answer.Said, text), ogrns, q.Filter, q.Limit); err != nil {
		return nil, err
	}
	mine := map[string]bool{}
	for i := range found.Own {
		mine[found.Own[i].OGRN] = true
		found.Own[i].hide(by)
	}
	for _, h := range answer.Hits {
		if !mine[h.OGRN] {
			found.Register = append(found.Register, RegisterHit{Hit: h, Head: nameCase(h.Head), Locality: h.Place})
		}
	}
	return found, nil
}

// home is the region whose organisations come first among equals: the partner's
// own, by the signs 4 and 5 of his OGRN.
func home(by *staff.Employee) string {
	if len(by.PartnerOGRN) < 5 {
		return ""
	}
	return by.PartnerOGRN[3:5]
}

func (h *Hit) hide(by *staff.Employee) {
	if onlyMasked(by) {
		for _, s := range []*string{&h.INN, &h.KPP, &h.OGRN, &h.FullName, &h.ShortName, &h.Head} {
			*s = masked(*s)
		}
	}
}
