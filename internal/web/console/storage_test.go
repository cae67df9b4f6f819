package console

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"signdesk/internal/file"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// F033–F035, F064: the extract is dropped, verified, compared, taken from.
func TestStorage(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	if g := op.get(u + "/storage").want(200); g.text(".empty h2") != "Папка пуста" || g.attr("form.drop", "data-refresh") != "#files" {
		t.Errorf("%s", g.text("main"))
	}
	f := orgtest.Romashka
	f.House, f.Short = "5", "ООО «Ромашка Плюс»"
	xml := f.XML()
	to := op.upload(u+"/storage", org.Upload{Name: "выписка.xml", Content: xml}, org.Upload{Name: "выписка.xml.p7s", Content: k.tax.Sign(xml)}).to()
	g := op.get(to).want(200)
	if g.text(".page-head .chip") != "Подпись верна | Мешает выпуску" || !strings.Contains(g.text(".card-quiet"), "ФНС России") {
		t.Errorf("%s", g.text("main"))
	}
	if got := g.text("#r-legal_address del, #r-legal_address ins, #r-short_name ins"); got != "«Ромашка Плюс» | 3 | 5" {
		t.Errorf("marked: %s", got)
	}
	if got := g.text("button[name=take]"); got != "взять все (2) | взять в карточку | взять в карточку" {
		t.Errorf("%s may be taken", got)
	}
	if got := k.as("supervisor").get(to).want(200).texts("button[name=take]"); len(got) != 0 {
		t.Error("«взять в карточку» without the right")
	}
	version := g.attr("input[name=version]", "value")
	for range 2 {
		if back := op.post(to, url.Values{"take": {"short_name"}, "version": {version}}).to(); back != to {
			t.Error(back)
		}
	}
	g = op.get(to)
	if !strings.Contains(g.text("#r-short_name"), "взято: Иванова") || g.text(".page-head .chip") != "Подпись верна | Есть расхождения" || g.text(".orghead-name") != "ООО «Ромашка Плюс»" {
		t.Errorf("%s", g.text("main"))
	}
	op.post(to, url.Values{"take": {"ogrn"}, "version": {version}}).want(404)
	if g := op.post(to, url.Values{"take": {"legal_address"}, "version": {version}}).want(409); !strings.Contains(g.text("main"), "Карточку изменили") || !strings.Contains(g.text("main"), "«ООО «Ромашка Плюс»»") {
		t.Errorf("%s", g.text("main"))
	}
	k.as("accountant").post(to, url.Values{"take": {"legal_address"}, "version": {version}}).want(403)
	g = op.get(u + "/storage").want(200)
	if len(g.texts("#files tbody tr")) != 3 || !strings.Contains(g.text("#files"), "годна ещё 20 дней") {
		t.Errorf("%s", g.text("#files"))
	}
	if g := op.get(u + "/history"); !strings.Contains(g.text("tbody"), "выписка") {
		t.Errorf("%s", g.text("tbody"))
	}
	k.as("foreign operator").get(to).want(404)
}

// An extract signed years ago: three things apart, and nothing may be taken from it.
func TestOldExtractPage(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	old := orgtest.NewTax(t, k.now().AddDate(-5, 0, 0))
	k.set.Extract.Roots = old.Roots()
	op, f := k.as("operator"), orgtest.Romashka
	f.House, f.Extracted = "5", k.now().AddDate(-5, 0, 0).Format(time.DateOnly)
	xml := f.XML()
	to := op.upload(u+"/storage", org.Upload{Name: "выписка.xml", Content: xml}, org.Upload{Name: "выписка.xml.p7s", Content: old.Sign(xml)}).to()
	g := op.get(to).want(200)
	if got := g.text(".card-quiet .chip"); got != "Верна, файл не изменён | Весь файл до последнего байта | Сертификат действовал | Сертификат истёк "+k.now().AddDate(-4, 0, 0).Format("02.01.2006")+" | Отзыв не проверен: свежего списка отозванных нет" {
		t.Error(got)
	}
	if text := g.text(".card-quiet"); !strings.Contains(text, "по времени, которое указал подписавший") || !strings.Contains(g.text(".notice"), "с тех пор истёк") || len(g.texts("button[name=take]")) != 0 {
		t.Error(g.text("main"))
	}
	if text := op.get(u + "/storage").text("main"); !strings.Contains(text, "сертификат истёк") {
		t.Error(text)
	}
}

