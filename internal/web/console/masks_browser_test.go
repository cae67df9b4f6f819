package console

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"signdesk/internal/org/orgtest"
)

// What a mask makes of keys pressed one by one, and of leaving the field.
func TestMasksInBrowser(t *testing.T) {
	b := newBrowser(t)
	b.do(chromedp.Navigate(fmt.Sprintf("%s/organisations/%d/owners/new", b.base, b.client(orgtest.Romashka))), chromedp.WaitReady(`input[data-mask="phone"]`))
	for _, c := range []struct{ mask, keys, left string }{
		{"snils", "11223344595", "112-233-445 95"},
		{"phone", "+79511234567", "+7 951 123-45-67"},
		{"phone", "89511234567", "+7 951 123-45-67"},
		{"phone", "9511234567", "+7 951 123-45-67"},
		{"phone", "4951234567", "+7 495 123-45-67"}, // a city number is no foreign one
		{"phone", "8121234567", "+7 812 123-45-67"},
		{"phone", "+491711234567", "+491711234567"}, // groups of another country are not ours
		{"phone", "доб. 12", "доб. 12"},
	} {
		t.Run(c.mask+" "+c.keys, func(t *testing.T) {
			field := fmt.Sprintf(`input[data-mask=%q]`, c.mask)
			clear := fmt.Sprintf("document.querySelector(%q).value = ''", field)
			b.do(chromedp.Evaluate[chromedp.Void](clear), chromedp.SendKeys(field, c.keys), chromedp.Evaluate[chromedp.Void]("document.activeElement.blur()"))
			got, err := chromedp.Run(b.ctx, chromedp.Value(field))
			if err != nil {
				t.Fatal(err)
			}
			if got != c.left {
				t.Errorf("got %q, want %q", got, c.left)
			}
		})
	}
}
