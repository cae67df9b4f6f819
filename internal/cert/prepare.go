package cert

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Order is what the request form asks for.
type Order struct {
	Application   int64
	Centre        int64
	Profile       string
	CarrierType   string
	CarrierNumber string
	Consent       bool // the owner's, to Consent
}

// Consent is what the owner agrees to before the issue (F181).
const Consent = "Подтверждаю свое согласие на выпуск сертификата квалифицированной электронной подписи с указанными данными"

var carrierNumber = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{3,31}$`)

// Prepare approves the subject of the case's request inside the case's
// transaction. A request that was prepared and not made yet is replaced.
func Prepare(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, o *org.Card, w *owner.Owner, order Order) (*Request, error) {
	wrong := fault.Fields{}
	var profile Profile
	for _, p := range ProfilesFor(now, o, w) {
		if p.Code == order.Profile {
			profile = p
		}
	}
	if profile.Code == "" {
		wrong.Add("profile", "Этот тип сертификата владельцу не выдаётся. Выберите другой.")
	}
	known := false
	for _, c := range Carriers {
		known = known || c.Code == order.CarrierType
	}
	if !known {
		wrong.Add("carrier_type", "Выберите тип носителя из списка.")
	}
	if !carrierNumber.MatchString(order.CarrierNumber) {
		wrong.Add("carrier_number", "Номер носителя — от 4 до 32 цифр и латинских букв, как на корпусе.")
	}
	if !order.Consent {
		wrong.Add("consent", "Без согласия владельца сертификат не выпускают: отметьте его.")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	subject, _, err := profile.Subject(o, w)
	if err != nil {
		return nil, err
	}
	der, err := subject.Marshal()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "Данные владельца не входят в сертификат: проверьте ФИО, номера и адрес.", err)
	}
	live, err := RequestOf(ctx, tx, by.PartnerID, order.Application)
	if err != nil {
		return nil, err
	}
	if live != nil && live.Status == Prepared {
		if err := setRequest(ctx, tx, now, live, Abandoned); err != nil {
			return nil, err
		}
	} else if live != nil && live.Status != Refused && live.Status != Abandoned {
		return nil, fault.New(fault.Conflict, "Запрос по этой заявке уже создан.")
	}
	r := &Request{PartnerID: by.PartnerID, ApplicationID: order.Application, OrgID: o.ID, OwnerID: w.ID, Profile: profile.Code,
		CarrierType: order.CarrierType, CarrierNumber: order.CarrierNumber, SubjectDER: der, SubjectText: subject.String(), CentreID: order.Centre,
		Status: Prepared, StatusAt: now, CreatedAt: now, CreatedBy: by.ID}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return nil, fmt.Errorf("insert request: %w", err)
	}
	return r, nil
}

// Fits reports whether the approved subject is what card and owner give now:
// data that have changed since ask for a new approval.
func (r *Request) Fits(o *org.Card, w *owner.Owner) bool {
	profile, ok := profileByCode(r.Profile)
	if !ok {
		return false
	}
	subject, _, err := profile.Subject(o, w)
	if err != nil {
		return false
	}
	der, err := subject.Marshal()
	return err == nil && bytes.Equal(der, r.SubjectDER)
}

// setRequest moves a request as a compare-and-swap.
func setRequest(ctx context.Context, tx bun.IDB, now time.Time, r *Request, to RequestStatus) error {
	if !r.Status.Can(to) {
		return fmt.Errorf("request %d: no move from %s to %s", r.ID, r.Status, to)
	}
	if err := db.Swapped(tx.ExecContext(ctx, `UPDATE cert_request SET status = ?, status_at = ? WHERE partner_id = ? AND id = ? AND status = ?`,
		to, now, r.PartnerID, r.ID, r.Status)); err != nil {
		return err
	}
	r.Status, r.StatusAt = to, now
	return nil
}

func lockRequest(ctx context.Context, tx bun.IDB, partner, id int64) (*Request, error) {
	var r Request
	err := tx.NewSelect().Model(&r).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &r, nil
}
