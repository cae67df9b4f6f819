package cert

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/job"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Account is an account in ESIA that the desk makes for an owner who has none:
// ESIA registers no certificate of somebody it does not know (F221).
type Account struct {
	bun.BaseModel `bun:"table:esia_account,alias:e"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OwnerID       int64
	Status        string // waiting, validating, succeeded, failed
	StatusAt      time.Time
	Text          string // of the last answer, for people
	OID           string `bun:"oid"` // the account's number in ESIA, of a made one
	MessageID     int64  `bun:",nullzero"`
	SentAt        time.Time
	SentBy        int64
	SentName      string `bun:",scanonly"`
}

// AccountForm is what the papers on file do not say.
type AccountForm struct {
	Operator string // SNILS of the employee who has seen the papers
	Mobile   string // of the owner; "" = the one on his card: the first password goes there
}

// unknownPerson are the words by which ESIA says that it does not know the owner.
var unknownPerson = []string{"учетная запись", "учётная запись", "пользователь не найден", "нет в есиа", "не зарегистрирован в есиа"}

// NeedsAccount reports whether the registration failed for want of an account.
func (r *Registration) NeedsAccount() bool {
	if r == nil || r.Status != "failed" {
		return false
	}
	for _, e := range r.Errors {
		for _, w := range unknownPerson {
			if strings.Contains(strings.ToLower(e.Message), w) {
				return true
			}
		}
	}
	return false
}

// MakeAccount asks ESIA to make an account for the owner of the certificate,
// whose papers are on file. It is offered only after ESIA has refused the
// certificate for want of one; while one is being made, or is made, nothing is
// sent again. environment is ESIA's, centre its number of the service centre.
func MakeAccount(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, environment string, centre int32, certificate int64, form AccountForm) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil {
			return err
		}
		last, err := AccountOf(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil || last != nil && last.Status != "failed" {
			return err
		}
		refused, err := RegistrationOf(ctx, tx, by.PartnerID, c.ID)
		if err != nil {
			return err
		}
		if !refused.NeedsAccount() {
			return fault.New(fault.Conflict, "Учётную запись создают, когда ЕСИА ответила, что владельца у неё нет. Сначала отправьте сертификат в ЕСИА.")
		}
		w, err := owner.Find(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		p, err := owner.PassportOf(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		content, err := form.content(now, w, p, environment, centre)
		if err != nil {
			return err
		}
		a := &Account{PartnerID: by.PartnerID, OwnerID: w.ID, Status: "waiting", StatusAt: now, SentAt: now, SentBy: by.ID}
		if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
			return fmt.Errorf("insert account: %w", err)
		}
		message, err := exchange.Ask(ctx, tx, now, exchange.Question{Partner: by.PartnerID, Kind: exchange.ESIAPerson, Subject: a.ID, Content: content})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE esia_account SET message_id = ? WHERE partner_id = ? AND id = ?`, message, by.PartnerID, a.ID); err != nil {
			return err
		}
		return stamped(ctx, tx, by, now, c, "cert.make_account")
	})
}

// content checks what ESIA's schema demands, each at its field.
func (f AccountForm) content(now time.Time, w *owner.Owner, p *owner.Passport, environment string, centre int32) ([]byte, error) {
	if centre <= 0 {
		return nil, fault.New(fault.Conflict, "Номер сервисного центра в ЕСИА не задан. Попросите администратора указать его в ESIA_CENTRE.")
	}
	wrong := fault.Fields{}
	if ident.SNILS(ident.SNILSDigits(f.Operator)) != nil {
		wrong.Add("operator", "Введите СНИЛС сотрудника, который проверил документы: 11 цифр.")
	}
	mobile := f.Mobile
	if mobile == "" {
		mobile = w.Phone
	}
	if _, err := ident.Phone(mobile); err != nil {
		wrong.Add("mobile", "Введите мобильный телефон владельца: на него придёт первый пароль.")
	}
	if p.Version == 0 {
		wrong.Add("number", "Заполните паспортные данные владельца.")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	doc := esiaDocument(p)
	content, err := smev.Types.Ask(smev.ESIARegistration, now, smev.PersonRegistrationRequest{
		Environment: environment, OperatorSNILS: f.Operator, Centre: centre, SNILS: w.SNILS,
		Person: smev.Person{Family: w.Surname, First: w.Name, Patronymic: w.Patronymic}, Male: p.Sex == "M", BirthDate: p.BirthDate, BirthPlace: p.BirthPlace,
		Document: doc, Email: w.Email, Mobile: mobile, Citizenship: p.Citizenship,
	})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "Данных для ЕСИА не хватает: проверьте паспорт, СНИЛС и телефон владельца.", err)
	}
	return content, nil
}

