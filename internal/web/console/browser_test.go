package console

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signdesk/internal/contract"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// browser is Chromium with the operator signed in.
type browser struct {
	*desk
	ctx  context.Context
	base string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	b := &browser{}
	b.desk, b.base, b.ctx = openBrowser(t, 2*time.Minute)
	b.moveTo(time.Now().UTC().Truncate(time.Second)) // cookies live by the browser's clock
	b.tax = orgtest.NewTax(t, b.now())
	b.set.Extract.Roots = b.tax.Roots()
	b.do(chromedp.EmulateViewport(1366, 768))
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "console", Value: b.as("operator").cookie.Value, URL: b.base}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// wait waits until the script gives the text; shot keeps a picture where
// CONSOLE_SHOTS says.
func (b *browser) wait(js, want, shot string) {
	b.Helper()
	var got string
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var err error
		if got, err = chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+js+")")); err == nil && strings.Contains(got, want) {
			b.shoot(shot)
			return
		}
	}
	b.shoot(shot)
	b.Fatalf("%s is %q, want %q", js, got, want)
}

func (b *browser) shoot(name string) {
	b.Helper()
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "browser-"+name+".png"), png, 0o600)
	}
	if err != nil {
		b.Error(err)
	}
}

// By keyboard alone: typed, seen, entered; then ticked, and the bar appears; a
// dropped extract and its signature go as one parcel and show at once.
func TestDeskInBrowser(t *testing.T) {
	b := newBrowser(t)
	orgtest.Register(t, b.db, orgtest.Vasilek, orgtest.Kim)
	u := fmt.Sprintf("/organisations/%d", b.client(orgtest.Romashka))
	b.do(chromedp.Navigate(b.base+"/search"), chromedp.WaitReady("#q"), chromedp.SendKeys("#q", "hjvfi"))
	b.wait(`document.querySelector("#found").innerText`, "Наши клиенты", "search")
	b.do(chromedp.SendKeys("#q", kb.ArrowDown+kb.Enter))
	b.wait(`location.pathname`, u, "card")

	operator := b.as("operator")
	p := contract.Product{PartnerID: b.people["operator"].PartnerID, Code: "issue", Name: "Выпуск сертификата", Kind: "issue", Unit: "шт.", Price: 104500, VAT: "22"}
	if _, err := b.db.Plain().NewInsert().Model(&p).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	operator.post(u+"/contracts", url.Values{"name": {"Оферта КВС52"}, "number": {"2тест"}, "signed_on": {"2026-01-01"}}).want(303)
	for range 3 {
		operator.post(u+"/services", url.Values{"product": {"1"}, "quantity": {"1"}}).want(303)
	}
	b.do(chromedp.Navigate(b.base+u+"/services"), chromedp.WaitReady("#s1"), chromedp.Click("#s1 input"), chromedp.Click("#s2 input"))
	b.wait(`document.querySelector(".actions").hidden + " " + document.querySelector(".actions-count").innerText`, "false Выбрано: 2", "ticks")
	b.do(chromedp.Click(`[data-dialog="#paid"]`), chromedp.WaitVisible("#paid-on"))
	b.shoot("payment")
	b.do(chromedp.Click(`#paid button[form]`))
	b.wait(`document.querySelector("main .notice").innerText`, "Оплата отмечена: 2", "paid")
	b.do(chromedp.Click("#s1 input"), chromedp.Click("#s2 input"), chromedp.Click(".actions .btn-primary"))
	b.wait(`document.querySelector("#shipment1").innerText`, "обрабатывает бухгалтерия", "shipping")

	dir, xml := t.TempDir(), changedFirm().XML()
	var paths []string
	for name, content := range map[string][]byte{"выписка.xml": xml, "выписка.xml.p7s": b.tax.Sign(xml), "плохой.pdf": []byte("MZ")} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	b.do(chromedp.Navigate(b.base+u+"/storage"), chromedp.WaitReady("#file"), chromedp.SetUploadFiles("#file", paths))
	b.wait(`document.querySelector("#files").innerText`, "Подпись верна", "")
	b.wait(`document.querySelector(".uploads .bad").innerText`, "не принят", "storage")
	b.do(chromedp.Click("#files a[href*=extracts]"))
	b.wait(`document.querySelector("main").innerText`, "взять в карточку", "extract")
}

// A PDF is shown by the browser's own viewer under our policy; print is one press away.
func TestPDFInBrowser(t *testing.T) {
	b := newBrowser(t)
	u := fmt.Sprintf("/organisations/%d", b.client(orgtest.Romashka))
	operator := b.as("operator")
	operator.upload(u+"/cabinet", org.Upload{Name: "акт.pdf", Content: []byte(onePage)}).want(303)
	b.do(chromedp.Navigate(b.base + operator.get(u+"/cabinet").attr(".row-actions a", "href")))
	b.wait(`document.contentType`, "application/pdf", "")
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		list, err := chromedp.Targets(b.ctx)
		if err != nil {
			t.Fatal(err)
		}
		viewer := slices.ContainsFunc(list, func(i *target.Info) bool { return strings.HasPrefix(i.URL, "chrome-extension://") })
		if viewer {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the viewer did not start: %+v", list)
		}
	}
	b.shoot("pdf")
}

// onePage is the smallest PDF that readers open.
const onePage = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/MediaBox[0 0 595 842]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>"

// changedFirm is Ромашка after it has moved and was renamed.
func changedFirm() orgtest.Firm {
	f := orgtest.Romashka
	f.House, f.Short, f.Extracted = "5", "ООО «Ромашка Плюс»", time.Now().AddDate(0, 0, -3).Format(time.DateOnly)
	return f
}
