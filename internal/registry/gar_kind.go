package registry

import (
	"slices"
	"strings"
)

// garKind is one kind of file of the address register: how it is told, which of
// its elements become rows, and what they become.
type garKind struct {
	order   int    // files are taken in this order: objects before what refers to them
	root    string // told by the root, and the element
	element string
	// row reads one element; false leaves it out without a complaint.
	row   func(r *garRow, m garMember) bool
	table string
	// columns of the table that a row fills, in its order; the first (two) of
	// them are the key.
	columns string
	types   string // of those columns
	key     string
	known   bool // only rows of objects that are there
}

// garMember is what a file's name says.
type garMember struct {
	name   string // without folder
	region string // the folder's name when it is a region's code
	houses bool   // houses of this region are wanted
}

var garKinds = []*garKind{
	{order: 0, root: "ADDRESSOBJECTTYPES", element: "ADDRESSOBJECTTYPE", table: "gar_type", key: "kind, id",
		columns: "kind, id, level, short, name, active, updated", types: "text, bigint, smallint, text, text, boolean, date",
		row: func(r *garRow, _ garMember) bool { return typeRow(r, "object") }},
	{order: 0, root: "HOUSETYPES", element: "HOUSETYPE", table: "gar_type", key: "kind, id",
		columns: "kind, id, level, short, name, active, updated", types: "text, bigint, smallint, text, text, boolean, date",
		row: func(r *garRow, m garMember) bool {
			if strings.HasPrefix(m.name, "AS_ADDHOUSE") { // the same schema, another list
				return typeRow(r, "part")
			}
			return typeRow(r, "house")
		}},
	{order: 1, root: "ADDRESSOBJECTS", element: "OBJECT", table: "gar_object", key: "id",
		columns: "id, objectid, guid, level, name, typename, norm, current, place, updated",
		types:   "bigint, bigint, uuid, smallint, text, text, text, boolean, boolean, date", row: objectRow},
	{order: 2, root: "HOUSES", element: "HOUSE", table: "gar_house", key: "id",
		columns: "id, objectid, guid, num, num1, num2, type, type1, type2, norm, current, updated",
		types:   "bigint, bigint, uuid, text, text, text, int, int, int, text, boolean, date", row: houseRow},
	{order: 3, root: "REESTR_OBJECTS", element: "OBJECT", table: "gar_registry", key: "objectid", known: true,
		columns: "objectid, guid, level, active, updated", types: "bigint, uuid, smallint, boolean, date",
		row: func(r *garRow, _ garMember) bool {
			r.put(decimal(r.id("OBJECTID")))
			r.put(r.guid("OBJECTGUID"))
			r.put(decimal(r.number("LEVELID", 0, 99, true)))
			r.put(copyFlag(r.flag("ISACTIVE")))
			r.put(r.date("UPDATEDATE"))
			return true
		}},
	{order: 4, root: "ITEMS", element: "ITEM", table: "gar_link", key: "division, id", known: true,
		columns: "division, id, objectid, region, path, active, updated", types: "text, bigint, bigint, text, bigint[], boolean, date", row: linkRow},
	{order: 5, root: "PARAMS", element: "PARAM", table: "gar_param", key: "id", known: true,
		columns: "id, objectid, type, value, since, until, updated", types: "bigint, bigint, smallint, text, date, date, date",
		row: func(r *garRow, _ garMember) bool {
			kind := r.number("TYPEID", 0, 9999, true)
			if r.err == nil && (kind < garPostcode || kind > garOKTMO) {
				return false
			}
			r.put(decimal(r.id("ID")))
			r.put(decimal(r.id("OBJECTID")))
			r.put(decimal(kind))
			r.put(r.text("VALUE", 8000, true))
			r.put(r.date("STARTDATE"))
			r.put(r.date("ENDDATE"))
			r.put(r.date("UPDATEDATE"))
			return true
		}},
}

// Kinds of parameters that are kept, as the register numbers them.
const (
	garPostcode = 5
	garOKATO    = 6
	garOKTMO    = 7
)