// AccountOf returns the owner's last account asked for, or nil.
func AccountOf(ctx context.Context, tx bun.IDB, partner, owner int64) (*Account, error) {
	var list []Account
	err := tx.NewSelect().Model(&list).ColumnExpr("e.*").ColumnExpr("(SELECT name FROM employee WHERE id = e.sent_by) AS sent_name").
		Where("e.partner_id = ? AND e.owner_id = ?", partner, owner).OrderExpr("e.id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// AccountAnswered takes ESIA's answer. Safe to repeat: an account that has its
// outcome keeps it.
func AccountAnswered(ctx context.Context, d *db.DB, now time.Time, args job.AccountAnswered) error {
	return d.Tx(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.Find(ctx, tx, args.Message)
		if err != nil {
			return err
		}
		var a Account
		if err := tx.NewSelect().Model(&a).Where("partner_id = ? AND id = ?", args.Partner, m.SubjectID).For("NO KEY UPDATE").Scan(ctx); err != nil {
			return db.Missing(err)
		}
		was := a.Status
		if was == "succeeded" || was == "failed" {
			return nil
		}
		if err := a.outcome(ctx, tx, m); err != nil || a.Status == was {
			return err
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE esia_account SET status = ?, status_at = ?, text = ?, oid = ? WHERE partner_id = ? AND id = ? AND status = ?`,
			a.Status, now, a.Text, a.OID, args.Partner, a.ID, was)); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.OwnerMoved{Partner: args.Partner, Owner: a.OwnerID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: args.Partner, Actor: audit.Program, Action: "cert.account_" + a.Status, Object: fmt.Sprintf("owner:%d", a.OwnerID)})
	})
}

// outcome reads the answers in order; the last word counts.
func (a *Account) outcome(ctx context.Context, tx bun.IDB, m *exchange.Message) error {
	words := smev.WordsOf(smev.ESIARegistration)
	if m.Status == "refused" {
		a.Status, a.Text = "failed", m.LastError
		return nil
	}
	answers, err := exchange.Answers(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, answer := range answers {
		switch answer.Kind {
		case "progress":
			continue
		case "no_data":
			a.Status, a.Text = "failed", words.NoData
		case "rejected", "failed":
			a.Status, a.Text = "failed", answer.Text+" "+words.Refused
		default:
			a.read(answer.Content, words)
		}
		if a.Status != "validating" {
			return nil
		}
	}
	return nil
}

func (a *Account) read(content []byte, words smev.Words) {
	x, err := smev.DecodePersonRegistration(content)
	switch {
	case err != nil:
		a.Status, a.Text = "failed", words.Unread
	case x.Registered():
		a.Status, a.Text, a.OID = "succeeded", words.Valid, x.OID
	case !x.Final():
		a.Status, a.Text = "validating", ESIAStatusRU(x.Status)
	default:
		a.Status, a.Text = "failed", ESIAStatusRU(x.Status)
		for _, e := range x.Errors {
			a.Text += " " + strings.TrimSuffix(e.Message, ".") + "."
		}
		a.Text += " " + words.Invalid
	}
}
