package cert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/ext/ca"
	"signdesk/internal/gost"
	"signdesk/internal/job"
)

// AskCA takes a request one step on its way through the CA and says when to
// look again; 0 means that the CA has nothing more to say. Safe to repeat at any
// point: the transaction id was stored with the request, and the CA answers the
// same transaction with the same certificate.
//
// A request goes to the first authority that issues its profile for its centre
// and stays with it, whatever the settings say later.
func AskCA(ctx context.Context, d *db.DB, authorities Authorities, now func() time.Time, args job.AskCA) (time.Duration, error) {
	var r Request
	err := d.Read(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		return db.Missing(tx.NewSelect().Model(&r).Where("partner_id = ? AND id = ?", args.Partner, args.Request).Scan(ctx))
	})
	if err != nil {
		return 0, err
	}
	authority, missing := r.authority(authorities)
	if missing != "" {
		return waitForCA(ctx, d, now(), &r, missing)
	}
	var answer *ca.Answer
	switch r.Status {
	case Made:
		if err := send(ctx, d, now(), &r, authority); err != nil {
			return 0, err
		}
		answer, err = authority.Submit(ctx, r.TransactionID, r.CSR)
	case Sent:
		answer, err = authority.Submit(ctx, r.TransactionID, r.CSR)
	case Waiting:
		if r.Attempts > 0 { // a CA that has lost the thread takes it up again
			answer, err = authority.Submit(ctx, r.TransactionID, r.CSR)
			break
		}
		answer, err = authority.Poll(ctx, r.TransactionID, r.CSR)
	case Issued:
		return confirm(ctx, d, authority, now(), &r)
	default:
		return 0, nil
	}
	var refusal *ca.Refusal
	var trouble *ca.Trouble
	switch {
	case errors.As(err, &refusal):
		return 0, refuse(ctx, d, now(), &r, refusal.Text)
	case errors.As(err, &trouble):
		return waitForCA(ctx, d, now(), &r, trouble.Text)
	case err != nil:
		return 0, err
	case answer.Certificate == nil:
		return taken(ctx, d, now(), &r, answer)
	}
	if err := store(ctx, d, now(), &r, authority.Roots, answer); err != nil {
		var bad *badCertificate
		if errors.As(err, &bad) {
			return waitForCA(ctx, d, now(), &r, "УЦ прислал сертификат, который не подходит к запросу: "+bad.text+" Сообщите администратору.")
		}
		return 0, err
	}
	return confirm(ctx, d, authority, now(), &r)
}

// authority is the one that the request is with, or will be; else why there is none.
func (r *Request) authority(list Authorities) (a *Authority, missing string) {
	switch {
	case len(list) == 0:
		return nil, "Удостоверяющий центр не подключён: обратитесь к администратору."
	case r.Authority != "":
		if a = list.Named(r.Authority); a == nil {
			missing = "Удостоверяющий центр «" + r.Authority + "», где лежит запрос, больше не подключён: обратитесь к администратору."
		}
	default:
		if a = list.For(r.Profile, r.CentreID); a == nil {
			missing = "Ни один подключённый удостоверяющий центр не выпускает «" + ProfileRU(r.Profile) + "» для этого сервисного центра: обратитесь к администратору."
		}
	}
	return a, missing
}

// send names the authority: from here on it may have the request.
func send(ctx context.Context, d *db.DB, now time.Time, r *Request, a *Authority) error {
	return moveRequest(ctx, d, now, r, Sent, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE cert_request SET authority = ? WHERE partner_id = ? AND id = ?`, a.Name, r.PartnerID, r.ID)
		return err
	})
}

// taken notes that the CA has the request and works, and by which words the
// transaction goes on.
func taken(ctx context.Context, d *db.DB, now time.Time, r *Request, a *ca.Answer) (time.Duration, error) {
	after := min(max(a.CheckAfter, time.Second), time.Minute)
	note := func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE cert_request SET transaction_id = ?, sent_at = COALESCE(sent_at, ?), ca_text = '', attempts = 0, next_at = ? WHERE partner_id = ? AND id = ?`,
			a.Transaction, now, now.Add(after), r.PartnerID, r.ID)
		return err
	}
	if r.Status == Sent {
		return after, moveRequest(ctx, d, now, r, Waiting, note)
	}
	return after, d.Tx(ctx, r.PartnerID, note)
}

// waitForCA notes why the request waits and when it is tried again: 2, 4 … 60 seconds.
func waitForCA(ctx context.Context, d *db.DB, now time.Time, r *Request, text string) (time.Duration, error) {
	after := min(time.Duration(2<<min(r.Attempts, 5))*time.Second, time.Minute)
	return after, d.Tx(ctx, r.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE cert_request SET ca_text = ?, attempts = attempts + 1, next_at = ? WHERE partner_id = ? AND id = ?`, text, now.Add(after), r.PartnerID, r.ID)
		return err
	})
}

// refuse ends the request with the CA's words; the case goes back for a new one.
func refuse(ctx context.Context, d *db.DB, now time.Time, r *Request, text string) error {
	return moveRequest(ctx, d, now, r, Refused, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE cert_request SET ca_text = ?, next_at = NULL WHERE partner_id = ? AND id = ?`, text, r.PartnerID, r.ID)
		return err
	})
}

