package esia_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"signdesk/internal/ext/esia"
	"signdesk/internal/ext/sim"
	simesia "signdesk/internal/ext/sim/esia"
	"signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// world is a simulated ESIA, a client of it and a site that people sign in to.
type world struct {
	*testing.T
	dir    string
	sim    *sim.World
	client *esia.Client
	site   *httptest.Server
	taken  *taker // what ESIA answered at the exchange
	ended  chan end
	tries  map[string]*esia.Attempt // by the browser's session
	now    func() time.Time
}

// end is how one sign-in ended.
type end struct {
	session *esia.Session
	err     error
}

// taker keeps the last body of the exchange.
type taker struct{ body []byte }

func (k *taker) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && r.Method == http.MethodPost {
		k.body, _ = io.ReadAll(res.Body)
		res.Body = io.NopCloser(bytes.NewReader(k.body))
	}
	return res, err
}

func (k *taker) token(t *testing.T, name string) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(k.body, &v); err != nil {
		t.Fatal(err)
	}
	s, _ := v[name].(string)
	return s
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir(), taken: &taker{}, ended: make(chan end, 1), tries: map[string]*esia.Attempt{}, now: time.Now}
	w.site = httptest.NewServer(http.HandlerFunc(w.serve))
	var err error
	w.sim, err = sim.NewWorld(sim.Options{Dir: w.dir, Now: func() time.Time { return w.now() }, Redirects: []string{w.site.URL + "/back"}, People: []smev.Person{
		{SNILS: "11223344595", INN: "500100732259", Surname: "Щукина", Name: "Анна", Patronymic: "Игоревна", BirthDate: "1990-09-18", PassportSeries: "4510", PassportNumber: "123456"},
		{SNILS: "08765430300", INN: "773370857141", Surname: "Петров", Name: "Пётр", Patronymic: "Ильич", BirthDate: "1985-01-02", PassportSeries: "4511", PassportNumber: "654321"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	w.sim.ESIA.People[0].Organisations = []simesia.Organisation{{OGRN: "1027700132195", INN: "7707083893", KPP: "773601001", FullName: "Общество с ограниченной ответственностью «Ромашка»", ShortName: "ООО «Ромашка»", Chief: true}}
	w.sim.ESIA.People[1].Unconfirmed = true
	outside := httptest.NewServer(w.sim.Handler())
	t.Cleanup(func() { outside.Close(); w.site.Close(); _ = w.sim.Close() })
	block, _ := pem.Decode(w.file("esia-client.key.pem"))
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	host, err := url.Parse(outside.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.client = &esia.Client{
		BaseURL: outside.URL + "/esia", ClientID: "SGND01", RedirectURI: w.site.URL + "/back", Issuer: "http://" + host.Host + "/",
		Scope:    []string{"fullname", "birthdate", "birthplace", "gender", "citizenship", "snils", "inn", "id_doc", "contacts", "usr_org"},
		OrgScope: []string{"org_fullname", "org_shortname", "org_type", "org_ogrn", "org_inn", "org_kpp"},
		Signer:   key, Certificate: w.cert("esia-client.cert.pem"), Keys: []esia.Key{{Certificate: w.cert("esia.pem")}},
		HTTP: &http.Client{Transport: w.taken, Timeout: 5 * time.Second}, Now: func() time.Time { return w.now() },
	}
	return w
}

func (w *world) file(name string) []byte {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func (w *world) cert(name string) *gost.Certificate {
	w.Helper()
	c, err := gost.ParseCertificate(w.file(name))
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// serve is the site: it keeps the attempt behind a cookie, as the cabinet will.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/in":
		address, attempt, err := w.client.SignInURL()
		if err != nil {
			w.ended <- end{nil, err}
			return
		}
		w.tries[attempt.State] = attempt
		http.SetCookie(rw, &http.Cookie{Name: "s", Value: attempt.State, Path: "/", HttpOnly: true})
		http.Redirect(rw, r, address, http.StatusSeeOther)
	case "/back":
		cookie, err := r.Cookie("s")
		if err != nil {
			http.Error(rw, "no session", http.StatusForbidden)
			return
		}
		attempt := w.tries[cookie.Value]
		delete(w.tries, cookie.Value)
		s, err := w.client.Finish(r.Context(), attempt, r.URL.Query())
		w.ended <- end{s, err}
	}
}

// browser is a person's, with cookies.
func (w *world) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 5 * time.Second}
}

var hidden = regexp.MustCompile(`name="state" value="([^"]+)"`)

// signIn walks the whole way: site, ESIA's page, the answer, and back.
func (w *world) signIn(person int, answer string) (*esia.Session, error) {
	w.Helper()
	b := w.browser()
	res, err := b.Get(w.site.URL + "/in")
	if err != nil {
		w.Fatal(err)
	}
	page, _ := io.ReadAll(res.Body)
	res.Body.Close()
	select {
	case e := <-w.ended: // ESIA sent the browser straight back, or there was no address
		return e.session, e.err
	default:
	}
	m := hidden.FindSubmatch(page)
	if m == nil {
		w.Fatalf("no page of consent: %d %s", res.StatusCode, page)
	}
	res, err = b.PostForm(res.Request.URL.String(), url.Values{"state": {string(m[1])}, "answer": {answer},
		"person": {strconv.FormatInt(w.sim.ESIA.People[person].OID, 10)}})
	if err != nil {
		w.Fatal(err)
	}
	res.Body.Close()
	select {
	case e := <-w.ended:
		return e.session, e.err
	case <-time.After(5 * time.Second):
		w.Fatal("the browser did not come back")
		return nil, context.DeadlineExceeded
	}
}

func (w *world) turn(k state.Knobs) {
	w.Helper()
	if err := w.sim.ESIA.SetKnobs(k); err != nil {
		w.Fatal(err)
	}
}
