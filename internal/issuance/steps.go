package issuance

import (
	"time"

	"signdesk/internal/owner"
)

// State of a step.
type State string

const (
	StepDone State = "done"
	StepNow  State = "now"  // our move
	StepWait State = "wait" // somebody else's move
	StepStop State = "stop" // cannot go on without a cure
	StepTodo State = "todo"
)

// What moves a step: each is one button of the case page.
const (
	Services    = "services"    // sell or get paid the issue
	Upload      = "upload"      // drop the extract
	Compare     = "compare"     // look at its comparison with the card
	Requisites  = "requisites"  // of the organisation
	FillIn      = "passport"    // the passport's data
	Ask         = "ask"         // a register, by SMEV
	HeadSigns   = "head"        // note the head's signature
	Decide      = "approve"     // the second pair of eyes
	PrepareForm = "prepare"     // the form of the request
	Operate     = "operate"     // make the key and the request on the carrier
	HurryUp     = "hurry"       // ask the CA now
	Install     = "install"     // put the certificate on the carrier
	SendESIA    = "esia"        // «Отправить в ЕСИА»
	Print       = "print"       // the receipt
	Confirm     = "confirm"     // that the owner has signed it
	Ship        = "ship"        // the paid services
	Acknowledge = "acknowledge" // accounting's answer
)

// Step is one row of the case page: its state, since when, by whom, why it
// stands, whose move it is, and what moves it.
type Step struct {
	Key, Name string
	State     State
	Fact      string    // short, beside the name
	At        time.Time // when it came to this state
	By        int64     // who brought it there; 0 = the program or an outside system
	Title     string    // headline when open
	Text      string    // why it stands, and the cure
	Whose     string    // whose move it is
	Since     time.Time // waiting since
	Next      time.Time // tried again at
	Action    string    // what moves it; "" = nothing to press
}

// Steps reads the timeline's steps from what the domains know.
func (c *Case) Steps(now time.Time, rules Rules) []Step {
	steps := []Step{c.contractStep(now), c.extractStep(now, rules), c.checkStep(owner.CheckPassport), c.checkStep(owner.CheckSNILS), c.checkStep(owner.CheckINN)}
	if !c.Owner.IsHead {
		steps = append(steps, c.headStep())
	}
	if c.overridden() || c.Status == Review {
		steps = append(steps, c.reviewStep())
	}
	before := true // whether everything before stands
	for _, s := range steps {
		before = before && s.State == StepDone
	}
	return append(steps, c.requestStep(before), c.caStep(now, rules), c.installStep(), c.esiaStep(), c.receiptStep(), c.shipmentStep())
}

// Current is the step to look at: the first that is not done.
func Current(steps []Step) Step { return steps[openIndex(steps)] }

func openIndex(steps []Step) int {
	for i, s := range steps {
		if s.State != StepDone {
			return i
		}
	}
	return len(steps) - 1
}
