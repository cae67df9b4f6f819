package org

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// signExtract adds a signature that came later than its extract.
func signExtract(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, x *Extract, content []byte, sign *seen, signFile *file.File) (int64, error) {
	x.SignatureFileID = signFile.ID
	if err := x.verify(now, rules, content, sign); err != nil {
		return 0, err
	}
	rows, err := Rows(ctx, tx, by.PartnerID, x.ID)
	if err != nil {
		return 0, err
	}
	x.sum(rows)
	if _, err := tx.NewUpdate().Model(x).Column("signature_file_id", "signature", "signature_text", "signer", "signed_at", "signed_source", "signatures",
		"certificate_then", "certificate_now", "certificate_from", "certificate_until", "verdict", "blocks").WherePK().Exec(ctx); err != nil {
		return 0, err
	}
	return x.ID, wake(ctx, tx, x)
}

// verify writes down the verdict on the signatures over the very bytes of the
// extract: those inside a PDF, or the one that lies beside. Errors say that a
// PDF cannot be read.
func (x *Extract) verify(now time.Time, rules Rules, content []byte, sign *seen) error {
	switch x.Source {
	case sourceSMEV:
		x.Signature, x.Signer = "good", "ФНС России через СМЭВ"
		x.SignatureText = "Получена по СМЭВ: подпись СМЭВ на ответе ведомства проверена при получении. Техническая проверка."
		return nil
	case sourceDaData:
		x.Signature = "missing"
		x.SignatureText = "Справочный сервис ничего не подписывает: для выпуска нужна выписка ФНС."
		return nil
	}
	var cms *gost.SignedData
	if sign != nil {
		cms = sign.cms
	}
	extracted := registry.Date(x.ExtractDate.Format(time.DateOnly))
	list := JudgeSignature(now, rules, content, extracted, cms)
	if isPDF(content) {
		inside, err := JudgePDF(now, rules, content, extracted)
		if err != nil {
			return err
		}
		if inside[0].Verdict != "missing" || sign == nil {
			list = inside
		}
	}
	v := Decisive(list)
	x.Signatures = list
	x.Signature, x.SignatureText, x.Signer = v.Verdict, v.Text(), v.Signer
	if v.Verdict == "missing" && isPDF(content) {
		x.SignatureText = "Электронной подписи в файле нет; штамп на странице — только картинка. Получите файл на сайте ФНС заново и не пересохраняйте его."
	}
	x.SignedAt, x.SignedSource, x.CertificateThen, x.CertificateNow, x.CertificateFrom, x.CertificateTill = v.At, v.Source, v.Then, v.Now, v.From, v.Until
	return nil
}
