package org

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/staff"
)

// HeadForm is a head as staff type him: the title alone of one whom the register
// names (F042), everything of one whom it does not (F050).
type HeadForm struct {
	Version                   int
	Head                      int64 // 0 = the register names none
	Surname, Name, Patronymic string
	INN, Title                string
}

// HeadForm is what the form shows of the card's head; fault.NotFound when the
// register's word on him stands.
func (c *Card) HeadForm(head int64) (HeadForm, error) {
	f := HeadForm{Version: c.Version, Head: head}
	i := slices.IndexFunc(c.Heads, func(h Head) bool { return h.ID == head })
	switch {
	case head == 0 && len(c.Heads) == 0:
		return f, nil
	case i >= 0 && c.Heads[i].Open():
		h := c.Heads[i]
		f.Surname, f.Name, f.Patronymic, f.INN, f.Title = h.Surname, h.Name, h.Patronymic, h.INN, h.Title
		return f, nil
	}
	return f, fault.New(fault.NotFound, "Должность и ФИО руководителя взяты из реестра: вручную их вводят, когда должность длиннее 64 знаков или реестр её не знает.")
}

// Open reports whether the head's title is picked or typed by hand.
func (h Head) Open() bool { return h.TitleTyped || !h.TitleFits() }

// SaveHead types the head's title, or the whole head where the register names
// none. Somebody else's change of the card since the form was opened is a Conflict.
func SaveHead(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, f HeadForm) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lockLive(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		card, err := Find(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		opened, err := card.HeadForm(f.Head)
		if err != nil {
			return err
		}
		if o.Version != f.Version {
			return fault.New(fault.Conflict, "Карточку изменил "+card.editor()+". Проверьте и сохраните ещё раз.")
		}
		if f.Head != 0 { // who he is the register says
			title := f.Title
			f = opened
			f.Title = title
		}
		if err := f.check(); err != nil {
			return err
		}
		heads := slices.Clone(card.Heads)
		typed := Head{Surname: f.Surname, Name: f.Name, Patronymic: f.Patronymic, INN: f.INN, Title: f.Title, TitleTyped: true}
		if i := slices.IndexFunc(heads, func(h Head) bool { return h.ID == f.Head }); i >= 0 {
			heads[i].Title, heads[i].TitleTyped = f.Title, true
		} else {
			heads = append(heads, typed)
		}
		if err := note(ctx, tx, now, o, by.ID, "operator", "head", headsLine(card.Heads), headsLine(heads)); err != nil {
			return err
		}
		if err := replaceHeads(ctx, tx, o, heads); err != nil {
			return err
		}
		if err := index(ctx, tx, o, heads); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE organisation SET updated_at = ?, updated_by = ?, version = version + 1 WHERE partner_id = ? AND id = ?`,
			now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.save_head", Object: fmt.Sprintf("organisation:%d", id), Org: id})
	})
}

func (f HeadForm) check() error {
	wrong := fault.Fields{}
	switch n := len([]rune(f.Title)); {
	case n == 0:
		wrong.Add("title", "Выберите должность из списка или введите её.")
	case n > titleMax:
		wrong.Add("title", fmt.Sprintf("Должность длиннее 64 знаков (%d). Сократите её.", n))
	}
	if f.Head == 0 {
		for field, name := range map[string]string{"surname": f.Surname, "name": f.Name} {
			if name == "" {
				wrong.Add(field, "Не заполнено.")
			}
		}
		for field, name := range map[string]string{"surname": f.Surname, "name": f.Name, "patronymic": f.Patronymic} {
			if len([]rune(name)) > 60 || strings.ContainsAny(name, "<>;0123456789") {
				wrong.Add(field, "Не больше 60 знаков, без цифр и знаков «<», «>», «;».")
			}
		}
		if f.INN != "" {
			if err := ident.PersonINN(f.INN); err != nil {
				wrong.Add("inn", err.Error())
			}
		}
	}
	return wrong.Err()
}
