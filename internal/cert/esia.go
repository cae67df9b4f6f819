package cert

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// ESIAForm is what the ESIA window shows and sends (F216–F219).
type ESIAForm struct {
	SNILS, INN, OrgINN, OGRN string
	NotBefore, NotAfter      time.Time
	Serial, Issuer           string
	OwnerType                string // as smev names it
	OwnerTypeRU              string
	Passport                 owner.Passport
}

// ESIAOf fills the form from certificate, card and owner.
func ESIAOf(c *Certificate, o *org.Card, w *owner.Owner, p *owner.Passport) (*ESIAForm, error) {
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return nil, fmt.Errorf("stored certificate: %w", err)
	}
	f := &ESIAForm{SNILS: w.SNILS, INN: w.INN, NotBefore: c.NotBefore, NotAfter: c.NotAfter, Serial: c.Serial, Passport: *p,
		Issuer: issuerName(c), OwnerType: smev.OwnerPerson, OwnerTypeRU: "физическое лицо"}
	switch {
	case parsed.Subject.Get(gost.OIDOGRN) != "":
		f.OwnerType, f.OwnerTypeRU, f.OGRN, f.OrgINN = smev.OwnerOrganisation, "должностное лицо организации", o.OGRN, o.INN
	case parsed.Subject.Get(gost.OIDOGRNIP) != "":
		f.OwnerType, f.OwnerTypeRU, f.OGRN = smev.OwnerTrader, "индивидуальный предприниматель", o.OGRN
	}
	return f, nil
}

// issuerName is the issuing organisation's name, or its common name.
func issuerName(c *Certificate) string {
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return c.Issuer
	}
	if name := parsed.Issuer.Get(gost.OIDOrganization); name != "" {
		return name
	}
	return parsed.Issuer.Get(gost.OIDCommonName)
}

// moscow is the zone of ESIA's dates.
var moscow = time.FixedZone("MSK", 3*60*60)

var esiaDocuments = map[string]string{"rf_passport": "RF_PASSPORT", "foreign_passport": "FRGN_PASS"}

// esiaDocument is the identity paper in ESIA's terms.
func esiaDocument(p *owner.Passport) smev.Document {
	kind, ok := esiaDocuments[p.DocType]
	if !ok {
		kind = "FID_DOC"
	}
	code, until := p.Code, p.ValidUntil
	switch kind {
	case "RF_PASSPORT": // it has no end; the schema's note on expiryDate
		until = time.Time{}
	case "FID_DOC": // its issuer has no number; the note on issueId
		code = ""
	}
	return smev.Document{Kind: kind, Series: p.Series, Number: p.Number, IssuerCode: code, IssuedAt: p.IssuedOn, ExpiresAt: until, IssuedBy: p.IssuedBy}
}

func (f *ESIAForm) content(w *owner.Owner, environment string) ([]byte, error) {
	return smev.CertificateRequest{
		Environment: environment, Serial: f.Serial, Issuer: f.Issuer, NotBefore: f.NotBefore.In(moscow), NotAfter: f.NotAfter.In(moscow),
		OwnerType: f.OwnerType, SNILS: f.SNILS, INN: f.INN, Person: smev.Person{Family: w.Surname, First: w.Name, Patronymic: w.Patronymic},
		Male: f.Passport.Sex == "M", BirthDate: f.Passport.BirthDate, BirthPlace: f.Passport.BirthPlace, Citizenship: f.Passport.Citizenship,
		OGRN: f.OGRN, OrgINN: f.OrgINN,
		Document: esiaDocument(&f.Passport),
	}.XML()
}

// Register is «Отправить в ЕСИА». While a registration waits or has succeeded,
// a second press sends nothing (F214). environment is ESIA's (smev.ESIATest, smev.ESIAProduction).
func Register(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, environment string, certificate int64) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil {
			return err
		}
		if c.InstalledAt.IsZero() {
			return fault.New(fault.Conflict, "Сначала установите сертификат на носитель.")
		}
		last, err := RegistrationOf(ctx, tx, by.PartnerID, c.ID)
		if err != nil || (last != nil && last.Status != "failed") {
			return err
		}
		o, err := org.Find(ctx, tx, by.PartnerID, c.OrgID)
		if err != nil {
			return err
		}
		w, err := owner.Find(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		p, err := owner.PassportOf(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		form, err := ESIAOf(c, o, w, p)
		if err != nil {
			return err
		}
		if err := form.Check(c, w); err != nil {
			return err
		}
		content, err := form.content(w, environment)
		if err != nil {
			return fault.Wrap(fault.Invalid, "Данных для ЕСИА не хватает: проверьте паспорт, СНИЛС и ИНН владельца.", err)
		}
		r := &Registration{PartnerID: by.PartnerID, CertificateID: c.ID, Status: "waiting", StatusAt: now, SentAt: now, SentBy: by.ID}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return fmt.Errorf("insert registration: %w", err)
		}
		message, err := exchange.Ask(ctx, tx, now, exchange.Question{Partner: by.PartnerID, Kind: exchange.ESIA, Subject: r.ID, Content: content})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE esia_registration SET message_id = ? WHERE partner_id = ? AND id = ?`, message, by.PartnerID, r.ID); err != nil {
			return err
		}
		return stamped(ctx, tx, by, now, c, "cert.register_esia")
	})
}
