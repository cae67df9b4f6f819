package desk

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// chromium is a headless browser for one test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed")
		}
		t.Skip("chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-popup-blocking", false)) // as on a desk: only a click opens a window
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// agentWindow attaches to the window that the page has opened.
func agentWindow(t *testing.T, ctx context.Context, prefix string) (context.Context, target.ID) {
	t.Helper()
	var id target.ID
	eventually(t, "the agent's window opens", func() bool {
		for _, info := range targets(t, ctx) {
			if strings.HasPrefix(info.URL, prefix) {
				id = info.TargetID
				return true
			}
		}
		return false
	})
	window, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(id))
	t.Cleanup(cancel)
	return window, id
}

func targets(t *testing.T, ctx context.Context) []*target.Info {
	t.Helper()
	list, err := chromedp.Targets(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("in vain waited that %s", what)
}

func run(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// eval is the value of a script in the page.
func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// says waits until the element's text contains the words.
func says(t *testing.T, ctx context.Context, selector, words string) {
	t.Helper()
	eventually(t, selector+" says "+words, func() bool {
		text := eval[string](t, ctx, fmt.Sprintf(`document.querySelector(%q)?.textContent || ''`, selector))
		return strings.Contains(text, words)
	})
}

// shoot keeps a picture of the page where AGENT_SHOTS says, for people.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("AGENT_SHOTS")
	if dir == "" {
		return
	}
	run(t, ctx, chromedp.EmulateViewport(640, 820))
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// gone waits until the window is closed.
func gone(t *testing.T, ctx context.Context, id target.ID) {
	t.Helper()
	eventually(t, "the agent's window closes", func() bool {
		for _, info := range targets(t, ctx) {
			if info.TargetID == id {
				return false
			}
		}
		return true
	})
}
