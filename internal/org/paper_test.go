package org_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// dropPDF puts a printed extract into the folder.
func (k *desk) dropPDF(pdf []byte) (*org.Extract, map[string]org.Row) {
	k.Helper()
	got, err := org.Receive(k.Context(), k.db, k.files, k.by, now, k.rules, k.id, []org.Upload{{Name: "выписка.pdf", Content: pdf}})
	if err != nil {
		k.Fatal(err)
	}
	if got.Extract == 0 {
		k.Fatal("not taken for an extract")
	}
	return k.extract(got.Extract)
}

// A printed extract of either layout is compared as the XML is: nothing differs
// but what the paper does not say.
func TestPrintedExtract(t *testing.T) {
	k := newDesk(t)
	for name, layout := range map[string]orgtest.Layout{"since 2022": orgtest.Since2022, "before 2022": orgtest.Before2022, "without lines": orgtest.Unruled} {
		x, rows := k.dropPDF(k.tax.SignPDF(orgtest.Romashka.PDF(t, layout)))
		if x.Signature != "good" || x.Verdict != "same" || x.Number != "ЮЭ9965-26-12345678" || !x.Fresh(now, k.rules.MaxAge) || x.Signer != "ФНС России" {
			t.Errorf("%s: %s %s %s: %s", name, x.Signature, x.Verdict, x.Number, x.SignatureText)
		}
		for field, r := range rows {
			if r.Verdict != "same" {
				t.Errorf("%s: %s: card %q, extract %q: %s %s", name, field, r.CardValue, r.ExtractValue, r.Verdict, r.Hint)
			}
		}
	}
	f := orgtest.Romashka
	f.Short, f.House, f.Surname, f.BadAddress, f.Status = "ООО «Роза»", "5", "Сидоров", true, "Находится в процессе реорганизации в форме присоединения"
	x, rows := k.dropPDF(k.tax.SignPDF(f.PDF(t, orgtest.Since2022)))
	if x.Verdict != "warn" || !x.Blocks || x.Fresh(now, k.rules.MaxAge) {
		t.Errorf("%+v", x)
	}
	for field, want := range map[string]string{"short_name": "warn", "head": "warn", "legal_address": "warn", "status": "warn", "full_name": "same", "inn": "same"} {
		if rows[field].Verdict != want {
			t.Errorf("%s: %+v", field, rows[field])
		}
	}
	if err := org.Take(t.Context(), k.db, k.by, now, k.id, x.ID, k.card().Version, org.TakeAll); err != nil {
		t.Fatal(err)
	}
	c := k.card()
	if c.ShortName != "ООО «РОЗА»" || c.Head().FullName() != "Сидоров Иван Иванович" || c.Status != "reorganising" || !strings.Contains(c.Address("legal").FullText, "Д. 5") || c.Address("legal").Region != "77" {
		t.Errorf("%+v %+v", c, c.Addresses)
	}
	if n := k.count(`SELECT count(*) FROM extract_decision WHERE extract_id = ? AND by_id = ? AND card_value <> taken_value`, x.ID, k.by.ID); n != 4 {
		t.Errorf("%d decisions", n)
	}
}

// The verdict on the signature of a PDF; the stamp on the page says nothing.
func TestPrintedSignatures(t *testing.T) {
	k := newDesk(t)
	plain := orgtest.Romashka.PDF(t, orgtest.Since2022)
	signed, stranger := k.tax.SignPDF(plain), orgtest.NewTax(t, now)
	damaged := bytes.Clone(signed)
	at := bytes.Index(damaged, []byte("/Producer"))
	damaged[at+1] = 'Q'
	for _, c := range []struct {
		name    string
		pdf     []byte
		beside  []byte
		verdict string
		text    string
		list    int
	}{
		{"unsigned", plain, nil, "missing", "только картинка", 1},
		{"signed", signed, nil, "good", "Подпись верна", 1},
		{"a word on when", k.tax.SignPDFAt(plain, now.AddDate(0, 0, -3)), nil, "good", "Подпись верна", 1},
		{"one byte changed", damaged, nil, "bad", "изменена", 1},
		{"painted over", orgtest.PaintOver(t, signed), nil, "bad", "изменили", 1},
		{"of a stranger", stranger.SignPDF(plain), nil, "untrusted", "не от налоговой", 1},
		{"two signatures", k.tax.SignPDF(signed), nil, "good", "Подпись верна", 2},
		{"ours and a stranger's", stranger.SignPDF(signed), nil, "good", "Подпись верна", 2},
		{"a signature beside", plain, k.tax.Sign(plain), "good", "Подпись верна", 1},
		{"a wrong signature beside", plain, k.tax.Sign(signed), "bad", "не сходится", 1},
		{"inside and a wrong one beside", signed, k.tax.Sign(plain), "good", "Подпись верна", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			uploads := []org.Upload{{Name: "выписка.pdf", Content: c.pdf}}
			if c.beside != nil {
				uploads = append(uploads, org.Upload{Name: "выписка.pdf.sig", Content: c.beside})
			}
			got, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, uploads)
			if err != nil {
				t.Fatal(err)
			}
			x, _ := k.extract(got.Extract)
			if x.Signature != c.verdict || !strings.Contains(x.SignatureText, c.text) || len(x.Signatures) != c.list {
				t.Errorf("%s: %s; %+v", x.Signature, x.SignatureText, x.Signatures)
			}
			if x.Fresh(now, k.rules.MaxAge) != (c.verdict == "good") {
				t.Errorf("fresh with a signature that is %s", c.verdict)
			}
		})
	}
	pdfsigSays(t, signed)
}

