package registry

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNamesAreNormalized(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// Ё, case, quotes, dashes and signs
		{`ООО "Ёлка-Сервис"`, "ЕЛКА СЕРВИС"},
		{"«звЁздный»  „путь“", "ЗВЕЗДНЫЙ ПУТЬ"},
		{"и\u0306од", "ЙОД"}, // й of two characters
		{"Альфа—2", "АЛЬФА 2"},
		{"Альфа - 2", "АЛЬФА 2"},
		{"Строй\u00a0Инвест", "СТРОЙ ИНВЕСТ"},
		{"Строй\u00adинвест", "СТРОЙ ИНВЕСТ"}, // a soft hyphen is no letter
		{"A & B + C", "A B C"},
		{"Джонсон&Джонсон", "ДЖОНСОН ДЖОНСОН"},
		{"Профи+", "ПРОФИ"},
		{"М.Видео", "М ВИДЕО"},
		{"ТД “Мир”, филиал", "ТД МИР ФИЛИАЛ"},
		{"Ромашка\x00\t\nПлюс", "РОМАШКА ПЛЮС"},
		{"Ромашка 🌼", "РОМАШКА"},
		{"\xff\xfeромашка", "РОМАШКА"},
		// numbers
		{"Школа № 77", "ШКОЛА 77"},
		{"Школа №77", "ШКОЛА 77"},
		{"Строй2000", "СТРОЙ2000"},
		{"1С", "1С"},
		{"77А", "77А"},
		{"24/7", "24 7"},
		{"XXI век", "XXI ВЕК"},
		{"Глава XX", "ГЛАВА XX"},
		// letters that look the same
		{"PЕГИOHAЛЬHЫЕ", "РЕГИОНАЛЬНЫЕ"}, // Latin P, O, H, A, H
		{"МОСKBА", "МОСКВА"},             // Latin K, B
		{"GООGLЕ", "GOOGLE"},             // Cyrillic О, О, Е
		{"ХХI век", "XXI ВЕК"},           // Cyrillic Х, Х and Latin I
		{"TОП", "ТОП"},                   // Latin T
		{"TOP", "TOP"},                   // Latin altogether
		{"77A", "77A"}, {"77А", "77А"},   // one letter decides nothing
		{"AВТО", "АВТО"}, {"авtо", "АВТО"},
		{"Еxpert", "EXPERT"}, // Cyrillic Е
		{"ёmail", "EMAIL"},
		// legal forms
		{"Общество с ограниченной ответственностью «Ромашка»", "РОМАШКА"},
		{"обществo c ограниченнoй oтветственностью ромашка", "РОМАШКА"}, // Latin o, c
		{"ООО «ПКФ „Ромашка+“»", "ПКФ РОМАШКА"},
		{"OOO Ромашка", "РОМАШКА"}, // Latin
		{"OАО Ромашка", "РОМАШКА"},
		{"АО Ромашка", "РОМАШКА"}, {"AO Ромашка", "РОМАШКА"},
		{"Ромашка ООО", "РОМАШКА"},
		{"Публичное акционерное общество Сбербанк", "СБЕРБАНК"},
		{"ПАО АО «Двойное»", "ДВОЙНОЕ"},
		{"Акционерное общество закрытого типа «Луч»", "ЛУЧ"},
		{"Крестьянское (фермерское) хозяйство Иванова", "ИВАНОВА"},
		{"Муниципальное казённое учреждение «Архив»", "АРХИВ"},
		{"Гаражно-строительный кооператив «Мотор»", "МОТОР"},
		{"ип Иванов  И. И.", "ИВАНОВ И И"},
		{"акционерное АО общество Луч", "ЛУЧ"}, // what is left is a form again
		{"ОООМАШ", "ОООМАШ"},
		// nothing but forms
		{"ООО", "ООО"},
		{"ООО «ООО»", "ООО ООО"},
		{"акционерное АО общество", "АКЦИОНЕРНОЕ ОБЩЕСТВО"},
		{"Акционерное общество", "АКЦИОНЕРНОЕ ОБЩЕСТВО"},
		{"", ""}, {"«»", ""}, {"%_\\", ""}, {" - ", ""},
		{strings.Repeat("Ы", 100), strings.Repeat("Ы", 60)},
	} {
		if got := Normalize(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// Legal forms are left out in full and in short alike.
func TestEveryFormIsLeftOut(t *testing.T) {
	for _, form := range legalForms {
		if got := Normalize(strings.Join(form, " ") + " «Ромашка»"); got != "РОМАШКА" {
			t.Errorf("%v: %q", form, got)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"ООО «Ёлка»", "GООGLЕ", "акционерное АО общество", "ǆ ŉ ß ı\u0307", "\u212a\u0345", "й\u0301\u0300", "ХХI", "\xff", "Ⅷ ²", "각ᄀ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalize(s)
		if again := Normalize(once); again != once {
			t.Errorf("%q: %q, again %q", s, once, again)
		}
		if !utf8.ValidString(once) || strings.Contains(once, "  ") || strings.TrimSpace(once) != once {
			t.Errorf("%q: %q", s, once)
		}
		for _, word := range strings.Fields(once) {
			if utf8.RuneCountInString(word) > maxWord {
				t.Errorf("%q: a word of %d letters", s, utf8.RuneCountInString(word))
			}
		}
	})
}

func BenchmarkNormalize(b *testing.B) {
	for b.Loop() {
		Normalize(`ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "УРАЛСТРОЙСЕРВИС ПЛЮС"`)
	}
}
