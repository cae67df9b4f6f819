package issuance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/exchange"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Case is an application with everything its steps are read from.
type Case struct {
	Application
	Org          *org.Card
	Contract     *contract.Contract
	Paid, Unpaid int // issue services of the contract
	Owner        *owner.Owner
	Passport     *owner.Passport
	Extract      *org.Extract // nil = none yet
	ExtractHead  *org.Row     // whom it names as the head
	Register     *org.Standing
	Checks       map[owner.CheckKind]*owner.Check
	Request      *cert.Request
	Certificate  *cert.Certificate
	Registration *cert.Registration
	Shipment     *contract.Shipment
	Messages     map[int64]*exchange.Message // open questions, by id
	Zone         string                      // of the centre: its calendar day counts

	details any // for the journal, set by a verb
}

// Rules of a case.
type Rules struct {
	ExtractAge time.Duration // an older extract must be renewed
	CAAlert    time.Duration // the CA's answer is late; 0 = 1 h
	CAOverdue  time.Duration // and overdue; 0 = 4 h
	Support    string        // how to reach technical support, in words; "" = people know
}

// Load reads a case.
func Load(ctx context.Context, tx bun.IDB, partner, id int64) (*Case, error) {
	a, err := Find(ctx, tx, partner, id)
	if err != nil {
		return nil, err
	}
	c := &Case{Application: *a, Messages: map[int64]*exchange.Message{}}
	steps := []func() error{
		func() (err error) { c.Zone, err = staff.ZoneOf(ctx, tx, a.CentreID); return },
		func() (err error) { c.Org, err = org.Find(ctx, tx, partner, a.OrgID); return },
		func() (err error) { c.Contract, err = contract.Find(ctx, tx, partner, a.OrgID, a.ContractID); return },
		func() (err error) {
			c.Paid, c.Unpaid, err = contract.PaidIssue(ctx, tx, partner, a.ContractID, a.ID)
			return
		},
		func() (err error) { c.Owner, err = owner.Find(ctx, tx, partner, a.OwnerID); return },
		func() (err error) { c.Passport, err = owner.PassportOf(ctx, tx, partner, a.OwnerID); return },
		func() (err error) { c.Extract, c.ExtractHead, err = org.LatestHead(ctx, tx, partner, a.OrgID); return },
		func() (err error) { c.Register, err = org.Stand(ctx, tx, c.Org); return },
		func() (err error) { c.Checks, err = owner.Current(ctx, tx, partner, c.Owner, c.Passport); return },
		func() (err error) { c.Request, err = cert.RequestOf(ctx, tx, partner, a.ID); return },
		func() (err error) { c.Certificate, err = cert.CertificateOf(ctx, tx, partner, a.ID); return },
		func() (err error) { c.Shipment, err = contract.ShipmentOf(ctx, tx, partner, a.ID); return },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if c.Extract != nil {
		c.Extract.Against(c.Org)
	}
	if c.Certificate != nil {
		if c.Registration, err = cert.RegistrationOf(ctx, tx, partner, c.Certificate.ID); err != nil {
			return nil, err
		}
	}
	return c, c.loadMessages(ctx, tx)
}

// day is the calendar day in the case's centre.
func (c *Case) day(now time.Time) time.Time { return staff.Day(c.Zone, now) }

// loadMessages reads the questions that are still open, to say where they are.
func (c *Case) loadMessages(ctx context.Context, tx bun.IDB) error {
	var ids []int64
	for _, k := range c.Checks {
		if k.Status == "waiting" {
			ids = append(ids, k.MessageID)
		}
	}
	if r := c.Registration; r != nil && (r.Status == "waiting" || r.Status == "validating") {
		ids = append(ids, r.MessageID)
	}
	for _, id := range ids {
		m, err := exchange.Find(ctx, tx, id)
		if err != nil {
			return err
		}
		c.Messages[id] = m
	}
	return nil
}

// data sums up what people approve and the head signs for: who the owner is, by
// which paper, and of which organisation.
func (c *Case) data() []byte {
	w, p, o := c.Owner, c.Passport, c.Org
	sum := sha256.Sum256([]byte(strings.Join([]string{
		w.Surname, w.Name, w.Patronymic, w.SNILS, w.INN, w.Title, w.Department, w.Region, w.Locality, w.Email,
		p.DocType, p.Citizenship, p.Series, p.Number, p.Code, p.IssuedBy, p.IssuedOn.Format(time.DateOnly), p.Sex, p.BirthDate.Format(time.DateOnly), p.BirthPlace,
		o.Name(), o.INN, o.KPP, o.OGRN, o.Address("legal").FullText,
	}, "\x00")))
	return sum[:]
}

// approved reports whether the second pair of eyes has approved the data as they are now.
func (c *Case) approved() bool { return c.ApprovedBy != 0 && bytes.Equal(c.ApprovedData, c.data()) }

// signed reports whether the head's signature is not needed, or is there for the
// data as they are now, by who is a head on the card still.
func (c *Case) signed() bool {
	return c.Owner.IsHead || !c.HeadSignedAt.IsZero() && bytes.Equal(c.HeadSigned, c.data()) && (c.HeadName == "" || c.Org.HeadNamed(c.HeadName) != nil)
}

// checksPositive reports whether passport, SNILS and INN are all confirmed for
// the data as they are now.
func (c *Case) checksPositive() bool {
	for _, kind := range owner.CheckKinds {
		if !c.Checks[kind].Positive() {
			return false
		}
	}
	return true
}

// overridden reports whether a check was accepted by a scan.
func (c *Case) overridden() bool {
	for _, k := range c.Checks {
		if k.Status == "overridden" {
			return true
		}
	}
	return false
}

// missing says what of contract, payment, register, extract and checks does not stand; ""
// when everything does.
func (c *Case) missing(now time.Time, rules Rules) string {
	switch {
	case !c.Contract.ActiveOn(c.day(now)):
		return "Договор больше не действует."
	case c.Paid == 0:
		return "Выпуск не оплачен."
	case c.blocked(rules) != "":
		return c.blocked(rules)
	case c.Extract == nil || !c.Extract.Fresh(now, rules.ExtractAge):
		return "Нужна новая выписка."
	case !c.checksPositive():
		return "Данные изменились: проверки идут заново."
	}
	return ""
}
