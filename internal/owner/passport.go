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
	"signdesk/internal/staff"
)

// check tidies the paper and says what is wrong at which field.
func (p *Passport) check(today time.Time) error {
	wrong := fault.Fields{}
	p.Series, p.Number, p.Code = compact(p.Series), compact(p.Number), strings.ReplaceAll(compact(p.Code), "-", "")
	known := false
	for _, t := range DocTypes {
		known = known || t.Code == p.DocType
	}
	if !known {
		wrong.Add("doc_type", "Выберите вид документа из списка.")
	}
	if p.DocType == "rf_passport" {
		p.Citizenship = "RUS" // F094: set by the document and locked
		if !digits(p.Series, 4) {
			wrong.Add("series", "Серия паспорта — 4 цифры.")
		}
		if !digits(p.Number, 6) {
			wrong.Add("number", "Номер паспорта — 6 цифр.")
		}
		if !digits(p.Code, 6) {
			wrong.Add("code", "Код подразделения — 6 цифр, например 770-001.")
		}
		if p.IssuedBy == "" {
			wrong.Add("issued_by", "Укажите, кем выдан паспорт.")
		}
	} else {
		if p.Number == "" || len([]rune(p.Number)) > 30 {
			wrong.Add("number", "Укажите номер документа, до 30 знаков.")
		}
		if !knownCountry(p.Citizenship) {
			wrong.Add("citizenship", "Выберите гражданство из списка.")
		}
	}
	if len([]rune(p.Series)) > 30 {
		wrong.Add("series", "Не больше 30 знаков.")
	}
	if len([]rune(p.IssuedBy)) > 255 {
		wrong.Add("issued_by", "Не больше 255 знаков.")
	}
	if p.BirthPlace == "" || len([]rune(p.BirthPlace)) > 255 {
		wrong.Add("birth_place", "Укажите место рождения, как в паспорте, до 255 знаков.")
	}
	if p.Sex != "M" && p.Sex != "F" {
		wrong.Add("sex", "Укажите пол.")
	}
	p.checkDates(wrong, today)
	return wrong.Err()
}

// checkDates: nothing in the future, nobody issued a passport before birth, and
// a Russian passport is changed at 20 and 45 with 90 days' grace.
func (p *Passport) checkDates(wrong fault.Fields, today time.Time) {
	if p.BirthDate.IsZero() {
		wrong.Add("birth_date", "Укажите дату рождения: ДД.ММ.ГГГГ.")
	} else if p.BirthDate.After(today) || p.BirthDate.Year() < 1900 {
		wrong.Add("birth_date", "Дата рождения не может быть в будущем или раньше 1900 года.")
	} else if p.BirthDate.AddDate(14, 0, 0).After(today) {
		wrong.Add("birth_date", "Владельцу меньше 14 лет: паспорта ещё нет.")
	}
	if p.IssuedOn.IsZero() {
		wrong.Add("issued_on", "Укажите дату выдачи: ДД.ММ.ГГГГ.")
	} else if p.IssuedOn.After(today) {
		wrong.Add("issued_on", "Дата выдачи не может быть в будущем.")
	} else if !p.BirthDate.IsZero() && p.IssuedOn.Before(p.BirthDate) {
		wrong.Add("issued_on", "Документ выдан раньше рождения: проверьте обе даты.")
	} else if p.DocType == "rf_passport" && !p.BirthDate.IsZero() {
		for _, age := range []int{20, 45} {
			change := p.BirthDate.AddDate(age, 0, 0)
			if p.IssuedOn.Before(change) && !today.Before(change.AddDate(0, 0, 90)) {
				wrong.Add("issued_on", fmt.Sprintf("Паспорт выдан до %d лет и уже недействителен: нужен новый.", age))
			}
		}
	}
	if !p.ValidUntil.IsZero() && p.ValidUntil.Before(today) {
		wrong.Add("valid_until", "Срок действия документа истёк.")
	} else if !p.ValidUntil.IsZero() && p.ValidUntil.Before(p.IssuedOn) {
		wrong.Add("valid_until", "Срок действия заканчивается раньше выдачи: проверьте обе даты.")
	}
}

