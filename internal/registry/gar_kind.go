package registry

import (
	"slices"
	"strings"
)

// garKind is one kind of file of the address register: how it is told, which of
// its elements become rows, and what they become.
type garKind struct {
	root    string // told by the root, and the element
	element string
	// row reads one element; false leaves it out without a complaint.
	row   func(r *garRow, m garMember) bool
	table garTable
	// objects are read before what refers to them.
	objects bool
}

// garTable is a table of the address register: gar_NAME, filled from
// gar_load_NAME.
type garTable struct {
	name    string
	columns string // as loaded, in the order of garKind.row; gar_load_ has turn behind them
	key     string
	known   bool // only rows of objects that are there
}

var (
	garTypeTable     = garTable{name: "type", columns: "kind, id, level, short, name, active, updated", key: "kind, id"}
	garObjectTable   = garTable{name: "object", columns: "id, objectid, guid, level, name, typename, norm, current, place, updated", key: "id"}
	garHouseTable    = garTable{name: "house", columns: "id, objectid, guid, num, num1, num2, type, type1, type2, norm, current, updated", key: "id"}
	garRegistryTable = garTable{name: "registry", columns: "objectid, active, updated", key: "objectid", known: true}
	garLinkTable     = garTable{name: "link", columns: "id, mun, objectid, region, parent, path, active, updated", key: "id, mun", known: true}
	garParamTable    = garTable{name: "param", columns: "id, objectid, type, value, since, until, updated", key: "id", known: true}
)

var garTables = []garTable{garTypeTable, garObjectTable, garHouseTable, garRegistryTable, garLinkTable, garParamTable}

var garKinds = []*garKind{
	{root: "ADDRESSOBJECTTYPES", element: "ADDRESSOBJECTTYPE", table: garTypeTable, objects: true,
		row: func(r *garRow, _ garMember) bool { return typeRow(r, "object") }},
	{root: "HOUSETYPES", element: "HOUSETYPE", table: garTypeTable, objects: true,
		row: func(r *garRow, m garMember) bool {
			if strings.HasPrefix(m.name, "AS_ADDHOUSE") { // the same schema, another list
				return typeRow(r, "part")
			}
			return typeRow(r, "house")
		}},
	{root: "ADDRESSOBJECTS", element: "OBJECT", table: garObjectTable, row: objectRow, objects: true},
	{root: "HOUSES", element: "HOUSE", table: garHouseTable, row: houseRow, objects: true},
	{root: "REESTR_OBJECTS", element: "OBJECT", table: garRegistryTable, row: func(r *garRow, _ garMember) bool {
		r.out.row(4)
		r.out.int64(r.object())
		r.out.bool(r.flag("ISACTIVE"))
		r.out.int32(r.date("UPDATEDATE"))
		return true
	}},
	{root: "ITEMS", element: "ITEM", table: garLinkTable, row: linkRow},
	{root: "PARAMS", element: "PARAM", table: garParamTable, row: paramRow},
}

// Kinds of parameters that are kept, as the register numbers them.
const (
	garPostcode = 5
	garOKATO    = 6
	garOKTMO    = 7
)

func typeRow(r *garRow, kind string) bool {
	r.out.row(8)
	r.out.text(kind)
	r.out.int64(r.id("ID"))
	r.out.int16(r.number("LEVEL", 0, 99, false))
	r.out.text(r.text("SHORTNAME", 50, false))
	r.out.text(r.text("NAME", 250, true))
	r.out.bool(r.flag("ISACTIVE"))
	r.out.int32(r.date("UPDATEDATE"))
	return true
}

func objectRow(r *garRow, _ garMember) bool {
	level := r.number("LEVEL", 0, 99, true)
	if r.err == nil && (level < 1 || level > 8) {
		return false // land, houses and rooms have files of their own; 9 and on are of the old address register
	}
	name, kind := r.text("NAME", 250, true), r.text("TYPENAME", 50, true)
	r.out.row(11)
	r.out.int64(r.id("ID"))
	r.out.int64(r.object())
	r.guid("OBJECTGUID")
	r.out.int16(level)
	r.out.text(name)
	r.out.text(kind)
	r.out.text(garNorm(name))
	actual, active := r.flag("ISACTUAL"), r.flag("ISACTIVE")
	r.out.bool(actual && active)
	r.out.bool(level >= 5 && level <= 7 || level == 1 && strings.TrimSuffix(kind, ".") == "г")
	r.out.int32(r.date("UPDATEDATE"))
	return true
}

func houseRow(r *garRow, m garMember) bool {
	if !m.houses {
		return false
	}
	num, num1, num2 := r.text("HOUSENUM", 50, false), r.text("ADDNUM1", 50, false), r.text("ADDNUM2", 50, false)
	r.out.row(13)
	r.out.int64(r.id("ID"))
	r.out.int64(r.object())
	r.guid("OBJECTGUID")
	r.out.text(num)
	r.out.text(num1)
	r.out.text(num2)
	for _, name := range []string{"HOUSETYPE", "ADDTYPE1", "ADDTYPE2"} {
		r.out.int32(int32(r.number(name, 0, 1<<31-1, false)))
	}
	r.out.text(garNumberNorm(num, num1, num2))
	actual, active := r.flag("ISACTUAL"), r.flag("ISACTIVE")
	r.out.bool(actual && active)
	r.out.int32(r.date("UPDATEDATE"))
	return true
}

// linkRow tells the divisions by the file's name, else by what only one has.
func linkRow(r *garRow, m garMember) bool {
	mun := strings.HasPrefix(m.name, "AS_MUN") || !strings.HasPrefix(m.name, "AS_ADM") && r.tag.get("OKTMO") != nil
	region := r.text("REGIONCODE", 4, false)
	if region == "" {
		region = m.region
	}
	if len(region) == 1 {
		region = "0" + region
	}
	r.out.row(9)
	r.out.int64(r.id("ID"))
	r.out.bool(mun)
	r.out.int64(r.object())
	r.out.text(region)
	path, parent := r.path()
	r.out.int64(parent)
	r.out.text(path)
	r.out.bool(r.flag("ISACTIVE"))
	r.out.int32(r.date("UPDATEDATE"))
	return true
}

func paramRow(r *garRow, _ garMember) bool {
	kind := r.number("TYPEID", 0, 9999, true)
	if r.err == nil && (kind < garPostcode || kind > garOKTMO) {
		return false
	}
	r.out.row(8)
	r.out.int64(r.id("ID"))
	r.out.int64(r.object())
	r.out.int16(kind)
	r.out.text(r.text("VALUE", 8000, true))
	r.out.int32(r.date("STARTDATE"))
	r.out.int32(r.date("ENDDATE"))
	r.out.int32(r.date("UPDATEDATE"))
	return true
}

// garKindOf finds the kind by the root; nil is a file that is not needed.
func garKindOf(root string, m garMember) *garKind {
	for _, other := range []string{"APARTMENTS", "ROOMS", "CARPLACES", "STEADS"} {
		if root == "PARAMS" && strings.Contains(m.name, other) {
			return nil
		}
	}
	i := slices.IndexFunc(garKinds, func(k *garKind) bool { return k.root == root })
	if i < 0 {
		return nil
	}
	return garKinds[i]
}
