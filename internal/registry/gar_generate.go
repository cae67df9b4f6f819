package registry

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"
)

// GARGenerateOptions describe a synthetic copy of the address register.
type GARGenerateOptions struct {
	Seed    uint64    // the same seed and date give the same bytes
	Date    time.Time // the day of the copy
	Regions []string  // two-digit codes; all that are known when empty
	Streets int       // of a town, at most as many as there are names
	Houses  int       // of a street
}

// GenerateGAR writes a zip as the tax service publishes the register in full:
// the lists of kinds, and a folder for each region with objects, houses, both
// hierarchies, parameters and the list of GUIDs. Towns and streets are those of
// Generate; some had another name before, some villages are no more.
func GenerateGAR(w io.Writer, o GARGenerateOptions) error {
	z := zip.NewWriter(w)
	g := &garDraft{o: o, rand: rand.New(rand.NewPCG(o.Seed, 0x6a7)), day: o.Date.UTC().Format(time.DateOnly)}
	if err := g.kinds(z); err != nil {
		return err
	}
	for _, r := range regions {
		if len(o.Regions) > 0 && !strings.Contains(" "+strings.Join(o.Regions, " ")+" ", " "+r.code+" ") {
			continue
		}
		g.region(r)
		if err := g.flush(z, r.code+"/"); err != nil {
			return err
		}
	}
	return z.Close()
}

// garDraft collects the files of one region.
type garDraft struct {
	o     GARGenerateOptions
	rand  *rand.Rand
	day   string
	next  int64 // ids are one row of numbers
	order []string
	files map[string]*bytes.Buffer
	roots map[string]string
	code  string // of the region
}

// garObject is an object being written.
type garObject struct {
	id   int64
	path string
}

func (g *garDraft) id() int64 { g.next++; return g.next }

func (g *garDraft) guid() string {
	a, b := g.rand.Uint64(), g.rand.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, 0x8000|b>>48&0x3fff, b&0xffffffffffff)
}

// row appends an element to a file; an empty value leaves its attribute out.
func (g *garDraft) row(file, root, element string, attrs ...string) {
	if g.files == nil {
		g.files, g.roots = map[string]*bytes.Buffer{}, map[string]string{}
	}
	b := g.files[file]
	if b == nil {
		b = &bytes.Buffer{}
		g.files[file], g.roots[file] = b, root
		g.order = append(g.order, file)
		fmt.Fprintf(b, `<?xml version="1.0" encoding="utf-8"?><%s>`, root)
	}
	b.WriteString("<" + element)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			b.WriteString(" " + attrs[i] + `="` + attributeEscape.Replace(attrs[i+1]) + `"`)
		}
	}
	b.WriteString("/>")
}

func (g *garDraft) flush(z *zip.Writer, folder string) error {
	for _, file := range g.order {
		name := fmt.Sprintf("%s%s_%s_%s.XML", folder, file, strings.ReplaceAll(g.day, "-", ""), g.guid())
		out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: g.o.Date.UTC()})
		if err != nil {
			return err
		}
		g.files[file].WriteString("</" + g.roots[file] + ">")
		if _, err := out.Write(g.files[file].Bytes()); err != nil {
			return err
		}
	}
	g.order, g.files = nil, nil
	return nil
}

const garBegun, garEndless = "2011-09-13", "2079-06-06"

