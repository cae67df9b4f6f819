package printed

import (
	"strconv"
	"strings"

	"signdesk/internal/registry"
)

// fio reads a name: three rows, or one with a line for each part.
func fio(s *section) *registry.Person {
	p := registry.Person{Surname: exact(s, "Фамилия"), Name: exact(s, "Имя"), Patronymic: exact(s, "Отчество"), Country: s.value("Гражданство")}
	if together := s.lines("Фамилия Имя Отчество", "Фамилия, имя, отчество"); p.Surname == "" && len(together) > 0 {
		if len(together) == 1 {
			together = strings.SplitN(together[0], " ", 3)
		}
		p.Surname = together[0]
		if len(together) > 1 {
			p.Name = together[1]
		}
		p.Patronymic = strings.Join(together[min(2, len(together)):], " ")
	}
	if p.Surname == "" && p.Name == "" {
		return nil
	}
	p.INN = digits(exact(s, "ИНН"))
	switch strings.ToLower(s.value("Пол")) {
	case "мужской":
		p.Sex = "m"
	case "женский":
		p.Sex = "f"
	}
	return &p
}

// exact is the value of the row of that very name.
func exact(s *section, name string) string {
	for _, r := range s.rows {
		if strings.Join(r.label, " ") == name {
			return strings.Join(r.value, " ")
		}
	}
	return ""
}

// party reads an organisation named in another's paper.
func party(s *section) *registry.Party {
	p := registry.Party{Name: s.value("Полное наименование"), OGRN: digits(exact(s, "ОГРН")), INN: digits(exact(s, "ИНН")), Country: s.value("Страна происхождения")}
	if p.Name == "" {
		return nil
	}
	return &p
}

// doubt is the register's word on what it does not believe.
func doubt(s *section) string {
	for _, r := range s.rows {
		if value := strings.Join(r.value, " "); strings.Contains(strings.ToLower(value), "недостоверн") {
			return value
		}
	}
	return ""
}

// heads are the people who act without a power of attorney. Several may stand
// in one section, each beginning with the number of the entry that names him.
func (p *paper) heads(r *registry.Record) {
	for _, whole := range p.all(heads) {
		for _, s := range whole.parted("Фамилия Имя Отчество", "Фамилия", "Полное наименование") {
			h := registry.Head{Person: fio(s), Title: exact(s, "Должность"), Doubt: doubt(s)}
			if h.Person == nil {
				h.Party = party(s)
			}
			for _, row := range s.rows {
				if strings.HasPrefix(strings.Join(row.label, " "), "ГРН и дата внесения в ЕГРЮЛ сведений о данном лице") {
					h.Since = dateOf(strings.Join(row.value, " "))
				}
			}
			h.Restricted = h.Person == nil && h.Party == nil
			if h.Restricted && !strings.Contains(strings.ToLower(s.everything()), "ограничен") {
				continue
			}
			r.Heads = append(r.Heads, h)
			r.Status.Doubt = r.Status.Doubt || h.Doubt != ""
		}
	}
}

// parted cuts a section in which several are listed one after another: each
// row of one of the names begins the next, and takes the rows since the last
// entry's number along.
func (s *section) parted(names ...string) (list []*section) {
	begin, known := 0, false
	starts := func(i int) bool {
		label := strings.Join(s.rows[i].label, " ")
		for _, name := range names {
			if label == name || name != "Фамилия" && strings.HasPrefix(label, name) {
				return true
			}
		}
		return false
	}
	for i := range s.rows {
		if !starts(i) {
			continue
		}
		if known {
			from := i
			if from > 0 && strings.Contains(strings.Join(s.rows[from-1].label, " "), "сведений о данном лице") {
				from--
			}
			list = append(list, &section{kind: s.kind, title: s.title, rows: s.rows[begin:from]})
			begin = from
		}
		known = true
	}
	return append(list, &section{kind: s.kind, title: s.title, rows: s.rows[begin:]})
}

func (s *section) everything() string {
	var b strings.Builder
	for _, r := range s.rows {
		b.WriteString(strings.Join(r.label, " ") + " " + strings.Join(r.value, " ") + " ")
	}
	return b.String()
}

func (p *paper) founders(r *registry.Record) {
	for _, whole := range p.all(founders) {
		for _, s := range whole.parted("Фамилия Имя Отчество", "Фамилия", "Полное наименование") {
			f := registry.Founder{Person: fio(s), Percent: share(s), Doubt: doubt(s)}
			if f.Person == nil {
				f.Party = party(s)
			}
			if f.Person == nil && f.Party == nil {
				continue
			}
			f.Kopecks, _ = money(s.value("Номинальная стоимость доли"))
			r.Founders = append(r.Founders, f)
			r.Status.Doubt = r.Status.Doubt || f.Doubt != ""
		}
	}
}

func share(s *section) string {
	return strings.ReplaceAll(first(s.value("Размер доли (в процентах)"), s.value("Размер доли (в виде простой дроби)"), s.value("Размер доли")), " ", "")
}

func (p *paper) parties(kind about) (list []registry.Party) {
	for _, whole := range p.all(kind) {
		for _, s := range whole.parted("Полное наименование") {
			if one := party(s); one != nil {
				list = append(list, *one)
			}
		}
	}
	return list
}

// money reads 10000, 10 000,50 and 10000.5 as kopecks.
func money(s string) (int64, bool) {
	s = strings.NewReplacer(" ", "", ",", ".", "руб.", "", "рублей", "").Replace(s)
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || n > 1<<53 {
		return 0, false
	}
	part = (part + "00")[:2]
	kopecks, err := strconv.ParseInt(part, 10, 64)
	if err != nil {
		return 0, false
	}
	return n*100 + kopecks, true
}