// What is known of a revocation: nothing, that there is none, that there is one.
func TestRevokedSigner(t *testing.T) {
	k := newDesk(t)
	pdf := k.tax.SignPDF(orgtest.Romashka.PDF(t, orgtest.Since2022))
	for name, c := range map[string]struct {
		lists         func() []*gost.CRL
		verdict, says string
	}{
		"no list":    {nil, "good", "не проверен"},
		"a list":     {func() []*gost.CRL { return k.tax.Revoke(now, true) }, "good", "Не отозван по списку от 20.11.2026"},
		"on a list":  {func() []*gost.CRL { return k.tax.Revoke(now, false) }, "untrusted", "Отозван"},
		"a stranger": {func() []*gost.CRL { return orgtest.NewTax(t, now).Revoke(now, false) }, "good", "не проверен"},
	} {
		k.rules.Lists = c.lists
		x, _ := k.dropPDF(pdf)
		if x.Signature != c.verdict || !strings.Contains(x.Signatures[0].RevokedRU(), c.says) || x.Fresh(now, k.rules.MaxAge) != (c.verdict == "good") {
			t.Errorf("%s: %s, %s", name, x.Signature, x.Signatures[0].RevokedRU())
		}
	}
}

// pdfsigSays asks another program whether the signature covers the file.
func pdfsigSays(t *testing.T, pdf []byte) {
	program, err := exec.LookPath("pdfsig")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("poppler's pdfsig is not installed")
		}
		t.Skip("poppler's pdfsig is not installed")
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(program, "-nocert", path).CombinedOutput()
	if !bytes.Contains(out, []byte("Total document signed")) {
		t.Errorf("pdfsig: %s", out)
	}
}

