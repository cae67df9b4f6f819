package cert

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/notify"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// tellOwner puts the letter about a fresh certificate into the outgoing mail,
// once for a certificate. An owner without an address is not written to.
func tellOwner(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate) error {
	w, err := owner.Find(ctx, tx, c.PartnerID, c.OwnerID)
	if err != nil || w.Email == "" {
		return err
	}
	err = notify.Mail(ctx, tx, now, c.letter(w, fmt.Sprintf("issued:%d", c.ID)))
	if fault.Is(err, fault.Invalid) {
		return nil // the address on the card is unusable: no reason to keep a certificate back
	}
	return err
}

// letter names the certificate and what to do next; no numbers of documents.
func (c *Certificate) letter(w *owner.Owner, key string) notify.Letter {
	return notify.Letter{
		About: notify.About{Partner: c.PartnerID, Org: c.OrgID, Application: c.ApplicationID, Key: key},
		To:    w.Email, Subject: "Сертификат электронной подписи выпущен",
		Body: fmt.Sprintf("Здравствуйте, %s!\n\nСертификат № %s выпущен и действует с %s до %s.\nОн записывается на ваш ключевой носитель в сервисном центре. "+
			"Храните носитель и PIN-код отдельно и никому не передавайте.\n", join(w.Name, w.Patronymic), c.Serial,
			c.NotBefore.Format("02.01.2006"), c.NotAfter.Format("02.01.2006")),
	}
}

// SendNotice is «Отправить оповещение на email»: the same letter again, at most
// once a minute.
func SendNotice(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil {
			return err
		}
		w, err := owner.Find(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		if w.Email == "" {
			return fault.New(fault.Invalid, "У владельца не указан адрес электронной почты. Добавьте его на карточке владельца.")
		}
		if err := notify.Mail(ctx, tx, now, c.letter(w, fmt.Sprintf("notice:%d:%d", c.ID, now.Unix()/60))); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "cert.send_notice", Object: fmt.Sprintf("certificate:%d", c.ID), Org: c.OrgID})
	})
}
