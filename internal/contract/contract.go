// Package contract keeps what a client has bought: contracts, their services
// and goods, the shipments of paid services to accounting, and the acts,
// invoices and licences that come back.
//
// A shipment is an intent first: ticked services become one row with its own
// idempotency key, in one transaction. A job posts it to 1C, follows it and
// stores the documents; whatever dies in between, 1C sees one shipment. The
// answer waits on the screen until somebody acknowledges it.
package contract

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// Contract of an organisation.
type Contract struct {
	bun.BaseModel `bun:"table:contract,alias:c"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	Name          string // «Оферта КВС52»
	Number        string // «2тест»
	SignedOn      time.Time
	EndsOn        time.Time `bun:",nullzero"`
	Active        bool
	Version       int
	CreatedAt     time.Time
	CreatedBy     int64 `bun:",nullzero"`
	UpdatedAt     time.Time
	UpdatedBy     int64 `bun:",nullzero"`
}

// Title is the contract as the picker shows it: «Оферта КВС52 :: 2тест от 01.01.2012».
func (c *Contract) Title() string {
	return c.Name + " :: " + c.Number + " от " + c.SignedOn.Format("02.01.2006")
}

// ActiveOn reports whether the contract is in force on the calendar day
// (staff.Day: midnight UTC).
func (c *Contract) ActiveOn(day time.Time) bool {
	return c.Active && !c.SignedOn.After(day) && (c.EndsOn.IsZero() || !c.EndsOn.Before(day))
}

// Service is a line of a contract: «услуга или товар».
type Service struct {
	bun.BaseModel   `bun:"table:service,alias:s"`
	ID              int64 `bun:",pk,autoincrement"`
	PartnerID       int64
	OrgID           int64
	ContractID      int64
	ProductID       int64 `bun:",nullzero"`
	Number          string
	Name            string
	Description     string
	Kind            string // issue, service, licence, goods
	Unit            string
	Quantity        int
	Price           int64 // kopecks, VAT included
	Cost            int64
	VAT             string    `bun:"vat"`
	InvoiceOn       time.Time `bun:"invoice_on"`
	PaidOn          time.Time `bun:",nullzero"`
	ValidFrom       time.Time `bun:",nullzero"`
	ValidTo         time.Time `bun:",nullzero"`
	ShipDate        time.Time `bun:",nullzero"`
	State           string    // open, shipping, shipped, failed
	ActsToCabinetAt time.Time `bun:",nullzero"`
	Comment         string
	Version         int
	CreatedAt       time.Time
	CreatedBy       int64 `bun:",nullzero"`
	UpdatedAt       time.Time
	UpdatedBy       int64     `bun:",nullzero"`
	DeletedAt       time.Time `bun:",nullzero"`
	DeletedBy       int64     `bun:",nullzero"`
	Deleted         bool
	CreatedName     string `bun:",scanonly"`
	UpdatedName     string `bun:",scanonly"`
	DeletedName     string `bun:",scanonly"`
}

// StateChip is the state as a chip's kind and word.
func (s *Service) StateChip() (kind, text string) {
	switch {
	case s.Deleted:
		return "idle", "Удалена"
	case s.State == "shipping":
		return "wait", "Запрос в бухгалтерию"
	case s.State == "shipped":
		return "done", "Отгружена"
	case s.State == "failed":
		return "stop", "Отказ бухгалтерии"
	case s.PaidOn.IsZero():
		return "note", "Не оплачена"
	default:
		return "idle", "Оплачена"
	}
}

// Shipment is one request to accounting.
type Shipment struct {
	bun.BaseModel    `bun:"table:shipment,alias:sh"`
	ID               int64 `bun:",pk,autoincrement"`
	PartnerID        int64
	OrgID            int64
	ContractID       int64
	ApplicationID    int64 `bun:",nullzero"`
	IdempotencyKey   uuid.UUID
	ShipDate         time.Time
	Amount           int64
	VATAmount        int64 `bun:"vat_amount"`
	Status           Status
	StatusAt         time.Time
	JobRef           string
	Error            string
	Attempts         int
	NextAt           time.Time `bun:",nullzero"`
	CreatedAt        time.Time
	CreatedBy        int64
	AcknowledgedAt   time.Time `bun:",nullzero"`
	AcknowledgedBy   int64     `bun:",nullzero"`
	CreatedName      string    `bun:",scanonly"`
	AcknowledgedName string    `bun:",scanonly"`
	Numbers          string    `bun:",scanonly"` // of the services, in one line
	OrgName          string    `bun:",scanonly"`
}

// Document is an act or invoice that 1C has made of a shipment.
type Document struct {
	bun.BaseModel `bun:"table:accounting_document,alias:d"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	ShipmentID    int64
	Kind          string // act, invoice, utd, licence
	Number        string
	IssuedOn      time.Time
	Amount        int64
	VATAmount     int64 `bun:"vat_amount"`
	Ref           string
	CreatedAt     time.Time
	OrgName       string         `bun:",scanonly"`
	OrgINN        string         `bun:"org_inn,scanonly"`
	Files         []DocumentFile `bun:"-"`
}

// KindRU is the document's kind on screen.
func (d *Document) KindRU() string {
	return map[string]string{"act": "Акт", "invoice": "Счёт-фактура", "utd": "УПД", "licence": "Акт передачи лицензии"}[d.Kind]
}

// DocumentFile is one stored file of a document.
type DocumentFile struct {
	DocumentID int64
	FileID     uuid.UUID
	Name       string
	Size       int64
	PDF        bool `bun:"pdf"`
}

// Licence is one line of «Отгруженные лицензии и товары».
type Licence struct {
	bun.BaseModel `bun:"table:licence,alias:l"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	ServiceID     int64
	Kind          string
	Info          string
	IssuedOn      time.Time
	ValidTo       time.Time `bun:",nullzero"`
}

// Find returns the organisation's contract.
func Find(ctx context.Context, tx bun.IDB, partner, org, id int64) (*Contract, error) {
	var c Contract
	err := tx.NewSelect().Model(&c).Where("partner_id = ? AND org_id = ? AND id = ?", partner, org, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &c, nil
}

// Contracts lists the organisation's contracts, those in force first, then the newest.
func Contracts(ctx context.Context, tx bun.IDB, partner, org int64) ([]Contract, error) {
	var list []Contract
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ?", partner, org).OrderExpr("active DESC, signed_on DESC, id DESC").Scan(ctx)
	return list, err
}
