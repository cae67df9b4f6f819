package console

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// The page looks again by itself while something waits: the window «Отправка в
// УЦ» ends in «Продолжить», and what is half typed stays (F173, F193, F195).
func TestCaseGoesOnByItself(t *testing.T) {
	k, base, ctx := openBrowser(t, 2*time.Minute)
	k.moveTo(time.Now().UTC().Truncate(time.Second))
	run := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	script := func(js string) string {
		t.Helper()
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](js))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	text := func(selector string) string {
		return script(fmt.Sprintf(`(document.querySelector(%q)?.textContent || "").trim()`, selector))
	}
	eventually := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if ok() {
				return
			}
		}
		t.Fatalf("in vain waited that %s: %s", what, text("#case"))
	}

	firm := orgtest.Romashka
	firm.Extracted = k.now().AddDate(0, 0, -3).Format(time.DateOnly)
	a := k.cases().Client(firm).Open()
	a.Drop(firm, true)
	a.Answer("waiting", owner.CheckPassport)
	if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "console", Value: k.as("operator").cookie.Value, URL: base}); err != nil {
		t.Fatal(err)
	}
	run(chromedp.Navigate(base + casePath(a, "?step=passport")))
	script(`document.querySelector('[data-dialog="#reject"]').click(); document.querySelector("#reject textarea").value = "половина причины"; ""`)
	a.Answer("positive")
	eventually("the passport is confirmed", func() bool {
		return text(".move h1") == "Паспорт подтверждён" && strings.HasPrefix(text(".move .btn-primary"), "Продолжить: Запрос")
	})
	if got := script(`document.querySelector("#reject").open + " " + document.querySelector("#reject textarea").value`); got != "true половина причины" {
		t.Errorf("the dialog: %s", got)
	}
	if got := text("#case-head .chip"); got != "Сведения подтверждены в УЦ" {
		t.Errorf("the header still says %q", got)
	}

	a.Prepare().Request()
	run(chromedp.Navigate(base + casePath(a, "?step=ca")))
	script(`document.querySelector('.step[aria-current]').focus(); ""`)
	a.Issue()
	eventually("the certificate is there", func() bool {
		return strings.HasPrefix(text(".move .btn-primary"), "Продолжить: Установка")
	})
	script(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true })); ""`)
	if got := script(`document.activeElement.textContent`); !strings.Contains(got, "Установка") {
		t.Errorf("arrow down leads to %q", got)
	}
	script(`document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true })); ""`)
	eventually("Ctrl+Enter goes on", func() bool {
		return text(".move h1") == "Установка сертификата на носитель"
	})
	if got := script(`String(document.querySelector("#case").hasAttribute("hx-get"))`); got != "false" {
		t.Error("a step that is ours polls")
	}
}
