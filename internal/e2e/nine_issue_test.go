package e2e

import "github.com/chromedp/chromedp"

// open begins the case on the owner's page; step 4 opens by itself, since
// everything before it stands.
func (n *nine) open() {
	n.t.Helper()
	n.s.press("обратно к владельцу")
	n.s.press("Создать запрос на сертификат")
	n.s.says("h1", "Запрос на сертификат")
	n.s.says(".orghead-case", "Сведения подтверждены")
	n.application = n.s.path()
	for _, step := range []string{"Договор и оплата", "Выписка", "Паспорт", "СНИЛС", "ИНН"} {
		n.s.says(".step-done", step)
	}
}

// Step 4: the form, then the key on the token; the PIN goes into the agent's window.
func (n *nine) request() {
	n.t.Helper()
	n.s.says("table.compare", n.firm.Head.INN)
	n.s.says(".agent [data-agent-message]", "Агент работает")
	n.s.eventually("the token's number comes from the agent", `document.querySelector('[name=carrier_number]').value !== ''`)
	n.s.do(chromedp.Click(chromedp.CSS("input[name=consent]")))
	n.s.shot("request-form")
	n.s.press("Перейти к генерации запроса")
	n.s.eventually("the operation can be started", `document.querySelector('[data-agent-operation]') !== null`)
	n.s.shot("request-ready")
	n.s.press("Создать запрос на сертификат")
	w := n.s.window(n.d.agent + "/w/")
	w.says("h1", "Новый ключ и запрос на сертификат")
	w.says("main", n.firm.Head.Surname)
	n.s.says("[data-agent-message]", "Окно агента открыто")
	n.s.shot("request-window-open")
	w.shot("agent-window")
	w.do(chromedp.SendKeys(chromedp.CSS("#pin"), tokenPIN+"\r"))
	n.s.says("h1", "Запрос отправлен в УЦ")
}

// Step 5: the CA thinks; the page may be left meanwhile.
func (n *nine) authority() {
	n.t.Helper()
	n.s.says(".move", "ход: УЦ")
	n.s.says(".move-facts", "Ждём")
	n.s.shot("ca-waits")
	n.s.open(n.d.url)
	n.s.says("h1", "Мои списки")
	n.s.open(n.d.url + n.application + "?step=ca")
	n.s.says("h1", "Сертификат выпущен")
	n.s.shot("ca-issued")
	n.s.press("Продолжить")
}

// Step 6: onto the same token, compared with its key.
func (n *nine) install() {
	n.t.Helper()
	n.s.says("h1", "Установка сертификата")
	n.s.press("Установить сертификат")
	w := n.s.window(n.d.agent + "/w/")
	w.says("h1", "становк")
	w.shot("agent-window-install")
	w.do(chromedp.SendKeys(chromedp.CSS("#pin"), tokenPIN+"\r"))
}

// Step 7: the state's register of signatures.
func (n *nine) esia() {
	n.t.Helper()
	n.s.says("h1", "ЕСИА")
	n.s.says(".move", n.firm.OGRN)
	n.s.shot("esia-form")
	n.s.pressTwice("Отправить в ЕСИА")
	n.s.says("h1", "Сертификат зарегистрирован в ЕСИА")
	n.s.shot("esia-done")
	n.s.press("Продолжить")
}

// Step 8: the receipt is printed in a tab of its own, signed by the owner and confirmed.
func (n *nine) receipt() {
	n.t.Helper()
	n.s.says("h1", "Расписка")
	n.s.press("Распечатать расписку")
	n.s.closeTab("/receipt")
	n.s.eventually("the page knows that the receipt is printed", `document.querySelector('.move form[action$="/receipt/confirmation"]') !== null`)
	n.s.shot("receipt-printed")
	n.s.press("Владелец подписал расписку")
}

// Step 9: the services go to accounting, whose answer is acknowledged.
func (n *nine) shipment() {
	n.t.Helper()
	n.s.says("h1", "Отгрузка услуг")
	n.s.shot("shipment-form")
	n.s.pressTwice("Направить запрос в бухгалтерию")
	n.s.says(".move", "ход: бухгалтерия")
	n.s.says(".move", "Подтвердите, что видели ответ")
	n.s.shot("shipment-answer")
	n.s.press("Подтвердить")
	n.s.says(".move", "Акт и счёт-фактура получены")
	n.s.eventually("every step is done", `document.querySelectorAll('.steps li').length === document.querySelectorAll('.step-done').length`)
	n.s.open(n.d.url + n.application)
	n.s.says(".orghead-case", "Исполнена")
	n.s.shot("done")
}
