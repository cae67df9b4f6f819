package console

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/issuance"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// casePage is views/console/application/show.html.
type casePage struct {
	Frame   web.Frame
	Case    *issuance.View
	Status  web.Chip
	Steps   []caseStep
	Open    issuance.Step
	Act     string      // what the one button is, "" = none for this employee
	Next    string      // of a step that is done: the key of the one to do
	Events  []caseEvent // of the open step
	History []caseEvent // the whole
	Rights  caseRights
	Dialog  string // the dialog that opens by itself
	Reason  web.Field
	Prepare *prepareForm
	Agent   string // address of the desk's agent; "" = the desk has none
	ESIA    *cert.ESIAForm
	Ship    []shipChoice
	zone    *time.Location
	now     time.Time
}

// caseRights are the buttons beside the one of the step.
type caseRights struct{ Files, Take, Reject, Withdraw bool }

type caseStep struct {
	Key, Name, Class, Icon, When, Fact string
	Open                               bool
}

type caseEvent struct{ Kind, At, Text, By string }

var stepIcons = map[issuance.State]string{issuance.StepDone: "check-circle-fill", issuance.StepNow: "play-circle-fill", issuance.StepWait: "hourglass-split",
	issuance.StepStop: "x-octagon-fill", issuance.StepTodo: "circle"}

func (c *Console) casePage(ctx *fiber.Ctx, step string) (*casePage, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	e := by(ctx)
	v, err := issuance.Show(ctx.UserContext(), c.db, e, c.now(), c.set.Cases, id, step)
	if err != nil {
		return nil, err
	}
	p := &casePage{Case: v, Open: v.Open, zone: e.Location(), now: c.now(),
		Reason: web.Field{Name: "reason", Label: "Причина", Required: true, MaxLength: 500, Hint: "Увидят клиент и все, кто откроет заявку"}}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Заявка "+v.Number, v.OrgID, "case"); err != nil {
		return nil, err
	}
	p.Frame.Org.Contracts = []web.ContractChoice{{ID: strconv.FormatInt(v.ContractID, 10), Name: v.Contract.Number + " от " + web.Date(v.Contract.SignedOn), Current: true}}
	p.Status.Kind, p.Status.Text = v.Status.Chip()
	work := e.Can(staff.ApplicationWork)
	p.Rights = caseRights{Files: e.Can(staff.OrgView), Take: work && v.Status.Live() && v.TakenBy != e.ID,
		Reject:   (work || e.Can(staff.ApplicationReview)) && v.Status.Can(issuance.Rejected),
		Withdraw: work && v.Status.Can(issuance.Withdrawn)}
	p.steps()
	for _, ev := range v.Events {
		line := caseEvent{Kind: ev.Kind, At: p.moment(ev.At), Text: ev.Text, By: ev.ByName}
		p.History = append(p.History, line)
		if ev.Step == p.Open.Key {
			p.Events = append(p.Events, line)
		}
	}
	if !mayAct(e, v.Status, p.Open.Action) {
		return p, nil
	}
	p.Act = p.Open.Action
	return p, c.fill(ctx, p)
}

// mayAct reports whether the employee may press the step's button; a case that
// has ended lets its services be shipped and nothing else.
func mayAct(e *staff.Employee, s issuance.Status, action string) bool {
	switch action {
	case "":
		return false
	case issuance.Ship, issuance.Acknowledge:
		return e.Can(staff.ServiceShip) && s != issuance.Rejected && s != issuance.Withdrawn
	case issuance.Decide:
		return e.Can(staff.ApplicationReview) && s.Live()
	}
	return e.Can(staff.ApplicationWork) && s.Live()
}

// fill adds what the open step's form shows.
func (c *Console) fill(ctx *fiber.Ctx, p *casePage) (err error) {
	v := p.Case
	switch p.Act {
	case issuance.PrepareForm, issuance.Operate, issuance.Install:
		if url, _, ok := c.desk(ctx); ok {
			p.Agent = url
			web.AllowAgent(ctx, url)
		}
		if p.Act != issuance.Install {
			p.Prepare, err = c.prepareForm(ctx, v)
		}
	case issuance.SendESIA:
		var paper *owner.Passport // a look at a passport is logged
		if _, paper, err = owner.Look(ctx.UserContext(), c.db, by(ctx), c.now(), v.OwnerID, "отправка в ЕСИА, заявка "+v.Number); err != nil {
			return err
		}
		p.ESIA, err = cert.ESIAOf(v.Certificate, v.Org, v.Owner, paper)
	case issuance.Ship:
		p.Ship, err = c.shipChoices(ctx, v)
	}
	return err
}

