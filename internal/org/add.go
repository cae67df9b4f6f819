package org

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Add makes the organisation with the OGRN a client: its register record is
// copied onto a new card. A second Add returns the client that is there.
func Add(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, ogrn string) (int64, error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return 0, err
	}
	record, err := registry.Get(ctx, d.Plain(), ogrn)
	if err != nil {
		return 0, err
	}
	var id int64
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		id, err = AddRecord(ctx, tx, by, now, record)
		return err
	})
	return id, err
}

// AddRecord is Add inside a transaction, from a record at hand.
func AddRecord(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, r *registry.Record) (int64, error) {
	o := fromRecord(r)
	card, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	o.PartnerID, o.RegisterCard, o.Version = by.PartnerID, card, 1
	o.CreatedAt, o.CreatedBy, o.UpdatedAt, o.UpdatedBy = now, by.ID, now, by.ID
	res, err := tx.NewInsert().Model(&o).
		On("CONFLICT (partner_id, ogrn) DO NOTHING").Returning("id").Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("add organisation: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		err := tx.QueryRowContext(ctx, `SELECT id FROM organisation WHERE partner_id = ? AND ogrn = ?`, by.PartnerID, r.OGRN).Scan(&o.ID)
		return o.ID, err
	}
	if err := insertParts(ctx, tx, &o, r); err != nil {
		return 0, err
	}
	return o.ID, audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.add",
		Object: fmt.Sprintf("organisation:%d", o.ID), Org: o.ID, Details: map[string]string{"ogrn": o.OGRN}})
}

func insertParts(ctx context.Context, tx bun.IDB, o *Organisation, r *registry.Record) error {
	for _, h := range headsOf(r) {
		h.PartnerID, h.OrgID = o.PartnerID, o.ID
		if _, err := tx.NewInsert().Model(&h).Exec(ctx); err != nil {
			return fmt.Errorf("add head: %w", err)
		}
	}
	if a, ok := addressOf(r); ok {
		a.PartnerID, a.OrgID = o.PartnerID, o.ID
		if _, err := tx.NewInsert().Model(&a).Exec(ctx); err != nil {
			return fmt.Errorf("add address: %w", err)
		}
	}
	return index(ctx, tx, o, headsOf(r))
}

