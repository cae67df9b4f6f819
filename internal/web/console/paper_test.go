package console

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// A printed extract: what its signature is worth, the rows, all taken at once,
// the decisions; another paper is named under its file.
func TestPrintedExtractPage(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op, f := k.as("operator"), orgtest.Romashka
	f.House, f.KPP = "5", "770201001"
	to := op.upload(u+"/storage", org.Upload{Name: "vyp.pdf", Content: k.tax.SignPDF(f.PDF(t, orgtest.Since2022))}).to()
	g := op.get(to).want(200)
	if text := g.text(".card-quiet"); g.text(".page-head .chip") != "Подпись верна | Есть расхождения" || !strings.Contains(text, "Весь файл до последнего байта") ||
		!strings.Contains(text, "УЦ ФНС России") || !strings.Contains(text, "ЮЭ9965-26-12345678") {
		t.Errorf("%s", g.text("main"))
	}
	version := g.attr("input[name=version]", "value")
	op.post(to, url.Values{"take": {"*"}, "version": {version}}).want(303)
	g = op.get(to).want(200)
	if list := g.texts("h2.section-title + .list-card tbody tr"); len(list) != 2 || !strings.Contains(list[0]+list[1], "770201001") || g.text(".page-head .chip") != "Подпись верна | Совпадает с карточкой" {
		t.Errorf("%s", g.text("main"))
	}
	k.as("accountant").post(to+"/comparison", nil).want(403)
	k.as("foreign operator").post(to+"/comparison", nil).want(404)
	op.post(to+"/comparison", nil).want(303)
	if g := op.post(to, url.Values{"take": {"kpp"}}).want(422); !strings.Contains(g.text("main"), "Откройте сверку") {
		t.Errorf("%s", g.text("main"))
	}

	op.upload(u+"/storage", org.Upload{Name: "focus.pdf", Content: orgtest.Print(t, "Выписка из ЕГРЮЛ", "ОГРН 1027700132195", "focus.kontur.ru")}).want(303)
	if text := op.get(u + "/storage").text("#files"); !strings.Contains(text, "Контур.Фокус") {
		t.Error(text)
	}
	bad := op.upload(u+"/storage", org.Upload{Name: "bad.pdf", Content: []byte("%PDF-1.7 nothing")}).want(422)
	if !strings.Contains(bad.text("main"), "повреждён") {
		t.Error(bad.text("main"))
	}
}

// An operator drops a PDF, sees what it is worth and takes a row.
func TestPrintedExtractInBrowser(t *testing.T) {
	b := newBrowser(t)
	b.set.Extract.Roots = b.tax.Roots()
	u := fmt.Sprintf("/organisations/%d", b.client(orgtest.Romashka))
	b.as("operator")
	f := orgtest.Romashka
	f.House, f.Surname, f.Extracted = "5", "Сидоров", time.Now().AddDate(0, 0, -3).Format(time.DateOnly)
	path := filepath.Join(t.TempDir(), "ul-1027700132195.pdf")
	if err := os.WriteFile(path, b.tax.SignPDF(f.PDF(t, orgtest.Since2022)), 0o600); err != nil {
		t.Fatal(err)
	}
	focus := filepath.Join(t.TempDir(), "отчёт.pdf")
	if err := os.WriteFile(focus, orgtest.Print(t, "Выписка из ЕГРЮЛ", "ОГРН 1027700132195", "focus.kontur.ru"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(b.base+u+"/storage"), chromedp.WaitReady("#file"), chromedp.SetUploadFiles("#file", []string{path, focus}))
	b.wait(`document.querySelector("#files").innerText`, "Подпись верна", "")
	b.wait(`document.querySelector("#files").innerText`, "Контур.Фокус", "paper-folder")
	b.do(chromedp.Click("#files a[href*=extracts]"))
	b.wait(`document.querySelector("main").innerText`, "Весь файл до последнего байта", "paper-extract")
	b.do(chromedp.Click("#r-legal_address button"))
	b.wait(`document.querySelector("#r-legal_address").innerText`, "взято", "paper-taken")
	b.wait(`document.querySelector("main").innerText`, "Решения", "")
}
