package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

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
			strings.Replace(good, `OBJECTID="10"`, `OBJECTID="99999999999999999999"`, 1), strings.Replace(good, `OBJECTID="10"`, `OBJECTID="-1"`, 1), strings.Replace(good, `OBJECTID="10"`, `OBJECTID="0"`, 1),
			strings.Replace(good, `NAME="`, `NAME="&evil;`, 1), strings.Replace(good, `NAME="`, `NAME="`+"\x01", 1), strings.Replace(good, `NAME="`, `NAME="`+"\xff", 1),
			strings.Replace(good, `LEVEL="5"`, `LEVEL="5" LEVEL="6"`, 1), `<OBJECT ID="`+strings.Repeat("9", maxGARElement)+`"/>`, `<OBJECT ID=1 />`,
			"<!-- a > comment \" with ' quotes -->", strings.Replace(good, "/>", "></OBJECT>", 1)), rejected: 14},
		"doctype":  {data: []byte(`<!DOCTYPE x [<!ENTITY a "b">]><ADDRESSOBJECTS>` + good + `</ADDRESSOBJECTS>`), err: ErrDoctype},
		"inside":   {data: garObjects(good, "<!DOCTYPE x>"), err: ErrDoctype},
		"cut off":  {data: garObjects(good)[:200], err: ErrCutOff},
		"no end":   {data: []byte(`<ADDRESSOBJECTS>` + good), err: ErrCutOff},
		"encoding": {data: []byte(`<?xml version="1.0" encoding="windows-1251"?><ADDRESSOBJECTS/>`), err: errGAREncoding},
		"text":     {data: garObjects(good, "text"), err: errGARText},
		"cycle": {data: []byte(`<ITEMS>` + garLinkRow(1, 10, "5.10.5.10") + garLinkRow(2, 10, "5.11") + garLinkRow(3, 10, "5..10") + garLinkRow(4, 10, strings.Repeat("1.", 40)+"10") +
			garLinkRow(5, 10, "99999999999999999999.10") + `</ITEMS>`), rejected: 5},
		"deep":  {data: garObjects(good, strings.Repeat("<a>", 100)), text: "too deep"},
		"other": {data: []byte(`<EGRUL/>`), text: "no file of the address register"},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.New(t)
			r, err := ImportGAR(t.Context(), d, []string{file(t, "a.xml", c.data)}, GAROptions{}, nil)
			if c.err != nil && !errors.Is(err, c.err) || (err == nil) != (c.err == nil && c.text == "") || c.text != "" && !strings.Contains(err.Error(), c.text) || r.Rejected != c.rejected {
				t.Errorf("%+v, %v", r, err)
			}
			if name == "rows" && (count(t, d, "gar_object WHERE name = 'Город \"АA&\" >'") != 1 || count(t, d, "registry_reject") != int(c.rejected)) {
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

// FuzzGAR feeds the scanner with anything: it ends, and does not panic.
func FuzzGAR(f *testing.F) {
	f.Add(garObjects(fmt.Sprintf(garObjectRow, 1, 1, 1, "А", "2026-01-01", 1)))
	f.Add([]byte(`<ITEMS><ITEM ID="1" OBJECTID="2" PATH="1.2" REGIONCODE="1" ISACTIVE="1" UPDATEDATE="2020-01-01"/></ITEMS>`))
	f.Add([]byte("<!-->--><a b='&#x10FFFF;'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		readGAR(string(data))
		garNumberNorm(string(data))
		s := newGARScanner(bytes.NewReader(data))
		for range len(data) + 1 {
			tag, err := s.next()
			if err != nil {
				return
			}
			for _, k := range garKinds {
				k.row(&garRow{tag: &tag}, garMember{houses: true})
			}
		}
		t.Error("more tags than bytes")
	})
}

func garLinkRow(id, objectid int, path string) string {
	return fmt.Sprintf(`<ITEM ID="%d" OBJECTID="%d" PATH="%s" REGIONCODE="38" ISACTIVE="1" UPDATEDATE="2020-01-01"/>`, id, objectid, path)
}

// tablesOfGAR is all that an import leaves behind, in one order.
func tablesOfGAR(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range []string{"object", "house", "link", "param", "registry", "type", "word", "load_object", "load_house", "load_link"} {
		var text string
		if err := d.Plain().QueryRowContext(t.Context(), fmt.Sprintf(`SELECT COALESCE(string_agg(x::text, E'\n' ORDER BY x::text COLLATE "C"), '') FROM gar_%s x`, name)).Scan(&text); err != nil {
			t.Fatal(err)
		}
		all[name] = text
	}
	return all
}

func takeGAR(t testing.TB, d *db.DB, files ...string) Report {
	t.Helper()
	r, err := ImportGAR(t.Context(), d, files, GAROptions{}, nil)
	if err != nil || r.Rejected > 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	return r
}

// The changes of a day merged into the register make what the register built
// anew of both is, in whatever order they come; twice is as good as once.
func TestGARMergedIsRebuilt(t *testing.T) {
	o := GARGenerateOptions{Seed: 3, Regions: []string{"38"}, Streets: 40, Houses: 20}
	full := file(t, "gar_xml.zip", generatedGAR(t, o))
	var days []string
	for i := range 2 {
		o.Date, o.Since = garDay.AddDate(0, 0, i+1), garDay
		var b bytes.Buffer
		if err := GenerateGAR(&b, o); err != nil {
			t.Fatal(err)
		}
		days = append(days, file(t, fmt.Sprintf("gar_delta_xml_%d.zip", i), b.Bytes()))
	}
	merged, anew, backwards := dbtest.New(t), dbtest.New(t), dbtest.New(t)
	var last Progress
	if _, err := ImportGAR(t.Context(), merged, []string{full}, GAROptions{}, func(p Progress) {
		if p.Done < last.Done || p.Done > p.Total || p.Left < 0 {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}); err != nil || last.Phase == "" || last.Total-last.Done > last.Total/50 {
		t.Errorf("%+v, %v", last, err)
	}
	before := tablesOfGAR(t, merged)
	var old, now string
	const oid = `SELECT pg_relation_filenode('gar_house')::text`
	if err := merged.Plain().QueryRowContext(t.Context(), oid).Scan(&old); err != nil {
		t.Fatal(err)
	}
	takeGAR(t, merged, days[0])
	takeGAR(t, merged, days[1])
	if err := merged.Plain().QueryRowContext(t.Context(), oid).Scan(&now); err != nil || old != now {
		t.Errorf("a few changes rebuilt the register: %v", err)
	}
	takeGAR(t, anew, days[1], full, days[0])
	takeGAR(t, backwards, full)
	takeGAR(t, backwards, days[1])
	takeGAR(t, backwards, days[0])
	want := tablesOfGAR(t, anew)
	if before["house"] == want["house"] || before["object"] == want["object"] || before["param"] == want["param"] || before["word"] == want["word"] {
		t.Error("the changes changed nothing")
	}
	for how, d := range map[string]*db.DB{"merged": merged, "out of order": backwards} {
		got := tablesOfGAR(t, d)
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s: gar_%s:\n%.3000s", how, name, cmp.Diff(strings.Split(want[name], "\n"), strings.Split(got[name], "\n")))
			}
		}
	}
	if r := takeGAR(t, merged, days[1], full); r.Rows != 0 || r.Known == 0 {
		t.Errorf("%+v", r)
	}
}

