package console

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// A passport that the register does not confirm, the way round by a scan, and
// a supervisor who sends a refused question anew, with mouse and keys.
func TestChecksInBrowser(t *testing.T) {
	b := newBrowser(t)
	id := b.petrov(b.client(orgtest.Romashka))
	b.paper(id)
	page := b.base + path("/owners/%d/passport", id)
	b.do(chromedp.Navigate(page), chromedp.WaitReady(`button[name="kind"][value="passport"]`), chromedp.Click(`.formbar button[value="passport"]`))
	b.wait(`document.querySelector("#check-passport .chip")?.textContent`, "Ждём ответа", "checks-waiting")
	b.answered(owner.CheckPassport, "negative", "Паспорт недействителен с 03.02.2025.")
	b.wait(`document.querySelector("#check-passport")?.textContent`, "не получал ли он новый паспорт", "checks-negative") // by itself
	scan := filepath.Join(t.TempDir(), "паспорт.png")
	if err := os.WriteFile(scan, []byte("\x89PNG\r\n\x1a\n…"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(page), chromedp.WaitReady("#scan-passport"), chromedp.SetUploadFiles("#scan-passport", []string{scan}), chromedp.Click("#scan details.scan[open] button"))
	b.wait(`document.querySelector("#scan .bad .error")?.textContent`, "Без этой отметки", "checks-no-tick")
	b.do(chromedp.SetUploadFiles("#scan-passport", []string{scan}), chromedp.Click("#understood-passport"), chromedp.Click("#scan details.scan[open] button"))
	b.wait(`document.querySelector("#check-passport")?.textContent`, "Скан у проверяющего", "checks-scan")

	b.spoil(id)
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "console", Value: b.as("supervisor").cookie.Value, URL: b.base}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(b.base+"/exchange?kind=passport&status=refused"), chromedp.WaitReady("#rows tr a"), chromedp.Click("#rows tr a"), chromedp.WaitReady("main [data-primary]"), chromedp.Click("main [data-primary]"))
	b.wait(`document.querySelector("main")?.textContent`, "Отправлен заново", "exchange-resent")
	if n := b.number(`SELECT count(*) FROM exchange_message WHERE resends IS NOT NULL AND status = 'queued'`); n != 1 {
		t.Errorf("%d sent anew", n)
	}
}
