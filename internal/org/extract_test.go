package org_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// drop puts the firm's extract and its signature into the folder.
func (k *desk) drop(f orgtest.Firm, at time.Time) (*org.Extract, map[string]org.Row) {
	k.Helper()
	xml := f.XML()
	got, err := org.Receive(k.Context(), k.db, k.files, k.by, at, k.rules, k.id,
		[]org.Upload{{Name: "выписка.xml", Content: xml}, {Name: "выписка.xml.p7s", Content: k.tax.Sign(xml)}})
	if err != nil {
		k.Fatal(err)
	}
	return k.extract(got.Extract)
}

// take copies one value by the card as it is.
func (k *desk) take(id int64, field string) error {
	k.Helper()
	return org.Take(k.Context(), k.db, k.by, now, k.id, id, k.card().Version, field)
}

func (k *desk) extract(id int64) (*org.Extract, map[string]org.Row) {
	k.Helper()
	c, err := org.OpenExtract(k.Context(), k.db, k.by, k.id, id)
	if err != nil {
		k.Fatal(err)
	}
	at := map[string]org.Row{}
	for _, r := range c.Rows {
		at[r.Field] = r
	}
	return c.Extract, at
}

// F033–F035, F055–F061: what an extract says and what follows from it.
func TestExtractIsCompared(t *testing.T) {
	long := "ООО «" + strings.Repeat("Ромашка ", 9) + "»"
	for _, c := range []struct {
		name    string
		change  func(*orgtest.Firm)
		verdict string
		field   string
		hint    string
		takes   bool
	}{
		{"the same", func(*orgtest.Firm) {}, "same", "inn", "", false},
		{"case and quotes do not count", func(f *orgtest.Firm) {
			f.Full = strings.ToUpper(`Общество с ограниченной ответственностью "Ромашка"`)
		}, "same", "full_name", "", false},
		{"another full name", func(f *orgtest.Firm) {
			f.Full = "Общество с ограниченной ответственностью «Роза»"
		}, "warn", "full_name", "перевыпустите", true},
		{"another short name", func(f *orgtest.Firm) { f.Short = "ООО «Роза»" }, "warn", "short_name", "не взято", true},
		{"a short name too long for a certificate", func(f *orgtest.Firm) { f.Short = long }, "note", "short_name", "вручную", false},
		{"a short name with a semicolon", func(f *orgtest.Firm) { f.Short = "ООО «Роза; Мак»" }, "note", "short_name", "вручную", false},
		{"another INN", func(f *orgtest.Firm) { f.INN = orgtest.Vasilek.INN }, "stop", "inn", "невозможен", false},
		{"another KPP", func(f *orgtest.Firm) { f.KPP = "770201001" }, "warn", "kpp", "изменился", true},
		{"another head", func(f *orgtest.Firm) { f.Surname, f.Name = "Сидоров", "Олег" }, "warn", "head", "сменился", true},
		{"another title", func(f *orgtest.Firm) { f.Title = "Президент" }, "note", "head_title", "", true},
		{"moved", func(f *orgtest.Firm) { f.House = "5" }, "warn", "legal_address", "изменился", true},
		{"an unreliable address", func(f *orgtest.Firm) { f.BadAddress = true }, "warn", "legal_address", "недостоверным", false},
		{"liquidation", func(f *orgtest.Firm) { f.Status = "Находится в стадии ликвидации" }, "warn", "status", "ликвидации", true},
		{"bankruptcy", func(f *orgtest.Firm) {
			f.Status = "Юридическое лицо признано несостоятельным (банкротом)"
		}, "warn", "status", "банкрот", true},
		{"closed", func(f *orgtest.Firm) { f.Closed = "2026-11-01" }, "stop", "status", "прекратила", true},
		{"30 days old", func(f *orgtest.Firm) { f.Extracted = "2026-10-21" }, "same", "extract_date", "", false},
		{"31 days old", func(f *orgtest.Firm) { f.Extracted = "2026-10-20" }, "renew", "extract_date", "старше 30 дней", false},
		{"of today", func(f *orgtest.Firm) { f.Extracted = "2026-11-20" }, "same", "extract_date", "", false},
		{"of tomorrow", func(f *orgtest.Firm) { f.Extracted = "2026-11-22" }, "stop", "extract_date", "в будущем", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newDesk(t)
			f := orgtest.Romashka
			c.change(&f)
			x, rows := k.drop(f, now)
			if x.Signature != "good" || x.Signer != "ФНС России" {
				t.Errorf("signature %s by %q: %s", x.Signature, x.Signer, x.SignatureText)
			}
			if x.Verdict != c.verdict {
				t.Errorf("verdict %s, want %s", x.Verdict, c.verdict)
			}
			if r := rows[c.field]; !strings.Contains(r.Hint, c.hint) || r.Takeable != c.takes {
				t.Errorf("%+v", r)
			}
			blocks := strings.Contains(c.name, "another full") || strings.Contains(c.name, "another short") // F055
			if fresh := x.Fresh(now, k.rules.MaxAge); fresh != (c.verdict != "stop" && c.verdict != "renew" && !blocks) || x.Blocks != blocks {
				t.Errorf("fresh: %t", fresh)
			}
		})
	}
}

