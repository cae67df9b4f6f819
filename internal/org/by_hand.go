package org

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// ByHand is a client as staff type him while the register cannot tell of him (F050).
type ByHand struct {
	OGRN, INN, KPP      string
	FullName, ShortName string
}

// AddByHand makes a client of what was typed, F050. One whom the register knows
// is refused: he is added from there. The rest of the card, head and addresses,
// is typed on it; what the register says later overwrites it by its rules.
func AddByHand(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, f ByHand) (id int64, err error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return 0, err
	}
	o, err := f.organisation()
	if err != nil {
		return 0, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := unknown(ctx, tx, o); err != nil {
			return err
		}
		o.PartnerID, o.Version, o.CreatedAt, o.CreatedBy, o.UpdatedAt, o.UpdatedBy = by.PartnerID, 1, now, by.ID, now, by.ID
		res, err := tx.NewInsert().Model(o).On("CONFLICT (partner_id, ogrn) DO NOTHING").Returning("id").Exec(ctx)
		if err != nil {
			return fmt.Errorf("add organisation by hand: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 { // a second click
			return tx.QueryRowContext(ctx, `SELECT id FROM organisation WHERE partner_id = ? AND ogrn = ?`, by.PartnerID, o.OGRN).Scan(&id)
		}
		id = o.ID
		if err := index(ctx, tx, o, nil); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.add_by_hand",
			Object: fmt.Sprintf("organisation:%d", o.ID), Org: o.ID, Details: map[string]string{"ogrn": o.OGRN}})
	})
	return id, err
}

// organisation checks what was typed (F060, F382–F384, F388).
func (f ByHand) organisation() (*Organisation, error) {
	wrong := fault.Fields{}
	o := &Organisation{Kind: "legal", OGRN: f.OGRN, INN: f.INN, KPP: f.KPP, FullName: f.FullName, ShortName: f.ShortName, Status: "unknown"}
	check := func(field string, err error) {
		if err != nil {
			wrong.Add(field, err.Error())
		}
	}
	if o.Kind = "legal"; len(f.OGRN) == 15 {
		o.Kind = "sole"
		check("ogrn", ident.OGRNIP(f.OGRN))
		check("inn", ident.PersonINN(f.INN))
		if f.KPP != "" {
			wrong.Add("kpp", "У предпринимателя КПП нет: оставьте поле пустым.")
		}
	} else {
		check("ogrn", ident.OGRN(f.OGRN))
		check("inn", ident.OrgINN(f.INN))
		check("kpp", ident.KPP(f.KPP))
	}
	switch n := len([]rune(f.FullName)); {
	case n == 0:
		wrong.Add("full_name", "Введите полное наименование, как в учредительных документах.")
	case n > 1000:
		wrong.Add("full_name", "Не больше 1000 знаков.")
	}
	if !fitsShortName(f.ShortName) || strings.Contains(f.ShortName, "<") {
		wrong.Add("short_name", "Не больше 64 знаков, без «;» и «<».")
	}
	return o, wrong.Err()
}

// unknown refuses what the register can tell itself.
func unknown(ctx context.Context, tx bun.IDB, o *Organisation) error {
	r, err := registry.Get(ctx, tx, o.OGRN)
	switch {
	case err == nil && r.INN != "" && r.INN != o.INN:
		return fault.Fields{"inn": "В реестре у этого ОГРН другой ИНН: " + r.INN + "."}.Err()
	case err == nil:
		return fault.New(fault.Conflict, "Реестр знает эту организацию — "+r.Name()+". Найдите её поиском и добавьте оттуда.")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	others, err := registry.OGRNs(ctx, tx, o.INN)
	if err == nil && len(others) > 0 {
		return fault.Fields{"ogrn": "В реестре у этого ИНН другой ОГРН: " + strings.Join(others, ", ") + "."}.Err()
	}
	return err
}
