package registry

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// GARGenerateOptions describe a synthetic copy of the address register.
type GARGenerateOptions struct {
	Seed    uint64    // the same options give the same bytes
	Date    time.Time // the day of the copy
	Since   time.Time // the day of an earlier copy by the same options: only what changed after it is written
	Regions []string  // two-digit codes; all that are known when empty
	Streets int       // of a town
	Houses  int       // of a street
}

// GenerateGAR writes a zip as the tax service publishes the register, in full or
// its changes: the lists of kinds, and a folder for each region with objects,
// houses, both hierarchies, parameters and the list of GUIDs. Towns and streets
// are those of Generate; some had another name before, some villages are no
// more. It holds no more than a row: a region is walked through once a file.
func GenerateGAR(w io.Writer, o GARGenerateOptions) error {
	z := zip.NewWriter(w)
	g := &garDraft{o: o, zip: z, day: o.Date.UTC().Format(time.DateOnly), was: o.Date.UTC().Format(time.DateOnly)}
	if !o.Since.IsZero() {
		g.was = o.Since.UTC().Format(time.DateOnly)
	}
	g.date = o.Date.Unix() / (24 * 60 * 60)
	g.fresh = 1<<31 + g.date<<20 // beyond the ids of the copy and of other days
	for _, file := range []string{"AS_ADDR_OBJ_TYPES", "AS_HOUSE_TYPES", "AS_ADDHOUSE_TYPES", "AS_OBJECT_LEVELS"} {
		g.file("", file, g.kinds)
	}
	for _, r := range regions {
		if len(o.Regions) > 0 && !slices.Contains(o.Regions, r.code) {
			continue
		}
		next, fresh := g.next, g.fresh
		for _, file := range []string{"AS_ADDR_OBJ", "AS_HOUSES", "AS_ADM_HIERARCHY", "AS_MUN_HIERARCHY", "AS_REESTR_OBJECTS", "AS_ADDR_OBJ_PARAMS", "AS_HOUSES_PARAMS"} {
			g.next, g.fresh = next, fresh
			g.file(r.code+"/", file, func() { g.region(r) })
		}
	}
	return errors.Join(g.err, z.Close())
}

// garDraft writes one file at a time.
type garDraft struct {
	o    GARGenerateOptions
	zip  *zip.Writer
	rand *rand.Rand
	day  string // of the copy
	was  string // of the copy before, the same without one
	date int64  // of the copy, in days
	code string // of the region

	// Ids are one row of numbers; those that changes bring are another.
	next, fresh int64

	folder, only string // the file being written; what goes elsewhere is left out
	root         string
	out          *bufio.Writer // nil before its first row
	err          error
}

// garObject is an object being written and what happened to it.
type garObject struct {
	id     int64
	path   string
	change garChange
}

func (g *garDraft) id() int64      { g.next++; return g.next }
func (g *garDraft) freshID() int64 { g.fresh++; return g.fresh }

// changes reports whether only what changed is written.
func (g *garDraft) changes() bool { return g.was != g.day }

// guid is made of the next two random numbers.
func (g *garDraft) guid() garGUID { return garGUID{g.rand.Uint64(), g.rand.Uint64()} }

type garGUID [2]uint64

func (u garGUID) String() string {
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", u[0]>>32, u[0]>>16&0xffff, u[0]&0xfff, 0x8000|u[1]>>48&0x3fff, u[1]&0xffffffffffff)
}

// file writes one file: what walk says of it. Without rows there is none.
func (g *garDraft) file(folder, name string, walk func()) {
	g.folder, g.only, g.out = folder, name, nil
	g.rand = rand.New(rand.NewPCG(g.o.Seed, 0x6a7^uint64(g.next)))
	walk()
	if g.out == nil {
		return
	}
	fmt.Fprintf(g.out, "</%s>", g.root)
	g.err = errors.Join(g.err, g.out.Flush())
}

// begin opens the file at its first row.
func (g *garDraft) begin(root string) {
	h := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %s %s", g.o.Seed, g.day, g.was, g.folder, g.only))
	guid := garGUID{binary.BigEndian.Uint64(h[:]), binary.BigEndian.Uint64(h[8:])}
	out, err := g.zip.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%s%s_%s_%s.XML", g.folder, g.only, strings.ReplaceAll(g.day, "-", ""), guid), Method: zip.Deflate, Modified: g.o.Date.UTC()})
	if err != nil {
		g.err, out = errors.Join(g.err, err), io.Discard
	}
	g.root, g.out = root, bufio.NewWriterSize(out, 64<<10)
	fmt.Fprintf(g.out, `<?xml version="1.0" encoding="utf-8"?><%s>`, root)
}

// row appends an element to a file; attributes are names and values by turns,
// an empty value and no id leave theirs out.
func (g *garDraft) row(file, root, element string, attrs ...any) {
	if file != g.only {
		return
	}
	if g.out == nil {
		g.begin(root)
	}
	b := append(append(g.out.AvailableBuffer(), '<'), element...)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] == "" || attrs[i+1] == int64(0) {
			continue
		}
		b = append(append(append(b, ' '), attrs[i].(string)...), `="`...)
		switch v := attrs[i+1].(type) {
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case garGUID:
			b = append(b, v.String()...)
		case string:
			b = append(b, attributeEscape.Replace(v)...)
		}
		b = append(b, '"')
	}
	if _, err := g.out.Write(append(b, "/>"...)); err != nil && g.err == nil {
		g.err = err
	}
}

const garBegun, garEndless = "2011-09-13", "2079-06-06"

// kinds writes the lists that belong to no region.
func (g *garDraft) kinds() {
	if g.changes() {
		return // they do not change
	}
	for i, line := range strings.Split(garTypes, "\n") {
		f := strings.Split(line, "|")
		g.row("AS_ADDR_OBJ_TYPES", "ADDRESSOBJECTTYPES", "ADDRESSOBJECTTYPE", "ID", i+1, "LEVEL", f[0], "SHORTNAME", f[1], "NAME", f[2],
			"UPDATEDATE", garBegun, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", "true")
	}
	for file, lines := range map[string]string{"AS_HOUSE_TYPES": "влд.|Владение\nд.|Дом\nдвлд.|Домовладение", "AS_ADDHOUSE_TYPES": "к.|Корпус\nстр.|Строение\nсоор.|Сооружение\nлитера|Литера"} {
		for i, line := range strings.Split(lines, "\n") {
			short, name, _ := strings.Cut(line, "|")
			g.row(file, "HOUSETYPES", "HOUSETYPE", "ID", i+1, "NAME", name, "SHORTNAME", short,
				"UPDATEDATE", garBegun, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", "true")
		}
	}
	for level, name := range []string{"Субъект РФ", "Административный район", "Муниципальный район", "Сельское/городское поселение", "Город", "Населенный пункт",
		"Элемент планировочной структуры", "Элемент улично-дорожной сети", "Земельный участок", "Здание (сооружение)"} {
		g.row("AS_OBJECT_LEVELS", "OBJECTLEVELS", "OBJECTLEVEL", "LEVEL", level+1, "NAME", name,
			"UPDATEDATE", garBegun, "STARTDATE", garBegun, "ENDDATE", garEndless, "ISACTIVE", "true")
	}
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
