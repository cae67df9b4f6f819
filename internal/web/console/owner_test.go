package console

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// From the empty list to the asked registers, as an operator walks it (F071–F079, F091–F098).
func TestOwnerFromListToChecks(t *testing.T) {
	k := newDesk(t)
	firm := k.client(orgtest.Romashka)
	p := k.as("operator")
	list := path("/organisations/%d/certificates", firm)

	g := p.get(list).want(http.StatusOK)
	if !strings.Contains(g.text(".page-head-end"), "Добавить руководителя: ") {
		t.Fatal(g.text("main"))
	}
	g = p.get(g.attr(".page-head-end a", "href")).want(http.StatusOK)
	for field, want := range map[string]string{"surname": "Петров", "name": "Иван", "patronymic": "Иванович", "title": "Генеральный директор"} {
		if got := g.attr("#f-"+field, "value"); !strings.EqualFold(got, want) {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	form := url.Values{"surname": {"Петров"}, "name": {"Иван"}, "patronymic": {"Иванович"}, "snils": {"112-233-445 96"}, "title": {"Генеральный директор"}, "is_head": {"1"}, "region": {"77"}, "email": {"нет"}}
	g = p.post(path("/organisations/%d/owners", firm), form).want(http.StatusUnprocessableEntity)
	if g.attr("#f-snils", "value") != "112-233-445 96" || len(g.texts(".field.bad")) != 2 || !strings.Contains(g.text(".errors"), "исправьте 2 поля") {
		t.Error(g.text("main"))
	}
	form.Set("snils", "112-233-445 95")
	form.Set("email", "petrov@romashka.example")
	address := p.post(path("/organisations/%d/owners", firm), form).to()

	g = p.get(address).want(http.StatusOK)
	if !strings.Contains(g.text("h1"), "Подробная информация о владельце сертификата ЭП") || !strings.Contains(g.text(".card-quiet"), "112-233-445 95") || !strings.Contains(g.text(".flash, .toasts, main"), "сохранён") {
		t.Error(g.text("main"))
	}
	if got := g.text(".menu-body"); !strings.Contains(got, "Паспортные данные") || !strings.Contains(got, "Создать запрос на сертификат") {
		t.Error(got)
	}
	if got := p.get(list).want(http.StatusOK); got.attr("tbody tr", "data-href") != address || strings.Contains(got.text(".page-head-end"), "руководителя") {
		t.Error(got.text("main"))
	}

	paper := url.Values{"doc_type": {"rf_passport"}, "citizenship": {"BLR"}, "paper": {"45 10 12345"}, "code": {"770-001"}, "issued_by": {"ОВД «Тверское»"}, "issued_on": {"31.02.2025"},
		"birth_date": {"03.02.1980"}, "birth_place": {"гор. Тула"}, "sex": {"M"}, "version": {"0"}, "kind": {"passport"}}
	g = p.post(address+"/checks", paper).want(http.StatusUnprocessableEntity) // saved first: nothing is asked about what is wrong
	if !strings.Contains(g.text(".field.bad"), "Такой даты нет") {
		t.Error(g.text(".field.bad"))
	}
	paper.Set("issued_on", "01.03.2025")
	g = p.post(address+"/checks", paper).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text(".field.bad"), "Номер паспорта — 6 цифр") && !strings.Contains(g.text(".field.bad"), "Серия паспорта — 4 цифры") || g.attr("#f-birth_place", "value") != "гор. Тула" {
		t.Error(g.text(".field.bad"))
	}
	paper.Set("paper", "4510 123456")
	if got := p.post(address+"/checks", paper).to(); got != address+"/passport" {
		t.Fatal(got)
	}
	g = p.get(address + "/passport").want(http.StatusOK)
	if g.attr("#f-paper", "value") != "45 10 123456" || g.attr(`input[name="citizenship"]`, "value") != "RUS" || !strings.Contains(g.text("#check-passport"), "Ждём ответа") {
		t.Error(g.text("main"))
	}
	if g.attr("#checks", "hx-get") != address+"/checks" {
		t.Error("what waits does not refresh itself")
	}
	part := p.get(address+"/checks", "X-Poll", "1", "HX-Request", "true").want(http.StatusOK)
	if strings.Contains(part.body, "123456") || strings.Contains(part.body, "<html") || !strings.Contains(part.text("#check-passport"), "ход: программа") {
		t.Error(part.body)
	}
	for _, kind := range []string{"snils", "inn"} {
		p.post(address+"/checks", url.Values{"kind": {kind}}).to()
	}
	if n := len(p.get(address + "/checks").texts(".chip-wait")); n != 3 {
		t.Errorf("%d registers are asked, want 3", n)
	}
	// another kind of paper: other fields, what was typed is kept, nothing is saved
	paper.Set("doc_type", "foreign_passport")
	g = p.post(address+"/passport/form", paper, "HX-Request", "true").want(http.StatusOK)
	if g.attr("#f-series", "name") != "series" || g.attr("#f-paper", "name") != "" || g.attr("#f-birth_place", "value") != "гор. Тула" {
		t.Error(g.text("main"))
	}
	if got := p.get(address + "/passport"); got.attr("#f-paper", "value") != "45 10 123456" {
		t.Error("looking at another form saved it")
	}
}

// Two people on one card: the second sees the first's change and keeps his own.
func TestOwnerConflictOnThePage(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	first, second := k.as("operator"), k.as("admin")
	page := path("/owners/%d/edit", id)
	form := func(g *formPage) url.Values { return g.form(t) }
	a, b := form(&formPage{first.get(page)}), form(&formPage{second.get(page)})
	a.Set("email", "first@romashka.example")
	b.Set("locality", "Тверь")
	first.post(path("/owners/%d", id), a).to()
	g := second.post(path("/owners/%d", id), b).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text(".notice"), "уже изменил") || g.attr("#f-locality", "value") != "Тверь" || !strings.Contains(g.text(".field.bad"), "first@romashka.example") {
		t.Error(g.text("main"))
	}
	again := form(&formPage{g})
	second.post(path("/owners/%d", id), again).to()
}

