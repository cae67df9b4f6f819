package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// Field is what of a record changed, as people who deal with it call it.
type Field string

const (
	FieldName      Field = "name"
	FieldFullName  Field = "full_name"
	FieldStatus    Field = "status"
	FieldHead      Field = "head"
	FieldAddress   Field = "address"
	FieldDoubt     Field = "doubt" // what the register calls unreliable
	FieldINN       Field = "inn"
	FieldKPP       Field = "kpp"
	FieldForm      Field = "form"
	FieldCapital   Field = "capital"
	FieldActivity  Field = "activity" // the main one
	FieldFounders  Field = "founders"
	FieldBranches  Field = "branches"
	FieldLicences  Field = "licences"
	FieldEmail     Field = "email"
	FieldTaxOffice Field = "tax_office"
	FieldSuccessor Field = "successor"
)

// fields are all of them in the order of telling, with what each says of a record.
var fields = []struct {
	field Field
	ru    string
	of    func(*Record) string
}{
	{FieldStatus, "Статус", statusWords},
	{FieldName, "Наименование", (*Record).Name},
	{FieldFullName, "Полное наименование", func(r *Record) string { return r.FullName }},
	{FieldHead, "Руководитель", headWords},
	{FieldDoubt, "Недостоверность", doubtWords},
	{FieldAddress, "Адрес", addressWords},
	{FieldINN, "ИНН", func(r *Record) string { return r.INN }},
	{FieldKPP, "КПП", func(r *Record) string { return r.KPP }},
	{FieldForm, "Правовая форма", func(r *Record) string { return r.Form.Name }},
	{FieldCapital, "Уставный капитал", capitalWords},
	{FieldActivity, "Основной вид деятельности", activityWords},
	{FieldFounders, "Учредители", founderWords},
	{FieldBranches, "Филиалы и представительства", branchWords},
	{FieldLicences, "Лицензии", licenceWords},
	{FieldEmail, "Электронная почта", func(r *Record) string { return r.Email }},
	{FieldTaxOffice, "Налоговый орган", officeWords},
	{FieldSuccessor, "Правопреемники", successorWords},
}

// RU is the field as screens name it.
func (f Field) RU() string {
	for _, known := range fields {
		if known.field == f {
			return known.ru
		}
	}
	return string(f)
}

// Difference is one field before and after, in words; empty is "not said".
type Difference struct {
	Field  Field  `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Change is what a newer record of an organisation said otherwise than the one
// before it.
type Change struct {
	ID   int64
	OGRN string
	Made Date      // when the tax service wrote the newer record down
	At   time.Time // when it was taken in here
	What []Difference
}

// Has tells whether the change is about any of the fields.
func (c Change) Has(of ...Field) bool {
	return slices.ContainsFunc(c.What, func(d Difference) bool { return slices.Contains(of, d.Field) })
}

// differences compares two records of one number.
func differences(before, after *Record) (list []Difference) {
	for _, f := range fields {
		if was, is := f.of(before), f.of(after); was != is {
			list = append(list, Difference{f.field, was, is})
		}
	}
	return list
}

// Changes is the history of a record between the dumps taken in, newest first,
// at most the last hundred.
func Changes(ctx context.Context, tx bun.IDB, ogrn string) ([]Change, error) {
	return changes(ctx, tx, `WHERE ogrn = ? ORDER BY id DESC LIMIT 100`, ogrn)
}

// ChangedSince returns at most limit changes after the one with that id, oldest
// first: ids are given and committed in one order, so that who remembers the last
// he has seen misses none and sees none twice.
func ChangedSince(ctx context.Context, tx bun.IDB, id int64, limit int) ([]Change, error) {
	return changes(ctx, tx, `WHERE id > ? ORDER BY id LIMIT ?`, id, limit)
}

func changes(ctx context.Context, tx bun.IDB, which string, args ...any) ([]Change, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, ogrn, made, at, what FROM registry_change `+which, args...)
	if err != nil {
		return nil, fmt.Errorf("read changes of the register: %w", err)
	}
	defer rows.Close()
	var list []Change
	for rows.Next() {
		var c Change
		var what []byte
		if err := rows.Scan(&c.ID, &c.OGRN, &c.Made, &c.At, &what); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(what, &c.What); err != nil {
			return nil, fmt.Errorf("read change %d: %w", c.ID, err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// remember writes the changes of a transaction down.
func (m *merging) remember(ctx context.Context) error {
	if len(m.changes) == 0 {
		return nil
	}
	// In the order of numbers: the same dump tells the same story every time.
	slices.SortFunc(m.changes, func(a, b Change) int { return strings.Compare(a.OGRN, b.OGRN) })
	var ogrn, made, what []string
	for _, c := range m.changes {
		text, err := json.Marshal(c.What)
		if err != nil {
			return err
		}
		ogrn, made, what = append(ogrn, c.OGRN), append(made, string(c.Made)), append(what, string(text))
	}
	_, err := m.tx.Exec(ctx, `INSERT INTO registry_change (ogrn, made, what)
		SELECT ogrn, made, what FROM unnest($1::text[], $2::date[], $3::jsonb[]) WITH ORDINALITY v (ogrn, made, what, n) ORDER BY n`, ogrn, made, what)
	return err
}
