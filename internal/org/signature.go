package org

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/staff"
)

// signExtract adds a signature that came later than its extract.
func signExtract(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, x *Extract, s, sign *seen, signFile *file.File) (int64, error) {
	x.SignatureFileID = signFile.ID
	x.verify(now, rules, s, sign)
	rows, err := Rows(ctx, tx, by.PartnerID, x.ID)
	if err != nil {
		return 0, err
	}
	x.Verdict = worst(x, rows)
	if _, err := tx.NewUpdate().Model(x).Column("signature_file_id", "signature", "signature_text", "signer", "verdict").WherePK().Exec(ctx); err != nil {
		return 0, err
	}
	return x.ID, wake(ctx, tx, x)
}

// verify checks the detached signature over the very bytes of the extract.
func (x *Extract) verify(now time.Time, rules Rules, s, sign *seen) {
	if s.exchanged {
		x.Signature, x.Signer = "good", "ФНС России через СМЭВ"
		x.SignatureText = "Получена по СМЭВ: подпись СМЭВ на ответе ведомства проверена при получении. Техническая проверка."
		return
	}
	if sign == nil {
		x.Signature, x.SignatureText = "missing", "Подпись не приложена: положите рядом файл .p7s той же выписки."
		return
	}
	results, err := signers(sign, s.Content)
	if err != nil {
		x.Signature, x.SignatureText = "bad", "Подпись не сходится с файлом: выписка изменена или подпись от другой выписки. Получите выписку заново."
		return
	}
	cert := results[0].Certificate
	x.Signer = cert.Subject.Get(gost.OIDCommonName)
	if _, err := cert.Verify(gost.VerifyOptions{Roots: rules.Roots, Intermediates: sign.cms.Certificates, At: now, Legacy: true}); err != nil {
		x.Signature, x.SignatureText = "untrusted", "Подпись верна, но её сертификат не от налоговой службы или не действует."
		return
	}
	x.Signature, x.SignatureText = "good", "Подпись верна, файл не изменён. Техническая проверка."
	if cert.LegacyKey() != nil {
		x.SignatureText = "Подпись верна, файл не изменён; подписано по прежнему ГОСТ Р 34.10-2001. Техническая проверка."
	}
}

// signers returns the verdicts when every signature over the content is right.
func signers(sign *seen, content []byte) ([]gost.SignerResult, error) {
	sign.cms.Legacy = true // extracts made before 2020
	results, err := sign.cms.Verify(content)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	return results, err
}
