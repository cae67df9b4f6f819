package issuance

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/notify"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Rewriting is what an overwriting of the organisation's data did to it and to
// its applications.
type Rewriting struct {
	*org.Renewal
	Message  string   // for the client, word for word; "" when nothing has changed (F052)
	Rejected []string // numbers of the applications rejected by it
}

// rejectedByRewriting is why, on the application.
const rejectedByRewriting = "Данные организации обновлены по реестру: подайте заявку с новыми данными."

// fallen are the statuses that an overwriting ends (F053).
var fallen = []Status{RegistryCheck, HeadSignature, HeadCheck, Review, Approved}

// Refresh is «Обновить из ЕГРЮЛ/ЕГРИП»: who may change the organisation, while it
// has no application under way and no certificate in force (F046), and not for a
// branch (F047).
func Refresh(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) (renewal *org.Renewal, err error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return nil, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		why, err := whyNoRefresh(ctx, tx, by, now, id)
		if err != nil {
			return err
		}
		if why != "" {
			return fault.New(fault.Conflict, why)
		}
		if renewal, err = org.Renew(ctx, tx, now, by.Actor(), by.PartnerID, id); err != nil {
			return err
		}
		if !renewal.Reached {
			return fault.New(fault.Unavailable, org.Unreached)
		}
		return nil
	})
	return renewal, err
}

// MayRefresh says why the organisation cannot be refreshed now; "" when it can.
func MayRefresh(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) (why string, err error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return "", err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		why, err = whyNoRefresh(ctx, tx, by, now, id)
		return err
	})
	return why, err
}

func whyNoRefresh(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, id int64) (string, error) {
	card, err := org.Find(ctx, tx, by.PartnerID, id)
	if err != nil {
		return "", err
	}
	if card.Deleted {
		return "Организация удалена.", nil
	}
	s, err := org.Stand(ctx, tx, card)
	if err != nil {
		return "", err
	}
	if s.Branch(card) {
		return "Обновление из реестра недоступно для филиала: данные филиала вводят вручную.", nil
	}
	var live int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM application WHERE partner_id = ? AND org_id = ? AND status NOT IN ('done', 'rejected', 'withdrawn')`,
		by.PartnerID, id).Scan(&live); err != nil {
		return "", err
	}
	if live > 0 {
		return "У организации есть заявка на выпуск в работе: обновить данные можно, когда её завершат.", nil
	}
	issued, err := cert.InForce(ctx, tx, by.PartnerID, id, now, time.Time{})
	if err == nil && issued > 0 {
		return "У организации есть выпущенные сертификаты: обновление данных сделает их недействительными.", nil
	}
	return "", err
}

// RenewForRevocation is what a revocation does before anything else: the register
// is asked again, and where it differs the card is overwritten, whatever
// applications and certificates there are (F051). Applications that have not
// gone to the CA are rejected (F053) and people are told (F052). The revocation
// goes on whatever comes of it (F054): a register that cannot be reached is no
// error, Reached says so. Safe to repeat.
func RenewForRevocation(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) (r *Rewriting, err error) {
	if err := by.Must(staff.ApplicationWork, staff.OrgEdit); err != nil {
		return nil, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		r, err = rewrite(ctx, tx, by, now, id, func() (*org.Renewal, error) {
			return org.Renew(ctx, tx, now, by.Actor(), by.PartnerID, id)
		})
		return err
	})
	return r, err
}

// TakeChange is «взять в карточку» of the list «Изменения в реестре»: the card is
// overwritten, with it fall the applications made on its former data.
func TakeChange(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, task int64) (r *Rewriting, err error) {
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		id, err := org.TaskOrg(ctx, tx, by, task)
		if err != nil {
			return err
		}
		r, err = rewrite(ctx, tx, by, now, id, func() (*org.Renewal, error) { return org.TakeTask(ctx, tx, by, now, task) })
		return err
	})
	return r, err
}

// rewrite locks the applications first, the organisation after: as a look at a
// case does.
func rewrite(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, id int64, renew func() (*org.Renewal, error)) (*Rewriting, error) {
	card, err := org.Find(ctx, tx, by.PartnerID, id)
	if err != nil {
		return nil, err
	}
	var list []Application
	if err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ? AND status IN (?)", by.PartnerID, id, bun.List(fallen)).
		OrderExpr("id").For("NO KEY UPDATE").Scan(ctx); err != nil {
		return nil, err
	}
	r := &Rewriting{}
	if r.Renewal, err = renew(); err != nil || len(r.Changes) == 0 {
		return r, err
	}
	r.Message = card.Overwritten()
	for i := range list {
		a := &list[i]
		if err := fall(ctx, tx, now, a, r.Renewal); err != nil {
			return nil, err
		}
		r.Rejected = append(r.Rejected, a.Number)
	}
	return r, nil
}

// fall rejects one application and tells its owner.
func fall(ctx context.Context, tx bun.IDB, now time.Time, a *Application, renewal *org.Renewal) error {
	if err := set(ctx, tx, now, a, Rejected, rejectedByRewriting); err != nil {
		return err
	}
	if err := event(ctx, tx, now, a, 0, "case", "stop", rejectedByRewriting+" Изменилось: "+renewal.Fields()+"."); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, now, audit.Act{Partner: a.PartnerID, Actor: audit.Program, Action: "application.fall", Object: fmt.Sprintf("application:%d", a.ID), Org: a.OrgID}); err != nil {
		return err
	}
	w, err := owner.Find(ctx, tx, a.PartnerID, a.OwnerID)
	if err != nil || w.Email == "" {
		return err
	}
	return notify.Mail(ctx, tx, now, notify.Letter{About: notify.About{Partner: a.PartnerID, Org: a.OrgID, Application: a.ID, Key: "fallen:" + strconv.FormatInt(a.ID, 10)},
		To: w.Email, Subject: "Заявка " + a.Number + " отклонена",
		Body: "Данные организации изменились в реестре и обновлены (" + renewal.Fields() + "), поэтому заявка " + a.Number + " отклонена.\n\nЧтобы получить сертификат, обратитесь в сервисный центр: заявку откроют заново с новыми данными.\n"})
}

// Outdated says that certificates in force were issued on data which the
// register has overwritten since (F045); nil when there are none.
type Outdated struct {
	At           time.Time
	Fields       string
	Certificates int
}

// OutdatedBy looks at the last overwriting of the organisation's data.
func OutdatedBy(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) (o *Outdated, err error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		last, err := org.LastOverwriting(ctx, tx, by.PartnerID, id)
		if err != nil || last == nil {
			return err
		}
		n, err := cert.InForce(ctx, tx, by.PartnerID, id, now, last.At)
		if err == nil && n > 0 {
			o = &Outdated{At: last.At, Fields: last.Fields(), Certificates: n}
		}
		return err
	})
	return o, err
}