// What is no extract is kept as a file and named; what cannot be read is refused.
func TestNoExtract(t *testing.T) {
	k := newDesk(t)
	other := orgtest.Vasilek
	for _, c := range []struct {
		name    string
		pdf     []byte
		says    string // under the file
		refused string
	}{
		{"a scan", []byte(orgtest.OnePage), "скан", ""},
		{"a print of a service", orgtest.Print(t, "Контур.Фокус", "Выписка из ЕГРЮЛ ООО «Ромашка»", "ОГРН 1027700132195", "Отчёт сформирован на focus.kontur.ru"), "Контур.Фокус", ""},
		{"a plain paper", orgtest.Print(t, "Договор поставки № 5", "г. Москва"), "", ""},
		{"another organisation's", k.tax.SignPDF(other.PDF(t, orgtest.Since2022)), "", "другой организации"},
		{"damaged", []byte("%PDF-1.7 nothing"), "", "повреждён"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, []org.Upload{{Name: c.name + ".pdf", Content: c.pdf}})
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Fatalf("%v", err)
				}
				return
			}
			if err != nil || got.Extract != 0 {
				t.Fatalf("%+v, %v", got, err)
			}
			what, err := org.Readings(t.Context(), k.db, k.by, got.Files)
			if text := what[got.Files[0].ID].Text; err != nil || c.says == "" && text != "" || !strings.Contains(text, c.says) {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

// Somebody changes the card while the comparison is looked at.
func TestCardChangedMeanwhile(t *testing.T) {
	k := newDesk(t)
	f := orgtest.Romashka
	f.KPP, f.House = "770201001", "5"
	x, _ := k.drop(f, now)
	seen := k.card().Version
	if err := k.take(x.ID, "kpp"); err != nil { // a colleague
		t.Fatal(err)
	}
	err := org.Take(t.Context(), k.db, k.by, now, k.id, x.ID, seen, "legal_address")
	if err == nil || !strings.Contains(err.Error(), "770201001") || !strings.Contains(err.Error(), k.by.Name) {
		t.Errorf("%v", err)
	}
	if n := k.count(`SELECT count(*) FROM extract_decision`); n != 1 {
		t.Errorf("%d decisions", n)
	}
	if err := org.CompareAgain(t.Context(), k.db, k.by, now.Add(1), k.rules, k.id, x.ID); err != nil {
		t.Fatal(err)
	}
	if _, rows := k.extract(x.ID); rows["kpp"].Verdict != "same" || rows["legal_address"].Verdict != "warn" {
		t.Errorf("%+v", rows)
	}
	if err := k.take(x.ID, "legal_address"); err != nil {
		t.Error(err)
	}
	for _, query := range []string{`UPDATE extract_decision SET field = 'x'`, `DELETE FROM extract_decision`} {
		if _, err := k.db.Plain().ExecContext(t.Context(), query); err == nil {
			t.Errorf("%s: done", query)
		}
	}
}

// Another OGRN with the same INN is compared, and stops.
func TestAnotherOGRN(t *testing.T) {
	k := newDesk(t)
	f := orgtest.Romashka
	f.OGRN = orgtest.Vasilek.OGRN
	x, rows := k.drop(f, now)
	if x.Verdict != "stop" || rows["ogrn"].Verdict != "stop" || rows["ogrn"].Takeable {
		t.Errorf("%+v", rows["ogrn"])
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ field, a, b string }{
		{"full_name", "Общество с ограниченной ответственностью «Ёлка»", `ООО "ЕЛКА"`},
		{"full_name", "АКЦИОНЕРНОЕ ОБЩЕСТВО  «НПО – Энергия»", "АО НПО-Энергия"},
		{"short_name", "ООО «Ромашка»", "ООО 'РОМАШКА'"},
		{"legal_address", "127029, г. Москва, ул. Лесная, д. 3", "127029, Г.МОСКВА, УЛИЦА ЛЕСНАЯ, ДОМ 3"},
		{"legal_address", "127029, ГОРОД МОСКВА, Г. МОСКВА, Лесная ул., 3, кв. 5", "127029, Москва, ул Лесная, д.3, квартира 5"},
		{"head", "Соловьёв Пётр", "СОЛОВЬЕВ ПЕТР"},
		{"okved", "62.01 Разработка", "62.01 РАЗРАБОТКА ПО"},
	} {
		if !org.Equal(c.field, c.a, c.b) {
			t.Errorf("%s: %q and %q differ", c.field, c.a, c.b)
		}
	}
	for _, c := range []struct{ field, a, b string }{
		{"full_name", "ООО «Ромашка»", "АО «Ромашка»"},
		{"full_name", "ООО «Ромашка 1»", "ООО «Ромашка 11»"},
		{"legal_address", "г. Москва, ул. Лесная, д. 3", "г. Москва, ул. Лесная, д. 5"},
		{"legal_address", "г. Москва, ул. Лесная, д. 3", "г. Москва, пер. Лесной, д. 3"},
		{"okved", "62.01", "62.02"},
	} {
		if org.Equal(c.field, c.a, c.b) {
			t.Errorf("%s: %q and %q are the same", c.field, c.a, c.b)
		}
	}
}

// What comes onto the card after the comparison stands against the extract, too.
func TestExtractAgainstAChangedCard(t *testing.T) {
	k := newDesk(t)
	x, _ := k.drop(orgtest.Romashka, now)
	if err := k.db.Tx(t.Context(), k.by.PartnerID, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `UPDATE organisation SET short_name = 'ООО «Лютик»', version = version + 1 WHERE id = ?`, k.id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if x, _ = k.extract(x.ID); !x.Fresh(now, k.rules.MaxAge) {
		t.Fatal("the rows are as they were")
	}
	if x.Against(k.card()); x.Fresh(now, k.rules.MaxAge) || !x.Blocks || x.Verdict != "warn" {
		t.Errorf("%s, blocks %t", x.Verdict, x.Blocks)
	}
}
