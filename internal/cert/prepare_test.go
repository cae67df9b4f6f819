package cert_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// clock is what the desk's watch shows; tests move it.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) forward(d time.Duration) { c.at = c.at.Add(d) }

func desk(t *testing.T) (*casetest.Desk, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	return casetest.New(t, dbtest.New(t), c.now), c
}

// refused checks the kind and words of a refusal.
func refused(t *testing.T, err error, kind fault.Kind, words string) {
	t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want kind %d with %q", err, kind, words)
	}
}

// Who gets which type, with which fields, in the order of the certificate.
func TestSubjects(t *testing.T) {
	k, _ := desk(t)
	for _, row := range []struct {
		name string
		firm orgtest.Firm
		head bool
		want string
	}{
		{"head", orgtest.Romashka, true, "head-2022: Общее имя=ООО «Ромашка», Фамилия=Петров, Имя и отчество=Иван Иванович, Страна=RU, Регион=77 г. Москва, Населённый пункт=Москва, " +
			"Улица, дом=УЛ. Лесная, Д. 3, Организация=ООО «Ромашка», Должность=Генеральный директор, Электронная почта=owner@romashka.test, ИНН=" + casetest.INN("Петров") +
			", ИНН юридического лица=" + orgtest.Romashka.INN + ", ОГРН=" + orgtest.Romashka.OGRN + ", СНИЛС=" + casetest.SNILS("Петров")},
		{"sole trader", orgtest.Kim, true, "sole-2022: Общее имя=Ким Анна Сергеевна, Фамилия=Ким, Имя и отчество=Анна Сергеевна, Страна=RU, Регион=77 г. Москва, Населённый пункт=Москва, " +
			"Электронная почта=owner@romashka.test, ИНН=" + orgtest.Kim.INN + ", ОГРНИП=" + orgtest.Kim.OGRN + ", СНИЛС=" + casetest.SNILS("Ким")},
		{"employee", orgtest.Vasilek, false, "person-2023: Общее имя=Смирнова Анна Олеговна, Фамилия=Смирнова, Имя и отчество=Анна Олеговна, Страна=RU, Регион=77 г. Москва, Населённый пункт=Москва, " +
			"Электронная почта=owner@romashka.test, ИНН=" + casetest.INN("Смирнова") + ", СНИЛС=" + casetest.SNILS("Смирнова")},
	} {
		c := k.Client(row.firm)
		if !row.head {
			c.Owner = c.Person("Смирнова", "Анна", "Олеговна", false)
		}
		x := c.Open().Load()
		p := cert.ProfilesFor(k.Now(), x.Org, x.Owner)
		if len(p) != 1 {
			t.Fatalf("%s: %d profiles", row.name, len(p))
		}
		name, lines, err := p[0].Subject(x.Org, x.Owner)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			got = append(got, l.Label+"="+l.Value)
		}
		if s := p[0].Code + ": " + strings.Join(got, ", "); s != row.want {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, s, row.want)
		}
		der, err := name.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := gost.ParseName(der); err != nil || back.String() != name.String() {
			t.Errorf("%s: %v, %v", row.name, back, err)
		}
	}
}

// The pre-flight names what is missing or too long before the owner sits down. F080–F084.
func TestPreflight(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka)
	x := c.Open().Load()
	p := cert.ProfilesFor(now.at, x.Org, x.Owner)[0]
	x.Owner.INN, x.Owner.SNILS = "", ""
	x.Org.ShortName = "ООО «" + strings.Repeat("Я", 60) + "»"
	_, _, err := p.Subject(x.Org, x.Owner)
	for _, want := range []string{"Не заполнено: ИНН.", "Не заполнено: СНИЛС.", "Организация: 66 знаков, в сертификат входит не больше 64."} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	for at, want := range map[time.Time]int{time.Date(2021, 12, 31, 23, 0, 0, 0, time.UTC): 0, time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC): 1} {
		if got := cert.ProfilesFor(at, x.Org, x.Owner); len(got) != want {
			t.Errorf("%s: %d profiles", at, len(got))
		}
	}
}