// index rewrites the organisation's row in the search table.
func index(ctx context.Context, tx bun.IDB, o *Organisation, heads []Head) error {
	words := o.FullName + " " + o.ShortName
	for _, h := range heads {
		words += " " + h.Surname
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO org_search (org_id, partner_id, inn, ogrn, kpp, words, active)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (org_id) DO UPDATE SET inn = EXCLUDED.inn, ogrn = EXCLUDED.ogrn, kpp = EXCLUDED.kpp, words = EXCLUDED.words, active = EXCLUDED.active`,
		o.ID, o.PartnerID, o.INN, o.OGRN, o.KPP, " "+registry.Normalize(words)+" ", o.Status != "closed" && !o.Deleted)
	return err
}

func fromRecord(r *registry.Record) Organisation {
	o := Organisation{
		Kind: "legal", INN: r.INN, KPP: r.KPP, OGRN: r.OGRN, FullName: r.FullName, ShortName: r.ShortName,
		LegalForm: r.Form.Name, Status: string(r.Status.State), StatusText: r.Status.Text,
		RegisteredOn: day(r.Registered), RegisterDate: day(r.Extracted), Email: r.Email,
	}
	if r.Kind == registry.Entrepreneur {
		o.Kind = "sole"
	}
	if r.TaxOffice != nil {
		o.TaxOffice = joinWords(r.TaxOffice.Code, r.TaxOffice.Name)
	}
	if len(r.Activities) > 0 {
		o.Okved, o.OkvedName = r.Activities[0].Code, r.Activities[0].Name
	}
	if r.Capital != nil {
		o.Capital = &r.Capital.Kopecks
	}
	return o
}

// headsOf lists the people who act for the organisation; an entrepreneur acts
// for himself.
func headsOf(r *registry.Record) []Head {
	if r.Kind == registry.Entrepreneur {
		if r.Person == nil {
			return nil
		}
		return []Head{{Surname: nameCase(r.Person.Surname), Name: nameCase(r.Person.Name), Patronymic: nameCase(r.Person.Patronymic), INN: r.INN, Title: "Индивидуальный предприниматель"}}
	}
	var list []Head
	for _, h := range r.Heads {
		head := Head{Title: sentenceCase(h.Title), Since: day(h.Since), Unreliable: h.Doubt != ""}
		switch {
		case h.Person != nil:
			head.Surname, head.Name, head.Patronymic, head.INN = nameCase(h.Person.Surname), nameCase(h.Person.Name), nameCase(h.Person.Patronymic), h.Person.INN
		case h.Party != nil:
			head.Surname, head.INN = h.Party.Name, h.Party.INN
		default:
			head.Surname = "Сведения ограничены"
		}
		list = append(list, head)
	}
	return list
}

// nameCase writes a name of the register, which is all capitals, as a passport
// and people do: Салтыков-Щедрин. A name that has small letters already stays.
func nameCase(s string) string {
	if s != strings.ToUpper(s) {
		return s
	}
	r := []rune(strings.ToLower(s))
	for i := range r {
		if i == 0 || strings.ContainsRune(" -('", r[i-1]) {
			r[i] = unicode.ToUpper(r[i])
		}
	}
	return string(r)
}

// sentenceCase writes a title of the register, which is all capitals, with one
// capital letter: Генеральный директор.
func sentenceCase(s string) string {
	if s == "" || s != strings.ToUpper(s) {
		return s
	}
	r := []rune(strings.ToLower(s))
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func addressOf(r *registry.Record) (Address, bool) {
	a := r.Address
	if a == nil {
		a = r.Seat
	}
	if a == nil {
		return Address{}, false
	}
	locality := a.Locality
	if locality == "" {
		locality = a.City
	}
	return Address{Kind: "legal", Postcode: a.PostCode, Region: a.RegionCode, RegionName: a.Region, Locality: locality,
		Street: a.Street, House: joinWords(a.House, a.Room), FullText: a.Line, FiasID: a.GUID, Unreliable: a.Doubt != ""}, a.Line != ""
}

// day is the register's date as a time at midnight UTC; unknown is zero.
func day(d registry.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Delete takes the organisation off the lists; Restore puts it back. Nothing is lost.
func Delete(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) error {
	return setDeleted(ctx, d, by, now, id, true)
}

// Restore undoes Delete.
func Restore(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) error {
	return setDeleted(ctx, d, by, now, id, false)
}

func setDeleted(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, deleted bool) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil || o.Deleted == deleted {
			return err // a second click is no second act
		}
		var live bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM application WHERE partner_id = ? AND org_id = ? AND status NOT IN ('done', 'rejected', 'withdrawn'))`,
			by.PartnerID, id).Scan(&live); err != nil {
			return err
		}
		if deleted && live {
			return fault.New(fault.Conflict, "У организации есть заявка в работе. Завершите или отклоните её, затем удалите организацию.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE organisation SET deleted = ?, deleted_at = ?, deleted_by = ?, version = version + 1
			WHERE partner_id = ? AND id = ?`, deleted, now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE org_search SET active = ? WHERE partner_id = ? AND org_id = ?`, !deleted && o.Status != "closed", by.PartnerID, id); err != nil {
			return err
		}
		action, before, after := "org.delete", "", "удалена"
		if !deleted {
			action, before, after = "org.restore", "удалена", ""
		}
		if err := note(ctx, tx, now, o, by.ID, "operator", "deleted", before, after); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: action, Object: fmt.Sprintf("organisation:%d", id), Org: id})
	})
}