// confirm tells the CA that the certificate is stored.
func confirm(ctx context.Context, d *db.DB, authority *Authority, now time.Time, r *Request) (time.Duration, error) {
	if !r.ConfirmedAt.IsZero() {
		return 0, nil
	}
	var der []byte
	err := d.Read(ctx, r.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT der FROM certificate WHERE partner_id = ? AND request_id = ?`, r.PartnerID, r.ID).Scan(&der)
	})
	if err != nil {
		return 0, err
	}
	var refusal *ca.Refusal
	if err := authority.Confirm(ctx, r.TransactionID, der); err != nil && !errors.As(err, &refusal) {
		return 5 * time.Second, nil
	}
	return 0, d.Tx(ctx, r.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE cert_request SET confirmed_at = ? WHERE partner_id = ? AND id = ?`, now, r.PartnerID, r.ID)
		return err
	})
}

// moveRequest moves the request, runs more in the same transaction, and tells the case.
func moveRequest(ctx context.Context, d *db.DB, now time.Time, r *Request, to RequestStatus, more func(context.Context, bun.IDB) error) error {
	return d.Tx(ctx, r.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := setRequest(ctx, tx, now, r, to); err != nil {
			return err
		}
		if more != nil {
			if err := more(ctx, tx); err != nil {
				return err
			}
		}
		if err := job.Enqueue(ctx, tx, job.CaseMoved{Partner: r.PartnerID, Application: r.ApplicationID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: r.PartnerID, Actor: audit.Program, Action: "cert.request_" + string(to),
			Object: fmt.Sprintf("request:%d", r.ID), Org: r.OrgID})
	})
}

// badCertificate is a certificate that does not answer the request.
type badCertificate struct {
	text string
	err  error
}

func (e *badCertificate) Error() string { return fmt.Sprintf("certificate does not fit: %v", e.err) }
func (e *badCertificate) Unwrap() error { return e.err }

// store verifies the certificate against the request and keeps it.
func store(ctx context.Context, d *db.DB, now time.Time, r *Request, roots []*gost.Certificate, a *ca.Answer) error {
	csr, err := gost.ParseRequest(r.CSR)
	if err != nil {
		return fmt.Errorf("stored request: %w", err)
	}
	c, err := gost.ParseCertificate(a.Certificate)
	if err != nil {
		return &badCertificate{"он не читается.", err}
	}
	if c.PublicKey == nil || !bytes.Equal(c.RawSPKI, csr.RawSPKI) {
		return &badCertificate{"в нём другой ключ.", errors.New("other key")}
	}
	if !bytes.Equal(c.RawSubject, r.SubjectDER) {
		return &badCertificate{"в нём другие данные владельца.", errors.New("other subject")}
	}
	var links []*gost.Certificate
	for _, der := range a.Chain {
		if link, err := gost.ParseCertificate(der); err == nil {
			links = append(links, link)
		}
	}
	at := now
	if c.NotBefore.After(at) {
		at = c.NotBefore // the client lets the CA's clock be ahead of ours a little
	}
	if _, err := c.Verify(gost.VerifyOptions{Roots: roots, Intermediates: links, At: at}); err != nil {
		return &badCertificate{"цепочка до корня не строится.", err}
	}
	return moveRequest(ctx, d, now, r, Issued, func(ctx context.Context, tx bun.IDB) error {
		row := &Certificate{PartnerID: r.PartnerID, RequestID: r.ID, ApplicationID: r.ApplicationID, OrgID: r.OrgID, OwnerID: r.OwnerID,
			Serial: c.SerialHex(), Issuer: c.Issuer.String(), Subject: c.Subject.String(), NotBefore: c.NotBefore, NotAfter: c.NotAfter, DER: a.Certificate, Chain: bytes.Join(a.Chain, nil),
			CarrierType: r.CarrierType, CarrierNumber: r.CarrierNumber, IssuedAt: now, IssuedBy: r.CreatedBy}
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return fmt.Errorf("insert certificate: %w", err)
		}
		if err := tellOwner(ctx, tx, now, row); err != nil {
			return err
		}
		r.TransactionID = a.Transaction
		_, err := tx.ExecContext(ctx, `UPDATE cert_request SET transaction_id = ?, ca_text = '', next_at = NULL WHERE partner_id = ? AND id = ?`, a.Transaction, r.PartnerID, r.ID)
		return err
	})
}
