package printed

import (
	"regexp"
	"slices"
	"strings"

	"signdesk/internal/registry"
)

// sheet is the text of the first pages, for telling what the paper is.
type sheet struct {
	all     []string // lines
	outside []string // those above and below the table
	head    []string // those above it on the first page
	begun   bool     // the table
}

func newSheet() *sheet { return &sheet{} }

func (s *sheet) add(g *grid) {
	top, bottom := 1e9, -1e9
	if g.columns.ruled {
		top, bottom = -1e9, 1e9
		for _, r := range g.rules {
			top, bottom = max(top, r.Y2), min(bottom, r.Y1)
		}
	}
	for i, line := range g.lines {
		var words []string
		for _, p := range line {
			words = append(words, p.s)
		}
		text := strings.Join(words, " ")
		s.all = append(s.all, text)
		y := line[0].middle()
		switch {
		case y > top, y < bottom, !g.columns.ruled && (!s.begun || i >= len(g.lines)-4 || i < 2):
			s.outside = append(s.outside, text)
		}
		if compact := squeeze(text); strings.Contains(compact, "НАИМЕНОВАНИЕПОКАЗАТЕЛЯ") {
			s.begun = true
		} else if !s.begun {
			s.head = append(s.head, text)
		}
	}
}

// squeeze leaves letters and digits, in upper case: titles are printed with
// their letters apart, too.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'Ё', r == 'ё':
			return 'Е'
		case r >= 'а' && r <= 'я':
			return r - 'а' + 'А'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'А' && r <= 'Я', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.':
			return r
		}
		return -1
	}, s)
}

// services print reports that people take for extracts; known by their sites
// and names as they stand in head, foot or text. Names that organisations have
// too count as a line of their own only (=).
var services = []struct{ mark, name string }{
	{"КОНТУР.ФОКУС", "Контур.Фокус"}, {"КОНТУРФОКУС", "Контур.Фокус"}, {"FOCUS.KONTUR", "Контур.Фокус"}, {"KONTUR.RU", "Контур"},
	{"SABY.RU", "СБИС (Saby)"}, {"SBIS.RU", "СБИС (Saby)"}, {"=СБИС", "СБИС (Saby)"}, {"SABYPROFILE", "СБИС (Saby)"}, {"=SABY", "СБИС (Saby)"},
	{"RUSPROFILE", "Rusprofile"}, {"SPARKINTERFAX", "СПАРК"}, {"SPARK.INTERFAX", "СПАРК"}, {"СПАРКИНТЕРФАКС", "СПАРК"}, {"СИСТЕМАСПАРК", "СПАРК"},
	{"=СПАРК", "СПАРК"}, {"CHECKO.RU", "Чекко"}, {"ЗАЧЕСТНЫЙБИЗНЕС", "За честный бизнес"}, {"ZACHESTNYIBIZNES", "За честный бизнес"},
	{"LISTORG", "List-Org"}, {"LIST.ORG", "List-Org"}, {"AUDITIT.RU", "Audit-it"}, {"СЕЛДОН", "Селдон"}, {"SELDON", "Селдон"}, {"CASEBOOK", "Casebook"},
	{"INTEGRUM", "Интегрум"}, {"КРЕДИНФОРМ", "Крединформ"}, {"VBANKCENTER", "Бизнес-справка ВБЦ"}, {"SYNAPSENET", "Синапс"}, {"DADATA.RU", "DaData"}, {"TBANK.RU", "Т-Банк"},
}

// otherPapers of the tax service.
var otherPapers = []struct{ mark, name string }{
	{"ЛИСТЗАПИСИ", "лист записи реестра"}, {"СВИДЕТЕЛЬСТВООПОСТАНОВКЕ", "свидетельство о постановке на учёт"}, {"УВЕДОМЛЕНИЕОПОСТАНОВКЕ", "уведомление о постановке на учёт"},
	{"СВИДЕТЕЛЬСТВООГОСУДАРСТВЕННОЙРЕГИСТРАЦИИ", "свидетельство о государственной регистрации"}, {"СВИДЕТЕЛЬСТВООВНЕСЕНИИЗАПИСИ", "свидетельство о внесении записи"},
	{"СПРАВКАОБОТСУТСТВИИ", "справка об отсутствии сведений"}, {"СПРАВКАОСОСТОЯНИИ", "справка о расчётах"}, {"СПРАВКАОБИСПОЛНЕНИИ", "справка об исполнении обязанности по уплате налогов"},
	{"ЕДИНОГОРЕЕСТРАСУБЪЕКТОВМАЛОГО", "выписка из реестра малого и среднего предпринимательства"}, {"РЕШЕНИЕОГОСУДАРСТВЕННОЙРЕГИСТРАЦИИ", "решение о государственной регистрации"},
	{"РАСПИСКАВПОЛУЧЕНИИДОКУМЕНТОВ", "расписка в получении документов"},
}

