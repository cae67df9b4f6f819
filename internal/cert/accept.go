package cert

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Accept verifies the PKCS#10 that came from the carrier and sends it on its way
// to the CA, inside the case's transaction. The same bytes again change nothing.
func Accept(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, request int64, operation uuid.UUID, der []byte) (*Request, bool, error) {
	r, err := lockRequest(ctx, tx, by.PartnerID, request)
	if err != nil {
		return nil, false, err
	}
	repeated, err := use(ctx, tx, by, now, operation, "request", r.ID, der)
	if err != nil || repeated {
		return r, false, err
	}
	if r.Status != Prepared {
		return nil, false, fault.New(fault.Conflict, "Запрос по этой заявке уже создан.")
	}
	csr, err := verifyCSR(r, der)
	if err != nil {
		return nil, false, err
	}
	hash := sha256.Sum256(csr.RawSPKI)
	res, err := tx.ExecContext(ctx, `INSERT INTO seen_key VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, hash[:], r.ID, now)
	if err != nil {
		return nil, false, err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil, false, fault.New(fault.Conflict, "Этот ключ уже использовался в другом запросе. Создайте новый ключ.")
	}
	transaction := make([]byte, 16)
	rand.Read(transaction)
	if _, err := tx.ExecContext(ctx, `UPDATE cert_request SET csr = ?, key_hash = ?, transaction_id = ? WHERE partner_id = ? AND id = ?`,
		der, hash[:], transaction, by.PartnerID, r.ID); err != nil {
		return nil, false, fmt.Errorf("store request: %w", err)
	}
	if err := setRequest(ctx, tx, now, r, Made); err != nil {
		return nil, false, err
	}
	r.CSR, r.KeyHash, r.TransactionID = der, hash[:], transaction
	return r, true, job.Enqueue(ctx, tx, job.AskCA{Partner: by.PartnerID, Request: r.ID})
}

// verifyCSR checks what the agent made against what was approved.
func verifyCSR(r *Request, der []byte) (*gost.Request, error) {
	refuse := func(text string, err error) error {
		return fault.Wrap(fault.Conflict, "Запрос с носителя не принят: "+text+" Создайте запрос заново.", err)
	}
	csr, err := gost.ParseRequest(der)
	if err != nil {
		return nil, refuse("это не запрос PKCS#10.", err)
	}
	if err := csr.CheckSignature(); err != nil {
		return nil, refuse("подпись запроса неверна.", err)
	}
	if !bytes.Equal(csr.RawSubject, r.SubjectDER) {
		return nil, refuse("данные владельца не те, что утверждены.", nil)
	}
	if c := csr.PublicKey.Curve; c != gost.CryptoProXA && c != gost.CryptoProA {
		return nil, refuse("ключ на другой кривой.", nil)
	}
	return csr, nil
}
