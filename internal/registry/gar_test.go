package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

var garDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func generatedGAR(t testing.TB, o GARGenerateOptions) []byte {
	t.Helper()
	o.Date = garDay
	var b bytes.Buffer
	if err := GenerateGAR(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// newGAR is a database with a small register.
func newGAR(t testing.TB) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	small := generatedGAR(t, GARGenerateOptions{Seed: 1, Regions: []string{"77", "38", "55", "69"}, Streets: 80, Houses: 12})
	report, err := ImportGAR(t.Context(), d, []string{file(t, "gar_xml.zip", small)}, GAROptions{Houses: []string{"38", "55"}}, nil)
	if err != nil || report.Rejected != 0 || report.Rows == 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	return d
}

// The schemas are the tax service's own.
func TestGeneratedGARIsValid(t *testing.T) {
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	schemas, _ := filepath.Glob(filepath.Join(dir, "gar", "*.xsd"))
	if len(schemas) == 0 {
		t.Skip("the schemas of the address register are not here")
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no xmllint")
	}
	o := GARGenerateOptions{Seed: 5, Regions: []string{"02", "38", "77", "86"}, Streets: 12, Houses: 8}
	data := generatedGAR(t, o)
	if !bytes.Equal(data, generatedGAR(t, o)) {
		t.Error("the same seed gives other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]bool{}
	for i, m := range z.File {
		name := filepath.Base(m.Name)
		kind := name[:strings.LastIndex(name[:strings.LastIndex(name, "_")], "_")]
		kind = strings.NewReplacer("ADDHOUSE", "HOUSE", "ADDR_OBJ_PARAMS", "PARAM", "HOUSES_PARAMS", "PARAM").Replace(kind)
		schema := ""
		for _, s := range schemas {
			if strings.HasPrefix(filepath.Base(s), kind+"_2") {
				schema = s
			}
		}
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(r)
		path := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("xmllint", "--noout", "--schema", schema, path).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%.1000s", m.Name, err, out)
		}
		checked[kind] = true
	}
	if len(checked) != len(schemas) {
		t.Errorf("%d kinds of %d schemas", len(checked), len(schemas))
	}
}

func TestPlacesStreetsHouses(t *testing.T) {
	d := newGAR(t)
	lines := func(hits []GARHit, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, h := range hits {
			line := h.Name
			if h.Where != "" {
				line += " (" + h.Where + ")"
			}
			if h.Archived {
				line += " архив " + h.Now
			}
			list = append(list, line)
		}
		return strings.Join(list, "; ")
	}
	find := func(q string) string { return lines(Places(t.Context(), d, q, 10)) }
	// F300, F301, F307
	for query, want := range map[string]string{
		"моск":               "г Москва",
		"vjcr":               "г Москва", // the other keyboard layout
		"г тверь":            "г Тверь (Тверская обл)",
		"братск":             "г Братск (Иркутская обл)",
		"братск центр":       "Центральный жилрайон (г Братск, Иркутская обл)",
		"берёзовка омск":     "д Берёзовка (Омский р-н, Омская обл)",
		"березовка тверская": "д Берёзовка (Тверский р-н, Тверская обл)",
		"волочек":            "г Вышний Волочек (Тверская обл)",
		"калинин":            "г Калинин (Тверская обл) архив г Тверь",
		"%":                  "", "_": "", "\x00": "", "нетакогоместа": "",
	} {
		if got := find(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := find("ключи"); !strings.HasPrefix(got, "д Ключи (") {
		t.Error(got)
	}
	if got := find("заречье"); strings.Count(got, "архив") != 3 {
		t.Error(got)
	}
	omsk, err := Places(t.Context(), d, "омск", 1)
	if err != nil || len(omsk) != 1 || omsk[0].Name != "г Омск" {
		t.Fatal(omsk, err)
	}
	streets, err := Streets(t.Context(), d, omsk[0].GUID, "лен", 10) // F302
	if got := lines(streets, err); !strings.Contains(got, "ул Ленина") || !strings.Contains(got, "пр-кт Ленина") {
		t.Fatal(got)
	}
	houses, err := Houses(t.Context(), d, streets[0].GUID, "", 40)
	if got := lines(houses, err); !strings.HasPrefix(got, "д. 1; д. 2; д. 3; д. 4; д. 4 к. 1; д. 5; д. 6; д. 8; ") || !strings.HasSuffix(got, "д. 12; д. 7 архив ") {
		t.Error(got)
	}
	err = d.Read(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		a, err := FindGAR(ctx, tx, strings.ToUpper(houses[4].GUID))
		if err != nil {
			return err
		}
		if a.RegionCode != "55" || a.Place != "г Омск" || a.Street != streets[0].Name || a.House != "д. 4 к. 1" || len(a.Postcode) != 6 || a.OKATO != "55000000000" || a.Archived || a.Level != 10 {
			t.Errorf("%+v", a)
		}
		if none, err := FindGAR(ctx, tx, "00000000-0000-4000-8000-000000000000"); none != nil || err != nil {
			t.Error(none, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	moscow, err := Places(t.Context(), d, "москва", 1)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, "gar_house WHERE region = '77'"); n != 0 {
		t.Errorf("%d houses of a region not chosen", n)
	}
	if hits, err := Streets(t.Context(), d, moscow[0].GUID, "мира", 10); err != nil || len(hits) == 0 {
		t.Error(hits, err)
	}
}

// No step reads a whole table, whatever is typed.
func TestGARPlans(t *testing.T) {
	d := newGAR(t)
	err := garRead(t.Context(), d, func(ctx context.Context, tx bun.IDB) error {
		for _, where := range []garStep{
			{where: "place AND level <= 5 AND norm >= ? AND norm < ?", args: []any{"М", after("М")}},
			{where: "place AND norm >= ? AND norm < ?", args: []any{"М", after("М")}},
			{where: "place AND norm LIKE ?", args: []any{"% ВОЛОЧ%"}},
			{sql: garDistrictsOf, args: []any{"БРАТСК", "Ц", after("Ц")}},
			{where: "town = ? AND level >= 7 AND norm >= ? AND norm < ?", args: []any{1, "М", after("М")}},
			{where: "parent = ? AND level >= 7 AND norm LIKE ?", args: []any{1, "% М%"}},
		} {
			var plan []string
			if err := tx.NewRaw("EXPLAIN "+where.query()+" LIMIT 10", append(where.args, "М")...).Scan(ctx, &plan); err != nil {
				return err
			}
			if text := strings.Join(plan, "\n"); strings.Contains(text, "Seq Scan on gar_object") || !strings.Contains(text, "Limit") {
				t.Errorf("%s:\n%s", where.where+where.sql, text)
			}
		}
		var plan []string
		if err := tx.NewRaw("EXPLAIN SELECT "+houseColumns+" FROM (SELECT * FROM gar_house WHERE parent = 1 AND norm >= '1' AND norm < '2' ORDER BY norm LIMIT 1000) h "+houseTypes).Scan(ctx, &plan); err != nil {
			return err
		}
		if text := strings.Join(plan, "\n"); strings.Contains(text, "Seq Scan on gar_house ") {
			t.Errorf("houses:\n%s", text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

const garObjectRow = `<OBJECT ID="%d" OBJECTID="%d" OBJECTGUID="11111111-1111-4111-8111-%012d" CHANGEID="1" NAME="%s" TYPENAME="г" LEVEL="5" OPERTYPEID="1" UPDATEDATE="%s" STARTDATE="2011-01-01" ENDDATE="2079-06-06" ISACTUAL="%d" ISACTIVE="1"/>`

func garObjects(rows ...string) []byte {
	return []byte("\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><ADDRESSOBJECTS>" + strings.Join(rows, "\n") + "</ADDRESSOBJECTS>")
}

// A change replaces the row of the same id; what it leaves out stays, an older
// one changes nothing, the same file twice neither.
func TestGARChanges(t *testing.T) {
	d := dbtest.New(t)
	take := func(name string, data []byte) Report {
		t.Helper()
		r, err := ImportGAR(t.Context(), d, []string{file(t, name, data)}, GAROptions{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := garObjects(fmt.Sprintf(garObjectRow, 1, 10, 10, "Старый", "2026-01-01", 1), fmt.Sprintf(garObjectRow, 2, 20, 20, "Другой", "2026-01-01", 1))
	take("AS_ADDR_OBJ_20260101.XML", first)
	take("AS_ADDR_OBJ_20260301.XML", garObjects(fmt.Sprintf(garObjectRow, 1, 10, 10, "Старый", "2026-03-01", 0), fmt.Sprintf(garObjectRow, 3, 10, 10, "Новый", "2026-03-01", 1)))
	take("AS_ADDR_OBJ_20260201.XML", garObjects(fmt.Sprintf(garObjectRow, 1, 10, 10, "Промежуточный", "2026-02-01", 1)))
	if r := take("copy.XML", first); r.Rows != 0 || r.Known != 2 {
		t.Errorf("%+v", r)
	}
	for what, want := range map[string]int{"gar_object": 3, "gar_object WHERE current": 2, "gar_object WHERE name = 'Старый' AND NOT current": 1} {
		if n := count(t, d, what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
}

// What is wrong with a row is said of that row; what is wrong with a file, of
// the file; nothing else is lost.
func TestGARBadInput(t *testing.T) {
	good := fmt.Sprintf(garObjectRow, 1, 10, 10, "Город &quot;А&#x41;&amp;&quot; > <!--", "2026-01-01", 1)
	good = strings.Replace(good, "<!--", "", 1)
	for name, c := range map[string]struct {
		data     []byte
		err      error
		text     string
		rejected int64
	}{
		"rows": {data: garObjects(good,
			strings.Replace(good, `ID="1"`, `ID="x"`, 1), strings.Replace(good, `NAME="`, `NAME="`+strings.Repeat("я", 251), 1),
			strings.Replace(good, "11111111-", "Z-", 1), strings.Replace(good, `ISACTUAL="1"`, `ISACTUAL="2"`, 1), strings.Replace(good, "2026-01-01", "2026-02-30", 1),
			strings.Replace(good, `NAME="`, `NAME="&evil;`, 1), strings.Replace(good, `NAME="`, `NAME="`+"\x01", 1), strings.Replace(good, `NAME="`, `NAME="`+"\xff", 1),
			strings.Replace(good, `LEVEL="5"`, `LEVEL="5" LEVEL="6"`, 1), `<OBJECT ID="`+strings.Repeat("9", maxGARElement)+`"/>`, `<OBJECT ID=1 />`,
			"<!-- a > comment \" with ' quotes -->", strings.Replace(good, "/>", "></OBJECT>", 1)), rejected: 11},
		"doctype":  {data: []byte(`<!DOCTYPE x [<!ENTITY a "b">]><ADDRESSOBJECTS>` + good + `</ADDRESSOBJECTS>`), err: ErrDoctype},
		"inside":   {data: garObjects(good, "<!DOCTYPE x>"), err: ErrDoctype},
		"cut off":  {data: garObjects(good)[:200], err: ErrCutOff},
		"no end":   {data: []byte(`<ADDRESSOBJECTS>` + good), err: ErrCutOff},
		"encoding": {data: []byte(`<?xml version="1.0" encoding="windows-1251"?><ADDRESSOBJECTS/>`), err: errGAREncoding},
		"text":     {data: garObjects(good, "text"), err: errGARText},
		"deep":     {data: garObjects(good, strings.Repeat("<a>", 100)), text: "too deep"},
		"other":    {data: []byte(`<EGRUL/>`), text: "no file of the address register"},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.New(t)
			r, err := ImportGAR(t.Context(), d, []string{file(t, "a.xml", c.data)}, GAROptions{}, nil)
			if c.err != nil && !errors.Is(err, c.err) || (err == nil) != (c.err == nil && c.text == "") || c.text != "" && !strings.Contains(err.Error(), c.text) || r.Rejected != c.rejected {
				t.Errorf("%+v, %v", r, err)
			}
			if c.rejected > 0 && (count(t, d, "gar_object WHERE name = 'Город \"АA&\" >'") != 1 || count(t, d, "registry_reject") != int(c.rejected)) {
				t.Errorf("%+v", r.Why)
			}
		})
	}
	bomb := file(t, "bomb.zip", nil)
	f, err := os.Create(bomb)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	out, _ := z.Create("AS_ADDR_OBJ_1.XML")
	_, _ = out.Write([]byte("<ADDRESSOBJECTS>" + strings.Repeat(" ", 8<<20) + "</ADDRESSOBJECTS>"))
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := ImportGAR(t.Context(), dbtest.New(t), []string{bomb}, GAROptions{}, nil); err == nil || !strings.Contains(err.Error(), "far more") {
		t.Error(err)
	}
}

// Cut off anywhere, the import goes on where it stopped; the result is the same.
func TestGARResumes(t *testing.T) {
	var rows []string
	for i := 1; i <= 2*garBatchRows+500; i++ {
		rows = append(rows, fmt.Sprintf(garObjectRow, i, i, i, fmt.Sprint("Город ", i), "2026-01-01", 1))
	}
	path := file(t, "a.xml", garObjects(rows...))
	d := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := ImportGAR(ctx, d, []string{path}, GAROptions{}, func(Progress) { cancel() }) // after the first batch
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	done := count(t, d, "gar_object")
	if done == 0 || done == len(rows) {
		t.Fatalf("%d rows before the end", done)
	}
	r, err := ImportGAR(t.Context(), d, []string{path}, GAROptions{}, nil)
	if err != nil || r.Known != int64(done) || r.Rows != int64(len(rows)-done) || count(t, d, "gar_object") != len(rows) {
		t.Errorf("%+v, %v", r, err)
	}
}

// FuzzGAR feeds the scanner with anything: it ends, and does not panic.
func FuzzGAR(f *testing.F) {
	f.Add(garObjects(fmt.Sprintf(garObjectRow, 1, 1, 1, "А", "2026-01-01", 1)))
	f.Add([]byte(`<ITEMS><ITEM ID="1" OBJECTID="2" PATH="1.2" REGIONCODE="1" ISACTIVE="1" UPDATEDATE="2020-01-01"/></ITEMS>`))
	f.Add([]byte("<!-->--><a b='&#x10FFFF;'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newGARScanner(bytes.NewReader(data))
		for range len(data) + 1 {
			tag, err := s.next()
			if err != nil {
				return
			}
			for _, k := range garKinds {
				k.row(&garRow{tag: tag}, garMember{houses: true})
			}
		}
		t.Error("more tags than bytes")
	})
}