// SavePassport stores the owner's paper; checks of other data stop counting.
func SavePassport(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, p Passport) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	if err := p.check(by.Today(now)); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, p.OwnerID)
		if err != nil {
			return err
		}
		old, err := PassportOf(ctx, tx, by.PartnerID, p.OwnerID)
		if err != nil {
			return err
		}
		if old.same(&p) {
			return nil // checking again saves nothing new
		}
		if old.Version != p.Version {
			return passportConflict(ctx, tx, old, &p)
		}
		p.PartnerID, p.UpdatedAt, p.UpdatedBy, p.Version = by.PartnerID, now, by.ID, old.Version+1
		if _, err := tx.NewInsert().Model(&p).On("CONFLICT (owner_id) DO UPDATE").
			Set("doc_type = EXCLUDED.doc_type, citizenship = EXCLUDED.citizenship, series = EXCLUDED.series, number = EXCLUDED.number").
			Set("code = EXCLUDED.code, issued_by = EXCLUDED.issued_by, issued_on = EXCLUDED.issued_on, valid_until = EXCLUDED.valid_until").
			Set("sex = EXCLUDED.sex, birth_date = EXCLUDED.birth_date, birth_place = EXCLUDED.birth_place").
			Set("version = EXCLUDED.version, updated_at = EXCLUDED.updated_at, updated_by = EXCLUDED.updated_by").Exec(ctx); err != nil {
			return fmt.Errorf("save passport: %w", err)
		}
		if err := job.Enqueue(ctx, tx, job.OwnerMoved{Partner: by.PartnerID, Owner: o.ID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.save_passport", Object: fmt.Sprintf("passport:%d", o.ID), Org: o.OrgID})
	})
}

// same reports whether the papers say the same.
func (p *Passport) same(other *Passport) bool {
	return p.Version > 0 && p.DocType == other.DocType && p.Citizenship == other.Citizenship && p.Series == other.Series && p.Number == other.Number &&
		p.Code == other.Code && p.IssuedBy == other.IssuedBy && p.Sex == other.Sex && p.BirthPlace == other.BirthPlace &&
		p.IssuedOn.Equal(other.IssuedOn) && p.ValidUntil.Equal(other.ValidUntil) && p.BirthDate.Equal(other.BirthDate)
}

func passportConflict(ctx context.Context, tx bun.IDB, theirs, ours *Passport) error {
	var who string
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT name FROM employee WHERE id = ?), 'другой сотрудник')`, theirs.UpdatedBy).Scan(&who); err != nil {
		return err
	}
	e := &fault.Error{Kind: fault.Conflict, Text: "Паспортные данные уже изменил(а) " + who + ". У отличающихся полей показано сохранённое значение; ваше осталось в форме.", Fields: map[string]string{}}
	day := func(t time.Time) string { return t.Format("02.01.2006") }
	for _, f := range []struct{ name, theirs, ours string }{
		{"doc_type", theirs.TypeRU(), ours.TypeRU()}, {"series", theirs.Series, ours.Series}, {"number", theirs.Number, ours.Number}, {"code", theirs.Code, ours.Code},
		{"issued_by", theirs.IssuedBy, ours.IssuedBy}, {"issued_on", day(theirs.IssuedOn), day(ours.IssuedOn)}, {"birth_date", day(theirs.BirthDate), day(ours.BirthDate)},
		{"birth_place", theirs.BirthPlace, ours.BirthPlace}, {"sex", theirs.Sex, ours.Sex},
	} {
		if f.theirs != f.ours {
			e.Fields[f.name] = "Сохранено другим: «" + f.theirs + "»."
		}
	}
	return e
}

func compact(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "№", "").Replace(strings.TrimSpace(s))
}

func digits(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789") == "" }
