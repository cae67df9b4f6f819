package console

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/fault"
	"signdesk/internal/org"
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
	Scans   []scanForm
	Names   []string // spellings that may differ from the passport by one letter
}

// checkRow is one register's answer about the data as they are now.
type checkRow struct {
	Kind, Name string
	Chip       web.Chip
	Text       string
	Advice     string // what to do when it is not positive, or late
	Meanwhile  string // what to do while the answer is waited for
	Letters    bool   // a letter of the name may be the cause
	Since      time.Time
	Whose      string
	Next       time.Time // tried again at; zero = the answer is polled for
	At         time.Time
	By         string
	Scan       bool // a scan waits for the second pair of eyes
	CanAsk     bool
	Find       bool  // the number itself may be asked for
	Take       int64 // the check that named another number; 0 = none
}

// Verb is the button's words.
func (r checkRow) Verb() string {
	again := ""
	if r.Chip.Kind == "stop" {
		again = " ещё раз"
	}
	switch r.Kind {
	case string(owner.CheckPassport):
		return "Проверить паспорт" + again
	case string(owner.FindSNILS):
		return "Узнать СНИЛС" + again
	}
	return "Проверить " + r.Name + again
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
		p.Ready, p.Names = paper.Version > 0, o.Doubtful()
		current, err := owner.Current(q, tx, e.PartnerID, o, paper)
		if err != nil {
			return err
		}
		card, err := org.Get(q, tx, e.PartnerID, o.OrgID)
		if err != nil {
			return err
		}
		for _, kind := range owner.CheckKinds {
			row, err := c.checkRow(q, tx, kind, current[kind], paper)
			if err != nil {
				return err
			}
			row.At, row.CanAsk = row.At.In(e.Location()), p.MayAsk && p.Ready && row.CanAsk
			p.Waiting = p.Waiting || !row.Since.IsZero()
			row.Find = kind == owner.CheckSNILS && p.MayAsk && p.Ready && paper.DocType == "rf_passport" && row.Chip.Kind != "done" && row.Since.IsZero() && current[owner.FindSNILS] == nil
			p.Rows = append(p.Rows, row)
			if found := current[owner.FindSNILS]; kind == owner.CheckSNILS && found != nil {
				row, err := c.checkRow(q, tx, owner.FindSNILS, found, paper)
				if err != nil {
					return err
				}
				row.At, row.CanAsk = row.At.In(e.Location()), p.MayAsk && row.CanAsk
				p.Waiting = p.Waiting || !row.Since.IsZero()
				p.Rows = append(p.Rows, row)
			}
			if check := current[kind]; !check.Positive() && p.Ready && (check != nil || paper.DocType != "rf_passport" && kind != owner.CheckSNILS) {
				p.Scans = append(p.Scans, newScanForm(kind, paper, len(card.OGRN) == 15, row.Advice != "" && !row.Scan))
			}
		}
		p.History, err = checkHistory(q, tx, e, id)
		return err
	})
	return p, err
}

// delayed is when a register that has not answered is called late.
const delayed = 10 * time.Minute

func (c *Console) checkRow(ctx context.Context, tx db.Conn, kind owner.CheckKind, check *owner.Check, paper *owner.Passport) (checkRow, error) {
	r := checkRow{Kind: string(kind), Name: kind.NameRU(), CanAsk: kind == owner.CheckSNILS || paper.DocType == "rf_passport"}
	r.Chip.Kind, r.Chip.Text = check.Chip()
	if check == nil {
		if !r.CanAsk {
			r.Advice = "Этот документ по СМЭВ не проверяется: приложите скан, решит проверяющий."
		}
		return r, nil
	}
	r.Text, r.At, r.By, r.Scan = check.Text, check.StatusAt, check.RequestedName, check.ScanFileID != uuid.Nil && !check.Positive()
	if check.Takeable() {
		r.Take = check.ID
	}
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
		r.Meanwhile = "Спрашивать ещё раз не нужно, страницу можно закрыть: ответ сохранится. Пока ждём, проверьте остальное."
		if c.now().Sub(check.RequestedAt) > delayed {
			r.Meanwhile, r.Advice = "", "Ответ задерживается. Запрос не потерян и уйдёт сам; чтобы не ждать, приложите скан — решит проверяющий. Ответит ведомство раньше — действует его ответ."
		}
	case "negative", "not_found":
		r.Advice, r.Letters = checkAdvice(kind, check.Status), (kind == owner.CheckPassport || kind == owner.CheckSNILS)
	case "refused":
		r.Advice = "Ведомство не проверяло данные. Повторите проверку позже или приложите скан — решит проверяющий."
	case "positive", "overridden":
		r.CanAsk = false
	}
	return r, nil
}

// checkAdvice is what to do when the register has answered and not confirmed.
func checkAdvice(kind owner.CheckKind, status string) string {
	const then = " Исправленные данные проверяются заново. Если всё верно, приложите скан — решит проверяющий."
	switch {
	case kind == owner.CheckPassport && status == "negative":
		return "Спросите владельца, не получал ли он новый паспорт, и сверьте серию и номер с оригиналом." + then
	case kind == owner.CheckPassport:
		return "Сверьте серию и номер с оригиналом, особенно похожие цифры." + then
	case kind == owner.FindSNILS && status == "negative":
		return "Сверьте номер с документом владельца. Взятый в карточку СНИЛС проверяется заново."
	case kind == owner.FindSNILS:
		return "Сверьте ФИО, дату рождения и паспорт: СФР ищет СНИЛС по ним."
	case kind == owner.CheckSNILS:
		return "Сверьте с паспортом и страховым свидетельством фамилию, имя, отчество, пол и дату рождения." + then
	case status == "negative":
		return "Сверьте ИНН в карточке владельца с ответом ФНС, затем паспортные данные." + then
	}
	return "Сверьте ФИО, дату рождения и паспорт: ФНС ищет ИНН по ним." + then
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

// foundTake writes the number that a register has named onto the owner's card.
func (c *Console) foundTake(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	check, err := strconv.ParseInt(ctx.FormValue("check"), 10, 64)
	if err != nil {
		return fault.Missing()
	}
	if err := owner.TakeFound(ctx.UserContext(), c.db, by(ctx), c.now(), id, check); err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/owners/%d/passport", id), "Номер взят в карточку владельца.")
}