// kinds writes the lists that belong to no region.
func (g *garDraft) kinds(z *zip.Writer) error {
	for i, line := range strings.Split(garTypes, "\n") {
		f := strings.Split(line, "|")
		g.row("AS_ADDR_OBJ_TYPES", "ADDRESSOBJECTTYPES", "ADDRESSOBJECTTYPE", "ID", fmt.Sprint(i+1), "LEVEL", f[0], "SHORTNAME", f[1], "NAME", f[2],
			"UPDATEDATE", garBegun, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", "true")
	}
	for file, lines := range map[string]string{"AS_HOUSE_TYPES": "влд.|Владение\nд.|Дом\nдвлд.|Домовладение", "AS_ADDHOUSE_TYPES": "к.|Корпус\nстр.|Строение\nсоор.|Сооружение\nлитера|Литера"} {
		for i, line := range strings.Split(lines, "\n") {
			short, name, _ := strings.Cut(line, "|")
			g.row(file, "HOUSETYPES", "HOUSETYPE", "ID", fmt.Sprint(i+1), "NAME", name, "SHORTNAME", short,
				"UPDATEDATE", garBegun, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", "true")
		}
	}
	g.order = []string{"AS_ADDR_OBJ_TYPES", "AS_HOUSE_TYPES", "AS_ADDHOUSE_TYPES"} // a map has no order
	for level, name := range []string{"Субъект РФ", "Административный район", "Муниципальный район", "Сельское/городское поселение", "Город", "Населенный пункт",
		"Элемент планировочной структуры", "Элемент улично-дорожной сети", "Земельный участок", "Здание (сооружение)"} {
		g.row("AS_OBJECT_LEVELS", "OBJECTLEVELS", "OBJECTLEVEL", "LEVEL", fmt.Sprint(level+1), "NAME", name,
			"UPDATEDATE", garBegun, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", "true")
	}
	return g.flush(z, "")
}

const garTypes = `1|г|Город
1|обл|Область
1|край|Край
1|Респ|Республика
1|АО|Автономный округ
2|р-н|Район
3|м.р-н|Муниципальный район
5|г|Город
6|с|Село
6|д|Деревня
6|п|Поселок
7|жилрайон|Жилой район
7|мкр|Микрорайон
8|ул|Улица
8|пр-кт|Проспект
8|пер|Переулок
8|ш|Шоссе
8|б-р|Бульвар
8|наб|Набережная`

// object writes one object with its place in both hierarchies; formerly is a
// name it had, gone marks one that is no more.
func (g *garDraft) object(level int, name, kind string, in garObject, formerly string, gone bool) garObject {
	oid, guid := g.id(), g.guid()
	o := garObject{oid, strings.TrimPrefix(in.path+"."+decimal(oid), ".")}
	version := func(name, actual, active, until string) {
		g.row("AS_ADDR_OBJ", "ADDRESSOBJECTS", "OBJECT", "ID", decimal(g.id()), "OBJECTID", decimal(oid), "OBJECTGUID", guid, "CHANGEID", decimal(oid),
			"NAME", name, "TYPENAME", kind, "LEVEL", fmt.Sprint(level), "OPERTYPEID", "1", "UPDATEDATE", g.day, "STARTDATE", garBegun, "ENDDATE", until,
			"ISACTUAL", actual, "ISACTIVE", active)
	}
	if formerly != "" {
		version(formerly, "0", "0", "2015-04-01")
	}
	active := "1"
	if gone {
		active = "0"
	}
	version(name, "1", active, garEndless)
	g.link(o, in, guid, level, active)
	return o
}

func (g *garDraft) link(o, in garObject, guid string, level int, active string) {
	parent := ""
	if in.id > 0 {
		parent = decimal(in.id)
	}
	common := []string{"UPDATEDATE", g.day, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", active, "PATH", o.path}
	g.row("AS_ADM_HIERARCHY", "ITEMS", "ITEM", append([]string{"ID", decimal(g.id()), "OBJECTID", decimal(o.id), "PARENTOBJID", parent, "CHANGEID", decimal(o.id),
		"REGIONCODE", strings.TrimPrefix(g.code, "0")}, common...)...)
	g.row("AS_MUN_HIERARCHY", "ITEMS", "ITEM", append([]string{"ID", decimal(g.id()), "OBJECTID", decimal(o.id), "PARENTOBJID", parent, "CHANGEID", decimal(o.id),
		"OKTMO", g.code + "701000"}, common...)...)
	g.row("AS_REESTR_OBJECTS", "REESTR_OBJECTS", "OBJECT", "OBJECTID", decimal(o.id), "CREATEDATE", garBegun, "CHANGEID", decimal(o.id), "LEVELID", fmt.Sprint(level),
		"UPDATEDATE", g.day, "OBJECTGUID", guid, "ISACTIVE", active)
}

func (g *garDraft) param(file string, o garObject, kind int, value string) {
	g.row(file, "PARAMS", "PARAM", "ID", decimal(g.id()), "OBJECTID", decimal(o.id), "CHANGEID", decimal(o.id), "CHANGEIDEND", "0", "TYPEID", fmt.Sprint(kind),
		"VALUE", value, "UPDATEDATE", g.day, "STARTDATE", garBegun, "ENDDATE", garEndless)
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
