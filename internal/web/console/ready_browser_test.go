package console

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signdesk/internal/org/orgtest"
)

// The whole way in Chromium: a key store never leaves it, limits are ticked, the
// page of the certificate moves on by itself, a revoked one is never active, and
// another one is made active by its tick. F370–F377, F380.
func TestReadyInBrowser(t *testing.T) {
	b := newBrowser(t)
	a := b.authority()
	client := b.client(orgtest.Romashka)
	id := b.petrov(client)
	dir := t.TempDir()
	file := func(kind string) []string {
		t.Helper()
		u := a.made(kind)
		name := filepath.Join(dir, u.Name)
		if err := os.WriteFile(name, u.Content, 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{name}
	}
	choose := func(files []string) {
		t.Helper()
		b.do(chromedp.WaitReady("#f-file"), chromedp.SetUploadFiles("#f-file", files))
	}
	own := path("/owners/%d", id)
	// by keyboard: the page, its one button
	b.do(chromedp.Navigate(b.base+own+"/ready-certificates/new"), chromedp.WaitReady("[data-primary]"))
	b.shoot("ready-new")
	b.do(chromedp.Focus("[data-primary]"), chromedp.SendKeys("[data-primary]", kb.Enter))
	b.wait(`location.pathname`, "/ready-certificates/file", "ready-file")
	// by its name the key store does not even leave the browser; by its bytes the server refuses it
	choose(file("pfx"))
	b.wait(`document.querySelector(".uploads .bad").innerText`, "остался на компьютере", "ready-pfx")
	u := a.made("pfx")
	disguised := filepath.Join(dir, "сертификат.cer")
	if err := os.WriteFile(disguised, u.Content, 0o600); err != nil {
		t.Fatal(err)
	}
	choose([]string{disguised})
	b.wait(`document.querySelector(".field.bad .error").innerText`, "закрытый ключ", "ready-disguised")
	choose(file("foreign"))
	b.wait(`document.querySelector("#rule-authority").innerText`, "Не подходит", "ready-refused")
	if n := b.number(`SELECT count(*) FROM ready_certificate`); n != 0 {
		t.Fatalf("%d stored", n)
	}
	// the limits, then the page that waits for the authority
	choose(file("limited"))
	b.wait(`document.querySelector("#limits").innerText`, "отчётности", "ready-limits")
	b.do(chromedp.Click("#f-understood"), chromedp.Click("button[data-primary]"))
	b.wait(`document.querySelector("#ready .page-head").innerText`, "Проверяется", "ready-checking")
	first := a.follow()
	b.wait(`document.querySelector("#ready .page-head").innerText`, "Действительный", "ready-valid")
	b.wait(`document.querySelector("#ready").innerText`, "Активный", "")
	// the crypto type
	b.do(chromedp.Click(`[data-dialog="#crypto"]`), chromedp.WaitVisible("#crypto"))
	b.shoot("ready-crypto")
	b.do(chromedp.Click(`#crypto input[value="cpPluginEx"]`), chromedp.Click("#crypto .btn-primary"))
	b.wait(`document.querySelector("#ready").innerText`, "cpPluginEx", "")
	// a revoked one is stored, told about and never active
	b.do(chromedp.Navigate(b.base + own + "/ready-certificates/file"))
	choose(file("revoked"))
	b.wait(`document.querySelector("#ready .page-head").innerText`, "Проверяется", "")
	revoked := a.follow()
	b.wait(`document.querySelector("#ready .page-head").innerText`, "Аннулирован", "ready-revoked")
	b.do(chromedp.Navigate(b.base + own + "/ready-certificates/file"))
	choose(file("valid"))
	b.wait(`document.querySelector("#ready .page-head").innerText`, "Проверяется", "")
	last := a.follow()
	b.wait(`document.querySelector("#ready .page-head").innerText`, "Действительный", "")
	// the list: the last one is active, the first one is ticked instead
	b.do(chromedp.Navigate(b.base+own), chromedp.WaitReady(path("#r%d", first)))
	b.wait(path(`document.querySelector("#r%d input[name=active]").checked + " " + document.querySelector("#r%d input[name=active]").disabled`, last, revoked), "true true", "ready-owner")
	b.do(chromedp.Focus(path("#r%d input[name=active]", first)), chromedp.SendKeys(path("#r%d input[name=active]", first), " "))
	b.wait(`document.querySelector("main").innerText`, "Активный сертификат выбран", "ready-active")
	b.wait(path(`document.querySelector("#r%d input[name=active]").checked + " " + document.querySelector("#r%d input[name=active]").checked`, first, last), "true false", "")
	// a page from before somebody else's choice: his is shown, one's own waits to be pressed
	tick := path("#r%d input[name=active]", last)
	b.wait(path(`document.querySelector("#r%d input[name=seen]").value = "r%d"`, last, last), "r", "")
	b.do(chromedp.Click(tick))
	b.wait(`document.querySelector("#clash").innerText`, "Вы отметили", "ready-clash")
	b.do(chromedp.Click("#clash button"))
	b.wait(path(`document.querySelector("#r%d input[name=active]").checked`, last), "true", "")
	b.do(chromedp.Click("details.again summary"))
	b.wait(`document.querySelector("#choices").innerText`, "Выбран активным", "ready-history")
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "theme", Value: "dark", URL: b.base}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(b.base+own), chromedp.WaitReady("details.again"))
	b.shoot("ready-owner-dark")
	b.do(chromedp.Navigate(b.base + path("/organisations/%d/certificates", client)))
	b.wait(`document.querySelector("main").innerText`, "загружен, активный", "ready-certificates")
	// the certificate is revoked: work for whoever loaded it
	b.cases().Exec(`DELETE FROM active_certificate`)
	b.cases().Exec(`UPDATE ready_certificate SET status = 'unchecked', status_text = 'Узнать об отзыве не удалось: УЦ не отвечает. Программа спросит снова сама.', status_at = ? WHERE id = ?`, b.now(), last)
	b.do(chromedp.Navigate(b.base + "/"))
	b.wait(`document.querySelector("a[href='/ready-certificates']").innerText`, "1", "ready-home")
	b.do(chromedp.Click("a[href='/ready-certificates']"))
	b.wait(`document.querySelector("#rows").innerText`, "Не проверено", "ready-troubles")
}
