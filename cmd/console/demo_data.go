package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// The demo partner; its number has right check digits and belongs to nobody
// (numbers beginning with 00 are not given out).
const (
	demoPartnerINN  = "0000100010"
	demoPartnerOGRN = "1000000000002"
)

// outsideWorld is what simulators and console must agree on: a register of
// organisations and the people whose papers the state knows.
type outsideWorld struct {
	register, persons string // files
	addresses         string // a small copy of the address register
	records           []*registry.Record
	people            []person
}

// person is one entry of the simulators' persons.json.
type person struct {
	SNILS          string `json:"snils"`
	INN            string `json:"inn"`
	Surname        string `json:"surname"`
	Name           string `json:"name"`
	Patronymic     string `json:"patronymic"`
	BirthDate      string `json:"birth_date"`
	PassportSeries string `json:"passport_series"`
	PassportNumber string `json:"passport_number"`
	Organisations  []work `json:"organisations"`
	male           bool
	birth          time.Time
}

// work is the organisation that the person heads, as ESIA tells it.
type work struct {
	OGRN      string `json:"ogrn"`
	INN       string `json:"inn"`
	KPP       string `json:"kpp"`
	FullName  string `json:"full_name"`
	ShortName string `json:"short_name"`
	Chief     bool   `json:"chief"`
}

// demoClients is how many organisations of the register are the partner's clients.
const demoClients = 24

// makeWorld writes the register's dump and the list of people once, and reads
// back the organisations that become clients.
func makeWorld(dir string, orgs int) (*outsideWorld, error) {
	w := &outsideWorld{register: filepath.Join(dir, "register.zip"), persons: filepath.Join(dir, "persons.json"), addresses: filepath.Join(dir, "gar_xml.zip")}
	if _, err := os.Stat(w.addresses); err != nil {
		if err := writeWhole(w.addresses, func(out io.Writer) error {
			return registry.GenerateGAR(out, registry.GARGenerateOptions{Seed: 7, Date: time.Now().UTC().Truncate(24 * time.Hour), Streets: 15, Houses: 6,
				Regions: []string{"16", "23", "38", "50", "54", "55", "66", "69", "77", "78"}})
		}); err != nil {
			return nil, fmt.Errorf("generate address register: %w", err)
		}
	}
	if _, err := os.Stat(w.register); err != nil {
		if err := writeWhole(w.register, func(out io.Writer) error {
			return registry.Generate(out, registry.GenerateOptions{Orgs: orgs, Seed: 7, Date: time.Now().UTC().Truncate(24 * time.Hour)})
		}); err != nil {
			return nil, fmt.Errorf("generate register: %w", err)
		}
	}
	if err := w.chooseClients(); err != nil {
		return nil, fmt.Errorf("read register: %w", err)
	}
	return w, writeWhole(w.persons, func(out io.Writer) error { return json.NewEncoder(out).Encode(w.people) })
}

