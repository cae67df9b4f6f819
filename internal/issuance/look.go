package issuance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
)

// headDays is how long an application waits for the head's signature (F131).
const headDays = 28

// Look looks at a case again: what has changed goes into the timeline, and the
// status moves as far as it can. Safe to repeat: nothing changed, nothing done.
func Look(ctx context.Context, d *db.DB, now time.Time, rules Rules, args job.CaseMoved) error {
	return d.Tx(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lock(ctx, tx, args.Partner, args.Application); err != nil {
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			return err
		}
		c, err := Load(ctx, tx, args.Partner, args.Application)
		if err != nil {
			return err
		}
		return c.look(ctx, tx, now, rules)
	})
}

// LookOwner and LookOrganisation look at the live cases that a change concerns.
func LookOwner(ctx context.Context, d *db.DB, now time.Time, rules Rules, args job.OwnerMoved) error {
	return lookAll(ctx, d, now, rules, args.Partner, "owner_id", args.Owner)
}

// LookOrganisation is LookOwner for all cases of an organisation.
func LookOrganisation(ctx context.Context, d *db.DB, now time.Time, rules Rules, args job.OrgMoved) error {
	return lookAll(ctx, d, now, rules, args.Partner, "org_id", args.Org)
}

func lookAll(ctx context.Context, d *db.DB, now time.Time, rules Rules, partner int64, column string, id int64) error {
	var ids []int64
	err := d.Read(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		return tx.NewSelect().TableExpr("application").Column("id").
			Where("partner_id = ? AND ? = ? AND status NOT IN ('done', 'rejected', 'withdrawn')", partner, bun.Ident(column), id).OrderExpr("id").Scan(ctx, &ids)
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := Look(ctx, d, now, rules, job.CaseMoved{Partner: partner, Application: id}); err != nil {
			return err
		}
	}
	return nil
}

// look runs inside the transaction that holds the application's lock.
func (c *Case) look(ctx context.Context, tx bun.IDB, now time.Time, rules Rules) error {
	for range 4 { // a move may open the next
		if err := c.renew(ctx, tx, now); err != nil {
			return err
		}
		if err := c.note(ctx, tx, now, rules); err != nil {
			return err
		}
		to, reason := c.next(now, rules)
		if to == "" {
			return nil
		}
		from := c.Status
		if err := set(ctx, tx, now, &c.Application, to, reason); err != nil {
			return err
		}
		kind := "note"
		if to == Done {
			kind = "done"
		}
		text := "«" + from.RU() + "» → «" + to.RU() + "»."
		if reason != "" {
			text += " " + reason
		}
		if err := event(ctx, tx, now, &c.Application, 0, "case", kind, text); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: audit.Program, Action: "application." + string(to),
			Object: fmt.Sprintf("application:%d", c.ID), Org: c.OrgID}); err != nil {
			return err
		}
	}
	return c.note(ctx, tx, now, rules)
}

// next is where the case moves by itself, "" = nowhere. A move by a person
// (request made, signed, approved, rejected) is that person's verb.
func (c *Case) next(now time.Time, rules Rules) (Status, string) {
	missing := c.missing(now, rules)
	review := c.overridden() && !c.approved()
	if missing == "" && !c.signed() {
		missing = "Данные изменились: нужна подпись руководителя."
	}
	switch c.Status {
	case RegistryCheck:
		switch {
		case c.missing(now, rules) != "":
		case !c.signed():
			return HeadSignature, ""
		case c.headDoubt() != "":
		case review:
			return Review, "Проверка принята по скану."
		default:
			return Approved, ""
		}
	case HeadSignature:
		if text := c.missing(now, rules); text != "" {
			return RegistryCheck, text
		}
		if c.signed() {
			return HeadCheck, ""
		}
	case HeadCheck: // waits until the register confirms who has signed (F057)
		switch {
		case missing != "":
			return RegistryCheck, missing
		case c.headDoubt() != "":
		case review:
			return Review, "Проверка принята по скану."
		default:
			return Approved, ""
		}
	case Review:
		if missing != "" {
			return RegistryCheck, missing
		}
		if !review {
			return Approved, ""
		}
	case Approved:
		if review && missing == "" {
			missing = "Подтверждённые данные изменились: заявку рассматривают снова."
		}
		if missing != "" {
			return RegistryCheck, missing
		}
	case Requested:
		switch {
		case c.Certificate != nil:
			return Issued, ""
		case c.Request != nil && c.Request.Status == cert.Refused:
			return Approved, c.Request.CaText
		}
	case Issued:
		if x := c.Certificate; x != nil && !x.InstalledAt.IsZero() && !x.ReceiptConfirmedAt.IsZero() && c.Registration != nil && c.Registration.Status == "succeeded" {
			return Done, ""
		}
	}
	return "", ""
}

// note writes down the steps that say something else than the last time.
func (c *Case) note(ctx context.Context, tx bun.IDB, now time.Time, rules Rules) error {
	seen := map[string]string{}
	if err := json.Unmarshal(c.Seen, &seen); err != nil {
		return fmt.Errorf("read seen steps: %w", err)
	}
	changed := false
	for _, s := range c.Steps(now, rules) {
		print := string(s.State) + "|" + s.Action + "|" + s.At.UTC().Format(time.RFC3339)
		if seen[s.Key] == print {
			continue
		}
		first := seen[s.Key] == ""
		seen[s.Key], changed = print, true
		kind := map[State]string{StepDone: "done", StepWait: "wait", StepStop: "stop"}[s.State]
		if kind == "" || (first && s.State == StepWait && s.At.IsZero() && s.Since.IsZero()) {
			continue // a step that has become ours is no event
		}
		text := s.Title + "."
		if s.Text != "" {
			text += " " + s.Text
		}
		if err := event(ctx, tx, now, &c.Application, s.By, s.Key, kind, text); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	b, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	c.Seen = b
	_, err = tx.ExecContext(ctx, `UPDATE application SET seen = ?::jsonb WHERE partner_id = ? AND id = ?`, string(b), c.PartnerID, c.ID)
	return err
}
