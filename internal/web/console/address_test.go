package console

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signdesk/internal/db"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry"
)

// gar takes a small address register in; one of its houses gets the number that
// the register of organisations gives Ромашка's.
func (k *desk) gar() {
	k.Helper()
	var b bytes.Buffer
	o := registry.GARGenerateOptions{Seed: 1, Date: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Regions: []string{"77", "38"}, Streets: 200, Houses: 8}
	if err := registry.GenerateGAR(&b, o); err != nil {
		k.Fatal(err)
	}
	path := filepath.Join(k.TempDir(), "gar_xml.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		k.Fatal(err)
	}
	if r, err := registry.ImportGAR(k.Context(), k.db, []string{path}, registry.GAROptions{}, nil); err != nil || r.Rejected > 0 {
		k.Fatal(r, err)
	}
	if _, err := k.db.Plain().ExecContext(k.Context(), `UPDATE gar_house SET guid = '14830646-27d7-4d40-839c-cc355ecbc9b5' WHERE num = '3' AND num1 = '' AND parent IN (
		SELECT objectid FROM gar_object WHERE name = 'Лесная' AND region = '77')`); err != nil {
		k.Fatal(err)
	}
}

// F300–F309: an address is composed of what the address register has, refused
// without settlement, street or postal code, and set beside the legal one.
func TestAddressForm(t *testing.T) {
	k := newDesk(t)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op := k.as("operator")
	if g := op.get(u + "/addresses/actual/edit").want(200); !strings.Contains(g.text(".notice"), "ФИАС ещё не загружен") {
		t.Error(g.text("main"))
	}
	k.gar()
	choose := func(what, typed string, form url.Values) (guid, value string) {
		t.Helper()
		form.Set(map[string]string{"places": "place", "streets": "street", "houses": "house"}[what], typed)
		g := op.post("/addresses/"+what, form, "HX-Request", "true").want(200)
		return g.attr(".hit", "data-gar"), g.attr(".hit", "data-value")
	}
	form := url.Values{"version": {"1"}}
	place, value := choose("places", "моск", form)
	if value != "г Москва" {
		t.Fatal(value)
	}
	form.Set("place", value)
	form.Set("place_id", place)
	street, value := choose("streets", "ktcyf", form) // лесна
	if value != "ул Лесная" {
		t.Fatal(value)
	}
	form.Set("street", value)
	form.Set("street_id", street)
	house, value := choose("houses", "3", form)
	if value != "д. 3" {
		t.Fatal(value)
	}
	form.Set("house", value)
	form.Set("house_id", house)
	g := op.post("/addresses/postcode", form, "HX-Request", "true").want(200)
	form.Set("postcode", g.attr("#f-postcode", "value"))

	for field, want := range map[string]string{"place_id": "из списка", "street": "Без улицы", "postcode": "шесть цифр"} {
		bad := url.Values{}
		for name, v := range form {
			bad[name] = v
		}
		bad.Del(field)
		if g := op.post(u+"/addresses/actual", bad).want(422); !strings.Contains(g.text(".error"), want) {
			t.Errorf("without %s: %s", field, g.text(".error"))
		}
	}
	far := url.Values{}
	for name, v := range form {
		far[name] = v
	}
	far.Set("postcode", "664000")
	if g := op.post(u+"/addresses/actual", far).want(422); !strings.Contains(g.text(".error"), "не этого места") {
		t.Error(g.text(".error"))
	}
	if to := op.post(u+"/addresses/actual", form).to(); to != u+"/addresses" {
		t.Fatal(to)
	}
	op.post(u+"/addresses/postal", form).want(409) // the version is old
	g = op.get(u + "/addresses")
	if got := g.text("#actual"); !strings.Contains(got, "127") || !strings.Contains(got, "г Москва, ул Лесная, д. 3") || !strings.Contains(got, "Тот же, что юридический: по ФИАС") {
		t.Error(got)
	}
	if got := g.text("#legal"); !strings.Contains(got, "Подтверждён ФИАС") {
		t.Error(got)
	}
	if g := op.get(u + "/addresses/actual/edit"); g.attr("input[name=house_id]", "value") != house || g.attr("#f-place", "value") != "г Москва" {
		t.Error(g.text("main"))
	}
	if to := op.post(u+"/addresses/postal", url.Values{"version": {"2"}, "same": {"1"}}).to(); to != u+"/addresses" {
		t.Error(to)
	}
	// without a street, in a village, an office; then on a corner of two streets
	village, value := choose("places", "берёзовка иркут", url.Values{})
	no := url.Values{"version": {"3"}, "place": {value}, "place_id": {village}, "no_street": {"1"}, "house": {"д. 2"}, "room": {"5"}, "postcode": {"664801"}}
	op.post(u+"/addresses/actual", no).want(303)
	form.Set("version", "4")
	form.Set("corner", "1")
	op.post(u+"/addresses/postal", form).want(422)
	form.Set("street2", "Кривая")
	op.post(u+"/addresses/postal", form).want(303)
	g = op.get(u + "/addresses")
	if got := g.text("#actual"); !strings.Contains(got, "д Берёзовка, д. 2, оф. 5") || !strings.Contains(got, "Отличается от юридического") || !strings.Contains(got, "населённый пункт") {
		t.Error(got)
	}
	if got := g.text("#postal"); !strings.Contains(got, "ул Лесная, угол Кривая, д. 3") {
		t.Error(got)
	}
	err := k.db.Read(t.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx db.Conn) error {
		var fias, street2, oktmo string
		if err := tx.QueryRowContext(ctx, `SELECT fias_id, street2_id, oktmo FROM org_address WHERE kind = 'postal'`).Scan(&fias, &street2, &oktmo); err != nil {
			return err
		}
		if fias != house || street2 != "" || oktmo != "77000000" {
			t.Errorf("%q %q %q", fias, street2, oktmo)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if g := op.get(u + "/history"); !strings.Contains(g.text("tbody"), "Фактический адрес") {
		t.Error(g.text("tbody"))
	}
	k.as("auditor").get(u + "/addresses").want(200)
	k.as("auditor").get(u + "/addresses/actual/edit").want(403)
	k.as("auditor").post("/addresses/places", url.Values{"place": {"моск"}}).want(403)
	k.as("foreign operator").get(u + "/addresses/actual/edit").want(404)
	k.as("foreign operator").post(u+"/addresses/actual", form).want(404)
	op.get(u + "/addresses/elsewhere/edit").want(404)
	op.post(u+"/addresses/elsewhere", form).want(404)
	op.post("/addresses/nothing", form).want(404)
}

// An address that the address register does not have is kept as typed and marked;
// its region is chosen. F308: who has certificates is told to re-issue them.
func TestAddressByHand(t *testing.T) {
	k := newDesk(t)
	installed := k.installed()
	u := fmt.Sprintf("/organisations/%d", installed.Org)
	op := k.as("operator")
	op.get(u + "/addresses/actual/edit").want(200)
	form := url.Values{"manual": {"1"}, "place": {"п Новый Посад"}, "street": {"Береговая"}, "house": {"5а"}, "room": {"кв5, комната 2"}, "postcode": {"664001"}}
	form.Set("version", op.get(u+"/addresses/actual/edit").attr("input[name=version]", "value"))
	if g := op.post(u+"/addresses/actual", form).want(422); !strings.Contains(g.text(".error"), "Выберите регион") || g.attr("#f-place", "value") != "п Новый Посад" {
		t.Error(g.text(".error"))
	}
	form.Set("region", "99999")
	op.post(u+"/addresses/actual", form).want(422)
	form.Set("region", "38")
	for _, wrong := range []struct{ field, value, text string }{{"corner", "1", "вторую улицу"}, {"postcode", "12", "шесть цифр"}, {"house", strings.Repeat("я", 251), "250"}, {"place", "", "населённый пункт"}} {
		bad := url.Values{}
		for name, v := range form {
			bad[name] = v
		}
		bad.Set(wrong.field, wrong.value)
		if g := op.post(u+"/addresses/actual", bad).want(422); !strings.Contains(g.text(".error"), wrong.text) {
			t.Errorf("%s: %s", wrong.field, g.text(".error"))
		}
	}
	form.Set("corner", "1")
	form.Set("street2", "береговая")
	if g := op.post(u+"/addresses/actual", form).want(422); !strings.Contains(g.text(".error"), "две разные") {
		t.Error(g.text(".error"))
	}
	form.Del("corner")
	op.post(u+"/addresses/actual", form).want(303)
	g := op.get(u + "/addresses")
	if got := g.text("#actual"); !strings.Contains(got, "664001, Иркутская область, п Новый Посад, Береговая, д. 5а, кв. 5, ком. 2") || !strings.Contains(got, "введён вручную, нет в ФИАС: адрес") {
		t.Error(got)
	}
	if got := g.text("main") + g.text(".flash"); !strings.Contains(g.text("body"), "действующий сертификат: если адрес") {
		t.Error(got)
	}
	if g := op.get(u + "/addresses/actual/edit"); g.attr("input[name=manual][checked]", "value") == "" || g.attr("#f-region option[selected]", "value") != "38" {
		t.Error(g.text("main"))
	}
}

// By keyboard alone, from the first letter to the saved address.
func TestAddressInBrowser(t *testing.T) {
	b := newBrowser(t)
	b.gar()
	u := fmt.Sprintf("/organisations/%d", b.client(orgtest.Romashka))
	value := func(id string) string { return fmt.Sprintf("document.querySelector(%q).value", id) }
	hits := func(id string) string { return fmt.Sprintf("document.querySelector(%q).innerText", id) }
	b.do(chromedp.Navigate(b.base+u+"/addresses/actual/edit"), chromedp.WaitReady("#f-place"), chromedp.SendKeys("#f-place", "братск центр"))
	b.wait(hits("#place-hits"), "Центральный жилрайон", "address-place")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.wait(value("#f-place"), "г Братск, Центральный жилрайон", "")
	b.wait(`document.activeElement.id`, "f-street", "")
	b.do(chromedp.KeyEvent("м"))
	b.wait(hits("#street-hits"), "М", "address-street")
	b.do(chromedp.KeyEvent(kb.ArrowDown + kb.Enter))
	b.wait(`document.querySelector("[name=street_id]").value.length`, "36", "")
	b.wait(`document.activeElement.id`, "f-house", "")
	b.do(chromedp.KeyEvent("7"))
	b.wait(hits("#house-hits"), "архивное", "address-house-archived")
	b.do(chromedp.KeyEvent(kb.Backspace + "4"))
	b.wait(hits("#house-hits"), "д. 4", "address-house")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.wait(value("#f-postcode")+".length", "6", "address-filled")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-no_street").click()`))
	b.wait(`document.querySelector("#f-street").offsetParent === null`, "true", "address-no-street")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-no_street").click(); document.querySelector("#f-corner").click()`))
	b.wait(`document.querySelector("#f-street2").offsetParent !== null`, "true", "address-corner")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-corner").click()`))
	b.wait(`document.querySelector("#f-street2").offsetParent === null`, "true", "")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	b.wait(`location.pathname === "`+u+`/addresses"`, "true", "")
	b.wait(hits("#actual"), "Центральный жилрайон", "addresses")
	// a slip, the words the other way round, the kind; then an address that is not there, with Tab and Space alone
	b.do(chromedp.Navigate(b.base+u+"/addresses/postal/edit"), chromedp.WaitReady("#f-place"), chromedp.SendKeys("#f-place", "центральынй г братск"))
	b.wait(hits("#place-hits"), "Центральный жилрайон", "address-slip")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-manual").focus()`), chromedp.KeyEvent(" "))
	b.wait(`document.querySelector("#f-region").offsetParent !== null`, "true", "")
	b.do(chromedp.KeyEvent(kb.Tab))
	b.wait(`document.activeElement.id`, "f-region", "")
	b.do(chromedp.KeyEvent("38"), chromedp.KeyEvent(kb.Tab))
	b.wait(value("#f-region"), "38", "")
	b.wait(`document.activeElement.id`, "f-place", "")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-place").select()`), chromedp.KeyEvent("п Новый Посад"+kb.Tab+"664001"))
	b.wait(value("#f-postcode"), "664001", "")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-street").focus()`), chromedp.KeyEvent("Береговая"))
	b.wait(value("#f-street"), "Береговая", "address-by-hand")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	b.wait(`location.pathname === "`+u+`/addresses"`, "true", "")
	b.wait(hits("#postal"), "введён вручную", "addresses-by-hand")
}