// The form of the request: F168–F171, F181.
func TestPrepare(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved()
	prepare := func(o cert.Order) error {
		return issuance.Prepare(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, o)
	}
	good := c.Order("head-2022")
	for field, o := range map[string]func(*cert.Order){
		"profile":        func(o *cert.Order) { o.Profile = "employee-2013" }, // of the past
		"carrier_type":   func(o *cert.Order) { o.CarrierType = "floppy" },
		"carrier_number": func(o *cert.Order) { o.CarrierNumber = "№ 5" },
		"consent":        func(o *cert.Order) { o.Consent = false },
	} {
		bad := good
		o(&bad)
		if e := fault.As(prepare(bad)); e == nil || len(e.Fields) != 1 || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, e)
		}
	}
	if err := prepare(good); err != nil {
		t.Fatal(err)
	}
	first := c.Load().Request
	other := good
	other.CarrierNumber = "0B000001" // another token was at hand
	if err := prepare(other); err != nil {
		t.Fatal(err)
	}
	if r := c.Load().Request; r.ID == first.ID || r.CarrierNumber != "0B000001" || r.Status != cert.Prepared {
		t.Errorf("%+v", r)
	}
	var details string
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT details FROM audit_record WHERE action = 'application.prepare' ORDER BY seq DESC LIMIT 1`).Scan(&details)
	})
	if !strings.Contains(details, "Подтверждаю свое согласие на выпуск сертификата квалифицированной электронной подписи с указанными данными") {
		t.Errorf("the journal has no consent: %s", details)
	}
	c.Request()
	refused(t, prepare(good), fault.Conflict, "Запрос отправлен в УЦ")
}

// What the agent brings is believed only after the server has checked it.
func TestAccept(t *testing.T) {
	k, now := desk(t)
	id, err := staff.AddEmployee(t.Context(), k.DB.Plain(), k.By().PartnerID, k.By().CentreID, "operator", "second", "Петрова Нина Юрьевна", "", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := staff.Load(t.Context(), k.DB, id)
	if err != nil {
		t.Fatal(err)
	}
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare()
	other := k.Client(orgtest.Vasilek).Open().Approved().Prepare()
	accept := func(by *staff.Employee, op uuid.UUID, csr []byte) error {
		return issuance.AcceptRequest(t.Context(), k.DB, by, now.at, k.Rules, c.ID, op, csr)
	}
	env := c.Envelope()
	mac := hmac.New(sha256.New, casetest.Pairing)
	mac.Write(env.Payload)
	if !hmac.Equal(mac.Sum(nil), env.MAC) {
		t.Error("the envelope's MAC is not HMAC-SHA256 under the pairing secret")
	}
	if p := casetest.Read(t, env); p.TokenSerial != casetest.Carrier || p.Kind != "request" {
		t.Errorf("%+v", p)
	}
	op, csr, key := casetest.Sign(t, env)
	make := func(curve *gost.Curve, change func(*gost.RequestTemplate)) []byte {
		t.Helper()
		parsed, err := gost.ParseRequest(csr)
		if err != nil {
			t.Fatal(err)
		}
		signer, err := gost.GenerateKey(rand.Reader, curve)
		if err != nil {
			t.Fatal(err)
		}
		template := &gost.RequestTemplate{Subject: append(gost.Name{}, parsed.Subject...), Extensions: parsed.Extensions}
		change(template)
		der, err := gost.CreateRequest(rand.Reader, template, signer)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	broken := bytes.Clone(csr)
	broken[len(broken)-1] ^= 1
	for _, row := range []struct {
		name  string
		by    *staff.Employee
		op    uuid.UUID
		csr   []byte
		kind  fault.Kind
		words string
	}{
		{"not a request", k.By(), op, []byte("csr"), fault.Conflict, "это не запрос PKCS#10"},
		{"broken signature", k.By(), op, broken, fault.Conflict, "подпись запроса неверна"},
		{"another subject", k.By(), op, make(gost.CryptoProXA, func(t *gost.RequestTemplate) { t.Subject[0].Value = "ООО «Чужая»" }), fault.Conflict, "не те, что утверждены"},
		{"subject without its last field", k.By(), op, make(gost.CryptoProXA, func(t *gost.RequestTemplate) { t.Subject = t.Subject[:len(t.Subject)-1] }), fault.Conflict, "не те, что утверждены"},
		{"another curve", k.By(), op, make(gost.CryptoProB, func(*gost.RequestTemplate) {}), fault.Conflict, "на другой кривой"},
		{"no such operation", k.By(), uuid.New(), csr, fault.Conflict, "не начата этой страницей"},
		{"another case's operation", k.By(), casetest.Read(t, other.Envelope()).ID, csr, fault.Conflict, "не начата этой страницей"},
		{"another operator", second, op, csr, fault.Forbidden, "другой сотрудник"},
	} {
		if err := accept(row.by, row.op, row.csr); !fault.Is(err, row.kind) || !strings.Contains(err.Error(), row.words) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	now.forward(6*time.Minute + time.Second)
	refused(t, accept(k.By(), op, csr), fault.Conflict, "просрочена")
	now.forward(-6 * time.Minute)
	for range 3 { // the result form sent again by Back, or from two tabs
		if err := accept(k.By(), op, csr); err != nil {
			t.Fatal(err)
		}
	}
	if r := c.Load(); r.Request.Status != cert.Made || r.Status != issuance.Requested || !bytes.Equal(r.Request.CSR, csr) || len(r.Request.TransactionID) != 16 {
		t.Errorf("%s %s", r.Request.Status, r.Status)
	}
	refused(t, accept(k.By(), op, make(gost.CryptoProXA, func(*gost.RequestTemplate) {})), fault.Conflict, "уже использована")
	if _, err := issuance.RequestOperation(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, cert.Desk{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second key for the same case: %v", err)
	}
	// the same key for another person
	p := casetest.Read(t, other.Envelope())
	parsed, err := gost.ParseName(other.Load().Request.SubjectDER)
	if err != nil {
		t.Fatal(err)
	}
	reused, err := gost.CreateRequest(rand.Reader, &gost.RequestTemplate{Subject: parsed}, key)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, issuance.AcceptRequest(t.Context(), k.DB, k.By(), now.at, k.Rules, other.ID, p.ID, reused), fault.Conflict, "ключ уже использовался")
}

// Two tabs, two keys, at once: one request, the other is told so.
func TestAcceptRace(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare()
	type made struct {
		op  uuid.UUID
		csr []byte
	}
	var both [2]made
	for i := range both {
		both[i].op, both[i].csr, _ = casetest.Sign(t, c.Envelope())
	}
	errs := make(chan error)
	for _, m := range both {
		go func() { errs <- issuance.AcceptRequest(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, m.op, m.csr) }()
	}
	first, second := <-errs, <-errs
	if first != nil {
		first, second = second, first
	}
	if first != nil {
		t.Fatal(first)
	}
	refused(t, second, fault.Conflict, "уже создан")
}

// Who works on cases and nobody else: every role × every verb.
func TestRights(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue().Install()
	id := c.Load().Certificate.ID
	for name, verb := range map[string]func(by *staff.Employee) error{
		"installed": func(by *staff.Employee) error {
			return cert.Installed(t.Context(), k.DB, by, now.at, id, uuid.New(), nil)
		},
		"register": func(by *staff.Employee) error { return cert.Register(t.Context(), k.DB, by, now.at, "TESIA", id) },
		"print": func(by *staff.Employee) error {
			return cert.PrintReceipt(t.Context(), k.DB, k.Files, by, now.at, "З-1", id)
		},
		"confirm": func(by *staff.Employee) error { return cert.ConfirmReceipt(t.Context(), k.DB, by, now.at, id) },
	} {
		for _, role := range orgtest.Roles {
			if err := verb(k.People[role]); fault.Is(err, fault.Forbidden) == (role == "operator") {
				t.Errorf("%s by %s: %v", name, role, err)
			}
		}
		refused(t, verb(k.People["foreign operator"]), fault.NotFound, "")
	}
}

// The certificate goes beside its own key and nowhere else: F205, F206.
func TestInstalled(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue()
	x := c.Load().Certificate
	env, err := issuance.InstallOperation(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, cert.Desk{Origin: "http://example.com", Pairing: casetest.Pairing})
	if err != nil {
		t.Fatal(err)
	}
	p := casetest.Read(t, env)
	if p.Kind != "install" || !bytes.Equal(p.Install.Certificate, x.DER) || p.TokenSerial != casetest.Carrier {
		t.Errorf("%+v", p)
	}
	installed := func(id int64, op uuid.UUID, spki []byte) error {
		return cert.Installed(t.Context(), k.DB, k.By(), now.at, id, op, spki)
	}
	stranger, err := gost.GenerateKey(rand.Reader, gost.CryptoProXA)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := gost.MarshalPublicKey(&stranger.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, installed(x.ID, p.ID, spki), fault.Conflict, "другой ключ")
	refused(t, installed(x.ID, p.ID, []byte("key")), fault.Conflict, "другой ключ")
	refused(t, installed(99999, p.ID, p.Install.PublicKey), fault.NotFound, "")
	refused(t, cert.Installed(t.Context(), k.DB, k.People["foreign operator"], now.at, x.ID, p.ID, p.Install.PublicKey), fault.NotFound, "")
	refused(t, cert.Installed(t.Context(), k.DB, k.People["accountant"], now.at, x.ID, p.ID, p.Install.PublicKey), fault.Forbidden, "")
	refused(t, cert.PrintReceipt(t.Context(), k.DB, k.Files, k.By(), now.at, "З-1", x.ID), fault.Conflict, "Сначала установите")
	refused(t, cert.Register(t.Context(), k.DB, k.By(), now.at, "TESIA", x.ID), fault.Conflict, "Сначала установите")
	for range 2 {
		if err := installed(x.ID, p.ID, p.Install.PublicKey); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Load().Certificate; !got.InstalledAt.Equal(now.at) || got.InstalledBy != k.By().ID {
		t.Errorf("%+v", got)
	}
}

// A changed card asks for a new approval of the subject.
func TestFits(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare()
	x := c.Load()
	if !x.Request.Fits(x.Org, x.Owner) {
		t.Error("the prepared request does not fit its own data")
	}
	x.Owner.Email = "new@romashka.test"
	if _, err := owner.Save(t.Context(), k.DB, k.By(), now.at, *x.Owner); err != nil {
		t.Fatal(err)
	}
	if x = c.Load(); x.Request.Fits(x.Org, x.Owner) {
		t.Error("another e-mail fits")
	}
}
