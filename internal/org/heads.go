package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"
)

// TitleFits reports whether a certificate can hold the head's title; else it is
// picked or typed by hand (F042).
func (h Head) TitleFits() bool { return h.Title != "" && len([]rune(h.Title)) <= titleMax }

// Titles are the positions to pick a head's title from, by the organisation's
// kind (F042, F083).
func Titles(sole bool) []string {
	if sole {
		return []string{"Индивидуальный предприниматель", "Глава крестьянского (фермерского) хозяйства"}
	}
	return []string{"Генеральный директор", "Директор", "Исполнительный директор", "Управляющий директор", "Президент", "Председатель", "Председатель правления",
		"Председатель совета", "Председатель колхоза", "Управляющий", "Руководитель", "Начальник", "Заведующий", "Главный врач", "Ректор", "Глава администрации",
		"Временно исполняющий обязанности директора", "Исполняющий обязанности генерального директора", "Исполняющий обязанности директора",
		"Конкурсный управляющий", "Ликвидатор", "Председатель ликвидационной комиссии"}
}

// keepTitles carries titles typed by hand over to the register's heads whose own
// titles still do not fit.
func keepTitles(theirs, ours []Head) []Head {
	for i := range theirs {
		for _, h := range ours {
			if h.TitleTyped && !theirs[i].TitleFits() && fold(h.FullName()) == fold(theirs[i].FullName()) {
				theirs[i].Title, theirs[i].TitleTyped = h.Title, true
			}
		}
	}
	return theirs
}

// headsLine is the heads as the history says them.
func headsLine(heads []Head) string {
	var list []string
	for _, h := range heads {
		line := h.FullName()
		if h.Title != "" {
			line += ", " + h.Title
		}
		if h.Unreliable {
			line += " (сведения недостоверны)"
		}
		list = append(list, line)
	}
	return strings.Join(list, "; ")
}

func replaceHeads(ctx context.Context, tx bun.IDB, o *Organisation, heads []Head) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM org_head WHERE partner_id = ? AND org_id = ?`, o.PartnerID, o.ID); err != nil {
		return err
	}
	for _, h := range heads {
		h.ID, h.PartnerID, h.OrgID = 0, o.PartnerID, o.ID
		if _, err := tx.NewInsert().Model(&h).Exec(ctx); err != nil {
			return fmt.Errorf("insert head: %w", err)
		}
	}
	return nil
}