// writeWhole writes beside and renames: a killed demo leaves no half file.
func writeWhole(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(fill(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// chooseClients takes active organisations with a named head from each file of the dump.
func (w *outsideWorld) chooseClients() error {
	z, err := zip.OpenReader(w.register)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		want := demoClients * 3 / 4
		if strings.Contains(f.Name, "RIGFO") {
			want = demoClients / 4
		}
		if err := w.chooseFrom(f, want); err != nil {
			return err
		}
		if len(w.records) >= demoClients {
			break
		}
	}
	return nil
}

func (w *outsideWorld) chooseFrom(f *zip.File, want int) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	r := registry.NewReader(in)
	for want > 0 {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		record, err := r.Parse(raw)
		if err != nil || record.Status.State != registry.Active || record.Status.Doubt || len([]rune(record.Name())) > 60 {
			continue
		}
		p := record.Person
		if len(record.Heads) > 0 {
			p = record.Heads[0].Person
		}
		if p == nil || p.Patronymic == "" || len([]rune(p.FullName())) > 60 {
			continue
		}
		inn := p.INN
		if inn == "" {
			inn = record.INN
		}
		n := len(w.records)
		birth := time.Date(1985+n%9, time.Month(1+n%12), 1+n%28, 0, 0, 0, 0, time.UTC)
		w.records = append(w.records, record)
		w.people = append(w.people, person{
			SNILS: ident.SNILSWithCheckDigits(fmt.Sprintf("%09d", 112233400+37*n)), INN: inn, Surname: capitalised(p.Surname), Name: capitalised(p.Name), Patronymic: capitalised(p.Patronymic),
			BirthDate: birth.Format(time.DateOnly), PassportSeries: fmt.Sprintf("45%02d", 5+n%15), PassportNumber: fmt.Sprintf("%06d", 102030+1111*n),
			Organisations: []work{{record.OGRN, record.INN, record.KPP, record.FullName, record.Name(), true}},
			male:          strings.HasSuffix(strings.ToLower(p.Patronymic), "ич"), birth: birth,
		})
		want--
	}
	return nil
}

// loadDemo imports the register and makes partner, staff, price list and
// clients, each once; a killed load goes on at the next start.
func loadDemo(ctx context.Context, d *db.DB, w *outsideWorld) error {
	if _, err := registry.Import(ctx, d, []string{w.register}, nil); err != nil {
		return err
	}
	if _, err := registry.ImportGAR(ctx, d, []string{w.addresses}, registry.GAROptions{}, nil); err != nil {
		return err
	}
	if err := demoPartner(ctx, d); err != nil {
		return err
	}
	by, err := demoOperator(ctx, d)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	for i, record := range w.records {
		if i == 0 {
			continue // the first stays in the register: "find, make it a client"
		}
		if err := demoClient(ctx, d, by, now, i, record, w.people[i]); err != nil {
			return err
		}
	}
	return nil
}

// demoPartner makes the partner with staff and price list, whole or not at all.
func demoPartner(ctx context.Context, d *db.DB) error {
	return d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		var there bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM partner WHERE inn = ?)`, demoPartnerINN).Scan(&there); err != nil || there {
			return err
		}
		partner, centre, err := staff.AddPartner(ctx, tx, "ООО «Учебный партнёр»", demoPartnerINN, demoPartnerOGRN, "Сервисный центр № 1")
		if err != nil {
			return err
		}
		for _, s := range staff.DemoSignIns {
			if _, err := staff.AddEmployee(ctx, tx, partner, centre, s.Role, s.Login, s.Name, s.Login+"@signdesk.test", s.Password); err != nil {
				return err
			}
		}
		return demoProducts(ctx, tx, partner)
	})
}

// demoOperator is who made the demo's clients.
func demoOperator(ctx context.Context, d *db.DB) (*staff.Employee, error) {
	id, err := employeeID(ctx, d, staff.DemoSignIns[0].Login)
	if err != nil {
		return nil, err
	}
	return staff.Load(ctx, d, id)
}

func demoProducts(ctx context.Context, tx bun.IDB, partner int64) error {
	list := []contract.Product{
		{Code: "KEP-12", Name: "Выпуск квалифицированной электронной подписи на 12 месяцев", Kind: "issue", Unit: "шт.", Price: 190000, VAT: "22"},
		{Code: "LIC-KRIPT", Name: "Лицензия «КриптЭК-Д» на одно рабочее место", Kind: "licence", Unit: "шт.", Price: 104500, VAT: "none",
			Description: "Неисключительное право (простая неисключительная лицензия) использования программы на одном рабочем месте, без ограничения срока."},
		{Code: "TOKEN", Name: "Ключевой носитель Рутокен ЭЦП 3.0", Kind: "goods", Unit: "шт.", Price: 220000, VAT: "22"},
		{Code: "SETUP", Name: "Настройка рабочего места", Kind: "service", Unit: "усл.", Price: 150000, VAT: "22"},
	}
	for i := range list {
		list[i].PartnerID = partner
		if _, err := tx.NewInsert().Model(&list[i]).Exec(ctx); err != nil {
			return fmt.Errorf("add product: %w", err)
		}
	}
	return nil
}

// demoClient makes a client with a contract, services and the head as owner.
func demoClient(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, i int, r *registry.Record, p person) error {
	began := now.AddDate(0, 0, -3*i-5)
	id, err := org.Add(ctx, d, by, began, r.OGRN)
	if err != nil {
		return err
	}
	whole := false
	if err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM owner WHERE partner_id = ? AND org_id = ?)`, by.PartnerID, id).Scan(&whole)
	}); err != nil || whole {
		return err
	}
	if err := demoContract(ctx, d, by, began, i, id); err != nil {
		return err
	}
	w := owner.Owner{OrgID: id, Surname: p.Surname, Name: p.Name, Patronymic: p.Patronymic, SNILS: p.SNILS, INN: p.INN, Title: "Генеральный директор", IsHead: true,
		Email: fmt.Sprintf("client%02d@signdesk.test", i)}
	if r.Kind == registry.Entrepreneur {
		w.Title = "Индивидуальный предприниматель"
	} else if len(r.Heads) > 0 && r.Heads[0].Title != "" {
		w.Title = capitalised(r.Heads[0].Title)
	}
	ownerID, err := owner.Save(ctx, d, by, began, w)
	if err != nil {
		return fmt.Errorf("demo owner %d: %w", i, err)
	}
	passport := owner.Passport{OwnerID: ownerID, DocType: "rf_passport", Series: p.PassportSeries, Number: p.PassportNumber, Code: "770045",
		IssuedBy: "ОВД района Арбат г. Москвы", IssuedOn: p.birth.AddDate(20, 1, 3), Sex: "F", BirthDate: p.birth, BirthPlace: "гор. Москва"}
	if p.male {
		passport.Sex = "M"
	}
	if err := owner.SavePassport(ctx, d, by, began, passport); err != nil {
		return fmt.Errorf("demo passport %d: %w", i, err)
	}
	if i%4 != 1 {
		return nil
	}
	_, err = issuance.Open(ctx, d, by, now.Add(-time.Duration(i)*time.Hour), ownerID)
	return err
}

// demoContract sells two to four things of the price list, not all of them paid.
func demoContract(ctx context.Context, d *db.DB, by *staff.Employee, began time.Time, i int, id int64) error {
	number := fmt.Sprintf("%d-26", 100+i)
	contractID, err := contract.Add(ctx, d, by, began, contract.NewContract{Org: id, Name: "Оферта КВС52", Number: number, SignedOn: by.Today(began)})
	if fault.Is(err, fault.Invalid) {
		return nil // an interrupted load made it
	}
	if err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := contract.Find(ctx, tx, by.PartnerID, id, contractID)
		if err != nil {
			return err
		}
		products, err := contract.Products(ctx, tx, by.PartnerID)
		if err != nil {
			return err
		}
		for n, product := range products {
			if product.Kind != "issue" && n > i%3+1 {
				continue
			}
			paid := began.AddDate(0, 0, 2)
			if product.Kind != "issue" && i%3 == 0 {
				paid = time.Time{}
			}
			if _, err := contract.Sell(ctx, tx, by, began, c, product, 1, paid); err != nil {
				return err
			}
		}
		return nil
	})
}

func capitalised(s string) string {
	r := []rune(strings.ToLower(s))
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
