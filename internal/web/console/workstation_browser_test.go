package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"signdesk/internal/staff"
)

// The browser tells what is wrong at the desk, each failure with its cure: here
// the agent's answers, as GET /v1/status gives them.
func TestWorkstationChecksInBrowser(t *testing.T) {
	b := newBrowser(t)
	b.set.Demo = true // the only desk of the centre is this browser's
	var status atomic.Value
	answer := func(late time.Duration, tokens string) {
		status.Store(fmt.Sprintf(`{"version":"1.0","time":%q,"tokens":[%s]}`, time.Now().Add(late).UTC().Format(time.RFC3339), tokens))
	}
	answer(0, "")
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", b.base)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, status.Load())
	}))
	defer agent.Close()
	if _, err := staff.Pair(t.Context(), b.db, b.sealer, b.people["operator"], b.now(), staff.Workstation{Name: "Окно 1", AgentURL: agent.URL}, strings.Repeat("A", 52)); err != nil {
		t.Fatal(err)
	}
	row := func(name string) string {
		return fmt.Sprintf(`[...document.querySelectorAll('[data-check=%q] [data-state]:not([hidden])')].map(x => x.dataset.state).join() + ' ' + document.querySelector('[data-check=%q] [data-check-text]').textContent`, name, name)
	}
	is := func(name, want string) { t.Helper(); b.wait(row(name), want, "workstation-"+name) }
	open := func() { t.Helper(); b.do(chromedp.Navigate(b.base + "/workstation")) }

	open()
	is("browser", "done Chrome")
	is("clock", "done ")
	is("way", "done ")
	is("agent", "done Работает, версия 1.0")
	is("token", "warn Носителя нет")
	answer(0, `{"label":"Учебный","serial":"0A3F19","kind":"Рутокен","pin_attempts":10,"default_pin":false}`)
	b.do(chromedp.Click("[data-agent-refresh]"))
	is("token", "done Рутокен № 0A3F19")
	answer(0, `{"label":"Учебный","serial":"0A3F19","kind":"Рутокен","pin_attempts":0,"default_pin":false}`)
	open()
	is("token", "stop PIN-код носителя заблокирован")
	answer(-5*time.Minute, `{"label":"Учебный","serial":"0A3F19","kind":"Рутокен","pin_attempts":10,"default_pin":true}`)
	open()
	is("token", "warn На носителе заводской PIN-код")
	is("clock", "stop Часы агента расходятся")
	agent.Close()
	open()
	is("agent", "stop Агент не запущен на этом компьютере.")
	is("token", "warn Станет видно")
}
