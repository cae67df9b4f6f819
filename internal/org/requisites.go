package org

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/staff"
)

// Requisites is what staff may type on the card: the rest comes from the register.
type Requisites struct {
	Version       int
	ShortName     string // opens when the register's does not fit, see ShortNameOpen
	Activity      string // code of ОКВЭД the client declares
	Phone, Email  string
	ActualAddress string
	PostalAddress string
	BIK, BankName string
	Account, Corr string
}

var okved = regexp.MustCompile(`^\d\d(\.\d{1,2}(\.\d{1,2})?)?$`)

// check returns the requisites tidied, or what is wrong at which field.
func (r Requisites) check() (Requisites, error) {
	wrong := fault.Fields{}
	if n := len([]rune(r.ShortName)); n > shortNameMax {
		wrong.Add("short_name", fmt.Sprintf("Краткое наименование длиннее 64 знаков (%d). Сократите его.", n))
	} else if strings.ContainsAny(r.ShortName, ";<") {
		wrong.Add("short_name", "В кратком наименовании недопустимы знаки «;» и «<».")
	}
	if r.Activity != "" && !okved.MatchString(r.Activity) {
		wrong.Add("activity", "Код ОКВЭД — цифры с точками, например 62.01.")
	}
	if r.Phone != "" {
		phone, err := ident.Phone(r.Phone)
		if err != nil {
			wrong.Add("phone", err.Error())
		}
		r.Phone = phone
	}
	if r.Email != "" {
		if a, err := mail.ParseAddress(r.Email); err != nil || a.Address != r.Email || len(r.Email) > 254 {
			wrong.Add("email", "Адрес почты записан неверно, например info@firma.ru.")
		}
	}
	for field, text := range map[string]string{"actual_address": r.ActualAddress, "postal_address": r.PostalAddress, "bank_name": r.BankName} {
		if len([]rune(text)) > 500 {
			wrong.Add(field, "Не больше 500 знаков.")
		}
	}
	r.checkAccount(wrong)
	return r, wrong.Err()
}

// SaveRequisites changes the card by hand. Somebody else's change since the
// form was opened is a Conflict that names it field by field.
func SaveRequisites(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, r Requisites) error {
	if err := by.Must(staff.OrgEdit, staff.OrgRequisites); err != nil {
		return err
	}
	r, err := r.check()
	if err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lockLive(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if o.Version != r.Version {
			return conflict(ctx, tx, o, r)
		}
		if err := r.checkRegister(ctx, tx, o); err != nil {
			return err
		}
		for _, f := range []struct{ field, before, after string }{
			{"short_name", o.ShortName, r.ShortName}, {"activity", o.Activity, r.Activity}, {"phone", o.Phone, r.Phone}, {"email", o.Email, r.Email},
		} {
			if err := note(ctx, tx, now, o, by.ID, "operator", f.field, f.before, f.after); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE organisation SET short_name = ?, activity = ?, phone = ?, email = ?, updated_at = ?, updated_by = ?, version = version + 1
			WHERE partner_id = ? AND id = ?`, r.ShortName, r.Activity, r.Phone, r.Email, now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		for kind, text := range map[string]string{"actual": r.ActualAddress, "postal": r.PostalAddress} {
			if err := saveAddress(ctx, tx, now, o, by.ID, kind, text); err != nil {
				return err
			}
		}
		if err := saveAccount(ctx, tx, now, o, by.ID, r); err != nil {
			return err
		}
		card, err := Find(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if err := index(ctx, tx, &card.Organisation, card.Heads); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.save_requisites", Object: fmt.Sprintf("organisation:%d", id), Org: id})
	})
}

func saveAddress(ctx context.Context, tx bun.IDB, now time.Time, o *Organisation, by int64, kind, text string) error {
	var before string
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT full_text FROM org_address WHERE partner_id = ? AND org_id = ? AND kind = ?), '')`,
		o.PartnerID, o.ID, kind).Scan(&before); err != nil || before == text { // the parts stay
		return err
	}
	if err := note(ctx, tx, now, o, by, "operator", kind+"_address", before, text); err != nil {
		return err
	}
	if text == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM org_address WHERE partner_id = ? AND org_id = ? AND kind = ?`, o.PartnerID, o.ID, kind)
		return err
	}
	// typed by hand it has no parts
	if _, err := tx.ExecContext(ctx, `DELETE FROM org_address WHERE partner_id = ? AND org_id = ? AND kind = ?`, o.PartnerID, o.ID, kind); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(&Address{PartnerID: o.PartnerID, OrgID: o.ID, Kind: kind, FullText: text, Typed: true}).Exec(ctx)
	return err
}

// conflict sets what is on the card now beside what the person typed, field by field.
func conflict(ctx context.Context, tx bun.IDB, o *Organisation, typed Requisites) error {
	card, err := Find(ctx, tx, o.PartnerID, o.ID)
	if err != nil {
		return err
	}
	on := card.Requisites()
	e := &fault.Error{Kind: fault.Conflict, Fields: map[string]string{},
		Text: "Карточку изменил " + card.editor() + ". Его значения показаны у полей, ваши остались в форме. Проверьте и сохраните ещё раз."}
	for _, f := range []struct{ field, now, typed string }{
		{"short_name", on.ShortName, typed.ShortName}, {"activity", on.Activity, typed.Activity}, {"phone", on.Phone, typed.Phone}, {"email", on.Email, typed.Email},
		{"actual_address", on.ActualAddress, typed.ActualAddress}, {"postal_address", on.PostalAddress, typed.PostalAddress},
		{"bik", on.BIK, typed.BIK}, {"bank_name", on.BankName, typed.BankName}, {"account", on.Account, typed.Account}, {"corr", on.Corr, typed.Corr},
	} {
		switch {
		case f.now == f.typed:
		case f.now == "":
			e.Fields[f.field] = "Сейчас в карточке пусто."
		default:
			e.Fields[f.field] = "Сейчас в карточке: «" + f.now + "»."
		}
	}
	return e
}

// Requisites is what the form shows of the card.
func (c *Card) Requisites() Requisites {
	r := Requisites{Version: c.Version, ShortName: c.ShortName, Activity: c.Activity, Phone: c.Phone, Email: c.Email,
		ActualAddress: c.Address("actual").FullText, PostalAddress: c.Address("postal").FullText}
	if len(c.Accounts) > 0 && c.Accounts[0].Main {
		a := c.Accounts[0]
		r.BIK, r.BankName, r.Account, r.Corr = a.BIK, a.BankName, a.Account, a.Corr
	}
	return r
}
