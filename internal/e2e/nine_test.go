package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// nine is one client's way through the main job, in a browser.
type nine struct {
	t    *testing.T
	d    *demo
	s    *screen
	p    *person // the same employee without a browser, for files
	firm firm

	org, owner, application string // addresses of the pages
}

// The operator «ivanova» walks the nine steps in Chromium, the accountant takes
// over what came of them, and then programs that are not ours look at it.
func TestE2ENineSteps(t *testing.T) {
	t.Parallel()
	s := chromium(t)
	d := startDemo(t)
	n := &nine{t: t, d: d, s: s, firm: d.firm(0)}
	n.signIn("ivanova")
	n.client()
	n.contract()
	n.extract()
	n.addOwner()
	n.passport()
	n.checks()
	n.open()
	n.request()
	n.authority()
	n.install()
	n.esia()
	n.receipt()
	n.shipment()
	n.operatorReport()
	n.p = d.as("ivanova")
	t.Run("exchange", n.proveExchange)
	t.Run("certificate", n.proveCertificate)
	t.Run("receipt", n.proveReceipt)
	n.accountant(t)
	if r := d.report(); r.count("ca", "issued") != 1 || r.count("smev", "esia_registrations") != 1 || r.count("onec", "shipments") != 1 {
		t.Errorf("certificates, registrations, shipments: %+v", r)
	}
	if errors := d.logged("ERROR"); len(errors) > 0 {
		t.Errorf("the log has errors: %s", join(errors))
	}
}

func (n *nine) signIn(login string) {
	n.t.Helper()
	n.s.open(n.d.url)
	n.s.says("h1", "Вход")
	n.s.write("Логин", login)
	n.s.write("Пароль", "not the password")
	n.s.press("Войти")
	n.s.says(".notice, .error", "парол")
	n.s.write("Пароль", passwords[login])
	n.s.press("Войти")
	n.s.says("h1", "Мои списки")
	n.s.shot("home")
}

// Step 1: the organisation is found in the country's register and becomes a client.
func (n *nine) client() {
	n.t.Helper()
	n.s.press("Найти организацию")
	field := chromedp.CSS("#q")
	name := strings.Fields(n.firm.Name)
	n.s.do(chromedp.SendKeys(field, strings.ToLower(name[len(name)-1])))
	n.s.says("#found .hit", n.firm.INN)
	n.s.shot("search")
	n.s.do(chromedp.Clear(field), chromedp.SendKeys(field, n.firm.INN[:9]))
	n.s.says("#found .hit", n.firm.INN)
	n.s.do(chromedp.Clear(field), chromedp.SendKeys(field, n.firm.INN))
	n.s.says("#found .hit", n.firm.INN)
	n.s.do(chromedp.Click(chromedp.CSS("#found .hit")))
	n.s.says("h1", name[len(name)-1])
	n.s.shot("register")
	n.s.press("Добавить клиента")
	n.s.says("h1", "Реквизиты организации")
	n.s.says("main", n.firm.OGRN)
	n.org = n.s.path()
	n.s.shot("organisation")
}

// Step 1 goes on: a contract and the paid issue of a certificate.
func (n *nine) contract() {
	n.t.Helper()
	n.s.press("Услуги")
	n.s.press("Завести договор")
	n.s.write("Номер", "7-26")
	n.s.press("Завести договор")
	n.s.says(".flash, .notice", "Договор заведён")
	n.s.press("Продать услугу")
	n.s.tick("Выпуск")
	n.s.shot("sale")
	n.s.press("Продать")
	n.s.says("h1", "Услуги")
	n.s.do(chromedp.Click(chromedp.CSS("[data-tick-all]")))
	n.s.press("Оплачено")
	n.s.press("Отметить оплату")
	n.s.says(".notice", "Оплата отмечена")
	n.s.shot("services")
}

// Step 2: the extract and its detached signature are dropped together.
func (n *nine) extract() {
	n.t.Helper()
	dir := n.t.TempDir()
	xml, p7s := n.d.extract(n.firm.OGRN)
	files := []string{filepath.Join(dir, "extract.xml"), filepath.Join(dir, "extract.p7s")}
	for i, b := range [][]byte{xml, p7s} {
		if err := os.WriteFile(files[i], b, 0o600); err != nil {
			n.t.Fatal(err)
		}
	}
	n.s.press("Папка хранилища файлов")
	n.s.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), files))
	n.s.says("#files", "Подпись верна")
	n.s.shot("storage")
	n.s.do(chromedp.Click(chromedp.CSS("#files tbody tr a")))
	n.s.says("h1", "Выписка на")
	n.s.says("table.compare", n.firm.OGRN)
	n.s.eventually("nothing hinders the issue", `!document.querySelector('table.compare').textContent.includes('Мешает')`)
	n.s.shot("extract")
}
