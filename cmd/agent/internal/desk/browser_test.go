package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/internal/gost"
)

// consolePage is a console of one page under the console's own kind of CSP.
type consolePage struct {
	*httptest.Server
	envelope string // for the next load of the page
	agent    string
	results  chan url.Values
}

const pageHTML = `<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Консоль</title><script src="/agent.js" defer></script></head><body>
<form id="card"><input name="carrier_number" data-agent-serial><div data-agent-status data-agent-url="http://%[1]s"></div></form>
<div id="op" data-agent-operation data-agent-url="http://%[1]s" %[2]s data-result-form="#result">
<button type="button" data-agent-start id="start">Создать запрос на сертификат</button><button type="button" data-agent-cancel hidden id="cancel">Отменить</button></div>
<form id="prepare" method="post" action="/prepare"><input type="hidden" name="csrf" value="token"></form>
<form id="result" method="post" action="/result"><input type="hidden" name="operation"><input type="hidden" name="csr"><input type="hidden" name="token_serial"></form>
</body></html>`

func newConsolePage(t *testing.T) *consolePage {
	t.Helper()
	c := &consolePage{results: make(chan url.Values, 4)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; form-action 'self'; connect-src 'self' http://"+c.agent)
		source := `data-envelope-form="#prepare"`
		if r.URL.Query().Has("ready") {
			source = `data-envelope='` + c.envelope + `'`
		}
		fmt.Fprintf(w, pageHTML, c.agent, source)
	})
	mux.HandleFunc("GET /agent.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(repositoryRoot(t), "static/js/agent.js"))
	})
	mux.HandleFunc("POST /prepare", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("csrf") != "token" {
			http.Error(w, "csrf", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, c.envelope)
	})
	mux.HandleFunc("POST /result", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		c.results <- r.PostForm
		fmt.Fprint(w, "принято")
	})
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	return c
}

func repositoryRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
}

func TestBrowser(t *testing.T) {
	ctx := chromium(t)
	console := newConsolePage(t)
	w := newWorkplaceFor(t, console.URL)
	console.agent = w.addr

	// The token list fills the carrier's number.
	run(t, ctx, chromedp.Navigate(console.URL))
	says(t, ctx, "[data-agent-tokens]", w.token.Serial)
	if serial := eval[string](t, ctx, `document.querySelector('[name=carrier_number]').value`); serial != w.token.Serial {
		t.Errorf("carrier number %q, want %q", serial, w.token.Serial)
	}

	// The window is refused, then a second operation is done in it.
	p := w.request()
	console.envelope = string(w.seal(p))
	run(t, ctx, chromedp.Click(chromedp.CSS("#start")))
	window, id := agentWindow(t, ctx, "http://"+w.addr+"/w/"+p.ID)
	says(t, window, "h1", "Новый ключ и запрос на сертификат")
	says(t, ctx, "#op", "Окно агента открыто")
	run(t, window, chromedp.Click(chromedp.CSS("button[value=refuse]")))
	says(t, ctx, "#op", "Вы отказались в окне агента")
	says(t, window, "main", "Вы отказались")
	shoot(t, window, "window-refused")
	_ = chromedp.Do(window, chromedp.Click(chromedp.CSS("[data-close-now]"))) // may be gone before the click is acknowledged
	gone(t, ctx, id)

	p = w.request()
	console.envelope = string(w.seal(p))
	run(t, ctx, chromedp.Click(chromedp.CSS("#start")))
	window, id = agentWindow(t, ctx, "http://"+w.addr+"/w/"+p.ID)
	says(t, window, "h1", "Новый ключ и запрос на сертификат")
	focused, opener := eval[string](t, window, `document.activeElement.id`), eval[string](t, window, `String(window.opener)`)
	if focused != "pin" || opener != "null" {
		t.Errorf("focus on %q, opener %q", focused, opener)
	}
	shoot(t, window, "window-light")
	if _, err := chromedp.Call(window, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	}); err != nil {
		t.Fatal(err)
	}
	shoot(t, window, "window-dark")
	run(t, window, chromedp.SendKeys(chromedp.CSS("#pin"), "00000000\r"))
	says(t, window, "#pin-hint", "Неверный PIN-код. Осталось 9 попыток.")
	shoot(t, window, "window-wrong-pin")
	_ = chromedp.Do(window, chromedp.SendKeys(chromedp.CSS("#pin"), "12345678\r")) // closes it too
	select {
	case result := <-console.results:
		csr, err := gost.ParseRequest(decodeBase64(t, result.Get("csr")))
		if err != nil || csr.CheckSignature() != nil {
			t.Errorf("the page got a bad request: %v", err)
		}
		if result.Get("operation") != p.ID || result.Get("token_serial") != w.token.Serial {
			t.Errorf("the page got %v", result)
		}
	case <-time.After(20 * time.Second):
		shoot(t, ctx, "page-stuck")
		t.Fatal("the result form was not submitted")
	}
	gone(t, ctx, id) // the window closes itself

	// A signature without a certificate has nothing to be made with.
	p = w.payload(envelope.KindSign)
	p.Sign = &envelope.Sign{Title: "Расписка № 1", Document: []byte("Сертификат получен."), MIME: "text/plain"}
	run(t, ctx, chromedp.Navigate(w.ask(p).WindowURL))
	says(t, ctx, "form", "нет сертификата для подписи")
	says(t, ctx, "pre", "Сертификат получен.")
	shoot(t, ctx, "window-sign")

	run(t, ctx, chromedp.Navigate(w.desk.HomeURL()))
	says(t, ctx, "[data-code]", w.secret.Code())
	shoot(t, ctx, "home")
}

