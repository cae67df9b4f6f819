package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// messagePage is views/console/exchange/message.html: one question with all
// that the journal has of it.
type messagePage struct {
	Frame      web.Frame
	Card       *exchange.Card
	Row        exchangeRow
	About      string // address of what it is about
	AboutName  string
	AboutIcon  string
	MayResend  bool
	MayOpen    bool
	NeedReason bool // to open a message
	Reason     web.Field
	zone       *time.Location
}

// At is the moment in the centre's time, "—" for none.
func (p *messagePage) At(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return web.DateTime(t.In(p.zone))
}

// Verdict is what was found of a signature.
func (p *messagePage) Verdict(w exchange.Wire) web.Chip {
	switch w.Verdict {
	case "good":
		return web.Chip{Kind: "done", Text: "Верна"}
	case "bad":
		return web.Chip{Kind: "stop", Text: "Не подтвердилась"}
	case "own":
		return web.Chip{Kind: "note", Text: "Наша"}
	}
	return web.Chip{Kind: "idle", Text: "Без подписи"}
}

// FileState is what has become of a file, and of its signature.
func (p *messagePage) FileState(f exchange.File) web.Chip {
	switch {
	case f.Status == "waiting":
		return web.Chip{Kind: "wait", Text: "Принимается"}
	case f.Status == "refused":
		return web.Chip{Kind: "stop", Text: "Не принят"}
	case f.Verdict == "good":
		return web.Chip{Kind: "done", Text: "Подпись верна"}
	case f.Verdict == "bad":
		return web.Chip{Kind: "stop", Text: "Подпись не подтвердилась"}
	}
	return web.Chip{Kind: "idle", Text: "Без подписи"}
}

// Fault is the words for a failure.
func (p *messagePage) Fault(code string) string { return exchangeFault(code) }

// Outcome is the kind of an answer on screen.
func (p *messagePage) Outcome(a exchange.Answer) string {
	return map[string]string{"content": "сведения", "progress": "ход", "rejected": "ведомство отказало", "no_data": "сведений нет", "failed": "СМЭВ отклонила"}[a.Kind]
}

// Openable reports whether a message is still there to be opened.
func (p *messagePage) Openable() bool {
	return slices.ContainsFunc(p.Card.Wires, func(w exchange.Wire) bool { return !w.Destroyed })
}

const exchangeReasonKey = "exchange-reason"

func (c *Console) messageShow(ctx *fiber.Ctx) error { return c.messagePage(ctx, nil) }

func (c *Console) messagePage(ctx *fiber.Ctx, wrong error) error {
	e := by(ctx)
	if err := e.Must(staff.ExchangeView); err != nil {
		return err
	}
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	p := &messagePage{zone: e.Location(), Reason: web.Field{Name: "reason", Label: "Зачем вам сами сообщения", Value: web.Text(ctx, "reason"), Required: true, MaxLength: 200, Hint: "В них личные данные. Основание попадёт в журнал и действует 15 минут"}}
	err = c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error {
		if p.Card, err = exchange.Open(q, tx, e.PartnerID, id); err != nil {
			return err
		}
		return p.about(q, tx, e)
	})
	if err != nil {
		return err
	}
	p.Row = exchangeRowOf(&p.Card.Message, c.now(), p.zone)
	p.MayResend = p.Card.ResentAs == 0 && mayResend(e, &p.Card.Message)
	var needs bool
	p.MayOpen, needs = exchange.MayOpen(e)
	p.NeedReason = p.MayOpen && needs && c.spoken(ctx, exchangeReasonKey, id) == ""
	if f := fault.As(wrong); f != nil {
		p.Reason.Error = f.Text
		ctx.Status(fiber.StatusUnprocessableEntity)
	}
	p.Frame = c.frame(ctx, "Запрос: "+p.Row.Title)
	return ctx.Render("console/exchange/message", p)
}

// about finds what the question is about.
func (p *messagePage) about(ctx context.Context, tx db.Conn, e *staff.Employee) error {
	switch m := p.Card.Message; m.Kind {
	case exchange.Passport, exchange.SNILS, exchange.INN, exchange.SNILSByData:
		id, err := owner.OfCheck(ctx, tx, e.PartnerID, m.SubjectID)
		p.About, p.AboutName, p.AboutIcon = fmt.Sprintf("/owners/%d", id), "Владелец", "person"
		return err
	case exchange.ESIA:
		x, err := cert.OfRegistration(ctx, tx, e.PartnerID, m.SubjectID)
		if err != nil {
			return err
		}
		p.About, p.AboutName, p.AboutIcon = caseURL(x.ApplicationID, "esia"), "Заявка", "patch-check"
	case exchange.ESIAPerson:
		x, err := cert.OfAccount(ctx, tx, e.PartnerID, m.SubjectID)
		if err != nil {
			return err
		}
		p.About, p.AboutName, p.AboutIcon = caseURL(x.ApplicationID, "esia"), "Заявка", "patch-check"
	case exchange.EGRUL, exchange.EGRIP:
		id, err := org.OfRequest(ctx, tx, e.PartnerID, m.SubjectID)
		p.About, p.AboutName, p.AboutIcon = fmt.Sprintf("/organisations/%d/storage", id), "Папка клиента", "folder2"
		return err
	}
	return nil
}

