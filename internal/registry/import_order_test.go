package registry

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// edition is the sample organisation as one dump tells of it.
type edition struct{ day, entry, name, head string }

func (e edition) xml() string {
	s := strings.NewReplacer("2026-11-01", e.day, `ПАО "ЁЛКА"`, e.name, "ПЕТРОВА", e.head).Replace(sampleOrg)
	return strings.Replace(s, "</СвЮЛ></Документ>",
		`<СвЗапЕГРЮЛ ГРН="`+strings.ReplaceAll(e.entry, "-", "")+`00000" ДатаЗап="`+e.entry+`"><ВидЗап НаимВидЗап="Запись"/></СвЗапЕГРЮЛ></СвЮЛ></Документ>`, 1)
}

// In whatever order files come, and however records share files, the latest
// record of all is what stays.
func TestLatestRecordStaysInAnyOrder(t *testing.T) {
	tomorrow := time.Now().AddDate(0, 2, 0).Format(time.DateOnly)
	editions := []edition{
		{"2026-10-01", "2026-09-30", "ПЕРВАЯ", "ИВАНОВА"},
		{"2026-10-02", "2026-10-01", "ВТОРАЯ", "ИВАНОВА"},
		{"2026-10-02", "2026-10-02", "ТРЕТЬЯ", "ПЕТРОВА"}, // the same day, a later entry
		{"2026-10-02", "2026-09-30", "НУЛЕВАЯ", "ИВАНОВА"},
		{tomorrow, "2026-10-05", "БУДУЩАЯ", "СИДОРОВА"},
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 12 {
		d := dbtest.New(t)
		order := r.Perm(len(editions))
		for len(order) > 0 {
			n := 1 + r.IntN(len(order)) // so many in one file
			var records []string
			for _, i := range order[:n] {
				records = append(records, editions[i].xml())
			}
			order = order[n:]
			takeIn(t, d, file(t, "dump.xml", []byte(fileOf(records...))))
		}
		got, err := Get(t.Context(), d.Plain(), "1027700132195")
		if err != nil || got.ShortName != "ТРЕТЬЯ" || got.Extracted != "2026-10-02" {
			t.Fatalf("%+v, %v", got, err)
		}
		if a, b := count(t, d, "registry_org"), count(t, d, "registry_doc"); a != 1 || b != 1 {
			t.Fatalf("%d records, %d lines", a, b)
		}
	}
}

// A day to come is doubted, and gives way to any other.
func TestDayToCome(t *testing.T) {
	d := dbtest.New(t)
	take := func(e edition) *Record {
		t.Helper()
		takeIn(t, d, file(t, "dump.xml", []byte(fileOf(e.xml()))))
		r, err := Get(t.Context(), d.Plain(), "1027700132195")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := take(edition{"2099-01-01", "2026-10-01", "БУДУЩАЯ", "ИВАНОВА"}); r.ShortName != "БУДУЩАЯ" || len(r.Doubts) != 1 || r.Doubts[0] != futureDoubt {
		t.Errorf("%s, %q", r.ShortName, r.Doubts)
	}
	if r := take(edition{"2026-10-01", "2026-09-01", "НАСТОЯЩАЯ", "ИВАНОВА"}); r.ShortName != "НАСТОЯЩАЯ" || len(r.Doubts) != 0 {
		t.Errorf("%s, %q", r.ShortName, r.Doubts)
	}
}

// standing is the only line of the register with what was left for the search tables.
func standing(t *testing.T, d *db.DB) (ord int32, pending string) {
	t.Helper()
	err := d.Plain().NewRaw(`SELECT (SELECT ord FROM registry_doc), coalesce((SELECT string_agg(ord || CASE WHEN gone THEN '-' ELSE '+' END, ' ' ORDER BY gone DESC, ord) FROM registry_pending), '')`).
		Scan(t.Context(), &ord, &pending)
	if err != nil {
		t.Fatal(err)
	}
	return ord, pending
}

func TestHistoryOfARecord(t *testing.T) {
	d := dbtest.New(t)
	take := func(e edition) {
		t.Helper()
		takeIn(t, d, file(t, "dump.xml", []byte(fileOf(e.xml()))))
	}
	take(edition{"2026-10-01", "2026-10-01", "ПЕРВАЯ", "ИВАНОВА"})
	if _, err := Reindex(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	first, pending := standing(t, d)
	if pending != "" {
		t.Errorf("pending %s", pending)
	}
	// The same again, later: the day is noted, nothing else happens.
	take(edition{"2026-10-05", "2026-10-01", "ПЕРВАЯ", "ИВАНОВА"})
	if r, err := Get(t.Context(), d.Plain(), "1027700132195"); err != nil || r.Extracted != "2026-10-05" {
		t.Errorf("%+v, %v", r, err)
	}
	if ord, pending := standing(t, d); ord != first || pending != "" || count(t, d, "registry_change") != 0 {
		t.Errorf("place %d, pending %q", ord, pending)
	}
	// What no word tells of changes in place.
	e := edition{"2026-10-06", "2026-10-06", "ПЕРВАЯ", "ИВАНОВА"}
	takeIn(t, d, file(t, "dump.xml", []byte(fileOf(strings.Replace(e.xml(), "773601001", "770101001", 1)))))
	if ord, pending := standing(t, d); ord != first || pending != "" {
		t.Errorf("place %d, pending %q", ord, pending)
	}
	// A new name and head: a new place, the old one empty.
	take(edition{"2026-10-07", "2026-10-07", "ВТОРАЯ", "СИДОРОВА"})
	ord, pending := standing(t, d)
	if ord == first || pending != fmt.Sprintf("%d- %d+", first, ord) {
		t.Errorf("place %d after %d, pending %q", ord, first, pending)
	}
	got, err := Changes(t.Context(), d.Plain(), "1027700132195")
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	want := []Difference{
		{FieldName, "ПЕРВАЯ", "ВТОРАЯ"},
		{FieldHead, `сведения ограничены; ИВАНОВА АННА, управляющий; УК "РУЛЬ", управляющая организация`, `сведения ограничены; СИДОРОВА АННА, управляющий; УК "РУЛЬ", управляющая организация`},
		{FieldKPP, "770101001", "773601001"},
	}
	if diff := cmp.Diff(want, got[0].What); diff != "" || got[0].Made != "2026-10-07" || !got[0].Has(FieldHead) || got[0].Has(FieldStatus) {
		t.Errorf("%+v\n%s", got[0], diff)
	}
	since, err := ChangedSince(t.Context(), d.Plain(), got[1].ID, 10)
	if err != nil || len(since) != 1 || since[0].ID != got[0].ID {
		t.Errorf("%+v, %v", since, err)
	}
	for _, f := range fields {
		if f.field.RU() == string(f.field) {
			t.Errorf("%s has no name", f.field)
		}
	}
}

// The indexes a first import goes without are those of the migrations again.
func TestLateIndexesComeBack(t *testing.T) {
	d := dbtest.New(t)
	indexes := func() (list []string) {
		t.Helper()
		if err := d.Plain().NewRaw(`SELECT indexdef FROM pg_indexes WHERE tablename = 'registry_doc' ORDER BY 1`).Scan(t.Context(), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := indexes()
	takeIn(t, d, file(t, "dump.xml", []byte(fileOf(sampleOrg))))
	if n := len(indexes()); n != len(before)-len(lateIndexes) {
		t.Errorf("%d of %d indexes while importing", n, len(before))
	}
	if _, err := Reindex(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, indexes()); diff != "" {
		t.Error(diff)
	}
}