// formPage reads a page's form as a browser would send it.
type formPage struct{ *page }

func (g *formPage) form(t *testing.T) url.Values {
	t.Helper()
	v := url.Values{}
	for _, n := range nodes(t, g.body, "form.form input, form.form select option[selected], form.form textarea") {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		_, checked := attr["checked"]
		switch {
		case n.Data == "option":
			for _, a := range n.Parent.Attr {
				if a.Key == "name" {
					v.Set(a.Val, attr["value"])
				}
			}
		case attr["type"] == "checkbox" || attr["type"] == "radio":
			if checked {
				v.Set(attr["name"], attr["value"])
			}
		case attr["name"] != "":
			v.Set(attr["name"], attr["value"])
		}
	}
	return v
}

func (p *person) multipart(path string, fields map[string]string, name, file string, content []byte) *page {
	p.k.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("csrf", p.token())
	for k, v := range fields {
		form.WriteField(k, v)
	}
	if file != "" {
		part, err := form.CreateFormFile(name, file)
		if err != nil {
			p.k.Fatal(err)
		}
		part.Write(content)
	}
	form.Close()
	return p.send(http.MethodPost, path, &body, "Content-Type", form.FormDataContentType())
}

// The way round: a scan with the tick, a list, a decision of somebody else.
func TestScanAndSecondPairOfEyes(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	operator, reviewer, supervisor := k.as("operator"), k.as("reviewer"), k.as("supervisor")
	reviewer.get("/reviews").want(http.StatusOK)
	operator.get("/reviews").want(http.StatusForbidden)
	operator.post(path("/owners/%d/checks", id), url.Values{"kind": {"snils"}}).to()
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...)
	scans := path("/owners/%d/scans", id)
	g := operator.get(path("/owners/%d/passport", id)) // F098, word for word; F117
	const tick = "Я понимаю, что мое заявление на выпуск электронной подписи будет отклонено, если загруженное изображение не является скан-копией СНИЛС в хорошем качестве"
	if got := g.text(`label[for="understood-snils"]`); got != tick || !strings.Contains(g.text(`label[for="scan-snils"]`), "Лицевая сторона") {
		t.Errorf("%q", got)
	}
	if g = operator.multipart(scans, map[string]string{"kind": "snils"}, "scan", "снилс.png", png).want(http.StatusUnprocessableEntity); !strings.Contains(g.text("#scan .bad"), "Без этой отметки") {
		t.Error(g.text("#scan"))
	}
	if g = operator.multipart(scans, map[string]string{"kind": "snils", "understood": "1"}, "", "", nil).want(http.StatusUnprocessableEntity); !strings.Contains(g.text("#scan .bad"), "Выберите файл со сканом") || g.attr("#understood-snils", "checked") == "" && !strings.Contains(g.body, " checked>") {
		t.Error(g.text("#scan"))
	}
	operator.multipart(scans, map[string]string{"kind": "snils", "understood": "1"}, "scan", "снилс.png", png).to()
	if g := operator.get(path("/owners/%d/passport", id)); !strings.Contains(g.text("#check-snils"), "Скан у проверяющего") {
		t.Error(g.text("main"))
	}

	g = reviewer.get("/reviews").want(http.StatusOK)
	if !strings.Contains(g.text("main"), "СНИЛС: Петров Иван Иванович") {
		t.Fatal(g.text("main"))
	}
	scan := g.attr(`a[href*="/scans/"]`, "href")
	shown := reviewer.get(scan).want(http.StatusOK)
	if shown.header.Get("Content-Type") != "image/png" || !strings.Contains(shown.header.Get("Content-Security-Policy"), "sandbox") || len(shown.body) != len(png) {
		t.Error(shown.header)
	}
	k.as("accountant").get(scan).want(http.StatusForbidden)
	k.as("foreign reviewer").get(scan).want(http.StatusNotFound)
	if got := supervisor.get(scan).to(); got != path("/owners/%d/passport", id) {
		t.Error(got)
	}
	decide := g.attr("form.decide", "action")
	if g := reviewer.post(decide, url.Values{"decision": {"accept"}, "reason": {"ок"}}).want(http.StatusUnprocessableEntity); !strings.Contains(g.text(".field.bad"), "от 5 до 500") {
		t.Error(g.text("main"))
	}
	operator.post(decide, url.Values{"decision": {"accept"}, "reason": {"Скан сверен"}}).want(http.StatusForbidden)
	reviewer.post(decide, url.Values{"decision": {"accept"}, "reason": {"Скан сверен с карточкой"}}).to()
	if g := operator.get(path("/owners/%d", id)); !strings.Contains(g.text(".facts"), "Принят по скану") {
		t.Error(g.text(".facts"))
	}
}