// Taking writes the value, its history and a new verdict, once.
func TestTake(t *testing.T) {
	k := newDesk(t)
	f := orgtest.Romashka
	f.Short, f.Full, f.House, f.Surname, f.Name, f.KPP, f.Closed = "ООО «Роза»", "Общество с ограниченной ответственностью «Роза»", "5", "Сидоров", "Олег", "770201001", "2026-11-01"
	x, _ := k.drop(f, now)
	for _, field := range []string{"short_name", "full_name", "legal_address", "head", "kpp", "status"} {
		for range 2 {
			if err := k.take(x.ID, field); err != nil {
				t.Fatalf("%s: %v", field, err)
			}
		}
	}
	c := k.card()
	if c.ShortName != "ООО «Роза»" || c.FullName != f.Full || !strings.Contains(c.Address("legal").FullText, "Д. 5") || c.Head().FullName() != "Сидоров Олег Иванович" ||
		c.KPP != "770201001" || c.Status != "closed" || c.Version != 7 {
		t.Errorf("%+v", c)
	}
	list, total, err := org.History(t.Context(), k.db, k.by, k.id, 0, 20)
	if err != nil || total != 6 {
		t.Fatalf("%d changes, %v", total, err)
	}
	if ch := list[5]; ch.Field != "short_name" || ch.OldValue != "ООО «Ромашка»" || ch.NewValue != "ООО «Роза»" || ch.SourceRU() != "выписка" {
		t.Errorf("%+v", ch)
	}
	if x, rows := k.extract(x.ID); x.Verdict != "stop" || rows["short_name"].TakenName != k.by.Name {
		t.Errorf("a closed firm may not become fresh by taking: %s", x.Verdict)
	}
	if found, err := org.Search(t.Context(), k.db, k.by, org.Query{Text: "роза сидоров", Limit: 10}); err != nil || len(found.Own) != 1 {
		t.Errorf("the new name is not found: %+v, %v", found, err)
	}
	for field, want := range map[string]fault.Kind{"ogrn": fault.NotFound, "extract_date": fault.NotFound, "x' OR 1=1": fault.NotFound} {
		if err := k.take(x.ID, field); kindOf(err) != want {
			t.Errorf("%s: %v", field, err)
		}
	}
	older := x.ID
	f.KPP = "770301001"
	k.drop(f, now)
	if err := k.take(older, "okved"); kindOf(err) != fault.Conflict {
		t.Errorf("not takeable: %v", err)
	}
}

func TestTakeOnlyFromTheLatestSigned(t *testing.T) {
	k := newDesk(t)
	f := orgtest.Romashka
	f.KPP = "770201001"
	old, _ := k.drop(f, now)
	f.KPP = "770301001"
	got, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, []org.Upload{{Name: "новая.xml", Content: f.XML()}})
	if err != nil {
		t.Fatal(err)
	}
	for id, why := range map[int64]string{old.ID: "an older extract", got.Extract: "an unsigned extract"} {
		if err := k.take(id, "kpp"); kindOf(err) != fault.Conflict {
			t.Errorf("taken from %s: %v", why, err)
		}
	}
}

// The signature may come beside, later, before, wrong or from a stranger.
func TestSignatures(t *testing.T) {
	xml := orgtest.Romashka.XML()
	stranger := orgtest.NewTax(t, now)
	tampered := bytes.Replace(xml, []byte("62.01"), []byte("62.02"), 1)
	for _, c := range []struct {
		name string
		want string
		drop func(k *desk) [][]org.Upload
	}{
		{"beside", "good", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: xml}, {Name: "a.xml.p7s", Content: k.tax.Sign(xml)}}}
		}},
		{"beside, another name", "good", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: xml}, {Name: "подпись.sig", Content: k.tax.Sign(xml)}}}
		}},
		{"none", "missing", func(k *desk) [][]org.Upload { return [][]org.Upload{{{Name: "a.xml", Content: xml}}} }},
		{"later", "good", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: xml}}, {{Name: "a.xml.p7s", Content: k.tax.Sign(xml)}}}
		}},
		{"before", "good", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml.p7s", Content: k.tax.Sign(xml)}}, {{Name: "a.xml", Content: xml}}}
		}},
		{"of another file, later", "missing", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: xml}}, {{Name: "b.xml.p7s", Content: k.tax.Sign(xml)}}}
		}},
		{"over other bytes", "bad", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: tampered}, {Name: "a.xml.p7s", Content: k.tax.Sign(xml)}}}
		}},
		{"wrong first, right later", "good", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: xml}, {Name: "a.xml.p7s", Content: k.tax.Sign(tampered)}}, {{Name: "a.xml.p7s", Content: k.tax.Sign(xml)}}}
		}},
		{"of last month's extract", "missing", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: tampered}, {Name: "a.xml.p7s", Content: k.tax.Sign(tampered)}}, {{Name: "a.xml", Content: xml}}}
		}},
		{"of a stranger", "untrusted", func(k *desk) [][]org.Upload {
			return [][]org.Upload{{{Name: "a.xml", Content: xml}, {Name: "a.xml.p7s", Content: stranger.Sign(xml)}}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newDesk(t)
			for _, uploads := range c.drop(k) {
				if _, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, uploads); err != nil {
					t.Fatal(err)
				}
			}
			list, err := org.OpenExtracts(t.Context(), k.db, k.by, k.id, 5)
			if err != nil || len(list) == 0 {
				t.Fatal(list, err)
			}
			x := list[0]
			if x.Signature != c.want || x.Fresh(now, k.rules.MaxAge) != (c.want == "good") {
				t.Errorf("%s (%s), fresh %t", x.Signature, x.SignatureText, x.Fresh(now, k.rules.MaxAge))
			}
		})
	}
}