// Each trouble is told with its cure, and the button works again.
func TestBrowserTroubles(t *testing.T) {
	ctx := chromium(t)
	console := newConsolePage(t)
	w := newWorkplaceFor(t, console.URL)
	console.agent = w.addr
	press := func(words ...string) {
		t.Helper()
		run(t, ctx, chromedp.Navigate(console.URL+"/?ready"), chromedp.Click(chromedp.CSS("#start")))
		for _, word := range words {
			says(t, ctx, "#op [data-agent-message]", word)
		}
		eventually(t, "the button works again", func() bool {
			return !eval[bool](t, ctx, `document.querySelector('#start').disabled`)
		})
	}

	p := w.request()
	p.ExpiresAt = p.IssuedAt.Add(time.Nanosecond)
	console.envelope = string(w.seal(p))
	press("Время операции истекло", "обновите страницу")

	good := *w.secret
	w.secret[0] ^= 1
	console.envelope = string(w.seal(w.request()))
	*w.secret = good
	press("не сопряжён", "код сопряжения")

	// The console's page withdraws an operation, and a copy of the page finds
	// out how it ended instead of asking for a second one.
	p = w.request()
	console.envelope = string(w.seal(p))
	run(t, ctx, chromedp.Navigate(console.URL+"/?ready"), chromedp.Click(chromedp.CSS("#start")),
		chromedp.WaitVisible(chromedp.CSS("#cancel")), chromedp.Click(chromedp.CSS("#cancel")))
	says(t, ctx, "#op", "Операция отменена")
	press("Операция отменена")

	// A blocked window leaves a link to it.
	p = w.request()
	console.envelope = string(w.seal(p))
	hideWindows := chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.open = () => null, true`))
		return err
	})
	run(t, ctx, chromedp.Navigate(console.URL+"/?ready"), hideWindows, chromedp.Click(chromedp.CSS("#start")))
	says(t, ctx, "#op", "Браузер не открыл окно агента")
	if shown := <-w.shown; !strings.Contains(shown, p.ID) {
		t.Errorf("the agent was told to show %s", shown)
	}
	run(t, ctx, chromedp.Click(chromedp.CSS("#op [data-agent-message] a")))
	window, id := agentWindow(t, ctx, "http://"+w.addr+"/w/"+p.ID)
	says(t, ctx, "#op", "Окно агента открыто")
	run(t, window, chromedp.SendKeys(chromedp.CSS("#pin"), "12345678\r"))
	<-console.results
	gone(t, ctx, id)

	w.desk.Origins = []string{"http://127.0.0.1:1"}
	press("не признаёт адрес", "--origin")
	w.stop()
	press("Агент не запущен", "Запустите агент")
	says(t, ctx, "[data-agent-status]", "Агент не запущен")
}
