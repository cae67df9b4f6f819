package printed

import (
	"strings"

	"signdesk/internal/registry"
)

// addresses reads the seat: one line since 2022, parts before.
func (p *paper) addresses(r *registry.Record) {
	s := p.one(seat)
	if r.Kind == registry.Entrepreneur { // the register shows no more than the place
		if line := first(s.value("Адрес"), joinLine(old(s)...)); line != "" {
			r.Address = &registry.Address{Line: line}
		}
		return
	}
	if line := s.value("Адрес юридического лица"); line != "" {
		r.Address = inLine(line)
	} else if parts := old(s); len(parts) > 0 {
		r.Address = inParts(s)
	}
	if line := s.value("Место нахождения юридического лица"); line != "" {
		r.Seat = &registry.Address{Line: line}
	}
	if r.Address != nil {
		if len(r.KPP) == 9 && r.KPP[4:6] == "01" && r.KPP[:2] != "99" { // given by the tax office of the place
			r.Address.RegionCode = r.KPP[:2]
		}
		r.Address.Doubt = doubt(s)
		r.Status.Doubt = r.Status.Doubt || r.Address.Doubt != ""
	}
}

// inLine takes apart «117312, Г.МОСКВА, УЛ. ВАВИЛОВА, Д. 19» as far as the
// words say what they are.
func inLine(line string) *registry.Address {
	a := &registry.Address{Line: line}
	for i, part := range strings.Split(line, ",") {
		part = strings.TrimSpace(part)
		up := strings.ToUpper(part)
		switch {
		case i == 0 && len(part) == 6 && isNumber(part[:5]) && isNumber(part[1:]):
			a.PostCode = part
		case a.Region == "" && i <= 1 && !strings.HasPrefix(up, "УЛ"):
			a.Region = part
		case begins(up, "УЛ.", "УЛ ", "УЛИЦА", "ПР-КТ", "ПРОСП", "ПЕР.", "ПЕРЕУЛОК", "НАБ", "Ш.", "ШОССЕ", "ПЛ.", "ПЛОЩАДЬ", "Б-Р", "БУЛЬВАР", "ПР-Д", "ПРОЕЗД", "АЛЛЕЯ", "ТУП", "ЛИНИЯ"):
			a.Street = part
		case begins(up, "Д.", "Д ", "ДОМ", "ЗД.", "ЗДАНИЕ", "СТР", "К.", "КОРП", "ВЛД", "СООР", "ЛИТЕР"):
			a.House = joinLine(a.House, part)
		case begins(up, "КВ", "ОФ", "ПОМ", "КОМ", "КАБ"):
			a.Room = joinLine(a.Room, part)
		case begins(up, "Г.О.", "Г.П.", "М.Р-Н", "М.О.", "ВН.ТЕР", "МУНИЦИП", "Р-Н", "РАЙОН"):
			a.District = joinLine(a.District, part)
		case begins(up, "Г.", "Г ", "ГОРОД", "П.", "ПОС", "С.", "СЕЛО", "Д.", "ДЕР", "ПГТ", "РП", "СТ-ЦА", "Х."):
			a.Locality = part
		case begins(up, "МКР", "ТЕР", "КВ-Л", "СНТ", "ПРОМЗОНА"):
			a.Area = part
		}
	}
	return a
}

func begins(s string, words ...string) bool {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// The parts of an address in the layout before 2022, in their order.
var parts = []string{"Почтовый индекс", "Субъект Российской Федерации", "Район", "Город", "Населенный пункт", "Улица", "Дом", "Корпус", "Офис", "Квартира"}

func old(s *section) (list []string) {
	for _, name := range parts {
		if v := s.value(name); v != "" && strings.Trim(v, "-") != "" {
			list = append(list, v)
		}
	}
	return list
}

func inParts(s *section) *registry.Address {
	part := func(name string) string {
		if v := s.value(name); strings.Trim(v, "-") != "" {
			return v
		}
		return ""
	}
	return &registry.Address{
		PostCode: part("Почтовый индекс"), Region: part("Субъект Российской Федерации"), District: part("Район"), City: part("Город"),
		Locality: part("Населенный пункт"), Street: part("Улица"), House: joinLine(part("Дом"), part("Корпус")),
		Room: joinLine(part("Офис"), part("Квартира")), Line: joinLine(old(s)...),
	}
}

func joinLine(list ...string) string {
	var kept []string
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, ", ")
}

// activities reads the kinds of activity, the main one first.
func (p *paper) activities(r *registry.Record) {
	for _, kind := range []about{mainActivity, activities} {
		for _, s := range p.all(kind) {
			for _, row := range s.rows {
				if !strings.HasPrefix(strings.Join(row.label, " "), "Код и наименование вида деятельности") {
					continue
				}
				code, name, _ := strings.Cut(strings.Join(row.value, " "), " ")
				if code == "" || code[0] < '0' || code[0] > '9' {
					continue
				}
				r.Activities = append(r.Activities, registry.Activity{Code: code, Name: strings.TrimSpace(name), Edition: "2014", Main: kind == mainActivity})
			}
		}
	}
}

// branches reads the names and addresses of branches and offices.
func (p *paper) branches(r *registry.Record) {
	office := false
	for _, whole := range p.sections {
		if whole.kind != branches {
			continue
		}
		if title := strings.ToLower(whole.title); strings.Contains(title, "представительств") != strings.Contains(title, "филиал") {
			office = strings.Contains(title, "представительств")
		}
		if len(whole.rows) == 0 {
			continue
		}
		for _, s := range whole.parted("Наименование") {
			if name, line := exact(s, "Наименование"), first(s.value("Адрес места нахождения"), joinLine(old(s)...)); name != "" || line != "" {
				b := registry.Branch{Name: name, KPP: digits(exact(s, "КПП")), Office: office}
				if line != "" {
					b.Address = inLine(line)
				}
				r.Branches = append(r.Branches, b)
			}
		}
	}
}
