package cert

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/staff"
)

// operationLife is how long an agent may carry out an operation.
const operationLife = 5 * time.Minute

// Desk is the workstation an operation is given to.
type Desk struct {
	Origin  string // of the console's pages
	Pairing []byte // the secret shared with the agent
}

// Envelope is an operation as the agent takes it: payload and its HMAC-SHA256
// under the desk's pairing secret, both in base64 by encoding/json.
type Envelope struct {
	Payload []byte `json:"payload"`
	MAC     []byte `json:"mac"`
}

// payload is the operation's text; cmd/agent has its own copy of the shape.
type payload struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"`
	Nonce       string          `json:"nonce"`
	IssuedAt    time.Time       `json:"issued_at"`
	ExpiresAt   time.Time       `json:"expires_at"`
	Origin      string          `json:"origin"`
	Console     string          `json:"console"`
	Operator    string          `json:"operator"`
	TokenSerial string          `json:"token_serial,omitempty"`
	Request     *requestPayload `json:"request,omitempty"`
	Install     *installPayload `json:"install,omitempty"`
}

type requestPayload struct {
	Subject     []attribute `json:"subject"`
	Extensions  []extension `json:"extensions"`
	Curve       string      `json:"curve"`
	CarrierKind string      `json:"carrier_kind"`
}

type attribute struct {
	OID   string `json:"oid"`
	Value string `json:"value"`
}

type extension struct {
	OID      string `json:"oid"`
	Critical bool   `json:"critical"`
	Value    []byte `json:"value"`
}

type installPayload struct {
	Certificate []byte `json:"certificate"`
	PublicKey   []byte `json:"public_key"`
}

// RequestOperation permits the agent, once, to make the key pair and the
// request with the approved subject.
func RequestOperation(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, desk Desk, r *Request) (*Operation, *Envelope, error) {
	if r.Status != Prepared {
		return nil, nil, fault.New(fault.Conflict, "Запрос уже создан: ключ второй раз не делается.")
	}
	name, err := gost.ParseName(r.SubjectDER)
	if err != nil {
		return nil, nil, fmt.Errorf("approved subject: %w", err)
	}
	body := &requestPayload{Curve: "XA", CarrierKind: CarrierRU(r.CarrierType)}
	for _, a := range name {
		body.Subject = append(body.Subject, attribute{a.Type.String(), a.Value})
	}
	extensions, err := requestExtensions()
	if err != nil {
		return nil, nil, err
	}
	for _, e := range extensions {
		body.Extensions = append(body.Extensions, extension{e.Id.String(), e.Critical, e.Value})
	}
	return permit(ctx, tx, by, now, desk, r, payload{Kind: "request", Request: body})
}

// InstallOperation permits the agent, once, to install the certificate beside its key.
func InstallOperation(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, desk Desk, r *Request, c *Certificate) (*Operation, *Envelope, error) {
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return nil, nil, fmt.Errorf("stored certificate: %w", err)
	}
	return permit(ctx, tx, by, now, desk, r, payload{Kind: "install", Install: &installPayload{Certificate: c.DER, PublicKey: parsed.RawSPKI}})
}

func permit(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, desk Desk, r *Request, p payload) (*Operation, *Envelope, error) {
	nonce := make([]byte, 32)
	rand.Read(nonce)
	op := &Operation{ID: uuid.New(), PartnerID: by.PartnerID, Kind: p.Kind, RequestID: r.ID, EmployeeID: by.ID, Nonce: nonce, CreatedAt: now, ExpiresAt: now.Add(operationLife)}
	if _, err := tx.NewInsert().Model(op).Exec(ctx); err != nil {
		return nil, nil, fmt.Errorf("insert operation: %w", err)
	}
	p.ID, p.Nonce, p.IssuedAt, p.ExpiresAt = op.ID.String(), hex.EncodeToString(nonce), now.UTC(), op.ExpiresAt.UTC()
	p.Origin, p.Console, p.Operator, p.TokenSerial = desk.Origin, by.PartnerName, by.Name, r.CarrierNumber
	text, err := json.Marshal(p)
	if err != nil {
		return nil, nil, err
	}
	mac := hmac.New(sha256.New, desk.Pairing)
	mac.Write(text)
	return op, &Envelope{Payload: text, MAC: mac.Sum(nil)}, nil
}

// use spends the operation on the result. The same result again is no second
// use: repeated reports so. Another result, another person or a late answer is refused.
func use(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, id uuid.UUID, kind string, request int64, result []byte) (repeated bool, err error) {
	var op Operation
	err = tx.NewSelect().Model(&op).Where("partner_id = ? AND id = ? AND request_id = ? AND kind = ?", by.PartnerID, id, request, kind).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return false, fault.Wrap(fault.Conflict, "Операция на носителе не начата этой страницей. Обновите страницу и повторите.", err)
	}
	sum := sha256.Sum256(result)
	switch {
	case !op.UsedAt.IsZero() && string(op.ResultHash) == string(sum[:]):
		return true, nil
	case !op.UsedAt.IsZero():
		return false, fault.New(fault.Conflict, "Операция на носителе уже использована. Обновите страницу.")
	case op.EmployeeID != by.ID:
		return false, fault.New(fault.Forbidden, "Операцию на носителе начал другой сотрудник. Начните свою.")
	case now.After(op.ExpiresAt.Add(time.Minute)):
		return false, fault.New(fault.Conflict, "Операция на носителе просрочена. Повторите её.")
	}
	_, err = tx.ExecContext(ctx, `UPDATE token_operation SET used_at = ?, result_hash = ? WHERE partner_id = ? AND id = ?`, now, sum[:], by.PartnerID, id)
	return false, err
}
