package console

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// checksPanel is the part of the passport page about the registers; while one
// is asked it refreshes itself.
type checksPanel struct {
	OwnerID int64
	Rows    []checkRow
	Waiting bool
	MayAsk  bool
	Ready   bool // there is a paper to ask about
	History []checkLine
	Scan    scanForm
}

// checkRow is one register's answer about the data as they are now.
type checkRow struct {
	Kind, Name string
	Chip       web.Chip
	Text       string
	Advice     string // what to do when it is not positive
	Since      time.Time
	Whose      string
	Next       time.Time // tried again at; zero = the answer is polled for
	At         time.Time
	By         string
	Scan       bool // a scan waits for the second pair of eyes
	CanAsk     bool
}

type checkLine struct {
	At         time.Time
	Kind, Text string
	State      string // of the timeline: done, wait, stop
	By         string
}

// scanForm sends a scan to the second pair of eyes.
type scanForm struct {
	Kinds      []web.Option
	Understood web.Field
	Error      string
}

// Verb is the button's words.
func (r checkRow) Verb() string {
	again := ""
	if r.Chip.Kind == "stop" {
		again = " ещё раз"
	}
	name := r.Name
	if r.Kind == string(owner.CheckPassport) {
		name = "паспорт"
	}
	return "Проверить " + name + again
}

// Stuck reports whether a register has refused or not confirmed: the way round is offered open.
func (p checksPanel) Stuck() bool {
	for _, r := range p.Rows {
		if r.Advice != "" && !r.Scan {
			return true
		}
	}
	return false
}

// Deadline is when the next attempt is, in the form a browser counts down from.
func (r checkRow) Deadline() string { return r.Next.UTC().Format(time.RFC3339) }

// Started is since when the answer is waited for.
func (r checkRow) Started() string { return r.Since.UTC().Format(time.RFC3339) }

func (c *Console) checksPanel(ctx *fiber.Ctx, id int64) (checksPanel, error) {
	e := by(ctx)
	p := checksPanel{OwnerID: id, MayAsk: e.Can(staff.ApplicationWork)}
	err := c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error {
		o, err := owner.Find(q, tx, e.PartnerID, id)
		if err != nil {
			return err
		}
		paper, err := owner.PassportOf(q, tx, e.PartnerID, id)
		if err != nil {
			return err
		}
		p.Ready = paper.Version > 0
		current, err := owner.Current(q, tx, e.PartnerID, o, paper)
		if err != nil {
			return err
		}
		for _, kind := range owner.CheckKinds {
			row, err := checkRowOf(q, tx, kind, current[kind], paper)
			if err != nil {
				return err
			}
			row.At, row.CanAsk = row.At.In(e.Location()), p.MayAsk && p.Ready && row.CanAsk
			p.Waiting = p.Waiting || !row.Since.IsZero()
			p.Rows = append(p.Rows, row)
			if check := current[kind]; !check.Positive() && p.Ready && (check != nil || paper.DocType != "rf_passport" && kind != owner.CheckSNILS) {
				p.Scan.Kinds = append(p.Scan.Kinds, web.Option{Value: string(kind), Label: kind.NameRU()})
			}
		}
		history, err := owner.Checks(q, tx, e.PartnerID, id)
		for _, h := range history {
			p.History = append(p.History, lineOf(&h, e.Location()))
		}
		return err
	})
	p.Scan.Understood = web.Field{Name: "understood", Required: true,
		Label: "Я понимаю, что заявление на выпуск электронной подписи будет отклонено, если загруженное изображение не является скан-копией документа в хорошем качестве"}
	return p, err
}

func checkRowOf(ctx context.Context, tx db.Conn, kind owner.CheckKind, check *owner.Check, paper *owner.Passport) (checkRow, error) {
	r := checkRow{Kind: string(kind), Name: kind.NameRU(), CanAsk: kind == owner.CheckSNILS || paper.DocType == "rf_passport"}
	r.Chip.Kind, r.Chip.Text = check.Chip()
	if check == nil {
		if !r.CanAsk {
			r.Advice = "Этот документ по СМЭВ не проверяется: приложите скан, решит проверяющий."
		}
		return r, nil
	}
	r.Text, r.At, r.By, r.Scan = check.Text, check.StatusAt, check.RequestedName, check.ScanFileID != uuid.Nil && !check.Positive()
	switch check.Status {
	case "waiting":
		m, err := exchange.Find(ctx, tx, check.MessageID)
		if err != nil {
			return r, err
		}
		r.CanAsk, r.Since = false, check.RequestedAt
		r.Text, r.Whose, r.Next = m.Waiting()
		if check.Text != "" {
			r.Text += " " + check.Text
		}
	case "negative", "not_found":
		r.Advice = "Сверьте данные с оригиналом и исправьте: исправленные проверяются заново. Если всё верно, приложите скан — решит проверяющий."
	case "refused":
		r.Advice = "Повторите проверку позже или приложите скан — решит проверяющий."
	case "positive", "overridden":
		r.CanAsk = false
	}
	return r, nil
}

func lineOf(h *owner.Check, zone *time.Location) checkLine {
	line := checkLine{At: h.StatusAt.In(zone), Kind: h.Kind.NameRU(), Text: h.Text, By: h.RequestedName, State: "stop"}
	switch {
	case h.Positive():
		line.State = "done"
	case h.Status == "waiting":
		line.State, line.Text = "wait", "Спрошено, ответа ещё нет."
	}
	if h.DecidedName != "" {
		line.By = h.DecidedName
	}
	return line
}

// checksShow is the panel alone, for its own refreshing. Papers are not in it.
func (c *Console) checksShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := by(ctx).Must(staff.PassportView, staff.PassportReason); err != nil {
		return err
	}
	p, err := c.checksPanel(ctx, id)
	if err != nil {
		return err
	}
	return ctx.Render("console/owner/passport#checks", p)
}

// checkAsk saves the form, if it was sent along, and puts the question.
func (c *Console) checkAsk(ctx *fiber.Ctx) error {
	kind := owner.CheckKind(web.Text(ctx, "kind"))
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if web.Text(ctx, "doc_type") != "" {
		if _, ok, err := c.savePassport(ctx); !ok {
			return err
		}
	}
	if _, err := owner.Ask(ctx.UserContext(), c.db, by(ctx), c.now(), id, kind); err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/owners/%d/passport", id), kind.NameRU()+": запрос поставлен в очередь СМЭВ.")
}
