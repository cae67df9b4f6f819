package registry

import (
	"fmt"
	"strings"
)

// garVillages lie in the one district that each region has; the last is no more.
var garVillages = []struct{ kind, name, formerly string }{
	{"с", "Ивановка", ""}, {"д", "Берёзовка", ""}, {"п", "Октябрьский", "Подгорный"}, {"с", "Покровское", ""}, {"д", "Ключи", "Новые Ключи"}, {"д", "Заречье", ""},
}

// garDistricts are the districts of towns that have them.
var garDistricts = map[string][]string{
	"БРАТСК": {"Центральный", "Падун", "Энергетик"}, "НОВОКУЗНЕЦК": {"Центральный", "Заводской"},
}

// garFormerly are names that places had.
var garFormerly = map[string]string{"САНКТ-ПЕТЕРБУРГ": "Ленинград", "ЕКАТЕРИНБУРГ": "Свердловск", "ТВЕРЬ": "Калинин", "САМАРА": "Куйбышев", "НИЖНИЙ НОВГОРОД": "Горький", "ПЕРМЬ": "Молотов"}

// region writes one region into the files.
func (g *garDraft) region(r region) {
	g.code = r.code
	name, kind := regionName(r.name)
	top := g.object(1, name, kind, garObject{}, garFormerly[strings.TrimPrefix(r.name, "Г.")], false)
	g.param("AS_ADDR_OBJ_PARAMS", top, garOKATO, r.code+"000000000")
	g.param("AS_ADDR_OBJ_PARAMS", top, garOKTMO, r.code+"000000")
	for _, t := range r.towns {
		if t.name == "" {
			g.streets(r, top, nil)
			continue
		}
		town := g.object(5, garCase(t.name), "г", top, garFormerly[t.name], false)
		g.param("AS_ADDR_OBJ_PARAMS", town, garPostcode, r.post+"000")
		var districts []garObject
		for _, d := range garDistricts[t.name] {
			districts = append(districts, g.object(7, d, "жилрайон", town, "", false))
		}
		g.streets(r, town, districts)
	}
	if r.towns[0].name == "" {
		return
	}
	district := g.object(2, garDistrict(garCase(r.towns[0].name)), "р-н", top, "", false)
	for i, v := range garVillages {
		village := g.object(6, v.name, v.kind, district, v.formerly, i == len(garVillages)-1)
		g.param("AS_ADDR_OBJ_PARAMS", village, garPostcode, fmt.Sprintf("%s%03d", r.post, 800+i))
		g.houses(village, "") // without streets
	}
}

// streets writes streets with their houses into a town or by turns into its districts.
func (g *garDraft) streets(r region, town garObject, districts []garObject) {
	order := g.rand.Perm(len(streets))
	for i := range g.o.Streets {
		at := order[i%len(order)]
		in := town
		if len(districts) > 0 {
			in = districts[i%len(districts)]
		}
		s, formerly := streets[at], ""
		if i%9 == 4 {
			formerly = garCase(streets[(at+1)%len(streets)].name) + " Старая"
		}
		name := garCase(s.name)
		if n := i / len(order); n > 0 { // there are more streets than names
			name = fmt.Sprintf("%d-%s %s", n+1, garOrdinals[s.kind], name)
		}
		street := g.object(8, name, strings.ToLower(strings.TrimSuffix(s.kind, ".")), in, formerly, false)
		post := fmt.Sprintf("%s%03d", r.post, 1+i%700)
		g.param("AS_ADDR_OBJ_PARAMS", street, garPostcode, post)
		g.houses(street, post)
	}
}

// garOrdinals end the numbers of streets by the gender of their kind.
var garOrdinals = map[string]string{"УЛ.": "я", "НАБ.": "я", "ПР-КТ": "й", "ПЕР.": "й", "Б-Р": "й", "Ш.": "е"}

// garDistrict names a district after its town: Омск, Тверь, Самара.
func garDistrict(town string) string {
	root := strings.TrimRight(town, "аяоеьыий")
	if strings.HasSuffix(root, "ск") {
		return root + "ий"
	}
	return root + "ский"
}

// regionName parts the register's name of a region into name and kind.
func regionName(s string) (name, kind string) {
	for _, p := range []struct{ mark, kind string }{{"Г.", "г"}, {"РЕСПУБЛИКА ", "Респ"}} {
		if rest, ok := strings.CutPrefix(s, p.mark); ok {
			return garCase(rest), p.kind
		}
	}
	for _, p := range []struct{ mark, kind string }{{" ОБЛАСТЬ", "обл"}, {" КРАЙ", "край"}, {" РЕСПУБЛИКА", "Респ"}} {
		if rest, ok := strings.CutSuffix(s, p.mark); ok {
			return garCase(rest), p.kind
		}
	}
	if strings.Contains(s, "АВТОНОМНЫЙ ОКРУГ") {
		return garCase(s), "АО"
	}
	return garCase(s), "обл"
}
