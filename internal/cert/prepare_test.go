package cert_test

import (
	"context"
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