const (
	legalHead = "ЕДИНОГОГОСУДАРСТВЕННОГОРЕЕСТРАЮРИДИЧЕСКИХЛИЦ"
	soleHead  = "ЕДИНОГОГОСУДАРСТВЕННОГОРЕЕСТРАИНДИВИДУАЛЬНЫХПРЕДПРИНИМАТЕЛЕЙ"
)

// kind tells what the paper is, and the name of the service or the paper.
func (s *sheet) kind() (Kind, string) {
	head, all := squeeze(strings.Join(s.head, "")), squeeze(strings.Join(s.all, ""))
	official := (strings.Contains(head, legalHead) || strings.Contains(head, soleHead)) &&
		strings.Contains(head, "НАСТОЯЩАЯВЫПИСКАСОДЕРЖИТ") && s.begun
	around := all
	if official { // the organisation may be called СПАРК itself, and write from kontur.ru
		around = squeeze(strings.Join(s.outside, ""))
		if before, rest, ok := strings.Cut(around, "НАСТОЯЩАЯВЫПИСКАСОДЕРЖИТ"); ok {
			_, rest, _ = strings.Cut(rest, "ОГРН")
			around = before + rest
		}
	}
	for _, m := range services {
		if mark, alone := strings.CutPrefix(m.mark, "="); alone && slices.ContainsFunc(s.outside, func(line string) bool { return squeeze(line) == mark }) || !alone && strings.Contains(around, mark) {
			return Service, m.name
		}
	}
	for _, mark := range []string{"КОПИЯВЕРНА", "ВЕРНОСТЬКОПИИ", "СВИДЕТЕЛЬСТВУЮВЕРНОСТЬ"} {
		if strings.Contains(around, mark) && strings.Contains(all, "РЕЕСТРА") {
			return Copy, ""
		}
	}
	if official {
		return Extract, ""
	}
	for _, m := range otherPapers {
		if strings.Contains(all, m.mark) {
			return OtherFNS, m.name
		}
	}
	return Paper, ""
}

// heading is what stands above the table.
type heading struct {
	sole   bool
	ogrn   string
	number string
	date   registry.Date // when the extract was made
	asOf   registry.Date // «по состоянию на»
}

var (
	dotted = regexp.MustCompile(`\b(\d{2})\.(\d{2})\.(\d{4})\b`)
	worded = regexp.MustCompile(`[«"]?\s*(\d{1,2})\s*[»"]?\s*(января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)\s*(\d\s*\d\s*\d\s*\d)\b`)
	doc    = regexp.MustCompile(`№\s*((?:ЮЭ|ИЭ)\s?\d[\d-]+)`)
)

var months = map[string]string{"января": "01", "февраля": "02", "марта": "03", "апреля": "04", "мая": "05", "июня": "06", "июля": "07",
	"августа": "08", "сентября": "09", "октября": "10", "ноября": "11", "декабря": "12"}

func (s *sheet) heading() heading {
	text := strings.Join(s.head, " ")
	h := heading{sole: strings.Contains(squeeze(text), soleHead)}
	length := 13
	if h.sole {
		length = 15
	}
	for i, line := range s.head {
		if _, rest, ok := strings.Cut(squeeze(line), "ОГРН"); ok {
			h.ogrn = digits(rest)
			for next := i + 1; len(h.ogrn) < length && next < min(i+3, len(s.head)); next++ {
				h.ogrn += digits(s.head[next])
			}
			h.ogrn = h.ogrn[:min(len(h.ogrn), length)]
			if len(h.ogrn) == length {
				break
			}
		}
	}
	if m := doc.FindStringSubmatch(text); m != nil {
		h.number = strings.ReplaceAll(m[1], " ", "")
	}
	h.date = dateOf(text)
	if m := worded.FindStringSubmatch(strings.ToLower(text)); m != nil {
		h.asOf = registry.Date(strings.ReplaceAll(m[3], " ", "") + "-" + months[m[2]] + "-" + ("0" + m[1])[len(m[1])-1:])
	}
	return h
}

// dateOf is the first 22.11.2026 of a text.
func dateOf(s string) registry.Date {
	m := dotted.FindStringSubmatch(s)
	if m == nil || m[2] > "12" || m[2] < "01" || m[1] > "31" || m[1] < "01" {
		return ""
	}
	return registry.Date(m[3] + "-" + m[2] + "-" + m[1])
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
