package org

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Compare is Stand for a screen.
func Compare(ctx context.Context, d *db.DB, by *staff.Employee, id int64) (s *Standing, err error) {
	if err := by.Must(staff.OrgView); err != nil {
		return nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		card, err := Find(ctx, tx, by.PartnerID, id)
		if err == nil {
			s, err = Stand(ctx, tx, card)
		}
		return err
	})
	return s, err
}

// OpenFields tells what the requisites' form opens for manual entry.
type OpenFields struct {
	ShortName  bool   // the register's is too long, has «;», or is not known (F039, F040, F050)
	Register   string // the short name there
	Activities []registry.Activity
}

// WhatOpens tells which fields of the card may be typed.
func WhatOpens(ctx context.Context, d *db.DB, by *staff.Employee, id int64) (f OpenFields, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		card, err := Find(ctx, tx, by.PartnerID, id)
		if err == nil {
			f, err = whatOpens(ctx, tx, card)
		}
		return err
	})
	return f, err
}

func whatOpens(ctx context.Context, tx bun.IDB, card *Card) (f OpenFields, err error) {
	s, err := Stand(ctx, tx, card)
	if err != nil {
		return f, err
	}
	r := s.record()
	if r == nil {
		if r, err = keptRecord(ctx, tx, card.PartnerID, card.ID); err != nil {
			return f, err
		}
	}
	if r == nil {
		return OpenFields{ShortName: true}, nil
	}
	return OpenFields{ShortName: r.ShortName == "" || !fitsShortName(r.ShortName), Register: r.ShortName, Activities: r.Activities}, nil
}

// checkRegister wants the short name as it is on the card or in the register
// unless the field is open, and the declared activity among the register's.
func (r Requisites) checkRegister(ctx context.Context, tx bun.IDB, o *Organisation) error {
	if r.ShortName == o.ShortName && r.Activity == o.Activity {
		return nil
	}
	open, err := whatOpens(ctx, tx, &Card{Organisation: *o})
	if err != nil {
		return err
	}
	wrong := fault.Fields{}
	if r.ShortName != o.ShortName && !open.ShortName && fold(r.ShortName) != fold(open.Register) {
		wrong.Add("short_name", "В реестре — «"+open.Register+"». Вручную наименование вводят, когда в реестре оно длиннее 64 знаков, содержит «;» или не указано.")
	}
	if r.Activity != o.Activity && !declares(open.Activities, r.Activity) {
		wrong.Add("activity", "Такого кода у организации в реестре нет. Основной: "+open.Activities[0].Code+" "+open.Activities[0].Name+".")
	}
	return wrong.Err()
}