// steps are the rows of the list, and where a step that is done leads on.
func (p *casePage) steps() {
	for _, s := range p.Case.Steps {
		row := caseStep{Key: s.Key, Name: s.Name, Class: "step-" + string(s.State), Icon: stepIcons[s.State], Fact: s.Fact, Open: s.Key == p.Open.Key}
		switch s.State {
		case issuance.StepWait:
			row.When, row.Fact = "ждём", strings.TrimPrefix(s.Fact, "ждём")
		case issuance.StepDone, issuance.StepStop:
			row.When = p.short(s.At)
		}
		p.Steps = append(p.Steps, row)
	}
	if current := issuance.Current(p.Case.Steps); p.Open.State == issuance.StepDone && current.Key != p.Open.Key && current.State != issuance.StepDone {
		p.Next = current.Key
	}
}

// NextName is the step that follows.
func (p *casePage) NextName() string {
	for _, s := range p.Steps {
		if s.Key == p.Next {
			return s.Name
		}
	}
	return ""
}

// Polls says how often the page looks again by itself; "" = it waits for the person.
func (p *casePage) Polls() string {
	switch {
	case p.Dialog != "":
		return ""
	case p.Open.State == issuance.StepWait && p.now.Sub(p.Open.Since) > 10*time.Minute:
		return "every 10s"
	case p.Open.State == issuance.StepWait:
		return "every 2s"
	case p.Open.State == issuance.StepTodo || p.Act == issuance.Print || p.Act == issuance.Confirm:
		return "every 5s"
	}
	return ""
}

// AskAll names the checks that nobody has asked yet, when there are several.
func (p *casePage) AskAll() string {
	var kinds []string
	for _, s := range p.Case.Steps {
		if s.Action == issuance.Ask && s.State == issuance.StepNow {
			kinds = append(kinds, s.Key)
		}
	}
	if len(kinds) < 2 {
		return ""
	}
	return strings.Join(kinds, " ")
}

// By is who brought the open step where it is.
func (p *casePage) By() string { return p.Case.Names[p.Open.By] }

// Ended reports whether the case has ended without a certificate.
func (p *casePage) Ended() bool {
	return p.Case.Status == issuance.Rejected || p.Case.Status == issuance.Withdrawn
}

// Stopped reports whether the step's text is a cure.
func (p *casePage) Stopped() bool { return p.Open.State == issuance.StepStop }

// Stamp is a time for scripts.
func (p *casePage) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Since is how long something has lasted, as the page's own timer words it.
func (p *casePage) Since(t time.Time) string { return lasted(p.now.Sub(t)) }

// Until is how long it is till then.
func (p *casePage) Until(t time.Time) string { return lasted(t.Sub(p.now)) }

// Clock is how long something has lasted, as 00:12:40.
func (p *casePage) Clock(t time.Time) string {
	s := max(0, int(p.now.Sub(t).Seconds()))
	two := func(n int) string { return strings.Repeat("0", max(0, 2-len(strconv.Itoa(n)))) + strconv.Itoa(n) }
	return two(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
}

// At is a moment in the centre's zone, in full.
func (p *casePage) At(t time.Time) string { return web.DateTime(t.In(p.zone)) }

// Day is a day in the centre's zone.
func (p *casePage) Day(t time.Time) string { return web.Date(t.In(p.zone)) }

// Taken is who has taken the case, shortly.
func (p *casePage) Taken() string {
	words := strings.Fields(p.Case.TakenName)
	for i := 1; i < len(words); i++ {
		words[i] = string([]rune(words[i])[:1]) + "."
	}
	return strings.Join(words, "\u00a0")
}

// SNILS shows the end only: the whole number stands in the owner's card.
func (p *casePage) SNILS() string {
	s := p.Case.Owner.SNILS
	if len(s) != 11 {
		return s
	}
	return "***-***-**" + s[8:9] + " " + s[9:]
}

// Carrier is the carrier of the certificate, or of the request.
func (p *casePage) Carrier() string {
	switch x, r := p.Case.Certificate, p.Case.Request; {
	case x != nil:
		return cert.CarrierRU(x.CarrierType) + " " + x.CarrierNumber
	case r != nil && r.Status != cert.Abandoned:
		return cert.CarrierRU(r.CarrierType) + " " + r.CarrierNumber
	}
	return ""
}

// lasted words a duration like the page's timers: 12 мин 40 с.
func lasted(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	n := func(v int, unit string) string { return strconv.Itoa(v) + "\u00a0" + unit }
	switch {
	case s >= 86400:
		return n(s/86400, "д") + " " + n(s/3600%24, "ч")
	case s >= 3600:
		return n(s/3600, "ч") + " " + n(s/60%60, "мин")
	case s >= 60:
		return n(s/60, "мин") + " " + n(s%60, "с")
	}
	return n(s, "с")
}

// short is the time of today, or the day.
func (p *casePage) short(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if t.Format(time.DateOnly) == p.now.In(p.zone).Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("02.01")
}

// moment is the time of today to the second, or the day with its time.
func (p *casePage) moment(t time.Time) string {
	t = t.In(p.zone)
	if t.Format(time.DateOnly) == p.now.In(p.zone).Format(time.DateOnly) {
		return t.Format("15:04:05")
	}
	return t.Format("02.01.2006 15:04")
}
