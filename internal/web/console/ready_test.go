package console

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/cert/ready/readytest"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/ca"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// petrovHolder is the desk's owner as an authority knows him.
var petrovHolder = ca.Holder{Surname: "Петров", Name: "Иван", Patronymic: "Иванович", SNILS: "11223344595", INN: "500100732259"}

// authority is the simulated one, whose certificates the desk may take.
type authority struct {
	*desk
	*sim.World
	address string
}

func (k *desk) authority() *authority {
	k.Helper()
	var handler http.Handler
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	address, dir := server.Listener.Addr().String(), k.TempDir()
	w, err := sim.NewWorld(sim.Options{Dir: dir, Now: k.now, BaseURL: "http://" + address})
	if err != nil {
		k.Fatal(err)
	}
	handler = w.Handler()
	server.Start()
	k.Cleanup(func() {
		server.Close()
		if err := w.Close(); err != nil {
			k.Error(err)
		}
	})
	k.set.Ready = readytest.Rules(k, filepath.Join(dir, "accredited-ca.pem"))
	return &authority{k, w, address}
}

func (a *authority) made(kind string) org.Upload { return a.madeFor(kind, petrovHolder) }

// caseHolder is the owner of the tests' cases.
func caseHolder() ca.Holder {
	return ca.Holder{Surname: "Петров", Name: "Иван", Patronymic: "Иванович", SNILS: casetest.SNILS("Петров"), INN: casetest.INN("Петров")}
}

func (a *authority) madeFor(kind string, h ca.Holder) org.Upload {
	a.Helper()
	content, file, err := a.CA.Ready(kind, h)
	if err != nil {
		a.Fatal(err)
	}
	return org.Upload{Name: file, Content: content}
}

// follow does the job of the newest certificate.
func (a *authority) follow() int64 {
	a.Helper()
	id := int64(a.number(`SELECT max(id) FROM ready_certificate`))
	readytest.Follow(a, a.db, a.address, a.set.Ready, a.now(), a.people["operator"].PartnerID, id)
	return id
}

