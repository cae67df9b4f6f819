// Package cert makes certificates with people's own keys: the approved subject,
// one-time operations for the token agent, the request made on the carrier and
// verified again here, its way through the CA, the certificate's installation
// on the same carrier, its registration in ESIA and its receipt.
//
// The key pair is always made on the owner's carrier. What the agent returns is
// believed only after the server has checked it: signature, subject byte for
// byte, curve, a key never seen before. A request has one transaction id at the
// CA, stored before the first attempt, so that repeating asks for the same
// certificate and never for a second.
package cert

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/gost"
	"signdesk/internal/owner"
)

// Request is a request for a certificate.
type Request struct {
	bun.BaseModel `bun:"table:cert_request,alias:q"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	ApplicationID int64
	OrgID         int64
	OwnerID       int64
	Profile       string
	CarrierType   string
	CarrierNumber string
	SubjectDER    []byte `bun:"subject_der"`
	SubjectText   string
	Status        RequestStatus
	StatusAt      time.Time
	CSR           []byte    `bun:"csr"`
	KeyHash       []byte    // SHA-256 of the SubjectPublicKeyInfo
	Authority     string    // that it went to; "" = not sent yet
	CentreID      int64     `bun:",nullzero"`
	TransactionID []byte    // at the CA
	ConfirmedAt   time.Time `bun:",nullzero"`
	CaText        string    // for people: why it waits, or why it was refused
	Attempts      int
	SentAt        time.Time `bun:",nullzero"`
	NextAt        time.Time `bun:",nullzero"`
	CreatedAt     time.Time
	CreatedBy     int64
	CreatedName   string `bun:",scanonly"`
}

// Certificate is an issued certificate.
type Certificate struct {
	bun.BaseModel      `bun:"table:certificate,alias:c"`
	ID                 int64 `bun:",pk,autoincrement"`
	PartnerID          int64
	RequestID          int64
	ApplicationID      int64
	OrgID              int64
	OwnerID            int64
	Serial             string // upper-case hex
	Issuer             string
	Subject            string
	NotBefore          time.Time
	NotAfter           time.Time
	DER                []byte `bun:"der"`
	Chain              []byte `bun:",nullzero"` // certificates above it, DER one after another, the root last
	CarrierType        string
	CarrierNumber      string
	IssuedAt           time.Time
	IssuedBy           int64
	InstalledAt        time.Time `bun:",nullzero"`
	InstalledBy        int64     `bun:",nullzero"`
	ReceiptPrintedAt   time.Time `bun:",nullzero"`
	ReceiptPrintedBy   int64     `bun:",nullzero"`
	ReceiptFileID      uuid.UUID `bun:",nullzero"` // as it was printed
	ReceiptConfirmedAt time.Time `bun:",nullzero"`
	ReceiptConfirmedBy int64     `bun:",nullzero"`
	RevokedAt          time.Time `bun:",nullzero"`
	IssuedName         string    `bun:",scanonly"`
	InstalledName      string    `bun:",scanonly"`
}

// ShortSerial is the serial as people say it: 57B6…3A.
func (c *Certificate) ShortSerial() string {
	if len(c.Serial) <= 8 {
		return c.Serial
	}
	return c.Serial[:4] + "…" + c.Serial[len(c.Serial)-2:]
}

// Names reports whether the certificate bears the owner's name as it is now.
func (c *Certificate) Names(w *owner.Owner) bool {
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return false
	}
	return parsed.Subject.Get(gost.OIDSurname) == w.Surname && parsed.Subject.Get(gost.OIDGivenName) == join(w.Name, w.Patronymic)
}

// Chip is the certificate's state at the moment, as a chip's kind and word.
func (c *Certificate) Chip(now time.Time) (kind, text string) {
	switch {
	case !c.RevokedAt.IsZero():
		return "stop", "Аннулирован"
	case now.After(c.NotAfter):
		return "stop", "Истёк"
	case c.InstalledAt.IsZero():
		return "wait", "Не установлен"
	case c.NotAfter.Sub(now) < 30*24*time.Hour:
		return "warn", "Скоро истекает"
	default:
		return "done", "Действует"
	}
}

// Registration is a certificate's way into ESIA.
type Registration struct {
	bun.BaseModel `bun:"table:esia_registration,alias:r"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	CertificateID int64
	Status        string // waiting, validating, succeeded, failed
	StatusAt      time.Time
	Text          string
	Answer        string      // ESIA's own status, "" = it has not answered
	Errors        []ESIAError `bun:"type:jsonb"`
	MessageID     int64       `bun:",nullzero"`
	SentAt        time.Time
	SentBy        int64
	SentName      string `bun:",scanonly"`
}

