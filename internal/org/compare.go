package org

import (
	"fmt"
	"strings"
	"time"

	"signdesk/internal/registry"
)

// compare sets the card beside a record, a row per field. Numbers of another
// organisation and a closed one stop; another name or head, liquidation,
// reorganisation, exclusion and unreliable data warn; an old extract is to be
// renewed. Blocks marks the differences that no certificate may be issued with
// until the value is taken (F055, F056, F060, F061).
func compare(card *Card, r *registry.Record, now time.Time, maxAge time.Duration) []Row {
	theirs := fromRecord(r)
	var rows []Row
	add := func(field, ours, extract, differs, hint string, takeable bool) *Row {
		row := Row{Field: field, Label: fieldNames[field], CardValue: ours, ExtractValue: extract, Verdict: "same"}
		if !equal(field, ours, extract) {
			row.Verdict, row.Hint, row.Takeable = differs, hint, takeable
		}
		rows = append(rows, row)
		return &rows[len(rows)-1]
	}
	add("ogrn", card.OGRN, theirs.OGRN, "stop", "ОГРН в карточке и в реестре разные: выпуск невозможен.", false)
	add("inn", card.INN, theirs.INN, "stop", "ИНН в карточке и в реестре разные: выпуск невозможен.", false)
	if !card.Sole() {
		add("kpp", card.KPP, theirs.KPP, "warn", "КПП изменился.", true)
	}
	name := add("full_name", card.FullName, theirs.FullName, "warn", "Наименование изменилось: пока оно не взято в карточку, выпуск невозможен. Действующие сертификаты перевыпустите.", true)
	name.Blocks = name.Verdict == "warn"
	rows = append(rows, shortNameRow(card.ShortName, theirs.ShortName))
	rows = append(rows, statusRow(card, &theirs))
	rows = append(rows, headRows(card, headsOf(r))...)
	if a, ok := addressOf(r); ok {
		legal := card.Address("legal")
		row := add("legal_address", legal.FullText, a.FullText, "warn", "Адрес изменился.", true)
		if row.Verdict == "warn" && a.FiasID != "" && strings.EqualFold(a.FiasID, legal.FiasID) && len(differentParts(a, legal)) == 0 {
			row.Verdict, row.Hint = "note", "Записан иначе, но это тот же объект ФИАС."
		}
		if a.Unreliable {
			row.Verdict, row.Hint = "warn", "Реестр считает адрес недостоверным."
		}
	}
	add("registered_on", date(card.RegisteredOn), date(theirs.RegisteredOn), "note", "", true)
	add("okved", joinWords(card.Okved, card.OkvedName), joinWords(theirs.Okved, theirs.OkvedName), "note", "", true)
	if theirs.Capital != nil || card.Capital != nil {
		add("capital", rubles(card.Capital), rubles(theirs.Capital), "note", "", true)
	}
	return append(rows, ageRow(card, &theirs, now, maxAge))
}

// equal compares two values of a field as people would.
func equal(field, ours, theirs string) bool {
	switch field {
	case "full_name", "short_name":
		return foldName(ours) == foldName(theirs)
	case "legal_address":
		return foldAddress(ours) == foldAddress(theirs)
	case "okved": // the code says it all
		a, _, _ := strings.Cut(ours, " ")
		b, _, _ := strings.Cut(theirs, " ")
		return a == b
	}
	return fold(ours) == fold(theirs)
}

// ageRow judges the day the extract was made.
func ageRow(card *Card, theirs *Organisation, now time.Time, maxAge time.Duration) Row {
	age := Row{Field: "extract_date", Label: fieldNames["extract_date"], CardValue: date(card.RegisterDate), ExtractValue: date(theirs.RegisterDate), Verdict: "same"}
	switch {
	case theirs.RegisterDate.IsZero():
		age.Verdict, age.Hint = "stop", "В выписке нет даты."
	case theirs.RegisterDate.After(now.Add(12 * time.Hour)): // the easternmost zone is half a day ahead
		age.Verdict, age.Hint = "stop", "Дата выписки в будущем: проверьте часы и файл."
	case tooOld(theirs.RegisterDate, now, maxAge):
		age.Verdict, age.Hint = "renew", fmt.Sprintf("Выписка старше %d дней: получите новую.", int(maxAge.Hours()/24))
	}
	return age
}

