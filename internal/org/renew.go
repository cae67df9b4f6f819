package org

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/job"
	"signdesk/internal/registry"
)

// Renewal is what an overwriting of a card from the register did.
type Renewal struct {
	Reached       bool      // false: the register does not know the organisation, what is missing is typed by hand (F050)
	AsOf          time.Time // of the register's record
	Changes       []Change  // what was overwritten; none when the card said the same
	AddressAgreed bool      // the legal address was filled and closed: register and FIAS agree (F048)
}

// AddressFilled is what people are told when the legal address has been closed (F049).
const AddressFilled = "Юридический адрес вашей компании автоматически заполнен на основании данных ЕГРЮЛ"

// Overwritten is what people are told after an overwriting (F052).
func (o *Organisation) Overwritten() string {
	if o.Sole() {
		return "Данные Вашей организации в ЛКК были автоматически обновлены в соответствии с изменениями в Едином Государственном Реестре Индивидуальных Предпринимателей"
	}
	return "Данные Вашей организации в ЛКК были автоматически обновлены в соответствии с изменениями в Едином Государственном Реестре Юридических Лиц"
}

// Fields names what was overwritten, in one line.
func (r *Renewal) Fields() string {
	var list []string
	for _, c := range r.Changes {
		list = append(list, strings.ToLower(c.FieldRU()[:2])+c.FieldRU()[2:]) // one Cyrillic letter is two bytes
	}
	return strings.Join(list, ", ")
}

// Renew overwrites the card from the register's record, unless the card's data
// are later. Short name, OGRN and KPP stay (F038), and so does what people must
// answer for: INN, contacts, accounts. Addresses have rules of their own, see
// legalAddress. By is who asked. Safe to repeat.
func Renew(ctx context.Context, tx bun.IDB, now time.Time, by audit.Actor, partner, id int64) (*Renewal, error) {
	return renew(ctx, tx, now, by, partner, id, false)
}

// renew is Renew; with names set a person has decided on the short name too.
func renew(ctx context.Context, tx bun.IDB, now time.Time, by audit.Actor, partner, id int64, names bool) (*Renewal, error) {
	o, err := lock(ctx, tx, partner, id)
	if err != nil || o.Deleted {
		return &Renewal{}, err
	}
	card, err := Find(ctx, tx, partner, id)
	if err != nil {
		return nil, err
	}
	s, err := Stand(ctx, tx, card)
	if err != nil || s.Record == nil {
		return &Renewal{}, err
	}
	r := s.record()
	renewal := &Renewal{Reached: true, AsOf: day(s.Record.Extracted)}
	if renewal.AsOf.After(now) { // a day to come would keep every later record off the card
		renewal.AsOf = now.UTC().Truncate(24 * time.Hour)
	}
	if r == nil {
		return renewal, nil
	}
	theirs := fromRecord(r)
	renewal.Changes = o.overwrite(theirs)
	if names && theirs.ShortName != "" && fitsShortName(theirs.ShortName) && fold(theirs.ShortName) != fold(o.ShortName) {
		renewal.add("short_name", o.ShortName, theirs.ShortName)
		o.ShortName = theirs.ShortName
	}
	if heads := keepTitles(headsOf(r), card.Heads); len(heads) > 0 && fold(headsLine(heads)) != fold(headsLine(card.Heads)) {
		renewal.add("head", headsLine(card.Heads), headsLine(heads))
		if err := replaceHeads(ctx, tx, o, heads); err != nil {
			return nil, err
		}
	}
	if err := renewal.legalAddress(ctx, tx, card, r); err != nil {
		return nil, err
	}
	return renewal, renewal.save(ctx, tx, now, by, o, r)
}

func (r *Renewal) add(field, before, after string) {
	r.Changes = append(r.Changes, Change{Field: field, OldValue: before, NewValue: after})
}

// overwrite takes the register's values onto the row and lists what differed.
func (o *Organisation) overwrite(theirs Organisation) (list []Change) {
	_, was := o.StatusChip()
	_, is := theirs.StatusChip()
	for _, f := range []struct {
		field, before, after string
		take                 func()
	}{
		{"full_name", o.FullName, theirs.FullName, func() { o.FullName = theirs.FullName }},
		{"legal_form", o.LegalForm, theirs.LegalForm, func() { o.LegalForm = theirs.LegalForm }},
		{"status", was, is, func() { o.Status, o.StatusText = theirs.Status, theirs.StatusText }},
		{"registered_on", date(o.RegisteredOn), date(theirs.RegisteredOn), func() { o.RegisteredOn = theirs.RegisteredOn }},
		{"tax_office", o.TaxOffice, theirs.TaxOffice, func() { o.TaxOffice = theirs.TaxOffice }},
		{"okved", joinWords(o.Okved, o.OkvedName), joinWords(theirs.Okved, theirs.OkvedName), func() { o.Okved, o.OkvedName = theirs.Okved, theirs.OkvedName }},
		{"capital", rubles(o.Capital), rubles(theirs.Capital), func() { o.Capital = theirs.Capital }},
	} {
		if f.after == "" || fold(f.before) == fold(f.after) || f.field != "full_name" && equal(f.field, f.before, f.after) {
			continue // the register's silence takes nothing away; a full name is its own to the letter (F388)
		}
		f.take()
		list = append(list, Change{Field: f.field, OldValue: f.before, NewValue: f.after})
	}
	return list
}

// save writes row, history, index and journal, and wakes the live cases.
func (r *Renewal) save(ctx context.Context, tx bun.IDB, now time.Time, by audit.Actor, o *Organisation, record *registry.Record) error {
	card, err := json.Marshal(record)
	if err != nil {
		return err
	}
	o.RegisterCard, o.RegisterDate = card, r.AsOf
	q := tx.NewUpdate().Model(o).Column("full_name", "short_name", "legal_form", "status", "status_text", "registered_on", "tax_office", "okved", "okved_name", "capital",
		"register_date", "register_card").Where("partner_id = ? AND id = ?", o.PartnerID, o.ID)
	if len(r.Changes) > 0 {
		o.UpdatedAt, o.UpdatedBy, o.Version = now, by.ID, o.Version+1
		q.Column("updated_at", "updated_by", "version")
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("overwrite organisation: %w", err)
	}
	if err := settleTasks(ctx, tx, now, by.ID, o, record); err != nil || len(r.Changes) == 0 {
		return err
	}
	for _, c := range r.Changes {
		if err := note(ctx, tx, now, o, by.ID, "register", c.Field, c.OldValue, c.NewValue); err != nil {
			return err
		}
	}
	renewed, err := Find(ctx, tx, o.PartnerID, o.ID)
	if err != nil {
		return err
	}
	if err := index(ctx, tx, &renewed.Organisation, renewed.Heads); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, job.OrgMoved{Partner: o.PartnerID, Org: o.ID}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: o.PartnerID, Actor: by, Action: "org.renew",
		Object: fmt.Sprintf("organisation:%d", o.ID), Org: o.ID, Details: map[string]any{"fields": r.Fields(), "as_of": r.AsOf.Format(time.DateOnly)}})
}
