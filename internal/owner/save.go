package owner

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/staff"
)

// Save adds the owner (ID 0) or changes him. Somebody else's change since
// o.Version was read is a Conflict.
func Save(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, o Owner) (int64, error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return 0, err
	}
	if err := o.check(); err != nil {
		return 0, err
	}
	o.PartnerID = by.PartnerID
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var err error
		if o.ID == 0 {
			err = insert(ctx, tx, by, now, &o)
		} else {
			err = update(ctx, tx, by, now, &o)
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.save", Object: fmt.Sprintf("owner:%d", o.ID), Org: o.OrgID})
	})
	return o.ID, err
}

func insert(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, o *Owner) error {
	if err := fits(ctx, tx, o); err != nil {
		return err
	}
	o.Version, o.CreatedAt, o.CreatedBy, o.UpdatedAt, o.UpdatedBy = 1, now, by.ID, now, by.ID
	_, err := tx.NewInsert().Model(o).Exec(ctx)
	return err
}

func update(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, o *Owner) error {
	old, err := lock(ctx, tx, by.PartnerID, o.ID)
	if err != nil {
		return err
	}
	if old.Version != o.Version {
		return conflict(ctx, tx, old, o)
	}
	o.OrgID, o.UpdatedAt, o.UpdatedBy, o.Version = old.OrgID, now, by.ID, old.Version+1
	if err := fits(ctx, tx, o); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(o).Column("surname", "name", "patronymic", "snils", "inn", "title", "department", "region", "region_name",
		"locality", "address", "email", "phone", "is_head", "version", "updated_at", "updated_by").WherePK().Exec(ctx); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, job.OwnerMoved{Partner: by.PartnerID, Owner: o.ID})
}

// fits compares the owner with his organisation: one person stands there once,
// and a head is the head of its card, whose title and INN count (F082). The
// organisation's row stays locked, so a double click adds nobody twice.
func fits(ctx context.Context, tx bun.IDB, o *Owner) error {
	var one int
	if err := tx.QueryRowContext(ctx, `SELECT 1 FROM organisation WHERE partner_id = ? AND id = ? FOR NO KEY UPDATE`, o.PartnerID, o.OrgID).Scan(&one); err != nil {
		return db.Missing(err)
	}
	var same int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(min(id), 0) FROM owner WHERE partner_id = ? AND org_id = ? AND snils = ? AND NOT deleted AND id <> ?`,
		o.PartnerID, o.OrgID, o.SNILS, o.ID).Scan(&same); err != nil {
		return err
	}
	wrong := fault.Fields{}
	if same != 0 {
		wrong.Add("snils", "Владелец с этим СНИЛС у организации уже есть: откройте его в списке.")
	}
	if o.IsHead {
		card, err := org.Find(ctx, tx, o.PartnerID, o.OrgID)
		if err != nil {
			return err
		}
		if h := headNamed(card.Heads, o); h == nil {
			wrong.Add("surname", "На карточке организации нет такого руководителя. Обновите карточку по выписке или снимите отметку «Руководитель».")
		} else {
			if h.Title != "" {
				o.Title = h.Title
			}
			if h.INN != "" {
				o.INN = h.INN
			}
		}
	}
	return wrong.Err()
}

// headNamed finds the head by name; the register writes capitals and Е for Ё.
func headNamed(heads []org.Head, o *Owner) *org.Head {
	plain := func(words ...string) string {
		return strings.ReplaceAll(strings.ToUpper(strings.Join(strings.Fields(strings.Join(words, " ")), " ")), "Ё", "Е")
	}
	for i, h := range heads {
		if plain(h.Surname, h.Name, h.Patronymic) == plain(o.Surname, o.Name, o.Patronymic) {
			return &heads[i]
		}
	}
	return nil
}

// conflict names the fields that differ between the other person's row and what was typed.
func conflict(ctx context.Context, tx bun.IDB, theirs, ours *Owner) error {
	var who string
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT name FROM employee WHERE id = ?), 'другой сотрудник')`, theirs.UpdatedBy).Scan(&who); err != nil {
		return err
	}
	e := &fault.Error{Kind: fault.Conflict, Text: "Карточку уже изменил(а) " + who + ". У отличающихся полей показано сохранённое значение; ваше осталось в форме — проверьте и сохраните ещё раз.",
		Fields: map[string]string{}}
	for _, f := range []struct{ name, theirs, ours string }{
		{"surname", theirs.Surname, ours.Surname}, {"name", theirs.Name, ours.Name}, {"patronymic", theirs.Patronymic, ours.Patronymic},
		{"snils", theirs.SNILS, ours.SNILS}, {"inn", theirs.INN, ours.INN}, {"title", theirs.Title, ours.Title}, {"department", theirs.Department, ours.Department},
		{"region", theirs.Region, ours.Region}, {"locality", theirs.Locality, ours.Locality}, {"address", theirs.Address, ours.Address},
		{"email", theirs.Email, ours.Email}, {"phone", theirs.Phone, ours.Phone},
	} {
		if f.theirs != f.ours {
			e.Fields[f.name] = "Сохранено другим: «" + f.theirs + "»."
		}
	}
	return e
}