// tooOld counts whole days, so that an extract of maxAge days lives its last day out.
func tooOld(extract, now time.Time, maxAge time.Duration) bool {
	return now.Sub(extract) >= maxAge+24*time.Hour
}

// shortNameRow: a register name that a certificate cannot hold (over 64 signs,
// «;») leaves the card's own, typed by hand (F039, F040); «<» no certificate may
// have at all (F056).
func shortNameRow(ours, theirs string) Row {
	row := Row{Field: "short_name", Label: fieldNames["short_name"], CardValue: ours, ExtractValue: theirs, Verdict: "same"}
	long, sign := len([]rune(theirs)) > 64, strings.Contains(theirs, ";")
	switch {
	case strings.Contains(ours, "<"):
		row.Verdict, row.Hint = "stop", "Знак «<» в кратком наименовании недопустим: выпуск невозможен."
	case (long || sign) && ours != "" && len([]rune(ours)) <= 64 && !strings.Contains(ours, ";"):
		row.Verdict, row.Hint = "note", "Наименование из реестра не помещается в сертификат, в карточке введённое вручную."
	case long || sign:
		row.Verdict, row.Hint = "stop", "Наименование из реестра длиннее 64 знаков или содержит «;»: введите краткое вручную в реквизитах."
	case theirs == "" && ours != "":
		row.Verdict, row.Hint = "note", "В реестре краткого наименования нет, в карточке введённое вручную."
	case !equal(row.Field, ours, theirs):
		row.Verdict, row.Hint, row.Takeable, row.Blocks = "warn", "Краткое наименование изменилось: пока оно не взято в карточку, выпуск невозможен.", true, true
	}
	return row
}

func statusRow(card *Card, theirs *Organisation) Row {
	_, ours := card.StatusChip()
	_, extract := theirs.StatusChip()
	row := Row{Field: "status", Label: fieldNames["status"], CardValue: ours, ExtractValue: extract, Verdict: "same", Takeable: card.Status != theirs.Status}
	switch theirs.Status {
	case "closed":
		row.Verdict, row.Hint = "stop", "Организация прекратила деятельность: выпуск невозможен."
	case "active":
		if row.Takeable {
			row.Verdict = "note"
		}
	default:
		row.Verdict, row.Hint = "warn", theirs.StatusText
	}
	return row
}

func headRows(card *Card, heads []Head) []Row {
	theirs := Head{}
	if len(heads) > 0 {
		theirs = heads[0]
	}
	for _, h := range heads { // of several, the one on the card
		if fold(h.FullName()) == fold(card.Head().FullName()) {
			theirs = h
		}
	}
	head := Row{Field: "head", Label: fieldNames["head"], CardValue: card.Head().FullName(), ExtractValue: theirs.FullName(), Verdict: "same"}
	if fold(head.CardValue) != fold(head.ExtractValue) {
		head.Verdict, head.Hint, head.Takeable = "warn", "Руководитель сменился: проверьте полномочия заявителя.", true
	}
	if theirs.Unreliable {
		head.Verdict, head.Hint = "warn", "Реестр считает сведения о руководителе недостоверными."
	}
	title := Row{Field: "head_title", Label: fieldNames["head_title"], CardValue: card.Head().Title, ExtractValue: theirs.Title, Verdict: "same"}
	if fold(title.CardValue) != fold(title.ExtractValue) {
		title.Verdict, title.Takeable = "note", !head.Takeable
	}
	return []Row{head, title}
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02.01.2006")
}

func rubles(kopecks *int64) string {
	if kopecks == nil {
		return ""
	}
	whole := fmt.Sprint(*kopecks / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "\u00a0" + whole[i:]
	}
	return fmt.Sprintf("%s,%02d\u00a0₽", whole, *kopecks%100)
}
