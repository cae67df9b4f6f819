package registry

import (
	"fmt"
	"strings"
	"unicode"
)

// garChange is what happened to an object since the copy before.
type garChange int

const (
	garSame    garChange = iota
	garRenamed           // a street or village has another name, a house another number
	garGone
	garReposted // has another postal code; a street, a new house too
)

// change decides what happened; one object in fifty changes, none twice in
// fifty days, and the chances of the copy itself are not disturbed.
func (g *garDraft) change(oid int64) garChange {
	h := uint64(oid) * 0x9e3779b97f4a7c15 >> 20
	if !g.changes() || h%50 != uint64(g.date)%50 {
		return garSame
	}
	return garChange(1 + h/50%3)
}

// object writes one object with its place in both hierarchies; formerly is a
// name it had, gone marks one that is no more.
func (g *garDraft) object(level int, name, kind string, in garObject, formerly string, gone bool) garObject {
	oid, guid := g.id(), g.guid()
	o := garObject{id: oid, path: strings.TrimPrefix(in.path+"."+decimal(oid), ".")}
	if level == 8 || level == 6 && !gone {
		o.change = g.change(oid)
	}
	version := func(id int64, name, updated, until string, actual, active bool, next int64) {
		g.row("AS_ADDR_OBJ", "ADDRESSOBJECTS", "OBJECT", "ID", id, "OBJECTID", oid, "OBJECTGUID", guid, "CHANGEID", oid,
			"NAME", name, "TYPENAME", kind, "LEVEL", level, "OPERTYPEID", 1, "NEXTID", next, "UPDATEDATE", updated, "STARTDATE", garBegun, "ENDDATE", until,
			"ISACTUAL", garBit(actual), "ISACTIVE", garBit(active))
	}
	if formerly != "" {
		if id := g.id(); !g.changes() {
			version(id, formerly, g.was, "2015-04-01", false, false, 0)
		}
	}
	switch id := g.id(); {
	case !g.changes():
		version(id, name, g.was, garEndless, true, !gone, 0)
	case o.change == garRenamed:
		next := g.freshID()
		version(id, name, g.day, g.day, false, false, next)
		version(next, name+" Новая", g.day, garEndless, true, true, 0)
	case o.change == garGone:
		version(id, name, g.day, g.day, true, false, 0)
	}
	g.link(o, in, guid, level, gone)
	return o
}

// link writes the object's place in both hierarchies and its line in the list
// of GUIDs.
func (g *garDraft) link(o, in garObject, guid garGUID, level int, gone bool) {
	adm, mun := g.id(), g.id()
	if !g.changes() || o.change == garGone {
		g.place(adm, mun, o, in, guid, level, !gone && o.change != garGone)
	}
}