// A house stands on a street though a plot of land lies between them; a street
// whose city is renamed is found by the new name; what leads to itself ends.
func TestGARHierarchy(t *testing.T) {
	d := dbtest.New(t)
	object := func(id int, name, kind string, level int, day string) string {
		return strings.NewReplacer(`TYPENAME="г"`, `TYPENAME="`+kind+`"`, `LEVEL="5"`, fmt.Sprintf(`LEVEL="%d"`, level)).Replace(fmt.Sprintf(garObjectRow, id, id, id, name, day, 1))
	}
	objects := file(t, "AS_ADDR_OBJ_20260101_1.XML", garObjects(object(1, "Иркутская", "обл", 1, "2026-01-01"), object(2, "Старый", "г", 5, "2026-01-01"), object(3, "Лесная", "ул", 8, "2026-01-01"),
		object(8, "Круг", "р-н", 2, "2026-01-01"), object(9, "Кольцо", "р-н", 2, "2026-01-01")))
	houses := file(t, "AS_HOUSES_20260101_1.XML", []byte(`<HOUSES><HOUSE ID="1" OBJECTID="50" OBJECTGUID="22222222-2222-4222-8222-000000000050" HOUSENUM="7" HOUSETYPE="2" ISACTUAL="1" ISACTIVE="1" UPDATEDATE="2026-01-01"/></HOUSES>`))
	links := file(t, "AS_ADM_HIERARCHY_20260101_1.XML", []byte(`<ITEMS>`+garLinkRow(1, 1, "1")+garLinkRow(2, 2, "1.2")+garLinkRow(3, 3, "1.2.3")+garLinkRow(4, 50, "1.2.3.40.50")+
		garLinkRow(5, 8, "1.9.8")+garLinkRow(6, 9, "1.8.9")+garLinkRow(7, 77, "1.77")+`</ITEMS>`))
	takeGAR(t, d, links, houses, objects)
	if n := count(t, d, "gar_link"); n != 6 {
		t.Errorf("%d links", n)
	}
	if n := count(t, d, "gar_house WHERE parent = 3"); n != 1 {
		t.Error("the house is not on its street")
	}
	find := func(q string) string {
		hits, err := Places(t.Context(), d, q, 5)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, h := range hits {
			list = append(list, h.Name+" "+h.Now)
		}
		return strings.Join(list, ";")
	}
	if got := find("старый иркутская"); got != "г Старый " {
		t.Error(got)
	}
	takeGAR(t, d, file(t, "AS_ADDR_OBJ_20260201_1.XML", garObjects(strings.Replace(object(2, "Старый", "г", 5, "2026-02-01"), `ISACTUAL="1"`, `ISACTUAL="0"`, 1),
		strings.Replace(object(2, "Новый", "г", 5, "2026-02-01"), ` ID="2"`, ` ID="22"`, 1))))
	if n := count(t, d, "gar_object WHERE name = 'Лесная' AND inside LIKE '% НОВЫЙ%' AND inside NOT LIKE '% СТАРЫЙ%'"); n != 1 {
		t.Error("the street does not know the new name of its city")
	}
	if got := find("новый"); got != "г Новый " {
		t.Error(got)
	}
	if got := find("старый"); got != "г Старый г Новый" {
		t.Error(got)
	}
}

