package ready

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert/active"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Understood is the tick under the limits of use, word for word (F373).
const Understood = "С условиями использования сертификата ознакомлен"

// Loading is a file and whose certificate it is to be.
type Loading struct {
	Owner      int64
	Upload     Upload
	Understood bool   // the tick under the limits of use
	Live       string // number of the owner's live application, "" = none
}

// Load judges the file and keeps the certificate as «Проверяется», with the job
// that asks about revocation. What a rule refuses is not kept: the error is
// fault.Invalid and the judgement says why; with the field "understood" only the
// tick is missing.
func Load(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, l Loading) (*Certificate, *Judgement, error) {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return nil, nil, err
	}
	w, err := lockOwner(ctx, tx, by.PartnerID, l.Owner)
	if err != nil {
		return nil, nil, err
	}
	parsed, links, err := read(l.Upload, rules.MaxBytes)
	if err != nil {
		return nil, nil, err
	}
	card, err := org.Find(ctx, tx, by.PartnerID, w.OrgID)
	if err != nil {
		return nil, nil, err
	}
	know := known{org: card, owner: w, live: l.Live}
	if know.twice, err = already(ctx, tx, w, parsed); err != nil {
		return nil, nil, err
	}
	j := judge(rules, now, parsed, links, know)
	if j.Stopped() {
		return nil, j, fault.New(fault.Invalid, "Сертификат не загружен: техническая проверка не пройдена.")
	}
	if len(j.Limits) > 0 && !l.Understood {
		return nil, j, fault.Fields{"understood": "У сертификата есть ограничения. Прочитайте их и поставьте отметку."}.Err()
	}
	c := &Certificate{PartnerID: by.PartnerID, OrgID: w.OrgID, OwnerID: w.ID, Serial: parsed.SerialHex(), Issuer: parsed.Issuer.String(), Subject: parsed.Subject.String(),
		NotBefore: parsed.NotBefore, NotAfter: parsed.NotAfter, DER: parsed.Raw, CryptoType: cryptoType(parsed), Checks: j.Checks, Limits: limitsText(j.Limits),
		Status: Checking, StatusAt: now, StatusText: "Спрашиваем УЦ, не отозван ли сертификат.", NextAt: now, LoadedAt: now, LoadedBy: by.ID, Version: 1}
	for _, link := range j.Above {
		c.Chain = append(c.Chain, link.Raw...)
	}
	if c.Limits != "" {
		c.LimitsReadAt, c.LimitsReadBy = now, by.ID
	}
	return c, j, keep(ctx, tx, by, now, c)
}

func keep(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, c *Certificate) error {
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return fmt.Errorf("insert ready certificate: %w", err)
	}
	if err := note(ctx, tx, now, c, by.ID, "note", "Загружен. Техническая проверка пройдена, осталось узнать об отзыве."); err != nil {
		return err
	}
	details := map[string]any{"serial": c.Serial}
	if c.Limits != "" {
		details["understood"], details["limits"] = Understood, c.Limits
		if err := note(ctx, tx, now, c, by.ID, "note", "Отметка «"+Understood+"»."); err != nil {
			return err
		}
	}
	if err := job.Enqueue(ctx, tx, job.CheckReady{Partner: c.PartnerID, Certificate: c.ID}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: by.Actor(), Action: "cert.load", Object: object(c), Org: c.OrgID, Details: details})
}

// lockOwner returns the owner, locked so that two presses load one certificate.
func lockOwner(ctx context.Context, tx bun.IDB, partner, id int64) (*owner.Owner, error) {
	if err := active.Lock(ctx, tx, partner, id); err != nil {
		return nil, err
	}
	w, err := owner.Find(ctx, tx, partner, id)
	if err == nil && w.Deleted {
		err = fault.New(fault.Conflict, "Владелец удалён. Восстановите его, чтобы загрузить сертификат.")
	}
	return w, err
}

// already says where the owner's same certificate is, "" = nowhere.
func already(ctx context.Context, tx bun.IDB, w *owner.Owner, c *gost.Certificate) (string, error) {
	var loaded, issued bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM ready_certificate WHERE partner_id = ?0 AND owner_id = ?1 AND issuer = ?2 AND serial = ?3),
		EXISTS (SELECT FROM certificate WHERE partner_id = ?0 AND issuer = ?2 AND serial = ?3)`, w.PartnerID, w.ID, c.Issuer.String(), c.SerialHex()).Scan(&loaded, &issued)
	switch {
	case loaded:
		return "Этот сертификат у владельца уже загружен.", err
	case issued:
		return "Этот сертификат выпущен через консоль и есть в ней.", err
	}
	return "", err
}

func object(c *Certificate) string { return fmt.Sprintf("ready_certificate:%d", c.ID) }
