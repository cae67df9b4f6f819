package registry

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var dumpDay = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func generate(t testing.TB, orgs int, seed uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Generate(&b, GenerateOptions{Orgs: orgs, Seed: seed, Date: dumpDay}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// members calls f with every file of a zip.
func members(t testing.TB, dump []byte, f func(name string, r io.Reader)) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(dump), int64(len(dump)))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		f(m.Name, r)
		r.Close()
	}
}

func TestSyntheticDumpReadsBackWhole(t *testing.T) {
	const orgs = 10007
	dump := generate(t, orgs, 7)
	if !bytes.Equal(dump, generate(t, orgs, 7)) {
		t.Error("the same seed gives other bytes")
	}
	ogrn, inn, names := map[string]bool{}, map[string]bool{}, map[string]bool{}
	states, regions, entrepreneurs, doubted, hidden, managed := map[State]int{}, map[string]int{}, 0, 0, 0, 0
	members(t, dump, func(name string, r io.Reader) {
		records, rejected, meta := readAll(t, r)
		if len(rejected) > 0 {
			t.Fatalf("%s: %q", name, rejected[0])
		}
		if meta.Records != len(records) || meta.Made != "2026-11-21" || !strings.HasPrefix(name, meta.ID) {
			t.Errorf("%s: %+v, %d records", name, meta, len(records))
		}
		for _, record := range records {
			if ogrn[record.OGRN] || inn[record.INN] || record.Doubts != nil {
				t.Fatalf("%s %s: twice, or %v", record.OGRN, record.INN, record.Doubts)
			}
			ogrn[record.OGRN], inn[record.INN], names[record.Name()] = true, true, true
			states[record.Status.State]++
			regions[record.Region()]++
			if record.Status.Doubt {
				doubted++
			}
			people := record.Heads
			if record.Kind == Entrepreneur {
				entrepreneurs++
				people = []Head{{Person: record.Person}}
			} else if record.Address == nil || record.Address.GUID == "" || record.TaxOffice == nil || len(record.Activities) == 0 {
				t.Fatalf("%s: no address, office or activity", record.OGRN)
			}
			for _, h := range people {
				switch {
				case h.Restricted:
					hidden++
				case h.Party != nil:
					managed++
				case (h.Person.Sex == "f") != strings.HasSuffix(h.Person.Patronymic, "НА"):
					t.Errorf("%+v does not agree in gender", h.Person)
				}
			}
		}
	})
	if len(ogrn) != orgs || entrepreneurs != orgs/5 {
		t.Errorf("%d records, %d entrepreneurs", len(ogrn), entrepreneurs)
	}
	if len(names) < orgs*7/10 || len(regions) < 50 || doubted == 0 || hidden == 0 || managed == 0 {
		t.Errorf("%d names, %d regions, %d doubted, %d hidden, %d managed", len(names), len(regions), doubted, hidden, managed)
	}
	for _, s := range []State{Active, Closed, Liquidating, Excluding, Bankrupt, Reorganising} {
		if states[s] == 0 {
			t.Errorf("none is %s", s)
		}
	}
	if bytes.Equal(generate(t, 100, 1), generate(t, 100, 2)) {
		t.Error("another seed gives the same bytes")
	}
}

// The compact form is read as any dump: small records, unevenly named.
func TestCompactDumpReadsBackWhole(t *testing.T) {
	const orgs = 20000
	compact := func(n int, seed uint64) []byte {
		var b bytes.Buffer
		if err := Generate(&b, GenerateOptions{Orgs: n, Seed: seed, Date: dumpDay, Compact: true}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	dump := compact(orgs, 7)
	if !bytes.Equal(dump, compact(orgs, 7)) || bytes.Equal(dump, compact(orgs, 8)) {
		t.Error("the bytes do not hang on the seed")
	}
	size := int64(0)
	seen, common, states, bearers := map[string]bool{}, map[string]int{}, map[State]int{}, map[string]int{}
	signs := map[string]bool{}
	members(t, dump, func(name string, r io.Reader) {
		n := &counted{Reader: r, n: new(atomic.Int64)}
		records, rejected, _ := readAll(t, n)
		size += n.n.Load()
		if len(rejected) > 0 {
			t.Fatalf("%s: %q", name, rejected[0])
		}
		for _, record := range records {
			if seen[record.OGRN] || record.Doubts != nil || record.Region() == "" || len(record.Activities) != 1 {
				t.Fatalf("%s: twice, or %v", record.OGRN, record.Doubts)
			}
			seen[record.OGRN] = true
			states[record.Status.State]++
			for _, h := range record.Heads {
				bearers[h.Person.Surname]++
			}
			for _, word := range words(record.Name()) {
				common[word]++
			}
			for _, sign := range []string{"Ё", "«", "„", "ROM"} {
				signs[sign] = signs[sign] || strings.Contains(record.Name(), sign)
			}
		}
	})
	if len(seen) != orgs || size < orgs*1000 || size > orgs*1600 {
		t.Errorf("%d records, %d bytes each", len(seen), size/orgs)
	}
	glued := 0
	for word, n := range common {
		if strings.Contains(word, "СТРОЙ") {
			glued += n
		}
	}
	if glued < orgs/25 || len(common) < orgs/4 || len(bearers) < orgs/20 || bearers["ИВАНОВ"] < 20 || len(signs) != 4 {
		t.Errorf("%d with СТРОЙ, %d words, %d surnames, %d Ивановых, %v", glued, len(common), len(bearers), bearers["ИВАНОВ"], signs)
	}
	if states[Closed] < orgs*2/5 || states[Active] < orgs*2/5 || states[Liquidating] == 0 {
		t.Errorf("%v", states)
	}
}

// A foreign reader takes the files for well-formed windows-1251 XML.
func TestSyntheticDumpIsXML(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	members(t, generate(t, 300, 3), func(name string, r io.Reader) {
		path := filepath.Join(t.TempDir(), name)
		data, err := io.ReadAll(r)
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(xmllint, "--xpath", "string(//СвФЛ//@Фамилия)", path).CombinedOutput()
		if err != nil || len(bytes.TrimSpace(out)) < 4 {
			t.Errorf("%s: %v %s", name, err, out)
		}
	})
}

func TestGenerateRefusesNonsense(t *testing.T) {
	if Generate(io.Discard, GenerateOptions{Orgs: 0, Date: dumpDay}) == nil || Generate(io.Discard, GenerateOptions{Orgs: 1}) == nil {
		t.Error("no organisations or no date are accepted")
	}
}

func BenchmarkGenerate(b *testing.B) {
	for range b.N {
		if err := Generate(io.Discard, GenerateOptions{Orgs: 10000, Seed: 1, Date: dumpDay}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*10000/b.Elapsed().Seconds(), "orgs/s")
}

// BenchmarkParse reads a synthetic dump; the rival is xmllint --stream --noout.
func BenchmarkParse(b *testing.B) {
	var data []byte
	members(b, generate(b, 5000, 1), func(_ string, r io.Reader) {
		part, _ := io.ReadAll(r)
		if len(part) > len(data) {
			data = part
		}
	})
	b.SetBytes(int64(len(data)))
	b.ResetTimer()
	for range b.N {
		dump := NewReader(bytes.NewReader(data))
		for {
			raw, err := dump.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if _, err := dump.Parse(raw); err != nil {
				b.Fatal(err)
			}
		}
	}
}
