package console

import (
	"slices"
	"strings"

	"signdesk/internal/registry"
	"signdesk/internal/report"
	"signdesk/internal/staff"
)

// section is a screen that the search field leads to by its name.
type section struct {
	Name, URL string
	Any       []staff.Permission // one of these; none: everybody
}

var sections = []section{
	{"Мои списки", "/", nil},
	{"Поиск по организациям", "/search", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	{"Заявки центра", "/applications?whose=centre", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	{"Мои заявки", "/applications", []staff.Permission{staff.ApplicationWork}},
	{"На рассмотрении", "/applications?whose=all&status=review", []staff.Permission{staff.ApplicationReview}},
	{"Проверки по скану", "/reviews", []staff.Permission{staff.ApplicationReview}},
	{"Загруженные ЭП", "/ready-certificates", []staff.Permission{staff.OrgView}},
	{"Отгрузка в бухгалтерию", "/shipments", []staff.Permission{staff.ServicesView}},
	{"Ответы бухгалтерии", "/shipments?show=answered", []staff.Permission{staff.ServicesView}},
	{"Акты и счета", "/accounting", []staff.Permission{staff.AccountingView, staff.AccountingWork}},
	{"Отчёты", "/reports", []staff.Permission{staff.ReportOwn, staff.ReportAccounting, staff.ReportAll}},
	{"Обмен с ведомствами", "/exchange", []staff.Permission{staff.ExchangeView}},
	{"Журнал", "/journal", []staff.Permission{staff.JournalOwn, staff.JournalCentre, staff.JournalAll}},
	{"Сотрудники и права", "/staff", []staff.Permission{staff.StaffView, staff.StaffCentre, staff.StaffManage}},
	{"Новый сотрудник", "/staff/new", []staff.Permission{staff.StaffCentre, staff.StaffManage}},
	{"Подключения и настройки", "/settings", []staff.Permission{staff.Settings}},
	{"Рабочее место: проверка", "/workstation", nil},
	{"Справка", "/help", nil},
}

// sectionHits are the sections and reports open to the employee whose names have
// words that begin so, every one of them; one letter names nothing.
func sectionHits(e *staff.Employee, words []string) []hit {
	const shown = 4
	if len(words) == 0 || len([]rune(strings.Join(words, ""))) < 3 {
		return nil
	}
	var hits []hit
	add := func(name, address string) {
		has := strings.Fields(registry.Normalize(name))
		for _, w := range words {
			if !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) }) {
				return
			}
		}
		if len(hits) < shown {
			hits = append(hits, hit{URL: address, Name: mark(name, words)})
		}
	}
	for _, s := range sections {
		if len(s.Any) == 0 || e.Must(s.Any...) == nil {
			add(s.Name, s.URL)
		}
	}
	for _, r := range report.For(e) {
		add("Отчёт: "+r.Title, "/reports/"+r.Name)
	}
	return hits
}
