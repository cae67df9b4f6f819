package registry

import "strings"

// Address is an address of the register. The form by the state address register
// (ФИАС) is preferred; the classic form by КЛАДР stands in for what it lacks and
// is kept as a line, because the two often differ in flats and offices.
type Address struct {
	GUID       string `json:"guid,omitempty"` // ИдНом: the object in ФИАС
	PostCode   string `json:"post_code,omitempty"`
	RegionCode string `json:"region_code,omitempty"` // two digits
	Region     string `json:"region,omitempty"`
	District   string `json:"district,omitempty"`   // муниципальный район, округ; classic: район
	Settlement string `json:"settlement,omitempty"` // городское, сельское поселение
	City       string `json:"city,omitempty"`       // classic form only
	Locality   string `json:"locality,omitempty"`   // г Омск, пгт Южно-Курильск
	Area       string `json:"area,omitempty"`       // мкр, тер, квартал
	Street     string `json:"street,omitempty"`
	Plot       string `json:"plot,omitempty"`
	House      string `json:"house,omitempty"` // house, building, structure
	Room       string `json:"room,omitempty"`  // office or flat, room in a flat
	KLADR      string `json:"kladr,omitempty"`
	Line       string `json:"line"`
	Classic    string `json:"classic,omitempty"` // the classic form in one line, when it is the second
	Doubt      string `json:"doubt,omitempty"`   // the register's word on an unreliable address
	Moving     string `json:"moving,omitempty"`  // decision to move
}

// address reads the ФИАС form from the child fias of e and the classic one from
// the child classic; nil when neither is there.
func (p *parser) address(e element, fias, classic string) *Address {
	a := p.fiasAddress(e.child(fias))
	old := classicAddress(e.child(classic))
	switch {
	case a == nil && old == nil:
		if !e.child("СвНедАдресЮЛ").exists() {
			return nil
		}
		a = &Address{}
	case a == nil:
		a = old
	case old != nil:
		a.Classic, a.KLADR = old.Line, old.KLADR
		a.RegionCode = first(a.RegionCode, old.RegionCode)
		if a.PostCode == "" && old.PostCode != "" {
			a.PostCode = old.PostCode
			a.Line = joinLine(a.PostCode, a.Line)
		}
	}
	a.Doubt = doubt(e, "СвНедАдресЮЛ", "ТекстНедАдресЮЛ")
	a.Moving = e.child("СвРешИзмМН").attr("ТекстРешИзмМН")
	return a
}

func (p *parser) fiasAddress(e element) *Address {
	if !e.exists() {
		return nil
	}
	a := &Address{
		GUID: e.attr("ИдНом"), PostCode: e.attr("Индекс"),
		RegionCode: e.child("Регион").text(), Region: e.child("НаимРегион").text(),
		District:   coded(e.child("МуниципРайон"), districtKinds),
		Settlement: coded(e.child("ГородСелПоселен"), settlementKinds),
		Locality:   joinWords(e.child("НаселенПункт").attr("Вид"), e.child("НаселенПункт").attr("Наим")),
		Area:       typed(e.child("ЭлПланСтруктур"), "Наим"),
		Street:     typed(e.child("ЭлУлДорСети"), "Наим"),
		Plot:       e.child("ЗемелУчасток").text(),
	}
	var houses []string
	for c := range e.all("Здание") {
		houses = append(houses, typed(c, "Номер"))
	}
	a.House = joinLine(houses...)
	a.Room = joinLine(typed(e.child("ПомещЗдания"), "Номер"), typed(e.child("ПомещКвартиры"), "Номер"))
	a.Line = a.line()
	return a
}

func classicAddress(e element) *Address {
	if !e.exists() {
		return nil
	}
	part := func(tag, kind, name string) string {
		c := e.child(tag)
		return joinWords(c.attr(kind), c.attr(name))
	}
	a := &Address{
		PostCode: e.attr("Индекс"), RegionCode: e.attr("КодРегион"), KLADR: e.attr("КодАдрКладр"),
		Region:   part("Регион", "ТипРегион", "НаимРегион"),
		District: part("Район", "ТипРайон", "НаимРайон"),
		City:     part("Город", "ТипГород", "НаимГород"),
		Locality: part("НаселПункт", "ТипНаселПункт", "НаимНаселПункт"),
		Street:   part("Улица", "ТипУлица", "НаимУлица"),
		House:    joinLine(e.attr("Дом"), e.attr("Корпус")),
		Room:     e.attr("Кварт"),
	}
	a.Line = a.line()
	return a
}

// line writes the parts as people write an address.
func (a *Address) line() string {
	plot := a.Plot
	if plot != "" {
		plot = "з/у " + plot
	}
	return joinLine(a.PostCode, a.Region, a.District, a.Settlement, a.City, a.Locality, a.Area, a.Street, plot, a.House, a.Room)
}

// joinLine joins what is not empty with commas.
func joinLine(parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(part)
	}
	return b.String()
}

func typed(e element, value string) string { return joinWords(e.attr("Тип"), e.attr(value)) }

// Kinds of municipal units by ВидКод (order ЕД-7-14/17 of 18.01.2021).
var (
	districtKinds   = map[string]string{"1": "м.р-н", "2": "г.о.", "3": "вн.тер.г.", "4": "м.о."}
	settlementKinds = map[string]string{"1": "г.п.", "2": "с.п.", "3": "межсел.тер.", "4": "вн.р-н"}
)

// coded names the municipal unit, with its kind unless the name brings one.
func coded(e element, kinds map[string]string) string {
	name := e.attr("Наим")
	for _, own := range []string{"ГОРОД ", "РАЙОН", "ОКРУГ", "ПОСЕЛЕНИЕ", "Г. ", "Г.О", "М.О", "М.Р", "ВН.ТЕР", "СЕЛЬСОВЕТ"} {
		if strings.Contains(strings.ToUpper(name), own) {
			return name
		}
	}
	if name == "" {
		return ""
	}
	return joinWords(kinds[e.attr("ВидКод")], name)
}
