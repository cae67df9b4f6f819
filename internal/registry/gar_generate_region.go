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
	district := g.object(2, garCase(r.towns[0].name)+"ский", "р-н", top, "", false)
	for i, v := range garVillages {
		village := g.object(6, v.name, v.kind, district, v.formerly, i == len(garVillages)-1)
		g.param("AS_ADDR_OBJ_PARAMS", village, garPostcode, fmt.Sprintf("%s%03d", r.post, 800+i))
		for n := 1; n <= g.o.Houses; n++ { // without streets
			g.house(village, n, "")
		}
	}
}

// streets writes streets with their houses into a town or by turns into its districts.
func (g *garDraft) streets(r region, town garObject, districts []garObject) {
	for i, at := range g.rand.Perm(len(streets))[:min(g.o.Streets, len(streets))] {
		in := town
		if len(districts) > 0 {
			in = districts[i%len(districts)]
		}
		s, formerly := streets[at], ""
		if i%9 == 4 {
			formerly = garCase(streets[(at+1)%len(streets)].name) + " Старая"
		}
		street := g.object(8, garCase(s.name), strings.ToLower(strings.TrimSuffix(s.kind, ".")), in, formerly, false)
		post := fmt.Sprintf("%s%03d", r.post, 1+i%700)
		g.param("AS_ADDR_OBJ_PARAMS", street, garPostcode, post)
		for n := 1; n <= g.o.Houses; n++ {
			g.house(street, n, post)
		}
	}
}

// house writes a house; each fifth has a second building, each seventh is gone.
func (g *garDraft) house(in garObject, n int, post string) {
	for building := range 1 + (n%5)/4 {
		oid, guid, active := g.id(), g.guid(), "1"
		if n%7 == 0 {
			active = "0"
		}
		attrs := []string{"ID", decimal(g.id()), "OBJECTID", decimal(oid), "OBJECTGUID", guid, "CHANGEID", decimal(oid), "HOUSENUM", fmt.Sprint(n)}
		if building > 0 {
			attrs = append(attrs, "ADDNUM1", fmt.Sprint(building), "HOUSETYPE", "2", "ADDTYPE1", "1")
		} else {
			attrs = append(attrs, "HOUSETYPE", "2")
		}
		g.row("AS_HOUSES", "HOUSES", "HOUSE", append(attrs, "OPERTYPEID", "10", "UPDATEDATE", g.day, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTUAL", "1", "ISACTIVE", active)...)
		o := garObject{oid, in.path + "." + decimal(oid)}
		g.link(o, in, guid, 10, active)
		if post != "" {
			g.param("AS_HOUSES_PARAMS", o, garPostcode, post)
		}
	}
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
