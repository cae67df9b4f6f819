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
	Frame    web.Frame
	Case     *issuance.View
	Status   web.Chip
	Steps    []caseStep
	Open     issuance.Step
	Act      string      // what the one button is, "" = none for this employee
	Next     string      // of a step that is done: the key of the one to do
	Events   []caseEvent // of the open step
	History  []caseEvent // the whole
	Rights   caseRights
	Dialog   string // the dialog that opens by itself
	Reason   web.Field
	Prepare  *prepareForm
	Agent    string // address of the desk's agent; "" = the desk has none
	ESIA     *esiaForm
	Sendings []cert.Registration // of the open ESIA step
	Account  *accountPanel       // of the open ESIA step, when ESIA does not know the owner
	Ship     []shipChoice
	zone     *time.Location
	now      time.Time
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
	if url, _, ok := c.desk(ctx); ok && work && v.Status.Live() { // at every step: the page goes on to the next one by itself
		p.Agent = url
		web.AllowAgent(ctx, url)
	}
	p.steps()
	for _, ev := range v.Events {
		line := caseEvent{Kind: ev.Kind, At: p.moment(ev.At), Text: ev.Text, By: ev.ByName}
		p.History = append(p.History, line)
		if ev.Step == p.Open.Key {
			p.Events = append(p.Events, line)
		}
	}
	if err := c.esiaSendings(ctx, p); err != nil {
		return nil, err
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
	case issuance.PrepareForm, issuance.Operate:
		p.Prepare, err = c.prepareForm(ctx, v)
	case issuance.SendESIA:
		var paper *owner.Passport // a look at a passport is logged
		if _, paper, err = owner.Look(ctx.UserContext(), c.db, by(ctx), c.now(), v.OwnerID, "отправка в ЕСИА, заявка "+v.Number); err != nil {
			return err
		}
		form, err := cert.ESIAOf(v.Certificate, v.Org, v.Owner, paper)
		if err != nil {
			return err
		}
		p.ESIA = p.esiaForm(form, paper)
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
