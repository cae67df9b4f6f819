package main

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry/printed"
)

// The test program is its own child when a PDF is read.
func TestMain(m *testing.M) {
	printed.Child()
	os.Exit(m.Run())
}

// console extract FILE.pdf: fields, verdict on the signature, what is no extract.
func TestExtractPDF(t *testing.T) {
	t.Chdir(t.TempDir())
	now := time.Now()
	tax, f := orgtest.NewTax(t, now), orgtest.Romashka
	f.Extracted = now.AddDate(0, 0, -2).Format(time.DateOnly)
	plain := f.PDF(t, orgtest.Since2022)
	for name, b := range map[string][]byte{
		"signed.pdf": tax.SignPDF(plain), "old.pdf": tax.SignPDF(f.PDF(t, orgtest.Before2022)), "plain.pdf": plain, "plain.pdf.p7s": tax.Sign(plain), "bare.pdf": plain,
		"changed.pdf": orgtest.PaintOver(t, tax.SignPDF(plain)), "focus.pdf": orgtest.Print(t, "Контур.Фокус", "ОГРН 1027700132195"), "broken.pdf": []byte("%PDF-1.7"),
		"ca.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tax.Root.Raw}),
	} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		file string
		code int
		says string
	}{
		{"signed.pdf", exitOK, "ФНС России"}, {"old.pdf", exitOK, "Весь файл до последнего байта"}, {"plain.pdf", exitOK, "Подпись верна"}, {"bare.pdf", exitNo, "missing"},
		{"changed.pdf", exitNo, "изменили"}, {"focus.pdf", exitNo, "Контур.Фокус"}, {"broken.pdf", exitBroke, "повреждён"},
	} {
		out, errs, code := console(t, "", "extract", "--ca", "ca.pem", c.file)
		if code != c.code || !strings.Contains(out+errs, c.says) || c.code == exitOK && !strings.Contains(out, "1027700132195") {
			t.Errorf("%s: exit %d\n%s%s", c.file, code, out, errs)
		}
	}
	out, _, _ := console(t, "", "extract", "--json", "--ca", "ca.pem", "signed.pdf")
	var got struct {
		Kind, Number, Signature, Signer, Covers string
		Record                                  struct{ OGRN, INN, Extracted string }
		Signatures                              []struct{ Verdict, Serial string }
		Certificate                             struct{ Now, Revocation string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.Kind != "extract" || got.Number == "" || got.Signature != "good" || got.Signer != "ФНС России" || got.Record.OGRN != f.OGRN ||
		got.Record.Extracted != f.Extracted || len(got.Signatures) != 1 || got.Certificate.Now != "good" || !strings.Contains(got.Certificate.Revocation, "не проверен") {
		t.Errorf("%v: %s", err, out)
	}
}
