package org

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/ext/dadata"
	"signdesk/internal/fault"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// AskReference is «Сверить со справочником»: what the reference service says is
// set beside the card as an extract is, and carries no issue. The answer is
// waited for: it comes in a second or not at all.
func AskReference(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64) (extract int64, err error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return 0, err
	}
	if rules.Reference == nil {
		return 0, fault.New(fault.Conflict, "Справочный сервис не подключён.")
	}
	var number string
	if err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := Get(ctx, tx, by.PartnerID, id)
		if err == nil {
			number = o.OGRN
		}
		return err
	}); err != nil {
		return 0, err
	}
	p, err := rules.Reference.FindParty(ctx, number)
	var trouble *dadata.Error
	switch {
	case errors.Is(err, dadata.ErrUnknown):
		return 0, fault.Wrap(fault.Conflict, "Справочный сервис не знает ОГРН "+number+". Проверьте его в реквизитах.", err)
	case errors.As(err, &trouble):
		return 0, fault.Wrap(fault.Unavailable, trouble.Text(), err)
	case err != nil:
		return 0, err
	}
	record, err := recordOf(p)
	if err != nil {
		return 0, fault.Wrap(fault.Unavailable, "Ответ справочного сервиса прочитать нельзя: "+err.Error()+".", err)
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockLive(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		card, err := Find(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		x := &Extract{PartnerID: by.PartnerID, OrgID: id, ExtractDate: day(record.Extracted), CreatedAt: now, CreatedBy: by.ID, Source: sourceDaData, Record: record}
		if err := x.verify(now, rules, nil, nil); err != nil {
			return err
		}
		rows := x.compare(card, now, rules.MaxAge)
		if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
			return fmt.Errorf("insert reference: %w", err)
		}
		extract = x.ID
		if err := x.keep(ctx, tx, rows); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.ask_reference", Object: fmt.Sprintf("extract:%d", x.ID), Org: id})
	})
	return extract, err
}

// recordOf puts the service's answer into the register's form. An answer whose
// numbers cannot be is refused.
func recordOf(p *dadata.Party) (*registry.Record, error) {
	r := &registry.Record{Kind: registry.Organisation, OGRN: p.OGRN, INN: p.INN, KPP: p.KPP, FullName: p.Name.Full, ShortName: p.Name.Short,
		Form: registry.Form{Classifier: "ОКОПФ", Code: p.Form.Code, Name: p.Form.Full}, Registered: dayOf(p.OGRNDate.Time()), Extracted: dayOf(p.State.Actual.Time())}
	if p.Type == "INDIVIDUAL" {
		r.Kind, r.KPP = registry.Entrepreneur, ""
		if f := p.Person; f != nil {
			r.Person = &registry.Person{Surname: f.Surname, Name: f.Name, Patronymic: f.Patronymic, INN: p.INN}
			r.FullName = r.Person.FullName()
			r.ShortName = "ИП " + r.FullName
		}
	}
	if m := p.Management; m != nil {
		words := strings.Fields(m.Name)
		h := registry.Person{Surname: m.Name}
		if len(words) >= 2 {
			h = registry.Person{Surname: words[0], Name: words[1], Patronymic: strings.Join(words[2:], " ")}
		}
		r.Heads = []registry.Head{{Person: &h, Title: m.Post}}
	}
	if p.OKVED != "" {
		r.Activities = []registry.Activity{{Code: p.OKVED, Main: true}}
	}
	r.Address = seatOf(p.Address)
	states := map[string]registry.State{"ACTIVE": registry.Active, "LIQUIDATING": registry.Liquidating, "LIQUIDATED": registry.Closed, "BANKRUPT": registry.Bankrupt, "REORGANIZING": registry.Reorganising}
	state, ok := states[p.State.Status]
	if !ok {
		return nil, fmt.Errorf("неизвестное состояние организации")
	}
	r.Status = registry.Status{State: state, Since: dayOf(p.State.Liquidated.Time()), Doubt: r.Address != nil && r.Address.Doubt != ""}
	if state != registry.Active {
		r.Status.Text = "По справочнику: " + state.RU()
	}
	if why := r.Fault(); why != "" {
		return nil, errors.New(why)
	}
	return r, nil
}

func seatOf(a *dadata.Address) *registry.Address {
	if a == nil || a.Value == "" && a.Unrestricted == "" {
		return nil
	}
	s := &registry.Address{Line: a.Unrestricted}
	if s.Line == "" {
		s.Line = a.Value
	}
	if a.Doubt != nil {
		s.Doubt = "Сведения недостоверны"
	}
	if d := a.Data; d != nil {
		s.GUID, s.PostCode, s.Region, s.District, s.City, s.Locality, s.Street = d.FIAS, d.PostCode, d.Region, d.Area, d.City, d.Settlement, d.Street
		s.House, s.Room = joinWords(d.HouseType, d.House, d.BlockType, d.Block), joinWords(d.FlatType, d.Flat)
		if len(d.RegionKLA) >= 2 {
			s.RegionCode = d.RegionKLA[:2]
		}
	}
	return s
}

// dayOf is a moment as the register's day; the zero one is unknown. The service
// writes days as midnight in Moscow or in UTC: noon is the same day in both.
func dayOf(t time.Time) registry.Date {
	if t.IsZero() {
		return ""
	}
	return registry.Date(t.Add(6 * time.Hour).Format(time.DateOnly))
}