// mayResend reports whether the employee may send the refused question anew.
func mayResend(e *staff.Employee, m *exchange.Message) bool {
	return m.Status == "refused" && e.Must(staff.ApplicationWork, staff.ApplicationReview) == nil && resends[m.Kind] != nil
}

// resends are the verbs that send a refused question anew, by its kind.
var resends = map[string]func(context.Context, *db.DB, *staff.Employee, time.Time, int64) error{
	exchange.Passport: owner.Resend, exchange.SNILS: owner.Resend, exchange.INN: owner.Resend, exchange.SNILSByData: owner.Resend,
	exchange.ESIA: cert.Resend, exchange.ESIAPerson: cert.ResendAccount, exchange.EGRUL: org.Resend, exchange.EGRIP: org.Resend,
}

func (c *Console) messageResend(ctx *fiber.Ctx) error {
	e := by(ctx)
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := errors.Join(e.Must(staff.ExchangeView), e.Must(staff.ApplicationWork, staff.ApplicationReview)); err != nil {
		return err
	}
	var card *exchange.Card
	err = c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) error {
		card, err = exchange.Open(q, tx, e.PartnerID, id)
		return err
	})
	if err != nil {
		return err
	}
	resend := resends[card.Kind]
	if resend == nil {
		return fault.New(fault.Conflict, "Такой запрос повторяют там, где его задали.")
	}
	if err := resend(ctx.UserContext(), c.db, e, c.now(), id); err != nil {
		return err
	}
	back := fmt.Sprintf("/exchange/%d", id)
	if ctx.FormValue("list") != "" {
		back = "/exchange?status=refused"
	}
	return c.done(ctx, back, "Запрос отправлен заново новым сообщением.")
}

// messageReason keeps why the messages are opened, for a quarter of an hour.
func (c *Console) messageReason(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	reason := web.Text(ctx, "reason")
	if err := exchange.Reasoned(by(ctx), reason); fault.Is(err, fault.Invalid) {
		return c.messagePage(ctx, err)
	} else if err != nil {
		return err
	}
	kept := fmt.Sprintf("%d|%s|%s", id, c.now().Format(time.RFC3339), reason)
	if err := c.kit.Sessions.SetValue(ctx.UserContext(), web.SessionOf(ctx), exchangeReasonKey, kept); err != nil {
		return err
	}
	return web.SeeOther(ctx, fmt.Sprintf("/exchange/%d", id))
}

// wirePage is views/console/exchange/wire.html: a message as it went over the wire.
type wirePage struct {
	Frame web.Frame
	ID    int64
	Wire  *exchange.Wire
	At    time.Time
	Body  string
	Cut   bool
}

const wireShown = 512 << 10 // octets on the page

// wireShow opens one message; the look is logged.
func (c *Console) wireShow(ctx *fiber.Ctx) error {
	e := by(ctx)
	if err := e.Must(staff.ExchangeView); err != nil {
		return err
	}
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	wire, err := uuid.Parse(ctx.Params("wire"))
	if err != nil {
		return fault.Missing()
	}
	w, body, err := exchange.Raw(ctx.UserContext(), c.db, e, c.now(), wire, c.spoken(ctx, exchangeReasonKey, id))
	if fault.Is(err, fault.Invalid) {
		return web.SeeOther(ctx, fmt.Sprintf("/exchange/%d", id))
	}
	if err != nil {
		return err
	}
	if w.Message != id {
		return fault.Missing()
	}
	p := wirePage{Frame: c.frame(ctx, "Сообщение СМЭВ"), ID: id, Wire: w, At: w.At.In(e.Location())}
	if p.Cut = len(body) > wireShown; p.Cut {
		body = body[:wireShown]
	}
	p.Body = strings.ToValidUTF8(string(body), "\ufffd")
	return ctx.Render("console/exchange/wire", p)
}

// spoken is the reason said about the row lately, or "".
func (c *Console) spoken(ctx *fiber.Ctx, key string, id int64) string {
	parts := strings.SplitN(web.SessionOf(ctx).Value(key), "|", 3)
	if len(parts) != 3 || parts[0] != strconv.FormatInt(id, 10) {
		return ""
	}
	at, err := time.Parse(time.RFC3339, parts[1])
	if err != nil || c.now().Sub(at) > reasonTime {
		return ""
	}
	return parts[2]
}
