package printed

import "strings"

// section is one part of the paper under its title, with the titles below it
// as parts of their own: a list of founders is a section of each.
type section struct {
	kind  about
	title string
	rows  []row
}

// about is what a section speaks of.
type about int

const (
	other about = iota
	names
	seat
	email
	registration
	regOffice
	status
	ending
	heads
	founders
	capital
	taxOffice
	pension
	social
	mainActivity
	activities
	licences
	branches
	before
	after
	reorganised
	citizenship
	history
	person
	farm
)

// titles by a part of their words, in lower case, one word alone by the whole;
// the first that fits counts. The words are those of both layouts and of both
// registers.
var titles = []struct {
	kind about
	part string
}{
	{history, "сведения о записях, внесенных в единый государственный"},
	{person, "фамилия, имя, отчество"},
	{person, "фамилия, имя и (при наличии) отчество"},
	{person, "сведения об индивидуальном предпринимателе"},
	{person, "сведения о главе крестьянского"},
	{ending, "сведения о прекращении"},
	{mainActivity, "основном виде деятельности"},
	{activities, "дополнительных видах деятельности"},
	{activities, "видах экономической деятельности"},
	{heads, "имеющем право без доверенности"},
	{heads, "имеющих право без доверенности"},
	{heads, "управляющей организации"},
	{founders, "участниках / учредителях"},
	{founders, "учредителях (участниках)"},
	{founders, "сведения об участниках"},
	{founders, "сведения об учредителях"},
	{capital, "об уставном капитале"},
	{capital, "о складочном капитале"},
	{taxOffice, "учете в налоговом органе"},
	{taxOffice, "учёте в налоговом органе"},
	{social, "социального страхования"},
	{social, "социальному страхованию"},
	{pension, "в качестве страхователя"},
	{licences, "сведения о лицензиях"},
	{licences, "сведения о лицензии"},
	{branches, "филиалах и представительствах"},
	{branches, "сведения о филиал"},
	{branches, "сведения о представительств"},
	{branches, "филиалы"},
	{branches, "представительства"},
	{before, "сведения о правопредшественник"},
	{after, "сведения о правопреемник"},
	{reorganised, "сведения о реорганизации"},
	{reorganised, "участвующих в реорганизации"},
	{status, "сведения о состоянии"},
	{status, "сведения о статусе"},
	{status, "сведения о правоспособности"},
	{status, "способности (статусе)"},
	{regOffice, "сведения о регистрирующем органе"},
	{farm, "регистрации крестьянского"},
	{registration, "сведения о регистрации"},
	{citizenship, "сведения о гражданстве"},
	{email, "адрес электронной почты"},
	{email, "адресе электронной почты"},
	{seat, "место нахождения и адрес"},
	{seat, "адрес (место нахождения)"},
	{seat, "адрес места жительства"},
	{names, "наименование"},
}

func sectionOf(title string) about {
	title = strings.ToLower(strings.ReplaceAll(title, "ё", "е"))
	for _, t := range titles {
		if title == t.part || strings.HasPrefix(t.part, "сведения") && strings.HasPrefix(title, t.part) || strings.Contains(t.part, " ") && strings.Contains(title, t.part) {
			return t.kind
		}
	}
	return other
}

// sections cuts the table at its titles. A number alone parts one entry of a
// list from the next. A title below a section (of somebody's disqualification,
// of a pledge) begins a part that is none of the known.
func (t *rows) sections() []section {
	var all []section
	for _, r := range t.list {
		title := r.title
		if title == "" && r.number == "" && len(r.value) == 0 {
			title = strings.Join(r.label, " ") // a heading in the column of labels
		}
		if title == "" {
			if len(all) > 0 {
				last := &all[len(all)-1]
				last.rows = append(last.rows, r)
			}
			continue
		}
		kind := sectionOf(title)
		if len(all) > 0 && isNumber(title) {
			kind = all[len(all)-1].kind
			title = all[len(all)-1].title
		}
		all = append(all, section{kind: kind, title: title})
	}
	return all
}

// value is the words of the row of that name; names are compared by their
// beginning.
func (s *section) value(names ...string) string {
	return strings.Join(s.lines(names...), " ")
}

// lines is value with its lines apart.
func (s *section) lines(names ...string) []string {
	for _, name := range names {
		for _, r := range s.rows {
			if label := strings.Join(r.label, " "); strings.HasPrefix(label, name) {
				return r.value
			}
		}
	}
	return nil
}
