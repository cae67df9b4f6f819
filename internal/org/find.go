package org

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/driver/pgdriver"

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

// searchOwn finds ids in the policy-free table and loads the rows through the policy.
func searchOwn(ctx context.Context, d *db.DB, partner int64, query string, limit int) ([]Hit, error) {
	var list []Hit
	err := d.Read(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", registry.SearchTime.Milliseconds())); err != nil {
			return err
		}
		ids, err := findIDs(ctx, tx, partner, query, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		var rows []Hit
		if err := hitQuery(tx, &rows, partner).Where("o.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
			return err
		}
		at := map[int64]Hit{}
		for _, h := range rows {
			at[h.ID] = h
		}
		for _, id := range ids {
			if h, ok := at[id]; ok {
				list = append(list, h)
			}
		}
		return nil
	})
	if timedOut(err) {
		return nil, nil // the register may still know it
	}
	return list, err
}

func timedOut(err error) bool {
	var e pgdriver.Error
	return errors.As(err, &e) && e.Field('C') == "57014"
}

// number reports whether the query is one: digits with spaces or dashes.
func number(query string) bool {
	return query != "" && strings.Trim(query, "0123456789 -\u00a0") == ""
}

func findIDs(ctx context.Context, tx bun.IDB, partner int64, query string, limit int) ([]int64, error) {
	var ids []int64
	compact := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(query)
	if number(query) && compact != "" {
		next := prefixEnd(compact)
		err := tx.NewRaw(`SELECT org_id FROM (
			SELECT org_id, active, inn = ?0 OR ogrn = ?0 AS whole FROM org_search WHERE partner_id = ?2 AND inn >= ?0 AND inn < ?1
			UNION SELECT org_id, active, inn = ?0 OR ogrn = ?0 FROM org_search WHERE partner_id = ?2 AND ogrn >= ?0 AND ogrn < ?1
			UNION SELECT org_id, active, inn = ?0 OR ogrn = ?0 FROM org_search WHERE partner_id = ?2 AND kpp >= ?0 AND kpp < ?1
			LIMIT 500) AS f ORDER BY whole DESC, active DESC, org_id DESC LIMIT ?3`, compact, next, partner, limit).Scan(ctx, &ids)
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	words := strings.Fields(registry.Normalize(query))
	if len(words) == 0 {
		return nil, nil
	}
	if len(words) > 8 {
		words = words[:8]
	}
	q := tx.NewSelect().TableExpr("org_search").Column("org_id").Where("partner_id = ?", partner).Limit(limit)
	for _, w := range words {
		q.Where("words LIKE ?", "%"+w+"%") // Normalize leaves letters and digits only: no wildcards
	}
	q.OrderExpr("words LIKE ? DESC, words LIKE ? DESC, active DESC, org_id DESC", "% "+words[0]+" %", "% "+words[0]+"%")
	err := q.Scan(ctx, &ids)
	return ids, err
}

// prefixEnd is the first string after all those that begin with the digits.
func prefixEnd(digits string) string {
	last := len(digits) - 1
	return digits[:last] + string(digits[last]+1)
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
