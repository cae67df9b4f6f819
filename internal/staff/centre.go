package staff

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Centre is a service centre of the partner.
type Centre struct {
	bun.BaseModel `bun:"table:centre,alias:c"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	Name          string
	Address       string
	Timezone      string
	People        int `bun:",scanonly"` // active employees
}

// Zones are the country's time zones, from Moscow's.
var Zones = []struct{ Code, Name string }{
	{"Europe/Moscow", "Москва (МСК)"}, {"Europe/Kaliningrad", "Калининград (МСК−1)"}, {"Europe/Samara", "Самара (МСК+1)"},
	{"Asia/Yekaterinburg", "Екатеринбург (МСК+2)"}, {"Asia/Omsk", "Омск (МСК+3)"}, {"Asia/Novosibirsk", "Новосибирск (МСК+4)"},
	{"Asia/Irkutsk", "Иркутск (МСК+5)"}, {"Asia/Yakutsk", "Якутск (МСК+6)"}, {"Asia/Vladivostok", "Владивосток (МСК+7)"},
	{"Asia/Magadan", "Магадан (МСК+8)"}, {"Asia/Kamchatka", "Камчатка (МСК+9)"},
}

// ZoneRU is the centre's time zone on screen.
func (c Centre) ZoneRU() string {
	for _, z := range Zones {
		if z.Code == c.Timezone {
			return z.Name
		}
	}
	return c.Timezone
}

// Centres lists the partner's service centres by name.
func Centres(ctx context.Context, d *db.DB, by *Employee) ([]Centre, error) {
	if err := by.Must(StaffView, StaffCentre, StaffManage); err != nil {
		return nil, err
	}
	var list []Centre
	err := d.Plain().NewSelect().Model(&list).ColumnExpr("c.*").
		ColumnExpr("(SELECT count(*) FROM employee WHERE centre_id = c.id AND active) AS people").
		Where("c.partner_id = ?", by.PartnerID).OrderExpr("c.name, c.id").Scan(ctx)
	return list, err
}

// SaveCentre adds a centre (ID 0) or changes it.
func SaveCentre(ctx context.Context, d *db.DB, by *Employee, now time.Time, c Centre) error {
	if err := by.Must(StaffManage); err != nil {
		return err
	}
	wrong := fault.Fields{}
	if n := len([]rune(c.Name)); n == 0 || n > 100 {
		wrong.Add("name", "Назовите центр, до 100 знаков.")
	}
	if len([]rune(c.Address)) > 255 {
		wrong.Add("address", "Не больше 255 знаков.")
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "" {
		wrong.Add("timezone", "Выберите часовой пояс из списка.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	c.PartnerID = by.PartnerID
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var err error
		if c.ID == 0 {
			_, err = tx.NewInsert().Model(&c).Exec(ctx)
		} else {
			err = db.Swapped(tx.NewUpdate().Model(&c).Column("name", "address", "timezone").WherePK().Where("partner_id = ?", by.PartnerID).Exec(ctx))
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "staff.save_centre", Object: fmt.Sprintf("centre:%d", c.ID)})
	})
}
