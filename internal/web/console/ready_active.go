package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// activeRow is one of all certificates of an owner in the list with the tick
// «Активный сертификат» (F377).
type activeRow struct {
	Ref         string // c5, r5
	Serial      string
	ShortSerial string
	URL, File   string // its page; what «Скачать сертификат» gets
	Kind        string // where it is from
	Issuer      string
	From, Until time.Time
	State       web.Chip
	StateText   string
	Who         string // issued or loaded it
	When        time.Time
	Active      bool
	MayChoose   bool
}

// activeRows puts issued and loaded certificates into one list: the active one
// first, then the newest. A certificate whose time is over is not shown as
// active, whether the job has been there or not.
func activeRows(issued []cert.Certificate, loaded []ready.Certificate, current active.Ref, e *staff.Employee, now time.Time) []activeRow {
	zone, may := e.Location(), e.Can(staff.ApplicationWork)
	var rows []activeRow
	for _, x := range issued {
		row := activeRow{Ref: active.Ref{Issued: x.ID}.String(), Serial: x.Serial, ShortSerial: x.ShortSerial(), URL: fmt.Sprintf("/certificates/%d", x.ID), File: fmt.Sprintf("/certificates/%d.cer", x.ID),
			Kind: "Выпущен здесь · " + cert.CarrierRU(x.CarrierType) + " " + x.CarrierNumber, Issuer: x.IssuerName(), From: x.NotBefore.In(zone), Until: x.NotAfter.In(zone),
			Who: x.IssuedName, When: x.IssuedAt.In(zone), Active: current.Issued == x.ID && x.Usable(now)}
		row.State.Kind, row.State.Text = x.Chip(now)
		row.MayChoose = may && x.Usable(now) && !row.Active
		rows = append(rows, row)
	}
	for _, x := range loaded {
		row := activeRow{Ref: active.Ref{Ready: x.ID}.String(), Serial: x.Serial, ShortSerial: x.ShortSerial(), URL: fmt.Sprintf("/ready-certificates/%d", x.ID), File: fmt.Sprintf("/ready-certificates/%d.cer", x.ID),
			Kind: "Загружен · " + x.CryptoType, Issuer: x.IssuerName(), From: x.NotBefore.In(zone), Until: x.NotAfter.In(zone), StateText: x.StatusText,
			Who: x.LoadedName, When: x.LoadedAt.In(zone), Active: x.Active && now.Before(x.NotAfter)}
		row.State.Kind, row.State.Text = x.Chip(now)
		row.MayChoose = may && x.Status == ready.Valid && now.Before(x.NotAfter) && !row.Active
		rows = append(rows, row)
	}
	sortActive(rows)
	return rows
}

// sortActive puts the active one first, then what came last.
func sortActive(rows []activeRow) {
	slices.SortStableFunc(rows, func(a, b activeRow) int {
		if a.Active != b.Active {
			return map[bool]int{true: -1, false: 1}[a.Active]
		}
		return b.When.Compare(a.When)
	})
}

// ownerActivate is the tick «Активный сертификат»; it returns to where it was
// ticked: the list of the owner or the certificate's own page.
func (c *Console) ownerActivate(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	e := by(ctx)
	chosen, seen := active.Parse(web.Text(ctx, "choice")), active.Parse(web.Text(ctx, "seen"))
	if err := c.ownCertificate(ctx, id, chosen); err != nil {
		return err
	}
	if chosen.Issued != 0 {
		err = cert.Choose(ctx.UserContext(), c.db, e, c.now(), chosen.Issued, seen)
	} else {
		err = ready.Choose(ctx.UserContext(), c.db, e, c.now(), chosen.Ready, seen)
	}
	if f := fault.As(err); f != nil && f.Kind == fault.Conflict {
		ctx.Status(fiber.StatusConflict)
		if web.Text(ctx, "back") == "certificate" && chosen.Ready != 0 {
			return c.readyPageOf(ctx, chosen.Ready, readyClash{Active: f.Text})
		}
		return c.ownerPageOf(ctx, id, chosen, f.Text)
	}
	if err != nil {
		return err
	}
	address := fmt.Sprintf("/owners/%d", id)
	if web.Text(ctx, "back") == "certificate" {
		address = map[bool]string{true: fmt.Sprintf("/certificates/%d", chosen.Issued), false: fmt.Sprintf("/ready-certificates/%d", chosen.Ready)}[chosen.Issued != 0]
	}
	return c.done(ctx, address, "Активный сертификат выбран.")
}

// ownCertificate makes sure that the certificate is one of the owner's.
func (c *Console) ownCertificate(ctx *fiber.Ctx, id int64, r active.Ref) error {
	e := by(ctx)
	return c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error {
		w, err := owner.Find(q, tx, e.PartnerID, id)
		if err != nil {
			return err
		}
		whose := int64(0)
		if r.Issued != 0 {
			x, err := cert.Find(q, tx, e.PartnerID, r.Issued)
			if err != nil {
				return err
			}
			whose = x.OwnerID
		} else {
			x, err := ready.Find(q, tx, e.PartnerID, r.Ready)
			if err != nil {
				return err
			}
			whose = x.OwnerID
		}
		if whose != w.ID {
			return fault.Missing()
		}
		return nil
	})
}