func typeRow(r *garRow, kind string) bool {
	r.put(kind)
	r.put(decimal(r.id("ID")))
	r.put(decimal(r.number("LEVEL", 0, 99, false)))
	r.put(r.text("SHORTNAME", 50, false))
	r.put(r.text("NAME", 250, true))
	r.put(copyFlag(r.flag("ISACTIVE")))
	r.put(r.date("UPDATEDATE"))
	return true
}

func objectRow(r *garRow, _ garMember) bool {
	level := r.number("LEVEL", 0, 99, true)
	if r.err == nil && (level < 1 || level > 8) {
		return false // land, houses and rooms have files of their own; 9 and on are of the old address register
	}
	name, kind := r.text("NAME", 250, true), r.text("TYPENAME", 50, true)
	r.put(decimal(r.id("ID")))
	r.put(decimal(r.id("OBJECTID")))
	r.put(r.guid("OBJECTGUID"))
	r.put(decimal(level))
	r.put(name)
	r.put(kind)
	r.put(garNorm(name))
	actual, active := r.flag("ISACTUAL"), r.flag("ISACTIVE")
	r.put(copyFlag(actual && active))
	r.put(copyFlag(level >= 5 && level <= 7 || level == 1 && strings.TrimSuffix(kind, ".") == "г"))
	r.put(r.date("UPDATEDATE"))
	return true
}

func houseRow(r *garRow, m garMember) bool {
	if !m.houses {
		return false
	}
	num, num1, num2 := r.text("HOUSENUM", 50, false), r.text("ADDNUM1", 50, false), r.text("ADDNUM2", 50, false)
	r.put(decimal(r.id("ID")))
	r.put(decimal(r.id("OBJECTID")))
	r.put(r.guid("OBJECTGUID"))
	for _, part := range []string{num, num1, num2} {
		r.put(part)
	}
	for _, name := range []string{"HOUSETYPE", "ADDTYPE1", "ADDTYPE2"} {
		r.put(decimal(r.number(name, 0, 1<<31-1, false)))
	}
	r.put(garNorm(strings.Join([]string{num, num1, num2}, " ")))
	actual, active := r.flag("ISACTUAL"), r.flag("ISACTIVE")
	r.put(copyFlag(actual && active))
	r.put(r.date("UPDATEDATE"))
	return true
}

// linkRow tells the divisions by the file's name, else by what only one has.
func linkRow(r *garRow, m garMember) bool {
	division := "adm"
	if strings.HasPrefix(m.name, "AS_MUN") || !strings.HasPrefix(m.name, "AS_ADM") && r.tag.get("OKTMO") != nil {
		division = "mun"
	}
	region := r.text("REGIONCODE", 4, false)
	if region == "" {
		region = m.region
	}
	if len(region) == 1 {
		region = "0" + region
	}
	objectid := r.id("OBJECTID")
	r.put(division)
	r.put(decimal(r.id("ID")))
	r.put(decimal(objectid))
	r.put(region)
	r.put(r.path(objectid))
	r.put(copyFlag(r.flag("ISACTIVE")))
	r.put(r.date("UPDATEDATE"))
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

// garNames are the names of elements and attributes that are read often.
var garNames = func() map[string]string {
	m := map[string]string{}
	for _, name := range strings.Fields(`OBJECT HOUSE ITEM PARAM ID OBJECTID OBJECTGUID CHANGEID CHANGEIDEND NAME TYPENAME LEVEL LEVELID OPERTYPEID PREVID NEXTID
		UPDATEDATE STARTDATE ENDDATE CREATEDATE ISACTUAL ISACTIVE PARENTOBJID REGIONCODE AREACODE CITYCODE PLACECODE PLANCODE STREETCODE OKTMO PATH
		HOUSENUM ADDNUM1 ADDNUM2 HOUSETYPE ADDTYPE1 ADDTYPE2 TYPEID VALUE SHORTNAME DESC`) {
		m[name] = name
	}
	return m
}()

// garNorm is a name as it is searched: upper case, Ё as Е, words of letters and
// digits with single spaces.
func garNorm(s string) string { return strings.Join(words(s), " ") }
