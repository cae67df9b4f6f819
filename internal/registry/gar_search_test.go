package registry

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"
)

// linesOfGAR writes hits as a list shows them.
func linesOfGAR(t testing.TB) func(hits []GARHit, err error) string {
	return func(hits []GARHit, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, h := range hits {
			line := h.Name
			if h.Where != "" && h.Level < 8 {
				line += " (" + h.Where + ")"
			}
			if h.Archived {
				line += " архив " + h.Now
			}
			list = append(list, line)
		}
		return strings.Join(list, "; ")
	}
}

// F300–F302, F307: however it is typed.
func TestPlacesStreetsHouses(t *testing.T) {
	d := newGAR(t)
	lines := linesOfGAR(t)
	find := func(q string) string { return lines(Places(t.Context(), d, q, 10)) }
	const bratsk = "Центральный жилрайон (г Братск, Иркутская обл)"
	for query, want := range map[string]string{
		"моск":               "г Москва",
		"vjcr":               "г Москва", // the other keyboard layout
		"масква":             "г Москва", // a slip
		"мокква":             "г Москва",
		"москвва":            "г Москва",
		"мсква":              "г Москва",
		"vfcrdf":             "г Москва", // both
		"моcквa":             "г Москва", // Latin c and a
		"г тверь":            "г Тверь (Тверская обл)",
		"город Тверь":        "г Тверь (Тверская обл)",
		"г.Тверь":            "г Тверь (Тверская обл)",
		"братск":             "г Братск (Иркутская обл)",
		"братск центр":       bratsk,
		"центральный братск": bratsk,
		"Братск, Центральный жилрайон": bratsk,
		"р-н Центральный г. Братск":    bratsk,
		"братск центральынй":           bratsk,
		"берёзовка омск":               "д Берёзовка (Омский р-н, Омская обл)",
		"омская березовка":             "д Берёзовка (Омский р-н, Омская обл)",
		"омская обл деревня березовка": "д Берёзовка (Омский р-н, Омская обл)",
		"березовка тверская":           "д Берёзовка (Тверский р-н, Тверская обл)",
		"беризовка тверская":           "д Берёзовка (Тверский р-н, Тверская обл)",
		"волочек":                      "г Вышний Волочек (Тверская обл)",
		"волочек вышний":               "г Вышний Волочек (Тверская обл)",
		"калинин":                      "г Калинин (Тверская обл) архив г Тверь",
		"%":                            "", "_": "", "\x00": "", "😀": "", "нетакогоместа": "", "а б в г д е ж з и к л м": "", strings.Repeat("я", 10000): "", strings.Repeat("омск ", 2000): "г Омск (Омская обл)",
	} {
		if got := find(query); got != want {
			t.Errorf("%.40s: %q, want %q", query, got, want)
		}
	}
	if got := find("ключи"); !strings.HasPrefix(got, "д Ключи (Иркутский р-н, Иркутская обл); д Ключи (Омский р-н, Омская обл); д Ключи (Тверский р-н") || strings.Count(got, "архив д Ключи") != 3 { // told apart by what they lie in
		t.Error(got)
	}
	if got := find("новые ключи"); strings.Count(got, "архив д Ключи") != 3 {
		t.Error(got)
	}
	if got := find("заречье"); strings.Count(got, "архив") != 3 {
		t.Error(got)
	}
	omsk, err := Places(t.Context(), d, "омск", 1)
	if err != nil || len(omsk) != 1 || omsk[0].Name != "г Омск" {
		t.Fatal(omsk, err)
	}
	street := func(q string) string { return lines(Streets(t.Context(), d, omsk[0].GUID, q, 10)) }
	for query, want := range map[string]string{
		"лен":                 "ул Ленина; пр-кт Ленина; ул Ленинградская; ш Ленинградское",
		"ул ленина":           "ул Ленина; пр-кт Ленина",
		"проспект Ленина":     "пр-кт Ленина; ул Ленина",
		"пр-т ленина":         "пр-кт Ленина; ул Ленина",
		"ленина пр-кт.":       "пр-кт Ленина; ул Ленина",
		"пр.Ленина":           "пр-кт Ленина; ул Ленина",
		"ktybyf ek":           "ул Ленина; пр-кт Ленина",
		"линина":              "ул Ленина; пр-кт Ленина",
		"садовая бол":         "ул Большая Садовая",
		"большая садовая ул.": "ул Большая Садовая",
		"баольшая садовая":    "ул Большая Садовая",
		"зелёная":             "ул Зеленая",
		"берёзовая":           "ул Березовая",
		"набережная":          "ул Набережная",
		"8 мар":               "ул 8 Марта",
		"нетакойулицы":        "",
	} {
		got := street(query)
		if living, _, _ := strings.Cut(got, " архив"); !strings.HasPrefix(got+"; ", want+"; ") && !strings.HasPrefix(living, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := street(""); strings.Count(got, "; ") != 9 {
		t.Error(got)
	}
	streets, err := Streets(t.Context(), d, omsk[0].GUID, "ленина", 10)
	if err != nil {
		t.Fatal(err)
	}
	house := func(q string) string { return lines(Houses(t.Context(), d, streets[0].GUID, q, 40)) }
	for query, want := range map[string]string{
		"":  "д. 1; д. 2; д. 3; д. 4; д. 4 к. 1; д. 5; д. 6; д. 6/2; д. 8; д. 8 стр. 2; д. 9; д. 9 к. 1; д. 10; д. 10А; д. 11; д. 12; д. 7 архив ",
		"4": "д. 4; д. 4 к. 1", "д.4": "д. 4; д. 4 к. 1", "дом 4": "д. 4; д. 4 к. 1", "4к": "д. 4; д. 4 к. 1",
		"4к1": "д. 4 к. 1", "4 корп. 1": "д. 4 к. 1", "4/1": "д. 4 к. 1", "4 - 1": "д. 4 к. 1", "д 4 корпус 1": "д. 4 к. 1", "4 стр 1": "д. 4 к. 1",
		"6/2": "д. 6/2", "6 к 2": "д. 6/2", "8с2": "д. 8 стр. 2", "8 строение 2": "д. 8 стр. 2",
		"10а": "д. 10А", "10 А": "д. 10А", "10 лит. А": "д. 10А", "10A": "д. 10А", "1": "д. 1; д. 10; д. 10А; д. 11; д. 12",
		"99": "", "%": house(""), strings.Repeat("1", 10000): "",
	} {
		if got := house(query); got != want {
			t.Errorf("house %.20s: %q, want %q", query, got, want)
		}
	}
	hits, err := Houses(t.Context(), d, streets[0].GUID, "4к1", 1)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Read(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		a, err := FindGAR(ctx, tx, strings.ToUpper(hits[0].GUID))
		if err != nil {
			return err
		}
		if a.RegionCode != "55" || a.Place != "г Омск" || a.Street != streets[0].Name || a.House != "д. 4 к. 1" || len(a.Postcode) != 6 || a.OKATO != "55000000000" || a.Archived || a.Level != 10 {
			t.Errorf("%+v", a)
		}
		if none, err := FindGAR(ctx, tx, "00000000-0000-4000-8000-000000000000"); none != nil || err != nil {
			t.Error(none, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	moscow, err := Places(t.Context(), d, "москва", 1)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, "gar_house h JOIN gar_object o ON o.objectid = h.parent WHERE o.region = '77'"); n != 0 {
		t.Errorf("%d houses of a region not chosen", n)
	}
	if hits, err := Streets(t.Context(), d, moscow[0].GUID, "мира", 10); err != nil || len(hits) == 0 {
		t.Error(hits, err)
	}
}

// planOf explains a query as the search runs it.
func planOf(ctx context.Context, t testing.TB, tx bun.IDB, sql string, args ...any) string {
	t.Helper()
	var plan []string
	if err := tx.NewRaw("EXPLAIN "+sql, args...).Scan(ctx, &plan); err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// No step reads a whole table, whatever is typed.
func TestGARPlans(t *testing.T) {
	d := newGAR(t)
	err := garRead(t.Context(), d, func(ctx context.Context, tx bun.IDB) error {
		t1 := readGAR("ул ленина большая")
		ways := [][]garWay{{{word: "ЛЕНИНА"}, {"ЛЕНИНО", true}}, {{word: "Б"}}}
		plans := map[string]string{}
		for name, q := range map[string]garQuery{"cities": garCities(t1), "words": garByWords(0, "place", ways), "streets": garByWords(7, "level >= 7", ways)} {
			sql, args := q.ranked(t1, 7, 10)
			plans[name] = planOf(ctx, t, tx, sql, args...)
		}
		plans["houses"] = planOf(ctx, t, tx, housesOf, 1, "1", "2", "1")
		plans["near"] = planOf(ctx, t, tx, nearGAR, bun.List([]string{"ЛЕНИНА", "ЛЕНИН"}))
		plans["districts"] = planOf(ctx, t, tx, garCitiesNamed, bun.List([]string{"ЛЕНИНА", "ЛЕНИН"}), garLook, bun.List([]string{"ЛЕНИНА", "ЛЕНИН"}))
		for name, plan := range plans {
			for _, table := range []string{"gar_object", "gar_word", "gar_rest", "gar_house "} {
				if strings.Contains(plan, "Seq Scan on "+table) {
					t.Errorf("%s:\n%s", name, plan)
				}
			}
			if !strings.Contains(plan, "Limit") {
				t.Errorf("%s is not bounded:\n%s", name, plan)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A word differs from itself by no slip, from others by one or more.
func TestOneSlip(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"МОСКВА", "МАСКВА", true}, {"МОСКВА", "МОКСВА", true}, {"МОСКВА", "МОСКВ", true}, {"МОСКВА", "МОССКВА", true}, {"МОСКВА", "МОСКВА", false}, {"МОСКВА", "МАСКВО", false}, {"АБВГ", "БВГД", false}} {
		if got := oneSlip([]rune(c.a), []rune(c.b)); got != c.want {
			t.Error(c)
		}
	}
}

// What is equal is normalised alike, and normalising twice changes nothing.
func TestGARNorm(t *testing.T) {
	for in, want := range map[string]string{"12к1": "12 1", "д. 12 корп. 1": "12 1", "12/1": "12 1", "12А": "12 А", "12 литера а": "12 А", "12к": "12 К", "стр. 5": "5", "влд 3 стр 2Б": "3 2 Б", "": ""} {
		if got := garNumberNorm(in); got != want || garNumberNorm(got) != want {
			t.Errorf("%s: %q", in, got)
		}
	}
	for in, want := range map[string]string{"Ёлочная": "ЕЛОЧНАЯ", "Комсомольск-на-Амуре": "КОМСОМОЛЬСК НА АМУРЕ", "Cадовая": "САДОВАЯ", "им. 50-летия": "ИМ 50 ЛЕТИЯ"} {
		if got := garNorm(in); got != want || garNorm(got) != want {
			t.Errorf("%s: %q", in, got)
		}
	}
	for in, want := range map[string]string{"ул. Ленина": "ул ЛЕНИНА", "пр-т Мира": "пр-кт МИРА", "Набережная": " НАБЕРЕЖНАЯ", "наб Речная": "наб РЕЧНАЯ", "г.Братск": "г БРАТСК", "": " "} {
		if got := readGAR(in); got.kind+" "+strings.Join(got.words, " ") != want {
			t.Errorf("%s: %+v", in, got)
		}
	}
}
