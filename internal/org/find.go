package org

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"signdesk/internal/db"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// hitQuery selects living organisations of the partner as hits.
func hitQuery(tx bun.IDB, list *[]Hit, partner int64) *bun.SelectQuery {
	return tx.NewSelect().Model(list).ColumnExpr("o.id, o.inn, o.kpp, o.ogrn, o.full_name, o.short_name, o.status").
		ColumnExpr(`COALESCE((SELECT concat_ws(' ', h.surname, h.name, h.patronymic) FROM org_head AS h WHERE h.partner_id = o.partner_id AND h.org_id = o.id ORDER BY h.id LIMIT 1), '') AS head`).
		ColumnExpr(`COALESCE((SELECT COALESCE(NULLIF(a.locality, ''), a.region_name) FROM org_address AS a WHERE a.partner_id = o.partner_id AND a.org_id = o.id AND a.kind = 'legal'), '') AS locality`).
		Where("o.partner_id = ? AND NOT o.deleted", partner)
}

// own finds the partner's clients in the policy-free tables, in one statement,
// and loads their rows through the policy.
func own(ctx context.Context, d *db.DB, partner int64, query string, spellings, ogrns []string, f registry.Filter, limit int) ([]Hit, error) {
	compact := ""
	if number(query) {
		compact = strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(query)
	}
	var ids []int64
	err := d.Plain().NewRaw(`SELECT unnest(org_find(?, ?, ?, ?, ?, ?))`, partner, compact, pgdialect.Array(spellings), pgdialect.Array(ogrns), f.Literal(""), limit).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var rows []Hit
	err = d.Read(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		return hitQuery(tx, &rows, partner).Where("o.id IN (?)", bun.List(ids)).Scan(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("read own clients: %w", err)
	}
	slices.SortFunc(rows, func(x, y Hit) int { return slices.Index(ids, x.ID) - slices.Index(ids, y.ID) })
	return rows, nil
}

// spellings are the ways to read the words of a query: as the register
// understood them, as typed, in the other keyboard layout.
func spellings(said, query string) []string {
	var list []string
	for _, text := range []string{said, query, registry.SwapLayout(query)} {
		words := strings.Fields(registry.Normalize(text))
		text := strings.Join(words[:min(len(words), 8)], " ")
		if text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// number reports whether the query is one: digits with spaces or dashes.
func number(query string) bool {
	return query != "" && strings.Trim(query, "0123456789 -\u00a0") == "" && strings.ContainsAny(query, "0123456789")
}

// Recent lists the clients changed last, for the empty search page.
func Recent(ctx context.Context, d *db.DB, by *staff.Employee, limit int) ([]Hit, error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	var list []Hit
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return hitQuery(tx, &list, by.PartnerID).OrderExpr("o.updated_at DESC, o.id DESC").Limit(limit).Scan(ctx)
	})
	for i := range list {
		list[i].hide(by)
	}
	return list, err
}
