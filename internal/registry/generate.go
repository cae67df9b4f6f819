package registry

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"runtime"
	"time"
)

// GenerateOptions describe a synthetic dump.
type GenerateOptions struct {
	Orgs int       // records in all, one in five an entrepreneur
	Seed uint64    // the same seed gives the same bytes
	Date time.Time // the day of the dump
	// Compact records are some 1.5 KB instead of 6 and named as unevenly as the
	// country is: for figures at its scale.
	Compact bool
}

// perFile is how many records one XML file of the dump holds.
const perFile = 2000

// Generate writes a zip of VO_RUGFO_*.xml (form 4.07) and VO_RIGFO_*.xml (4.06)
// in windows-1251 with organisations that could exist: unique numbers with
// right check digits, names, forms, towns and streets as they occur, heads whose
// names agree in gender, some closed, in liquidation or doubted. None of them is
// meant to exist.
func Generate(w io.Writer, o GenerateOptions) error {
	if o.Orgs < 1 {
		return errors.New("generate at least one organisation")
	}
	if o.Date.Year() < 2010 {
		return errors.New("generate a dump of 2010 or later")
	}
	o.Date = o.Date.UTC().Truncate(24 * time.Hour)
	files := filesOf(o.Orgs)
	slots := make(chan chan packed, runtime.GOMAXPROCS(0)) // bounds what is packed ahead
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(slots)
		for _, m := range files {
			slot := make(chan packed, 1)
			select {
			case slots <- slot:
			case <-stop:
				return
			}
			go func() { slot <- pack(o, m) }()
		}
	}()
	z := zip.NewWriter(w)
	for slot := range slots {
		p := <-slot
		part, err := z.CreateRaw(&p.header)
		if err == nil {
			_, err = part.Write(p.body)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", p.header.Name, err)
		}
	}
	return z.Close()
}

// dumpFile is one file of the dump: count records of the kind from index first on.
type dumpFile struct {
	kind         Kind
	first, count int
}

func filesOf(orgs int) []dumpFile {
	var list []dumpFile
	entrepreneurs := orgs / 5
	for _, part := range []struct {
		kind  Kind
		total int
	}{{Organisation, orgs - entrepreneurs}, {Entrepreneur, entrepreneurs}} {
		for first := 0; first < part.total; first += perFile {
			list = append(list, dumpFile{part.kind, first, min(perFile, part.total-first)})
		}
	}
	return list
}

type packed struct {
	header zip.FileHeader
	body   []byte
}

func pack(o GenerateOptions, m dumpFile) packed {
	d := &draft{day: dayOf(o.Date), pcg: rand.NewPCG(0, 0)}
	d.rand = rand.New(d.pcg)
	d.reseed(o.Seed, m.kind, -1-m.first)
	series, form, content := "VO_RUGFO", "4.07", "ЕГРЮЛ_ОТКР_СВЕД"
	if m.kind == Entrepreneur {
		series, form, content = "VO_RIGFO", "4.06", "ЕГРИП_ОТКР_СВЕД"
	}
	id := fmt.Sprintf("%s_0000_9965_%s_%s", series, o.Date.Format("20060102"), d.guid())
	d.raw("<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n")
	d.open("Файл", "ИдФайл", id, "ВерсФорм", form, "ТипИнф", content, "ВерсПрог", "1.0.0.2", "КолДок", fmt.Sprintf("%10d", m.count))
	d.open("ИдОтпр", "ДолжОтв", "Синтетические данные", "Тлф", "(495)0000000")
	d.empty("ФИООтв", "Фамилия", "ИВАНОВ", "Имя", "ИВАН", "Отчество", "ИВАНОВИЧ")
	d.close("ИдОтпр")
	for i := m.first; i < m.first+m.count; i++ {
		d.reseed(o.Seed, m.kind, i)
		d.raw("\n")
		d.open("Документ", "ИдДок", d.guid())
		switch {
		case o.Compact && m.kind == Organisation:
			d.compactOrganisation(i)
		case o.Compact:
			d.compactEntrepreneur(i)
		case m.kind == Organisation:
			d.organisation(i)
		default:
			d.entrepreneur(i)
		}
		d.close("Документ")
	}
	d.raw("\n")
	d.close("Файл")

	var body bytes.Buffer
	z, _ := flate.NewWriter(&body, flate.BestSpeed) // fails for unknown levels only
	_, _ = z.Write(d.buf)                           // into memory
	_ = z.Close()
	return packed{body: body.Bytes(), header: zip.FileHeader{
		Name: id + ".xml", Method: zip.Deflate, Modified: o.Date,
		CRC32: crc32.ChecksumIEEE(d.buf), CompressedSize64: uint64(body.Len()), UncompressedSize64: uint64(len(d.buf)),
	}}
}
