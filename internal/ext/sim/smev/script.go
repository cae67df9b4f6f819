package smev

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"signdesk/internal/ext/sim/state"
)

// Step is one thing that the bus does wrong with one call. In a script it is
// used up by the first call of its operation; in the knob «do» it holds for
// every one.
type Step struct {
	On  string // SendRequest, GetResponse, Ack, GetStatus, GetRequest, SendResponse, Fetch, Put; * = any
	Do  string // one of the actions below
	Arg string
}

// actions are what a step may do, with what their argument means.
var actions = map[string]string{
	// before the call has an effect
	"fault": "name of a fault", "503": "", "drop": "", "slow": "duration",
	// after it has had its effect
	"lose": "", "cut": "", "garbage": "",
	// to the answer
	"wrong": "", "changed": "", "unsigned": "", "participant": "", "wrapped": "", "version": "", "huge": "", "multipart": "", "plain": "", "unknown": "",
	// to what comes of a request
	"wait": "duration", "never": "", "invalid": "what breaks the schema", "reject": "code: reason", "archive": "", "status": "words", "twice": "",
	// to the queue and to Ack
	"newest": "", "empty": "", "forget": "",
	// to the file store
	"denied": "", "absent": "",
}

// ParseSteps reads «operation action argument» parted by semicolons:
//
//	fault NAME    refuse with this fault of the schema, nothing is taken
//	503, drop     no answer, nothing is taken
//	slow D        wait first
//	lose          take it and close the connection without a word
//	cut           take it and close the connection amid the answer
//	garbage       take it and answer with a page of HTML
//	wrong         SMEV's signature is spoilt in one bit
//	changed       the answer is changed after it was signed
//	unsigned      SMEV's signature is left out
//	participant   another member of the same authority signs instead of SMEV
//	wrapped       the signed element is moved away, a forged one stands in its place
//	version       the answer is in the namespaces of another version
//	huge          17 MB of white space follow
//	multipart     answer as MIME with XOP; plain: as one document
//	unknown       statuses and codes that no schema has
//	wait D        SendRequest: the answer is ready that much later
//	never         SendRequest: no answer ever
//	invalid T     SendRequest: SMEV's asynchronous verdict that the content is bad
//	reject C: T   SendRequest: the body refuses
//	archive [inline]  SendRequest: the extract is too large, it comes as an archive by reference, or inside the message
//	status T      SendRequest: the body tells how far it is before it answers
//	twice         SendRequest: the answer comes again after its first Ack
//	newest        GetResponse: the newest answer instead of the oldest
//	empty         GetResponse: the queue seems empty
//	forget        Ack: says yes and forgets it
//	denied        Fetch, Put: the file store does not take the password
//	absent        Fetch: the file is not there; Put: it is not taken
//
// A connection to the file store does steps on Fetch and Put: these two, drop,
// slow, cut and, of a file fetched, changed.
func ParseSteps(text string) ([]Step, error) {
	var out []Step
	for line := range strings.SplitSeq(text, ";") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) == 1 {
			return nil, fmt.Errorf("step %q: want operation and action", line)
		}
		s := Step{On: words[0], Do: words[1], Arg: strings.Join(words[2:], " ")}
		wants, ok := actions[s.Do]
		if !ok {
			return nil, fmt.Errorf("step %q: no action %q", line, s.Do)
		}
		if !slices.Contains([]string{"SendRequest", "GetResponse", "Ack", "GetStatus", "GetRequest", "SendResponse", "Fetch", "Put", "*"}, s.On) {
			return nil, fmt.Errorf("step %q: no operation %q", line, s.On)
		}
		if wants == "duration" {
			if _, err := time.ParseDuration(s.Arg); err != nil {
				return nil, fmt.Errorf("step %q: %w", line, err)
			}
		}
		if s.Do == "fault" && faultCodes[s.Arg] == "" {
			return nil, fmt.Errorf("step %q: the schema has no fault %q", line, s.Arg)
		}
		out = append(out, s)
	}
	return out, nil
}

// Script adds steps for the calls to come, each done once: a call takes the
// first step that is on its operation. Those left outlive a restart; a knob lasts.
func (s *Service) Script(text string) error {
	steps, err := ParseSteps(text)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	s.script = append(s.script, steps...)
	return s.save()
}

// DropScript forgets the steps that no call has come for.
func (s *Service) DropScript() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read, s.script = true, nil
	return s.save()
}

// load reads the steps that a run before has left; s.mu is held.
func (s *Service) load() {
	if s.read {
		return
	}
	s.read = true
	err := s.Store.View(func(tx *tx) error { return tx.Get(s.Bucket("script"), "steps", &s.script) })
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		s.Log.Error("read script", "err", err)
	}
}

// save stores the steps that are left; s.mu is held.
func (s *Service) save() error {
	return s.Store.Update(func(tx *tx) error { return tx.Put(s.Bucket("script"), "steps", s.script) })
}

// Left returns the steps that no call has come for yet.
func (s *Service) Left() []Step {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	return slices.Clone(s.script)
}

// stepsFor takes the next step of the script for the operation and adds those
// of the knobs.
func (s *Service) stepsFor(operation string) []Step {
	var out []Step
	s.mu.Lock()
	s.load()
	for i, step := range s.script {
		if step.On == operation || step.On == "*" {
			out = append(out, step)
			s.script = slices.Delete(s.script, i, i+1)
			if err := s.save(); err != nil {
				s.Log.Error("keep script", "err", err)
			}
			break
		}
	}
	s.mu.Unlock()
	k := s.Knobs()
	if k.Do != "" {
		steps, _ := ParseSteps(k.Do) // checked when it was set
		for _, step := range steps {
			if step.On == operation || step.On == "*" {
				out = append(out, step)
			}
		}
	}
	if operation == "SendRequest" && k.Fault != "" {
		out = append(out, Step{operation, "fault", k.Fault})
	}
	if k.WrongSignature {
		out = append(out, Step{operation, "wrong", ""})
	}
	if k.Multipart {
		out = append(out, Step{operation, "multipart", ""})
	}
	return out
}

// step returns the step of the call that does this.
func (c *call) step(do string) (Step, bool) {
	for _, s := range c.steps {
		if s.Do == do {
			return s, true
		}
	}
	return Step{}, false
}

func (c *call) does(do string) bool {
	_, ok := c.step(do)
	return ok
}

func (c *call) duration(do string) time.Duration {
	s, _ := c.step(do)
	d, _ := time.ParseDuration(s.Arg) // checked by ParseSteps; "" is 0
	return d
}