// The way of «Загрузить имеющуюся ЭП»: data first, then the file, then every
// rule's verdict, then the list with the tick. F370–F379.
func TestReadyPages(t *testing.T) {
	k := newDesk(t)
	a := k.authority()
	client := k.client(orgtest.Romashka)
	id := k.petrov(client)
	operator := k.as("operator")
	own := fmt.Sprintf("/owners/%d", id)
	if !strings.Contains(operator.get(own).text(".menu"), "Загрузить имеющуюся ЭП") || operator.get(path("/organisations/%d/certificates", client)).attr(".row-actions a[href$=new]", "href") != own+"/ready-certificates/new" {
		t.Error("no way to the page")
	}
	g := operator.get(own + "/ready-certificates/new").want(http.StatusOK)
	if g.attr(`main a[href="`+own+`/edit"]`, "href") == "" || g.attr(path(`main a[href="/organisations/%d"]`, client), "href") == "" || g.text("[data-primary]") != "Продолжить" {
		t.Error(g.text("main"))
	}
	next := g.attr("[data-primary]", "href")
	g = operator.get(next).want(http.StatusOK)
	if g.attr("#f-file", "accept") != ".pem,.cer,.cert,.crt" || !strings.Contains(g.text("main"), "техническая проверка") {
		t.Error(g.text("main"))
	}
	send := own + "/ready-certificates"
	for kind, words := range map[string]string{"pfx": "закрытый ключ", "other": "техническая проверка не пройдена", "rsa": "RSA", "expired": "Срок закончился", "foreign": "нет в списке аккредитованных"} {
		g := operator.upload(send, a.made(kind)).want(http.StatusUnprocessableEntity)
		if !strings.Contains(g.text("main"), words) {
			t.Errorf("%s: %s", kind, g.text("main"))
		}
	}
	if text := operator.upload(send).want(http.StatusUnprocessableEntity).text(".field.bad .error"); text != "Выберите файл сертификата." {
		t.Error(text)
	}
	if n := k.number(`SELECT count(*) FROM ready_certificate`); n != 0 {
		t.Fatalf("%d stored", n)
	}
	g = operator.upload(send, a.made("valid"))
	page := g.to()
	if text := operator.get(page).text("#ready"); !strings.Contains(text, "Проверяется") || operator.get(page).attr("#ready", "hx-trigger") != "every 2s" {
		t.Error(text)
	}
	first := a.follow()
	g = operator.get(page).want(http.StatusOK)
	for _, want := range []string{"Действительный", "Активный", "ответ OCSP", "доверенный корень", "Улучшенный ключ", "/ca/crl", "112-233-445 95", "Стал активным", "cpPlugin", "техническая проверка"} {
		if !strings.Contains(g.text("main"), want) {
			t.Errorf("no %q in %s", want, g.text("main"))
		}
	}
	if g.attr("#ready", "hx-get") != "" {
		t.Error("the page of a checked certificate looks again for ever")
	}
	// the limits: the tick, without choosing the file again
	g = operator.upload(send, a.made("limited")).want(http.StatusUnprocessableEntity)
	if !strings.Contains(g.text("#limits"), "отчётности") || g.text(".field.bad .error") == "" {
		t.Fatal(g.text("main"))
	}
	form := url.Values{"certificate": {g.attr(`[name="certificate"]`, "value")}, "name": {g.attr(`[name="name"]`, "value")}}
	operator.post(send, form).want(http.StatusUnprocessableEntity)
	form.Set("understood", "1")
	page = operator.post(send, form).to()
	second := a.follow()
	if text := operator.get(page).text("main"); !strings.Contains(text, "«С условиями использования сертификата ознакомлен»") || !strings.Contains(text, "Иванова") {
		t.Error(text)
	}
	form.Set("certificate", "%%%")
	operator.post(send, form).want(http.StatusUnprocessableEntity)
	form.Set("certificate", base64.StdEncoding.EncodeToString([]byte("-----BEGIN PRIVATE KEY-----")))
	if text := operator.post(send, form).want(http.StatusUnprocessableEntity).text(".field.bad .error"); !strings.Contains(text, "закрытый ключ") {
		t.Error(text)
	}
	// the list and the tick
	g = operator.get(own)
	if g.attr(path("#r%d input[name=active]", second), "checked") != "" || len(nodes(t, g.body, path("#r%d input[checked]", second))) != 1 || len(nodes(t, g.body, path("#r%d input[checked]", first))) != 0 {
		t.Error("the last loaded one is not ticked")
	}
	activity, ref := own+"/active-certificate", func(id int64) string { return fmt.Sprintf("r%d", id) }
	tick := url.Values{"seen": {ref(second)}, "choice": {ref(first)}}
	if to := operator.post(activity, tick).to(); to != own {
		t.Error(to)
	}
	// whoever saw the list before is shown what was chosen since; his own tick waits to be pressed again
	other := url.Values{"seen": {""}, "choice": {ref(second)}}
	g = operator.post(activity, other).want(http.StatusConflict)
	if text := g.text("#clash"); !strings.Contains(text, "Иванова") || g.attr("#clash [name=choice]", "value") != ref(second) || g.attr("#clash [name=seen]", "value") != ref(first) {
		t.Error(text)
	}
	other.Set("back", "certificate")
	g = operator.post(activity, other).want(http.StatusConflict)
	if text := g.text("#clash"); !strings.Contains(text, "Иванова") || g.attr("main [name=choice]", "value") != ref(second) || g.attr("main [name=seen]", "value") != ref(first) {
		t.Error(text)
	}
	if text := operator.get(own).text("#choices"); !strings.Contains(text, "Выбран активным") || !strings.Contains(text, "загружен последним") {
		t.Error(text)
	}
	cryptoType := path("/ready-certificates/%d/crypto-type", first)
	operator.post(cryptoType, url.Values{"version": {"1"}, "crypto_type": {"cpPluginEx"}}).want(http.StatusSeeOther)
	g = operator.post(cryptoType, url.Values{"version": {"1"}, "crypto_type": {"cpPlugin"}}).want(http.StatusConflict)
	if text := g.text("#crypto"); !strings.Contains(text, "изменил(а) Иванова") || !strings.Contains(text, "со штампами времени") || g.attr("#crypto [name=version]", "value") != "2" || g.attr("#crypto [checked]", "value") != "cpPlugin" {
		t.Error(text)
	}
	operator.post(cryptoType, url.Values{"version": {"2"}}).want(http.StatusUnprocessableEntity)
	operator.post(path("/ready-certificates/%d/check", first), nil).want(http.StatusSeeOther)
	if text := operator.get(path("/organisations/%d/certificates", client)).text("#w" + fmt.Sprint(id)); !strings.Contains(text, "загружен, активный") || !strings.Contains(text, "Действительный") {
		t.Error(text)
	}
	if der := operator.get(path("/ready-certificates/%d.der", first)).want(http.StatusOK); len(der.body) < 500 || der.body[0] != 0x30 {
		t.Error("no DER")
	}
	if cer := operator.get(path("/ready-certificates/%d.cer", first)).want(http.StatusOK); !strings.HasPrefix(cer.body, "-----BEGIN CERTIFICATE") {
		t.Error(cer.body)
	}
	operator.get(path("/ready-certificates/%d.exe", first)).want(http.StatusNotFound)
	// the journal speaks in words
	if text := k.as("admin").get("/journal").text("main"); !strings.Contains(text, "загрузил(а) имеющуюся ЭП") || !strings.Contains(text, "УЦ подтвердил сертификат") {
		t.Error(text)
	}
	// rights and foreign partners
	for _, who := range []string{"accountant", "supervisor", "admin", "reviewer", "auditor"} {
		p := k.as(who)
		p.get(own + "/ready-certificates/new").want(http.StatusForbidden)
		p.get(own + "/ready-certificates/file").want(http.StatusForbidden)
		p.upload(send, a.made("valid")).want(http.StatusForbidden)
		p.post(activity, tick).want(http.StatusForbidden)
		p.post(path("/ready-certificates/%d/crypto-type", first), url.Values{"version": {"2"}, "crypto_type": {"cpPlugin"}}).want(http.StatusForbidden)
		p.post(path("/ready-certificates/%d/check", first), nil).want(http.StatusForbidden)
	}
	k.as("auditor").get(path("/ready-certificates/%d", first)).want(http.StatusForbidden)
	k.as("auditor").get(path("/ready-certificates/%d.cer", first)).want(http.StatusForbidden)
	foreign := k.as("foreign operator")
	foreign.post(activity, tick).want(http.StatusNotFound)
	operator.post(activity, url.Values{"choice": {"r999"}}).want(http.StatusNotFound)
	for _, address := range []string{own + "/ready-certificates/new", path("/ready-certificates/%d", first), path("/ready-certificates/%d.cer", first)} {
		foreign.get(address).want(http.StatusNotFound)
	}
	foreign.upload(send, a.made("valid")).want(http.StatusNotFound)
	foreign.post(activity, tick).want(http.StatusNotFound)
}

