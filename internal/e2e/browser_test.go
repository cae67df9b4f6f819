package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// screen is one window of Chromium. What it finds it finds by the words that
// people see.
type screen struct {
	t     *testing.T
	ctx   context.Context
	shots int
}

// chromium opens a browser for one test. A page that breaks the content
// security policy or throws fails the test.
func chromium(t *testing.T) *screen {
	t.Helper()
	path := foreign(t, "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-popup-blocking", false)) // as on a desk: only a click opens a window
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	s := &screen{t: t, ctx: ctx}
	// the browser lives as long as the context of the first action
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1366, 768), chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	s.listen()
	return s
}

// listen fails the test on everything the browser complains about.
func (s *screen) listen() {
	go func() {
		for m, err := range chromedp.Console(s.ctx) {
			if err != nil {
				return
			}
			if strings.Contains(m.Text, "Content Security Policy") || m.Type == chromedp.ConsoleException {
				s.t.Errorf("the browser complains: %s", m.Text)
			}
		}
	}()
}

func (s *screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		s.fail(err.Error())
	}
}

// fail stops the test and says what is on the screen.
func (s *screen) fail(why string) {
	s.t.Helper()
	text, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](`location.pathname + " " + (document.querySelector("main") || document.body).innerText`))
	if err == nil {
		why += "\non the screen: " + text
	}
	s.shot("failed")
	s.t.Fatal(why)
}

// eval is the value of a script in the page.
func eval[T any](s *screen, script string, args ...any) T {
	s.t.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](fmt.Sprintf(script, args...)))
	if err != nil {
		s.fail(err.Error())
	}
	return v
}

func (s *screen) open(address string) { s.t.Helper(); s.do(chromedp.Navigate(address)) }

// path is the page's address without the host.
func (s *screen) path() string {
	s.t.Helper()
	u, err := url.Parse(eval[string](s, `location.href`))
	if err != nil {
		s.t.Fatal(err)
	}
	return u.RequestURI()
}

// eventually waits until the script is true in the page; a page that is just
// being left answers no.
func (s *screen) eventually(what, script string, args ...any) {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok, err := s.ask(fmt.Sprintf(script, args...)); err == nil && ok {
			return
		}
	}
	s.fail("in vain waited that " + what)
}

// ask is one look, which a page that is being left may not answer.
func (s *screen) ask(script string) (bool, error) {
	ctx, cancel := context.WithTimeout(s.ctx, 5*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool](script))
}

// says waits until the words stand somewhere in what the selector finds.
func (s *screen) says(selector, words string) {
	s.t.Helper()
	s.eventually(selector+" says "+words, `[...document.querySelectorAll(%q)].some(e => e.textContent.replace(/[\s\u00a0]+/g, ' ').includes(%q))`, selector, words)
}

// mark finds by a script, marks what it has found for chromedp and waits for it.
func (s *screen) mark(what, find string, args ...any) chromedp.CSS {
	s.t.Helper()
	s.eventually("there is "+what, `(() => {
		const e = (() => { `+find+` })();
		if (!e) return false;
		for (const old of document.querySelectorAll('[data-e2e]')) old.removeAttribute('data-e2e');
		e.dataset.e2e = '1';
		e.scrollIntoView({block: 'center'});
		return true;
	})()`, args...)
	return chromedp.CSS("[data-e2e]")
}

// press clicks the visible button or link with the words on it.
func (s *screen) press(words string) {
	s.t.Helper()
	s.do(chromedp.Click(s.mark("a button «"+words+"»", `return [...document.querySelectorAll('button, a, summary')].find(e =>
		e.checkVisibility() && !e.disabled && e.textContent.replace(/[\s\u00a0]+/g, ' ').trim().startsWith(%q));`, words)))
}

// control is the visible control that the label names.
func (s *screen) control(label string) chromedp.CSS {
	s.t.Helper()
	return s.mark("a field «"+label+"»", `return [...document.querySelectorAll('label')].filter(l =>
		l.textContent.replace(/[\s\u00a0]+/g, ' ').trim().startsWith(%q)).map(l => l.control).find(e => e && (e.checkVisibility() || e.type === 'file' || e.type === 'radio' || e.type === 'checkbox'));`, label)
}

// write types into the field, in place of what stands there.
func (s *screen) write(label, text string) {
	s.t.Helper()
	field := s.control(label)
	if eval[string](s, `document.querySelector('[data-e2e]').type`) == "date" { // typed by parts in an order of the browser's language
		eval[bool](s, `(() => { const e = document.querySelector('[data-e2e]'); e.value = %q; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true })()`, text)
		return
	}
	eval[bool](s, `document.querySelector('[data-e2e]').select() || true`)
	s.do(chromedp.SendKeys(field, text))
}

// choose takes the option of a select whose words begin so.
func (s *screen) choose(label, option string) {
	s.t.Helper()
	s.control(label)
	if !eval[bool](s, `(() => { const e = document.querySelector('[data-e2e]'); const o = [...e.options].find(o => o.text.trim().startsWith(%q));
		if (!o) return false; e.value = o.value; e.dispatchEvent(new Event('change', {bubbles: true})); return true })()`, option) {
		s.fail("«" + label + "» has no option «" + option + "»")
	}
}

// tick clicks the box or the radio button with the label.
func (s *screen) tick(label string) {
	s.t.Helper()
	s.do(chromedp.Click(s.mark("a box «"+label+"»", `const l = [...document.querySelectorAll('label')].find(l => l.checkVisibility() && l.textContent.replace(/[\s\u00a0]+/g, ' ').trim().startsWith(%q)); return l`, label)))
}

// opened waits for another window or tab at the address.
func (s *screen) opened(address string) target.ID {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		list, err := chromedp.Targets(s.ctx)
		if err != nil {
			s.fail(err.Error())
		}
		for _, info := range list {
			if strings.Contains(info.URL, address) {
				return info.TargetID
			}
		}
	}
	s.fail("no window at " + address)
	return ""
}

// window attaches to another window.
func (s *screen) window(address string) *screen {
	s.t.Helper()
	ctx, cancel := chromedp.NewContext(s.ctx, chromedp.WithTargetID(s.opened(address)))
	s.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // attached for as long as ctx, not as long as one look
		s.fail(err.Error())
	}
	return &screen{t: s.t, ctx: ctx}
}

// closeTab closes another tab, as a person does who has read it.
func (s *screen) closeTab(address string) {
	s.t.Helper()
	if _, err := chromedp.CallBrowser(s.ctx, target.CloseTarget, target.CloseTargetParams{TargetID: s.opened(address)}); err != nil {
		s.fail(err.Error())
	}
}

// shot keeps a picture of the screen where E2E_SHOTS says, for people.
func (s *screen) shot(name string) {
	s.t.Helper()
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return
	}
	s.shots++
	png, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d-%s.png", s.shots, name)), png, 0o600)
	}
	if err != nil {
		s.t.Error(err)
	}
}
