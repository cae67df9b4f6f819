package static

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

type step = chromedp.Action[chromedp.Void]

func (d *desk) do(steps ...step) {
	d.Helper()
	if err := chromedp.Do(d.ctx, steps...); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) open(page string) {
	d.Helper()
	d.do(chromedp.Navigate(d.base+"/"+page), chromedp.WaitReady("#main"))
}

func script(js string) step { return chromedp.Evaluate[chromedp.Void]("(()=>{" + js + "})()") }

// sees waits until the expression is what it should be.
func (d *desk) sees(js, want string) {
	d.Helper()
	var got string
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var err error
		if got, err = chromedp.Run(d.ctx, chromedp.Evaluate[string]("String("+js+")")); err == nil && got == want {
			return
		}
		if time.Now().After(deadline) {
			d.Errorf("%s is %q, want %q (%v)", js, got, want, err)
			return
		}
	}
}

func TestSearchByKeyboard(t *testing.T) {
	d := newDesk(t)
	d.open("search")
	d.sees(`document.activeElement.id`, "q")
	d.do(chromedp.SendKeys("#q", "Ромаш"))
	d.sees(`document.querySelectorAll("#found .hit").length`, "2")
	d.sees(`document.activeElement.id`, "q")
	d.do(chromedp.KeyEvent(kb.ArrowDown))
	d.sees(`document.querySelector('[aria-selected="true"]').textContent`, "АО «Ромашковый сад»")
	d.do(chromedp.KeyEvent(kb.Enter))
	d.sees(`location.pathname`, "/case")
}

func TestRowsByKeyboard(t *testing.T) {
	d := newDesk(t)
	d.open("table")
	shift := chromedp.KeyModifiers(chromedp.ModifierShift)
	d.do(script(`document.querySelector("#s0").focus()`), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowDown, shift))
	d.sees(`document.querySelector("[data-ticked]").textContent + document.activeElement.id + document.querySelector(".actions").hidden`, "2s1false")
	d.sees(`document.querySelector("[data-ticked-sum]").textContent`, "2\u00a0090,00\u00a0₽")
	d.do(chromedp.Click(".more .btn"))
	d.sees(`document.querySelectorAll("#rows tr").length + document.querySelector(".more").textContent.trim()`, "6Показано 6 из 6")
	d.do(script(`htmx.ajax("GET", "/table", {target: ".list-card", select: ".list-card", swap: "morph:outerHTML"})`))
	d.sees(`document.querySelectorAll("#rows tr").length + document.querySelector("[data-ticked]").textContent`, "32")
	d.do(chromedp.Click("[data-untick]"))
	d.sees(`document.querySelector(".actions").hidden`, "true")
	d.do(script(`document.querySelector("#s2").focus()`), chromedp.KeyEvent(kb.Enter))
	d.sees(`location.pathname`, "/case")
}

func TestMasksLeavePastesAlone(t *testing.T) {
	d := newDesk(t)
	d.open("form")
	d.sees(`document.activeElement.classList.contains("errors")`, "true")
	d.sees(`document.querySelectorAll(".ts-wrapper").length`, "1")
	for _, c := range []struct{ field, typed, shown string }{
		{"snils", "11223344595", "112-233-445 95"},
		{"passport", "4509123456", "45 09 123456"},
		{"phone", "89161234567", "+7 916 123-45-67"},
		{"inn", "7701 2345 6789", "770123456789"},
		{"inn", "abc77", "abc77"},
		{"inn", "7701234567890123", "7701234567890123"},
	} {
		d.do(script(`document.querySelector("#f-`+c.field+`").value = ""`), chromedp.SendKeys("#f-"+c.field, c.typed))
		d.sees(`document.querySelector("#f-`+c.field+`").value`, c.shown)
	}
	d.do(script(`const f = document.querySelector("#f-snils"); f.focus(); f.setSelectionRange(5, 5)`), chromedp.KeyEvent(kb.Backspace))
	d.sees(`document.querySelector("#f-snils").value`, "112-33-445 95")
	d.do(script(`const paste = new DataTransfer(); paste.setData("text", "19.11.2026");
		document.querySelector("#f-issued").dispatchEvent(new ClipboardEvent("paste", {clipboardData: paste, bubbles: true, cancelable: true}))`))
	d.sees(`document.querySelector("#f-issued").value`, "2026-11-19")
}

func TestCasePageKeepsWhatThePersonDoes(t *testing.T) {
	d := newDesk(t)
	d.open("case")
	d.do(script(`document.querySelector(".steps a").focus()`), chromedp.KeyEvent(kb.ArrowDown))
	d.sees(`document.activeElement.textContent`, "УЦ")
	d.do(chromedp.SendKeys("#note", "позвонить"), script(`document.querySelectorAll(".steps a")[1].focus();
		window.polls = 0; document.addEventListener("htmx:afterSettle", () => polls++)`))
	d.sees(`polls > 2`, "true")
	d.sees(`document.querySelector("#note").value + document.activeElement.textContent`, "позвонитьУЦ")
	d.sees(`/^12\u00a0мин \d+\u00a0с$/.test(document.querySelector("time").textContent)`, "true")
	d.sees(`/^00:12:\d\d$/.test(document.querySelector("[data-format]").textContent)`, "true")
	d.do(chromedp.Click("#opener"))
	d.sees(`document.querySelector("#send").open`, "true")
	d.do(script(`const b = document.querySelector("#send button"); b.click(); b.click(); b.form.requestSubmit(); setTimeout(() => b.click(), 20)`))
	d.sees(`document.querySelector("#send").open`, "false")
	if n := d.posts.Load(); n != 1 {
		t.Errorf("a double press sent the form %d times", n)
	}
}

func TestFilesTravelWithTheirSignatures(t *testing.T) {
	d := newDesk(t)
	d.open("case")
	var files []string
	for name, size := range map[string]int{"a.xml": 10, "a.xml.p7s": 10, "b.exe": 10, "c.pdf": 2 << 20} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	d.do(chromedp.SetUploadFiles("#file", files))
	d.sees(`[...document.querySelectorAll(".uploads li")].map((li) => li.querySelector(".name").textContent + ": " + li.className).sort().join("; ")`,
		"a.xml + a.xml.p7s: done; b.exe: bad; c.pdf: bad")
	d.do(script(`document.querySelector("[data-pref=theme][data-value=dark]").click()`))
	d.open("table")
	d.sees(`document.documentElement.dataset.theme + getComputedStyle(document.body).backgroundColor`, "darkrgb(15, 23, 26)")
}
