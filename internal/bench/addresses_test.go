package bench

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/registry"
)

// addresses takes a copy of the address register into an empty database, ready
// to be searched, beside xmllint that only reads the same XML; takes the changes
// of a day; and answers somebody who types addresses of it. HOUSES says how many
// houses there are, about (200,000); with 1,000,000 it is a large region.
func addresses(b *testing.B, xmllint string) {
	houses := 200_000
	if n, err := strconv.Atoi(os.Getenv("HOUSES")); err == nil {
		houses = n
	}
	o := registry.GARGenerateOptions{Seed: 1, Date: dumpDay, Regions: []string{"38"}, Streets: 500, Houses: max(houses/(4*500*4/3), 10)}
	write := func(name string) string {
		path := filepath.Join(b.TempDir(), name)
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		if err := registry.GenerateGAR(f, o); err != nil {
			b.Fatal(err)
		}
		return path
	}
	full := write("gar_xml.zip")
	o.Since, o.Date = o.Date, o.Date.AddDate(0, 0, 1)
	changes := write("gar_delta_xml.zip")
	d := dbtest.New(b)
	b.Run("addresses", func(b *testing.B) {
		r, err := registry.ImportGAR(b.Context(), d, []string{full}, registry.GAROptions{}, nil)
		if err != nil || r.Rejected > 0 {
			b.Fatalf("%+v, %v", r, err)
		}
		b.Logf("%d rows, %.0f MB in %v: %.0f rows/s", r.Rows, float64(r.Bytes)/1e6, r.Elapsed, float64(r.Rows)/r.Elapsed.Seconds())
		figure(b, r.MBPerSecond(), lint(b, xmllint, full), "MB/s")
	})
	b.Run("addresses_changes", func(b *testing.B) {
		r, err := registry.ImportGAR(b.Context(), d, []string{changes}, registry.GAROptions{}, nil)
		if err != nil || r.Rejected > 0 {
			b.Fatalf("%+v, %v", r, err)
		}
		figure(b, float64(r.Rows)/r.Elapsed.Seconds(), 0, "rows/s")
	})
	b.Run("addresses_p99", func(b *testing.B) {
		took := typeAddresses(b, d, 1000)
		slices.Sort(took)
		b.Logf("p50 %v, p95 %v, worst %v", took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
		figure(b, float64(took[len(took)*99/100].Microseconds())/1000, 0, "ms")
	})
}

// typeAddresses types settlements, streets and houses letter by letter, some
// with a slip, in the other layout or in another order.
func typeAddresses(b *testing.B, d *db.DB, keys int) (took []time.Duration) {
	random := rand.New(rand.NewPCG(1, 1))
	spoil := func(s string) string {
		letters := []rune(s)
		switch at := random.IntN(len(letters)); random.IntN(4) {
		case 0:
			letters[at] = 'ъ'
		case 1:
			return registry.SwapLayout(s)
		case 2:
			words := strings.Fields(s)
			slices.Reverse(words)
			return strings.Join(words, " ")
		}
		return string(letters)
	}
	typed := func(s string, answer func(string) ([]registry.GARHit, error)) (first registry.GARHit) {
		letters := []rune(s)
		for n := 1; n <= len(letters); n++ {
			begun := time.Now()
			hits, err := answer(string(letters[:n]))
			if took = append(took, time.Since(begun)); err != nil {
				b.Fatal(err)
			}
			if len(hits) > 0 {
				first = hits[0]
			}
		}
		return first
	}
	for len(took) < keys {
		place := typed([]string{"Иркутск", "Братск Центральный", "г. Ангарск", "Усть-Илимск"}[random.IntN(4)], func(q string) ([]registry.GARHit, error) {
			return registry.Places(b.Context(), d, q, 12)
		})
		street := typed(spoil([]string{"Ленина", "ул. Большая Садовая", "Комсомольская", "проспект Мира", "3-я Лесная", "Московское шоссе"}[random.IntN(6)]), func(q string) ([]registry.GARHit, error) {
			return registry.Streets(b.Context(), d, place.GUID, q, 12)
		})
		typed([]string{"12к1", "4 корп. 1", "10А", "110"}[random.IntN(4)], func(q string) ([]registry.GARHit, error) {
			return registry.Houses(b.Context(), d, street.GUID, q, 12)
		})
	}
	return took
}
