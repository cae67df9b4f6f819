package registry

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"signdesk/internal/db/dbtest"
)

// sampleOf is the sample organisation with another number and day.
func sampleOf(ogrn, day string) string {
	return strings.NewReplacer("1027700132195", ogrn, "2026-11-01", day).Replace(sampleOrg)
}

// packedFile stands in a zip made by hand, as no archiver would make it.
type packedFile struct {
	name string
	text []byte
	as   func(*zip.FileHeader)
}

func zipOf(t testing.TB, members ...packedFile) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range members {
		var packed bytes.Buffer
		w, err := flate.NewWriter(&packed, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.text); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(m.text),
			CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(m.text))}
		if m.as != nil {
			m.as(h)
		}
		raw, err := z.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(m.name, "/") {
			continue
		}
		if _, err := raw.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whatever else lies in a zip, its good files are taken in and the bad ones named.
func TestOddZips(t *testing.T) {
	d := dbtest.New(t)
	good := []byte(fileOf(sampleOf("1027700132195", "2026-11-01")))
	cp866, err := charmap.CodePage866.NewEncoder().String("выгрузка.xml")
	if err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Repeat([]byte(" "), 20<<20)
	path := file(t, "odd.zip", zipOf(t,
		packedFile{name: "папка.xml/", as: func(h *zip.FileHeader) { h.Method = zip.Store; h.CompressedSize64 = 0; h.UncompressedSize64 = 0 }},
		packedFile{name: "readme.txt", text: []byte("not looked at")},
		packedFile{name: cp866, text: []byte(fileOf(sampleOf("1027700132194", "2026-11-01"), sampleOf("1027739609391", "2026-11-01"))), as: func(h *zip.FileHeader) { h.NonUTF8 = true }},
		packedFile{name: "link.xml", text: []byte("/etc/passwd"), as: func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }},
		packedFile{name: "inner.zip", text: []byte("PK\x03\x04")},
		packedFile{name: "secret.xml", text: good, as: func(h *zip.FileHeader) { h.Flags |= 1 }},
		packedFile{name: "bomb.xml", text: bomb},
		packedFile{name: "liar.xml", text: bomb, as: func(h *zip.FileHeader) { h.UncompressedSize64 = 1000 }},
		packedFile{name: "method.xml", text: good, as: func(h *zip.FileHeader) { h.Method = 99 }},
		packedFile{name: "spoilt.xml", text: []byte(fileOf(sampleOf("1037739010891", "2026-11-01"))), as: func(h *zip.FileHeader) { h.CRC32++ }},
		packedFile{name: "page.xml", text: []byte("<html/>")},
		packedFile{name: "same.xml", text: good},
		packedFile{name: "same.xml", text: []byte(fileOf(sampleOf("1167746000003", "2026-11-01")))},
	))
	report, err := Import(t.Context(), d, []string{path}, nil)
	if err == nil {
		t.Fatal("nothing to tell")
	}
	for _, want := range []string{"link.xml is no file but a link", "inner.zip is a zip inside", "secret.xml is encrypted", "bomb.xml unpacks from", "liar.xml: ", "method.xml: ", "spoilt.xml: ", "page.xml: not a file of the register"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told in\n%v", want, err)
		}
	}
	if n := count(t, d, "registry_org"); report.Rejected != 1 || report.Why[0].File != "выгрузка.xml" || n < 3 {
		t.Errorf("%+v, %d in the register", report, n)
	}
	if n := count(t, d, "registry_reject WHERE member = 'выгрузка.xml'"); n != 1 {
		t.Errorf("%d rejected records noted", n)
	}
	// What was whole is passed over the next time, the rest told again.
	again, err := Import(t.Context(), d, []string{path}, nil)
	if err == nil || again.Written != 0 || again.Known < 4 {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestDamagedFiles(t *testing.T) {
	d := dbtest.New(t)
	whole := generate(t, 2000, 5)
	utf16le := binary.LittleEndian
	var wide []byte
	for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(fileOf(sampleOrg)))...) {
		wide = utf16le.AppendUint16(wide, u)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut.zip":     {whole[:len(whole)/2], "zip is cut off or damaged"},
		"none.xml":    {nil, ErrNotDump.Error()},
		"noise.xml":   {bytes.Repeat([]byte{0, 1, 2, '<'}, 1<<20), ErrNotDump.Error()},
		"open.xml":    {append([]byte("<Файл>"), bytes.Repeat([]byte("<"), 10<<20)...), ErrCutOff.Error()},
		"blank.xml":   {append([]byte("<Файл>"), make([]byte, 36<<20)...), errNoTags.Error()},
		"comment.xml": {append([]byte("<Файл><!--"), make([]byte, 40<<20)...), errTooLarge.Error()},
		"doctype.xml": {[]byte("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/passwd\">]><Файл/>"), ErrDoctype.Error()},
		"wide.xml":    {wide, "UTF-16"},
		"koi8.xml":    {[]byte(`<?xml version="1.0" encoding="koi8-r"?><a/>`), `encoding "koi8-r"`},
		"few.xml":     {[]byte(strings.Replace(fileOf(), `"         0"`, `"3"`, 1)), ErrMissing.Error()},
	} {
		begun := time.Now()
		report, err := Import(t.Context(), d, []string{file(t, name, c.data)}, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || report.Written != 0 {
			t.Errorf("%s: %+v, %v; want %q", name, report, err, c.want)
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
	if _, err := Import(t.Context(), d, []string{t.TempDir(), "/dev/zero"}, nil); err == nil || strings.Count(err.Error(), "is no file") != 2 {
		t.Errorf("a folder and a device: %v", err)
	}
}

// Somebody converted the file and left the declaration.
func TestWrongDeclarationIsSeenThrough(t *testing.T) {
	utf8 := fileOf(sampleOrg, sampleOrg)
	cp1251, err := charmap.Windows1251.NewEncoder().String(utf8)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"UTF-8 called windows-1251": strings.Replace(utf8, "UTF-8", "windows-1251", 1),
		"windows-1251 called UTF-8": cp1251,
	} {
		records, rejected, _ := readAll(t, strings.NewReader(text))
		if len(records) != 2 || len(rejected) != 0 || records[0].ShortName != `ПАО "ЁЛКА"` {
			t.Errorf("%s: %d records, rejected %q", name, len(records), rejected)
		}
	}
}

// A record of many pieces of text does not take quadratic time.
func TestTornText(t *testing.T) {
	torn := strings.Replace(sampleOrg, "<СвАдресЮЛ>", "<СвАдресЮЛ>"+strings.Repeat("а<!-- -->", MaxRecord/40), 1)
	records, rejected, _ := readAll(t, strings.NewReader(fileOf(torn, sampleOrg)))
	if len(records) != 1 || len(rejected) != 1 || !strings.Contains(rejected[0], errMisused.Error()) {
		t.Errorf("%d records, rejected %.200q", len(records), rejected)
	}
}
