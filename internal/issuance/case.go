package issuance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/exchange"
	"signdesk/internal/org"
	"signdesk/internal/owner"
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
	Checks       map[owner.CheckKind]*owner.Check
	Request      *cert.Request
	Certificate  *cert.Certificate
	Registration *cert.Registration
	Shipment     *contract.Shipment
	Messages     map[int64]*exchange.Message // open questions, by id
}

// Rules of a case.
type Rules struct {
	ExtractAge time.Duration // an older extract must be renewed
	CAAlert    time.Duration // the CA's answer is late; 0 = 1 h
	CAOverdue  time.Duration // and overdue; 0 = 4 h
}

// Load reads a case.
func Load(ctx context.Context, tx bun.IDB, partner, id int64) (*Case, error) {
	a, err := Find(ctx, tx, partner, id)
	if err != nil {
		return nil, err
	}
	c := &Case{Application: *a, Messages: map[int64]*exchange.Message{}}
	steps := []func() error{
		func() (err error) { c.Org, err = org.Find(ctx, tx, partner, a.OrgID); return },
		func() (err error) { c.Contract, err = contract.Find(ctx, tx, partner, a.OrgID, a.ContractID); return },
		func() (err error) { c.Paid, c.Unpaid, err = contract.PaidIssue(ctx, tx, partner, a.ContractID); return },
		func() (err error) { c.Owner, err = owner.Find(ctx, tx, partner, a.OwnerID); return },
		func() (err error) { c.Passport, err = owner.PassportOf(ctx, tx, partner, a.OwnerID); return },
		func() (err error) { c.Extract, err = org.LatestExtract(ctx, tx, partner, a.OrgID); return },
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
	if c.Certificate != nil {
		if c.Registration, err = cert.RegistrationOf(ctx, tx, partner, c.Certificate.ID); err != nil {
			return nil, err
		}
	}
	return c, c.loadMessages(ctx, tx)
}

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

// ChecksPositive reports whether passport, SNILS and INN are all confirmed for
// the data as they are now.
func (c *Case) ChecksPositive() bool {
	for _, kind := range owner.CheckKinds {
		if !c.Checks[kind].Positive() {
			return false
		}
	}
	return true
}

// Overridden reports whether a check was accepted by a scan.
func (c *Case) Overridden() bool {
	for _, k := range c.Checks {
		if k.Status == "overridden" {
			return true
		}
	}
	return false
}

// Ready reports whether contract, payment, extract and checks all stand.
func (c *Case) Ready(now time.Time, rules Rules) bool {
	return c.Contract.ActiveOn(now) && c.Paid > 0 && c.Extract != nil && c.Extract.Fresh(now, rules.ExtractAge) && c.ChecksPositive()
}
