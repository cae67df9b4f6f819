package console

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/cert/revoke"
	"signdesk/internal/db"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// revocationsPage is views/console/revocation/index.html: what is under way,
// and the archive over all certificates (F254).
type revocationsPage struct {
	Frame web.Frame
	Tabs  []applicationChoice
	Rows  []revocationRow
	More  string // address of the next page, "" = none
	Empty emptyPart
}

type revocationRow struct {
	revoke.Revocation
	Chip   web.Chip
	Reason string
	Asked  time.Time
}

func (c *Console) revocationsIndex(ctx *fiber.Ctx) error {
	e, archive := by(ctx), ctx.Query("show") == "all"
	if err := e.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return err
	}
	before, _ := strconv.ParseInt(ctx.Query("before"), 10, 64)
	p := revocationsPage{Frame: c.frame(ctx, "Аннулирование"),
		Tabs:  []applicationChoice{{Name: "В работе", URL: "/revocations", Current: !archive}, {Name: "Архив", URL: "/revocations?show=all", Current: archive}},
		Empty: emptyPart{Icon: "check-lg", Title: "Заявок нет", Text: "Сертификат аннулируют с его страницы: «Аннулировать». Заявка другого сотрудника ждёт здесь решения."}}
	err := c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error {
		list, err := revoke.Archive(q, tx, e.PartnerID, !archive, before)
		for _, v := range list {
			p.Rows = append(p.Rows, revocationRow{v, web.Chip{Kind: v.Status.Chip(), Text: v.Status.RU()}, revoke.ReasonRU(v.Reason), v.AskedAt.In(e.Location())})
		}
		if len(list) == revoke.PageSize {
			p.More = fmt.Sprintf("/revocations?before=%d", list[len(list)-1].ID)
			if archive {
				p.More += "&show=all"
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return ctx.Render("console/revocation/index", p)
}

// revocationsWaiting is the tile of the start page for who decides.
func (c *Console) revocationsWaiting(ctx context.Context, e *staff.Employee) (list []worklist, err error) {
	if !e.Can(staff.ApplicationReview) {
		return nil, nil
	}
	err = c.db.Read(ctx, e.PartnerID, func(q context.Context, tx db.Conn) error {
		n, err := revoke.Waiting(q, tx, e.PartnerID)
		list = []worklist{{Name: "Аннулирование", URL: "/revocations", Count: n, Note: "ждут второго сотрудника"}}
		return err
	})
	return list, err
}

func ownerName(ctx context.Context, tx db.Conn, x *cert.Certificate) (string, error) {
	w, err := owner.Find(ctx, tx, x.PartnerID, x.OwnerID)
	if err != nil {
		return "", err
	}
	return w.FullName(), nil
}
