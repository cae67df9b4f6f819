// Package casetest lets tests begin anywhere on the way of a case: named people
// at a desk, a client with a contract, a paid issue and an owner with a
// passport, and one function for each step, so that a test says what it is
// about and nothing else. The domains' verbs do the steps; only answers from
// outside are written down as if they had come.
package casetest

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/file"
	"signdesk/internal/ident"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Desk is where cases are worked on.
type Desk struct {
	testing.TB
	DB     *db.DB
	Files  *file.Store
	People map[string]*staff.Employee // by role, as orgtest.Staff names them
	Tax    *orgtest.Tax
	Now    func() time.Time
	Rules  issuance.Rules
}

// New opens a desk over an empty database; the clock is the caller's.
func New(t testing.TB, d *db.DB, now func() time.Time) *Desk {
	t.Helper()
	files, err := file.NewStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &Desk{TB: t, DB: d, Files: files, People: orgtest.Staff(t, d), Tax: orgtest.NewTax(t, now()), Now: now,
		Rules: issuance.Rules{ExtractAge: 30 * 24 * time.Hour}}
}

func (k *Desk) must(err error) {
	if err != nil {
		k.Helper()
		k.Fatal(err)
	}
}

// Tx runs fn in a transaction of the desk's partner.
func (k *Desk) Tx(fn func(context.Context, bun.IDB) error) {
	k.Helper()
	k.must(k.DB.Tx(k.Context(), k.People["operator"].PartnerID, fn))
}

// Exec runs one statement: an answer from outside, or what time has done.
func (k *Desk) Exec(query string, args ...any) {
	k.Helper()
	k.Tx(func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// Client is an organisation with a contract, a paid issue and an owner with a passport.
type Client struct {
	*Desk
	Firm                          orgtest.Firm
	Org, Contract, Service, Owner int64
}

// Client adds the firm to the register and to the clients; its head is the owner.
func (k *Desk) Client(f orgtest.Firm) *Client {
	k.Helper()
	by := k.People["operator"]
	c := &Client{Desk: k, Firm: f}
	orgtest.Register(k, k.DB, f)
	var err error
	c.Org, err = org.Add(k.Context(), k.DB, by, k.Now(), f.OGRN)
	k.must(err)
	c.Contract, err = contract.Add(k.Context(), k.DB, by, k.Now(), contract.NewContract{Org: c.Org, Name: "Оферта КВС52", Number: "2тест", SignedOn: k.Now().AddDate(-1, 0, 0)})
	k.must(err)
	c.Service = c.Sell("Выпуск сертификата КЭП", "issue", k.Now())
	c.Owner = c.Person(f.Surname, f.Name, f.Patronymic, true)
	return c
}

// Sell adds a service to the contract; the zero time leaves it unpaid.
func (c *Client) Sell(name, kind string, paid time.Time) (id int64) {
	c.Helper()
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		s, err := contract.Sell(ctx, tx, c.People["operator"], c.Now(), &contract.Contract{ID: c.Contract, OrgID: c.Org},
			contract.Product{Name: name, Kind: kind, Unit: "шт.", Price: 104500, VAT: "22"}, 1, paid)
		if err == nil {
			id = s.ID
		}
		return err
	})
	return id
}

// Person adds an owner with a passport.
func (c *Client) Person(surname, name, patronymic string, head bool) int64 {
	c.Helper()
	o := owner.Owner{OrgID: c.Org, Surname: surname, Name: name, Patronymic: patronymic, SNILS: SNILS(surname), INN: INN(surname),
		Title: "Бухгалтер", Region: "77", Locality: "Москва", Email: "owner@romashka.test", IsHead: head}
	if head {
		o.Title = c.Firm.Title
	}
	if c.Firm.Sole {
		o.Title, o.INN = "", c.Firm.INN
	}
	id, err := owner.Save(c.Context(), c.DB, c.People["operator"], c.Now(), o)
	c.must(err)
	c.must(owner.SavePassport(c.Context(), c.DB, c.People["operator"], c.Now(), owner.Passport{OwnerID: id, DocType: "rf_passport", Citizenship: "RUS",
		Series: "4510", Number: "123456", Code: "770-001", IssuedBy: "ОВД района Лесной г. Москвы", IssuedOn: time.Date(c.Now().Year()-14, 5, 17, 0, 0, 0, 0, time.UTC),
		Sex: "M", BirthDate: Born(c.Now()), BirthPlace: "г. Москва"}))
	return id
}

// Born is the birth date of everybody here: 41 years ago, so that no passport is due for a change.
func Born(now time.Time) time.Time { return time.Date(now.Year()-41, 3, 12, 0, 0, 0, 0, time.UTC) }

// SNILS and INN are the person's numbers, valid and the same every time.
func SNILS(surname string) string { return ident.SNILSWithCheckDigits(digits(surname, 9)) }

// INN is the person's tax number.
func INN(surname string) string { return ident.INNWithCheckDigits("77" + digits(surname, 8)) }

func digits(s string, n int) string {
	sum := uint64(1469598103934665603)
	for _, r := range s {
		sum = (sum ^ uint64(r)) * 1099511628211
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = '1' + byte(sum%9)
		sum /= 9
	}
	return string(b)
}

// Drop puts the firm's extract into the storage folder, signed by the tax
// service unless it is to be unsigned.
func (c *Client) Drop(f orgtest.Firm, signed bool) {
	c.Helper()
	content := f.XML()
	uploads := []org.Upload{{Name: "extract-" + f.Extracted + ".xml", Content: content}}
	if signed {
		uploads = append(uploads, org.Upload{Name: "extract-" + f.Extracted + ".xml.p7s", Content: c.Tax.Sign(content)})
	}
	_, err := org.Receive(c.Context(), c.DB, c.Files, c.People["operator"], c.Now(), org.Rules{Roots: c.Tax.Roots(), MaxAge: c.Rules.ExtractAge}, c.Org, uploads)
	c.must(err)
}
