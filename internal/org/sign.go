package org

import (
	"context"
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
	if _, err := tx.NewUpdate().Model(x).Column("signature_file_id", "signature", "signature_text", "signer", "signed_at", "signed_source",
		"certificate_then", "certificate_now", "certificate_from", "certificate_until", "verdict").WherePK().Exec(ctx); err != nil {
		return 0, err
	}
	return x.ID, wake(ctx, tx, x)
}

// verify writes down the verdict on the signature over the very bytes of the extract.
func (x *Extract) verify(now time.Time, rules Rules, s, sign *seen) {
	if s.exchanged {
		x.Signature, x.Signer = "good", "ФНС России через СМЭВ"
		x.SignatureText = "Получена по СМЭВ: подпись СМЭВ на ответе ведомства проверена при получении. Техническая проверка."
		return
	}
	if s.exchanged {
		x.Signature, x.Signer = "good", "ФНС России через СМЭВ"
		x.SignatureText = "Получена по СМЭВ: подпись СМЭВ на ответе ведомства проверена при получении. Техническая проверка."
		return
	}
	var cms *gost.SignedData
	if sign != nil {
		cms = sign.cms
	}
	v := JudgeSignature(now, rules.Roots, s.Content, s.record.Extracted, cms)
	x.Signature, x.SignatureText, x.Signer = v.Verdict, v.Text(), v.Signer
	x.SignedAt, x.SignedSource, x.CertificateThen, x.CertificateNow, x.CertificateFrom, x.CertificateTill = v.At, v.Source, v.Then, v.Now, v.From, v.Until
}