// TestGARChild imports what TestGARKilled says, to be killed by it.
func TestGARChild(t *testing.T) {
	dsn, path := os.Getenv("GAR_CHILD_DSN"), os.Getenv("GAR_CHILD_FILE")
	if dsn == "" {
		t.Skip("for TestGARKilled only")
	}
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := ImportGAR(t.Context(), d, []string{path}, GAROptions{}, nil); err != nil {
		t.Fatal(err)
	}
}

// Killed with no warning anywhere, the import goes on where it stopped: nothing
// is doubled or lost, and until its end nobody sees half of it.
func TestGARKilled(t *testing.T) {
	path := file(t, "gar_xml.zip", generatedGAR(t, GARGenerateOptions{Seed: 4, Regions: []string{"38", "55"}, Streets: 60, Houses: 25}))
	whole := dbtest.New(t)
	begun := time.Now()
	takeGAR(t, whole, path)
	took := time.Since(begun)
	dsn := dbtest.DSN(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := 0
	for done := false; !done; {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestGARChild$")
		cmd.Env = append(os.Environ(), "GAR_CHILD_DSN="+dsn, "GAR_CHILD_FILE="+path)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		after := time.Duration(random.Int64N(int64(took) * 5 / 4))
		if kills >= 12 {
			after = time.Minute
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v\n%s", err, &out)
			}
			done = true
		case <-time.After(after):
			_ = cmd.Process.Kill()
			<-ended
			kills++
		}
		cancel()
	}
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	want, got := tablesOfGAR(t, whole), tablesOfGAR(t, d)
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("gar_%s after %d kills: %d rows, want %d", name, kills, strings.Count(got[name], "\n"), strings.Count(want[name], "\n"))
		}
	}
	t.Logf("%d kills of an import of %v", kills, took)
}

// Memory does not grow with what is read: a stream without an end is cut into
// batches, and a row or a file that is too much is refused while it is read.
func TestGARMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 200 MB")
	}
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "<ADDRESSOBJECTS>")
		_, _ = io.WriteString(w, `<OBJECT NAME="`)
		junk := bytes.Repeat([]byte("я"), 1<<19)
		for range 100 { // an attribute of 100 MB
			_, _ = w.Write(junk)
		}
		_, _ = io.WriteString(w, `"/>`)
		row := fmt.Appendf(nil, garObjectRow, 1, 1, 1, "А", "2026-01-01", 1)
		rows := bytes.Repeat(row, 1000)
		for range 300 {
			_, _ = w.Write(rows)
		}
		_, _ = io.WriteString(w, "</ADDRESSOBJECTS>")
		w.Close()
	}()
	im := &garImporter{}
	f := garFile{kind: garKindOf("ADDRESSOBJECTS", garMember{}), is: garMember{houses: true}, dump: &dump{path: "a.xml"},
		member: dumpMember{open: func() (io.ReadCloser, error) { return r, nil }}}
	batches := make(chan *garBatch)
	go func() { im.cut(t.Context(), f, batches); close(batches) }()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var rows, rejected int
	var peak uint64
	for b := range batches {
		if b.err != nil {
			t.Fatal(b.err)
		}
		rows, rejected = rows+b.taken, rejected+len(b.rejects)
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapInuse)
	}
	if rows != 300_000 || rejected != 1 {
		t.Errorf("%d rows, %d rejected", rows, rejected)
	}
	if grown := int64(peak) - int64(before.HeapInuse); grown > 96<<20 {
		t.Errorf("%d MB more", grown>>20)
	}
}