// Who sees papers at once, who with a reason, who never (product.md, "People and rights").
func TestWhoSeesPapers(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	page := path("/owners/%d/passport", id)
	for who, status := range map[string]int{"operator": 200, "reviewer": 200, "supervisor": 200, "accountant": 403, "admin": 403, "auditor": 403, "foreign operator": 404} {
		g := k.as(who).get(page).want(status)
		if shows := strings.Contains(g.body, "45 10 123456"); shows != (who == "operator" || who == "reviewer") {
			t.Errorf("%s sees the number: %v", who, shows)
		}
	}
	boss := k.as("supervisor")
	boss.post(page+"/reason", url.Values{"reason": {"да"}}).want(http.StatusUnprocessableEntity)
	if got := boss.post(page+"/reason", url.Values{"reason": {"жалоба № 5"}}).to(); got != page {
		t.Fatal(got)
	}
	g := boss.get(page).want(http.StatusOK)
	if g.attr("#f-paper", "value") != "45 10 123456" || g.attr("#f-birth_place", "readonly") == "" && !strings.Contains(g.body, "readonly") || len(g.texts(".formbar")) != 0 {
		t.Error(g.text("main"))
	}
	k.forward(reasonTime + 1)
	if g := boss.get(page).want(http.StatusOK); strings.Contains(g.body, "45 10 123456") {
		t.Error("the reason lasts for ever")
	}
	looks := k.as("admin").get("/journal/looks").want(http.StatusOK)
	if !strings.Contains(looks.text("tbody"), "жалоба № 5") {
		t.Error(looks.text("tbody"))
	}
	masked := k.as("auditor").get(path("/owners/%d", id)).want(http.StatusOK)
	if strings.Contains(masked.body, "Петров") || strings.Contains(masked.body, "112-233") || !strings.Contains(masked.text("main"), "***-***-**") {
		t.Error(masked.text("main"))
	}
}

// Every address of these screens × every role: the page, «нет права» or «не найдено», never an error.
func TestOwnerScreensEveryRole(t *testing.T) {
	k := newDesk(t)
	firm := k.client(orgtest.Romashka)
	id := k.petrov(firm)
	all := "operator accountant supervisor admin reviewer auditor"
	for address, may := range map[string]string{
		path("/organisations/%d/certificates", firm): all, path("/owners/%d", id): all,
		path("/organisations/%d/owners/new", firm): "operator admin", path("/owners/%d/edit", id): "operator admin",
		path("/owners/%d/passport", id): "operator supervisor reviewer", path("/owners/%d/checks", id): "operator supervisor reviewer",
		"/reviews": "supervisor reviewer", "/staff": "supervisor admin auditor", "/staff/new": "supervisor admin", "/staff/rights": "admin auditor",
		"/staff/centres/new": "admin", path("/staff/centres/%d", k.people["operator"].CentreID): "admin", path("/staff/%d", k.people["operator"].ID): "supervisor admin",
		"/journal": all, "/journal/looks": all, "/settings": "admin", "/help": all, "/help/troubles": all, "/workstation": all,
	} {
		for role := range k.people {
			g := k.as(role).get(address)
			want := http.StatusForbidden
			if strings.Contains(" "+may+" ", " "+strings.TrimPrefix(role, "foreign ")+" ") {
				want = http.StatusOK
				if strings.HasPrefix(role, "foreign ") && strings.ContainsAny(address, "0123456789") {
					want = http.StatusNotFound
				}
			}
			if g.status != want && !(want == http.StatusForbidden && g.status == http.StatusNotFound && strings.HasPrefix(role, "foreign ")) {
				t.Errorf("%s %s: %d, want %d", role, address, g.status, want)
			}
		}
	}
	for _, address := range []string{"/owners/0", "/owners/x", "/owners/999999", "/owners/99999999999999999999", path("/owners/%d/scans/x", id), path("/owners/%d/scans/00000000-0000-0000-0000-000000000000", id), "/help/nothing", "/help/..%2fsteps", "/staff/999", "/staff/centres/999"} {
		for _, who := range []string{"operator", "admin"} {
			if g := k.as(who).get(address); g.status != http.StatusNotFound && g.status != http.StatusForbidden {
				t.Errorf("%s %s: %d", who, address, g.status)
			}
		}
	}
}