// F070: what is refused leaves nothing behind and says why.
func TestRefusedUploads(t *testing.T) {
	k := newDesk(t)
	random := make([]byte, 1000)
	rand.Read(random)
	xml := orgtest.Romashka.XML()
	bomb := []byte(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Файл>&b;</Файл>`)
	deep := []byte("<Файл>" + strings.Repeat("<Документ>", 200000) + strings.Repeat("</Документ>", 200000) + "</Файл>")
	for _, c := range []struct {
		name    string
		content []byte
		says    string
	}{
		{"выписка.xml", []byte("%PDF-1.7 …"), "не выписка"},
		{"выписка.xml", bomb, "не выписка"},
		{"выписка.xml", deep, "не выписка"},
		{"выписка.xml", xml[:len(xml)/2], "не выписка"},
		{"выписка.xml", []byte("<html></html>"), "не выписка"},
		{"выписка.xml", random, "не выписка"},
		{"выписка.xml", orgtest.Vasilek.XML(), "другой организации — АО «Василёк и партнёры»"},
		{"выписка.xml", nil, "пуст"},
		{"скан.pdf", bytes.Repeat([]byte("%PDF-"), file.MaxDesk/5+1), "больше 10 МБ"},
		{"скан.pdf", []byte("\xff\xd8\xff\xe0 jpeg"), "а внутри JPG"},
		{"скан.jpg", random, "содержимое другое"},
		{"программа.exe", []byte("MZ"), "папка принимает"},
		{"подпись.p7s", random, "нет подписи CMS"},
	} {
		_, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, []org.Upload{{Name: "хороший.pdf", Content: []byte(orgtest.OnePage)}, {Name: c.name, Content: c.content}})
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || !strings.Contains(f.Text, c.says) {
			t.Errorf("%s, want %q: %v", c.name, c.says, err)
		}
	}
	if _, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, nil); kindOf(err) != fault.Invalid {
		t.Errorf("nothing dropped: %v", err)
	}
	for _, table := range []string{"stored_file", "extract", "extract_row"} {
		if n := k.count("SELECT count(*) FROM " + table); n != 0 {
			t.Errorf("%d rows of %s", n, table)
		}
	}
}

// F064, F065: the file is kept as it came, under its own name.
func TestFolders(t *testing.T) {
	k := newDesk(t)
	xml := orgtest.Romashka.XML()
	uploads := []org.Upload{{Name: `C:\Users\Анна\выписка.xml`, Content: xml}, {Name: "скан.PDF", Content: []byte(orgtest.OnePage)}, {Name: "фото.jpeg", Content: []byte("\xff\xd8\xff")}}
	if _, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, uploads); err != nil {
		t.Fatal(err)
	}
	if err := org.ShareFiles(t.Context(), k.db, k.files, k.by, now, k.id, []org.Upload{{Name: "договор.pdf", Content: []byte(orgtest.OnePage)}}); err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for _, folder := range []string{file.Storage, file.Cabinet} {
		list, err := org.Folder(t.Context(), k.db, k.by, k.id, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			names[folder] = append(names[folder], fmt.Sprint(f.Name, " ", f.Mime, " ", f.CreatedName))
			if f.Mime == "application/xml" {
				if _, b, err := org.OpenFile(t.Context(), k.db, k.files, k.by, now, f.ID); err != nil || !bytes.Equal(b, xml) {
					t.Errorf("other bytes came back: %v", err)
				}
			}
		}
	}
	who := " " + k.by.Name
	want := map[string][]string{"storage": {"фото.jpeg image/jpeg" + who, "скан.PDF application/pdf" + who, "выписка.xml application/xml" + who}, "cabinet": {"договор.pdf application/pdf" + who}}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}