// F070: a refused file says why where the drop zone reads it, and is not stored.
func TestStorageRefuses(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	for _, c := range []struct {
		name, content, says string
	}{
		{"выписка.xml", "%PDF-1.7", "это не выписка"},
		{"скан.pdf", "", "пуст"},
		{"<img src=x>.exe", "MZ", "папка принимает"},
		{"выписка.xml", string(orgtest.Vasilek.XML()), "другой организации"},
		{"большой.pdf", "%PDF-" + strings.Repeat("x", file.MaxDesk), "больше 10 МБ"},
	} {
		g := op.upload(u+"/storage", org.Upload{Name: c.name, Content: []byte(c.content)}).want(422)
		if !strings.Contains(g.text("[data-error-text]"), c.says) || len(g.texts("main img[src=x]")) != 0 {
			t.Errorf("%s: %s", c.name, g.text("main"))
		}
	}
	op.upload(u + "/storage").want(422)
	many := make([]org.Upload, 21)
	for i := range many {
		many[i] = org.Upload{Name: "скан.pdf", Content: []byte(orgtest.OnePage)}
	}
	op.upload(u+"/storage", many...).want(422)
	op.post(u+"/storage", url.Values{"file": {"x"}}).want(422)
	k.as("accountant").upload(u+"/storage", org.Upload{Name: "a.pdf", Content: []byte(orgtest.OnePage)}).want(403)
	if g := op.get(u + "/storage"); g.text(".empty h2") != "Папка пуста" {
		t.Errorf("%s", g.text("#files"))
	}
}

// F065, F069: files are saved as they are; only PDF and pictures are shown, and
// nothing in them runs.
func TestFiles(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	op.upload(u+"/cabinet", org.Upload{Name: "Договор № 5.pdf", Content: []byte(orgtest.OnePage)}, org.Upload{Name: "фото.png", Content: []byte("\x89PNG\r\n\x1a\n")}).want(303)
	xml := orgtest.Romashka.XML()
	op.upload(u+"/storage", org.Upload{Name: "выписка.xml", Content: xml}).want(303)
	g := op.get(u + "/cabinet").want(200)
	if got := g.text(".file-name"); got != "фото.png | Договор № 5.pdf" {
		t.Errorf("%s", got)
	}
	for _, c := range []struct {
		page, selector, query, disposition string
	}{
		{"/cabinet", "tr:nth-child(2) .file-name a", "", `attachment; filename*=utf-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%20%E2%84%96%205.pdf`},
		{"/cabinet", "tr:nth-child(2) .file-name a", "?show=1", `inline; filename*=utf-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%20%E2%84%96%205.pdf`},
		{"/cabinet", "tr:nth-child(1) .file-name a", "?show=1", `inline; filename*=utf-8''%D1%84%D0%BE%D1%82%D0%BE.png`},
		{"/storage", "td .file-name a", "?show=1", `attachment; filename*=utf-8''%D0%B2%D1%8B%D0%BF%D0%B8%D1%81%D0%BA%D0%B0.xml`},
	} {
		address := op.get(u+c.page).attr(c.selector, "href") + c.query
		g := op.get(address).want(200)
		policy := g.header.Get("Content-Security-Policy")
		if g.header.Get("Content-Disposition") != c.disposition || !strings.HasSuffix(policy, "; sandbox") || !strings.HasPrefix(policy, "default-src 'none'") ||
			g.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", address, g.header)
		}
		k.as("foreign operator").get(address).want(404)
		k.as("auditor").get(address).want(403)
	}
	if g := op.get(op.get(u+"/storage").attr("td .file-name a", "href")); g.body != string(xml) {
		t.Error("the file has changed")
	}
	op.get("/files/x").want(404)
	op.get("/files/018f0000-0000-7000-8000-000000000000").want(404)
}

// A person's scan needs passport rights, and who looked is noted.
func TestScansNeedPassportRights(t *testing.T) {
	k := newDesk(t)
	id := k.client(orgtest.Romashka)
	e := k.people["operator"]
	f := &file.File{PartnerID: e.PartnerID, OrgID: id, Folder: file.Scan, Name: "паспорт.png", Mime: "image/png", CreatedAt: k.now(), CreatedBy: e.ID}
	k.store(f, []byte("\x89PNG\r\n\x1a\n"))
	for role, status := range map[string]int{"operator": 200, "reviewer": 200, "accountant": 403, "supervisor": 403, "admin": 403, "auditor": 403, "foreign operator": 404} {
		k.as(role).get("/files/" + f.ID.String()).want(status)
	}
	if n := k.number(`SELECT count(*) FROM personal_view WHERE object = ?`, "file:"+f.ID.String()); n != 2 {
		t.Errorf("%d looks are noted", n)
	}
}

func TestDifference(t *testing.T) {
	for _, c := range [][4]string{
		{"ул. Лесная, д. 3, офис 1", "ул. Лесная, д. 5, офис 1", "3, ", "5, "},
		{"", "новое", "", "новое"},
		{"одно", "одно", "", ""},
		{"а б", "а б в", "б", "б в"},
		{"а а", "а", " ", ""},
	} {
		a, b := difference(c[0], c[1])
		if a.Middle != c[2] && strings.TrimSpace(c[2]) != "" || b.Middle != c[3] && strings.TrimSpace(c[3]) != "" || a.Before+a.Middle+a.After != c[0] || b.Before+b.Middle+b.After != c[1] {
			t.Errorf("%q and %q: %+v, %+v", c[0], c[1], a, b)
		}
	}
}