// While an application goes on, its page is the way out. F376.
func TestReadyBlocked(t *testing.T) {
	k := newDesk(t)
	k.authority()
	c := k.cases().Client(orgtest.Romashka).Open()
	g := k.as("operator").get(path("/owners/%d/ready-certificates/new", c.Owner)).want(http.StatusOK)
	if !strings.Contains(g.text(".notice-stop"), c.Load().Number) || g.attr("[data-primary]", "href") != path("/applications/%d", c.ID) {
		t.Error(g.text("main"))
	}
}

// An issued certificate and loaded ones in one list with one tick; the worklist
// of the start page. F377.
func TestReadyAmongIssued(t *testing.T) {
	k := newDesk(t)
	a := k.authority()
	c := k.cases().Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue().Install()
	c.Exec(`UPDATE application SET status = 'done'`)
	own, operator := path("/owners/%d", c.Owner), k.as("operator")
	issued := c.Load().Certificate
	row := path("#c%d", issued.ID)
	if g := operator.get(own); !strings.Contains(g.text(row), "Активный сертификат") || !strings.Contains(g.text(row), "Выпущен здесь") || !strings.Contains(g.text("#choices"), "установлен последним") {
		t.Error(g.text("main"))
	}
	if text := operator.get("/").text(`a[href="/ready-certificates"]`); !strings.HasPrefix(text, "0") {
		t.Error(text)
	}
	if text := operator.get("/ready-certificates").want(http.StatusOK).text("main"); !strings.Contains(text, "Всё в порядке") {
		t.Error(text)
	}
	operator.upload(own+"/ready-certificates", a.madeFor("valid", caseHolder())).to()
	loaded := a.follow()
	g := operator.get(own)
	if text := g.text(path("#r%d", loaded)); !strings.Contains(text, "Активный сертификат") || strings.Contains(g.text(row), "Активный сертификат") {
		t.Error(g.text("main"))
	}
	certificate := path("/certificates/%d", issued.ID)
	g = operator.get(certificate).want(http.StatusOK)
	back := url.Values{"back": {"certificate"}, "choice": {g.attr("main [name=choice]", "value")}, "seen": {g.attr("main [name=seen]", "value")}}
	if to := operator.post(own+"/active-certificate", back).to(); to != certificate || !strings.Contains(operator.get(certificate).text(".page-head"), "Активный") {
		t.Error(to)
	}
	if text := operator.get(path("/organisations/%d/certificates", c.Org)).text(path("#w%d", c.Owner)); !strings.Contains(text, issued.ShortSerial()) || !strings.Contains(text, "активный") {
		t.Error(text)
	}
	c.Exec(`UPDATE certificate SET revoked_at = ?`, k.now())
	if text := operator.get(own).text("#choices"); !strings.Contains(text, "аннулирован") {
		t.Error(text)
	}
	c.Exec(`UPDATE ready_certificate SET status = 'unchecked'`)
	if text := operator.get("/").text(`a[href="/ready-certificates"]`); !strings.HasPrefix(text, "1") {
		t.Error(text)
	}
	if text := operator.get("/ready-certificates").text(path("#r%d", loaded)); !strings.Contains(text, "Не проверено") {
		t.Error(text)
	}
	c.Exec(`UPDATE ready_certificate SET status = 'revoked'`)
	g = operator.post(path("/ready-certificates/%d/check", loaded), nil).want(http.StatusConflict)
	if text := g.text("#clash"); !strings.Contains(text, "«Аннулирован»") || strings.Contains(text, "Ваш выбор") {
		t.Error(g.text("main"))
	}
	for _, who := range []string{"accountant", "auditor", "reviewer"} {
		k.as(who).get("/ready-certificates").want(http.StatusForbidden)
		k.as(who).post(own+"/active-certificate", back).want(http.StatusForbidden)
	}
	if text := k.as("foreign operator").get("/ready-certificates?whose=all").text("main"); !strings.Contains(text, "Всё в порядке") {
		t.Error(text)
	}
	k.as("foreign operator").post(own+"/active-certificate", back).want(http.StatusNotFound)
}
