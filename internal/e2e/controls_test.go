package e2e

import "github.com/chromedp/chromedp"

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
func (s *screen) press(words string) { s.t.Helper(); s.do(chromedp.Click(s.button(words))) }

// pressTwice double-clicks, as people do who come from another program.
func (s *screen) pressTwice(words string) { s.t.Helper(); s.do(chromedp.DoubleClick(s.button(words))) }

func (s *screen) button(words string) chromedp.CSS {
	s.t.Helper()
	return s.mark("a button «"+words+"»", `return [...document.querySelectorAll('button, a, summary')].find(e =>
		e.checkVisibility() && !e.disabled && e.textContent.replace(/[\s\u00a0]+/g, ' ').trim().startsWith(%q));`, words)
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

// tick clicks the box or the radio button with the label.
func (s *screen) tick(label string) {
	s.t.Helper()
	s.do(chromedp.Click(s.mark("a box «"+label+"»", `const l = [...document.querySelectorAll('label')].find(l => l.checkVisibility() && l.textContent.replace(/[\s\u00a0]+/g, ' ').trim().startsWith(%q)); return l`, label)))
}