func (g *garDraft) place(adm, mun int64, o, in garObject, guid garGUID, level int, alive bool) {
	active := garBit(alive)
	common := []any{"UPDATEDATE", g.day, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", active, "PATH", o.path}
	g.row("AS_ADM_HIERARCHY", "ITEMS", "ITEM", append([]any{"ID", adm, "OBJECTID", o.id, "PARENTOBJID", in.id, "CHANGEID", o.id,
		"REGIONCODE", strings.TrimPrefix(g.code, "0")}, common...)...)
	g.row("AS_MUN_HIERARCHY", "ITEMS", "ITEM", append([]any{"ID", mun, "OBJECTID", o.id, "PARENTOBJID", in.id, "CHANGEID", o.id,
		"OKTMO", g.code + "701000"}, common...)...)
	g.row("AS_REESTR_OBJECTS", "REESTR_OBJECTS", "OBJECT", "OBJECTID", o.id, "CREATEDATE", garBegun, "CHANGEID", o.id, "LEVELID", level,
		"UPDATEDATE", g.day, "OBJECTGUID", guid, "ISACTIVE", active)
}

func (g *garDraft) param(file string, o garObject, kind int, value string) {
	id := g.id()
	put := func(id int64, value, updated, since, until string) {
		g.row(file, "PARAMS", "PARAM", "ID", id, "OBJECTID", o.id, "CHANGEID", o.id, "CHANGEIDEND", "0", "TYPEID", kind,
			"VALUE", value, "UPDATEDATE", updated, "STARTDATE", since, "ENDDATE", until)
	}
	switch {
	case !g.changes():
		put(id, value, g.was, garBegun, garEndless)
	case o.change == garReposted:
		put(id, value, g.day, garBegun, g.day)
		put(g.freshID(), value[:3]+"9"+value[4:], g.day, g.day, garEndless)
	}
}

// houses writes the houses of a street, or of a village without streets.
func (g *garDraft) houses(in garObject, post string) {
	for n := 1; n <= g.o.Houses; n++ {
		g.house(in, fmt.Sprint(n), "", 0, n%7 == 0, post)
		switch { // some have company, written in each of the ways
		case n%5 == 4:
			g.house(in, fmt.Sprint(n), "1", 1, n%7 == 0, post)
		case n%11 == 10:
			g.house(in, fmt.Sprint(n)+"А", "", 0, false, post)
		case n%13 == 6:
			g.house(in, fmt.Sprint(n)+"/2", "", 0, false, post)
		case n%9 == 8:
			g.house(in, fmt.Sprint(n), "2", 2, false, post)
		}
	}
	if in.change == garReposted { // built since
		oid := g.freshID()
		guid := garGUID{uint64(oid) << 32, g.o.Seed}
		g.houseRow(g.freshID(), oid, guid, fmt.Sprint(g.o.Houses+1), "", 0, g.day, garEndless, true, true)
		g.place(g.freshID(), g.freshID(), garObject{id: oid, path: in.path + "." + decimal(oid)}, in, guid, 10, true)
	}
}

// house writes one; part is a building of it, of a kind by the register's list.
func (g *garDraft) house(in garObject, num, part string, kind int, gone bool, post string) {
	oid, guid, id := g.id(), g.guid(), g.id()
	o := garObject{id: oid, path: in.path + "." + decimal(oid)}
	if !gone {
		o.change = g.change(oid)
	}
	switch {
	case !g.changes():
		g.houseRow(id, oid, guid, num, part, kind, g.was, garEndless, true, !gone)
	case o.change == garRenamed:
		g.houseRow(id, oid, guid, num, part, kind, g.day, g.day, false, false)
		g.houseRow(g.freshID(), oid, guid, num+"Б", part, kind, g.day, garEndless, true, true)
	case o.change == garGone:
		g.houseRow(id, oid, guid, num, part, kind, g.day, g.day, true, false)
	}
	g.link(o, in, guid, 10, gone)
	if post != "" {
		g.param("AS_HOUSES_PARAMS", o, garPostcode, post)
	}
}

func (g *garDraft) houseRow(id, oid int64, guid garGUID, num, part string, kind int, updated, until string, actual, active bool) {
	g.row("AS_HOUSES", "HOUSES", "HOUSE", "ID", id, "OBJECTID", oid, "OBJECTGUID", guid, "CHANGEID", oid, "HOUSENUM", num, "ADDNUM1", part, "HOUSETYPE", 2, "ADDTYPE1", int64(kind),
		"OPERTYPEID", 10, "UPDATEDATE", updated, "STARTDATE", garBegun, "ENDDATE", until, "ISACTUAL", garBit(actual), "ISACTIVE", garBit(active))
}

func garBit(v bool) int {
	if v {
		return 1
	}
	return 0
}

// garCase writes a name of capitals as the address register does.
func garCase(s string) string {
	runes, first := []rune(strings.ToLower(s)), true
	for i, r := range runes {
		if first {
			runes[i] = unicode.ToUpper(r)
		}
		first = r == ' ' || r == '-' || r == '('
	}
	return strings.NewReplacer("-На-", "-на-", "Автономный Округ", "автономный округ", "Область", "область").Replace(string(runes))
}
