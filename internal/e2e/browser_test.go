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
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
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
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
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
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
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

// opened waits for another window or tab at the address.
func (s *screen) opened(address string) target.ID {
	s.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
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
	w := &screen{t: s.t, ctx: ctx}
	w.listen()
	return w
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