// Operation is a one-time permission for a token agent.
type Operation struct {
	bun.BaseModel `bun:"table:token_operation,alias:t"`
	ID            uuid.UUID `bun:",pk"`
	PartnerID     int64
	Kind          string // request, install
	RequestID     int64
	EmployeeID    int64
	Nonce         []byte
	CreatedAt     time.Time
	ExpiresAt     time.Time
	UsedAt        time.Time `bun:",nullzero"`
	ResultHash    []byte
}

// Carriers are the kinds of key carriers, in the order of the list (F170).
var Carriers = []struct{ Code, Name string }{
	{"rutoken", "Рутокен ЭЦП"}, {"rutoken_lite", "Рутокен Лайт"}, {"jacarta_lt", "JaCarta LT"},
	{"esmart", "eSmart"}, {"flash", "Флеш-накопитель"}, {"registry", "Реестр компьютера"},
}

// CarrierRU is the carrier's kind on screen.
func CarrierRU(code string) string {
	for _, c := range Carriers {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// RequestOf returns the case's live request, or its last one, or nil.
func RequestOf(ctx context.Context, tx bun.IDB, partner, application int64) (*Request, error) {
	var list []Request
	err := tx.NewSelect().Model(&list).ColumnExpr("q.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = q.created_by) AS created_name").
		Where("q.partner_id = ? AND q.application_id = ?", partner, application).OrderExpr("q.id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// CertificateOf returns the certificate a case has ended in, or nil.
func CertificateOf(ctx context.Context, tx bun.IDB, partner, application int64) (*Certificate, error) {
	list, err := certificates(ctx, tx, "c.partner_id = ? AND c.application_id = ?", partner, application)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Certificates lists an owner's certificates, the newest first.
func Certificates(ctx context.Context, tx bun.IDB, partner, owner int64) ([]Certificate, error) {
	return certificates(ctx, tx, "c.partner_id = ? AND c.owner_id = ?", partner, owner)
}

// OfOrganisation lists the certificates of all owners of an organisation, the newest first.
func OfOrganisation(ctx context.Context, tx bun.IDB, partner, org int64) ([]Certificate, error) {
	return certificates(ctx, tx, "c.partner_id = ? AND c.org_id = ?", partner, org)
}

// Find returns the partner's certificate.
func Find(ctx context.Context, tx bun.IDB, partner, id int64) (*Certificate, error) {
	list, err := certificates(ctx, tx, "c.partner_id = ? AND c.id = ?", partner, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, db.Missing(errNoRows)
	}
	return &list[0], nil
}

func certificates(ctx context.Context, tx bun.IDB, where string, args ...any) ([]Certificate, error) {
	var list []Certificate
	err := tx.NewSelect().Model(&list).ColumnExpr("c.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = c.issued_by) AS issued_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = c.installed_by) AS installed_name").
		Where(where, args...).OrderExpr("c.id DESC").Limit(500).Scan(ctx)
	return list, err
}

// RegistrationOf returns the certificate's last registration in ESIA, or nil.
func RegistrationOf(ctx context.Context, tx bun.IDB, partner, certificate int64) (*Registration, error) {
	var list []Registration
	err := tx.NewSelect().Model(&list).ColumnExpr("r.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.sent_by) AS sent_name").
		Where("r.partner_id = ? AND r.certificate_id = ?", partner, certificate).OrderExpr("r.id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Registrations lists the certificate's sendings to ESIA, the newest first.
func Registrations(ctx context.Context, tx bun.IDB, partner, certificate int64) ([]Registration, error) {
	var list []Registration
	err := tx.NewSelect().Model(&list).ColumnExpr("r.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.sent_by) AS sent_name").
		Where("r.partner_id = ? AND r.certificate_id = ?", partner, certificate).OrderExpr("r.id DESC").Limit(50).Scan(ctx)
	return list, err
}

// OfRegistration returns the certificate that the registration in ESIA is about.
func OfRegistration(ctx context.Context, tx bun.IDB, partner, registration int64) (*Certificate, error) {
	var id int64
	if err := tx.QueryRowContext(ctx, `SELECT certificate_id FROM esia_registration WHERE partner_id = ? AND id = ?`, partner, registration).Scan(&id); err != nil {
		return nil, db.Missing(err)
	}
	return Find(ctx, tx, partner, id)
}

// Fields are the subject's parts as people read them, in the certificate's order.
func (c *Certificate) Fields() ([]SubjectField, error) {
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return nil, fmt.Errorf("stored certificate: %w", err)
	}
	labels := map[string]string{}
	for _, p := range Profiles {
		for _, f := range p.Fields {
			labels[f.oid.String()] = f.label
		}
	}
	var list []SubjectField
	for _, a := range parsed.Subject {
		label := labels[a.Type.String()]
		if label == "" {
			label = a.Type.String()
		}
		list = append(list, SubjectField{label, a.Value})
	}
	return list, nil
}
