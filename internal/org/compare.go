package org

import (
	"fmt"
	"strings"
	"time"

	"signdesk/internal/registry"
)

// compare sets the card beside the extract, a row per field. Rules F055, F058,
// F060, F061: a wrong number, another name or a closed organisation stops until
// the value is taken; liquidation, reorganisation, exclusion, unreliable data
// or another head warn.
func compare(card *Card, r *registry.Record, now time.Time, maxAge time.Duration) []Row {
	theirs := fromRecord(r)
	var rows []Row
	add := func(field, ours, extract, differs, hint string, takeable bool) {
		row := Row{Field: field, Label: fieldNames[field], CardValue: ours, ExtractValue: extract, Verdict: "same"}
		if fold(ours) != fold(extract) {
			row.Verdict, row.Hint, row.Takeable = differs, hint, takeable
		}
		rows = append(rows, row)
	}
	add("ogrn", card.OGRN, theirs.OGRN, "stop", "", false)
	add("inn", card.INN, theirs.INN, "stop", "ИНН в карточке и в реестре разные: выпуск невозможен.", false)
	if !card.Sole() {
		add("kpp", card.KPP, theirs.KPP, "warn", "КПП изменился.", true)
	}
	add("full_name", card.FullName, theirs.FullName, "stop", "Наименование изменилось: возьмите его в карточку, действующие сертификаты перевыпустите.", true)
	rows = append(rows, shortNameRow(card.ShortName, theirs.ShortName))
	rows = append(rows, statusRow(card, &theirs))
	rows = append(rows, headRows(card, headsOf(r))...)
	if a, ok := addressOf(r); ok {
		legal := card.Address("legal")
		add("legal_address", legal.FullText, a.FullText, "warn", "Адрес изменился.", true)
		if last := &rows[len(rows)-1]; last.Verdict == "warn" && a.FiasID != "" && strings.EqualFold(a.FiasID, legal.FiasID) && len(differentParts(a, legal)) == 0 {
			last.Verdict, last.Hint = "note", "Записан иначе, но это тот же объект ФИАС."
		}
		if a.Unreliable {
			last := &rows[len(rows)-1]
			last.Verdict, last.Hint = "warn", "Реестр считает адрес недостоверным."
		}
	}
	add("registered_on", date(card.RegisteredOn), date(theirs.RegisteredOn), "note", "", true)
	add("okved", joinWords(card.Okved, card.OkvedName), joinWords(theirs.Okved, theirs.OkvedName), "note", "", true)
	add("capital", rubles(card.Capital), rubles(theirs.Capital), "note", "", true)
	age := Row{Field: "extract_date", Label: fieldNames["extract_date"], CardValue: date(card.RegisterDate), ExtractValue: date(theirs.RegisterDate), Verdict: "same"}
	switch {
	case theirs.RegisterDate.IsZero():
		age.Verdict, age.Hint = "stop", "В выписке нет даты."
	case theirs.RegisterDate.After(now.Add(12 * time.Hour)): // the easternmost zone is half a day ahead
		age.Verdict, age.Hint = "stop", "Дата выписки в будущем: проверьте часы и файл."
	case tooOld(theirs.RegisterDate, now, maxAge):
		age.Verdict, age.Hint = "stop", fmt.Sprintf("Выписка старше %d дней: получите новую.", int(maxAge.Hours()/24))
	}
	return append(rows, age)
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
	case fold(ours) != fold(theirs):
		row.Verdict, row.Hint, row.Takeable = "stop", "Краткое наименование изменилось: возьмите его в карточку.", true
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

// fold makes values comparable: case, spaces, quotes and Ё do not count.
func fold(s string) string {
	s = strings.NewReplacer("ё", "е", "«", `"`, "»", `"`, "“", `"`, "”", `"`, "\u00a0", " ").Replace(strings.ToLower(s))
	return strings.Join(strings.Fields(s), " ")
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
