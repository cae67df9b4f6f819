package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/file"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry/printed"
)

// A PDF is read by a child of the same program.
func TestMain(m *testing.M) {
	printed.Child()
	os.Exit(m.Run())
}

// benchExtract drops signed printed extracts into a client's folder: stored,
// read in a child, the signature verified, compared with the card, committed.
// Beside it poppler only takes the text out and looks at the signature.
func benchExtract(b *testing.B) {
	totext, pdfsig := program(b, "pdftotext"), program(b, "pdfsig")
	now := time.Now()
	d, err := db.Open(b.Context(), dbtest.DSN(b), db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	files, err := file.NewStore(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	tax, firm := orgtest.NewTax(b, now), orgtest.Romashka
	firm.Extracted = now.AddDate(0, 0, -2).Format(time.DateOnly)
	by := orgtest.Staff(b, d)["operator"]
	orgtest.Register(b, d, firm)
	id, err := org.Add(b.Context(), d, by, now, firm.OGRN)
	if err != nil {
		b.Fatal(err)
	}
	pdf := tax.SignPDF(firm.PDF(b, orgtest.Since2022))
	path := filepath.Join(b.TempDir(), "a.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		b.Fatal(err)
	}
	rules := org.Rules{Roots: tax.Roots(), MaxAge: 30 * 24 * time.Hour}
	var ours, rival []float64
	for i := range 15 {
		ours = append(ours, ms(timed(func() {
			got, err := org.Receive(b.Context(), d, files, by, now, rules, id, []org.Upload{{Name: fmt.Sprintf("%d.pdf", i), Content: pdf}})
			if err != nil || got.Extract == 0 {
				b.Fatal(err)
			}
		})))
		rival = append(rival, ms(timed(func() {
			run(b, exec.Command(totext, "-layout", path, os.DevNull))
			_ = exec.Command(pdfsig, "-nocert", path).Run() // it knows no GOST and says so by its status
		})))
	}
	figure(b, median(ours), median(rival), "ms")
}
