package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"sync"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/record"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/fault"
)

// State of an operation. Waiting is left once, by one of the others.
type State string

// The states, as the console's page reads them.
const (
	Waiting State = "waiting" // for the operator's decision
	Done    State = "done"
	Refused State = "refused" // by the operator or by the console's page
	Expired State = "expired"
	Failed  State = "failed"
)

// Result is what a done operation made.
type Result struct {
	CSR         []byte `json:"csr,omitempty"` // DER
	Installed   bool   `json:"installed,omitempty"`
	PublicKey   []byte `json:"public_key,omitempty"` // SubjectPublicKeyInfo DER
	CMS         []byte `json:"cms,omitempty"`        // detached, DER
	TokenSerial string `json:"token_serial"`
	TokenKind   string `json:"token_kind"`
	TokenLabel  string `json:"token_label"`
}

// Outcome is an operation as the console's page sees it.
type Outcome struct {
	ID     string        `json:"id"`
	Kind   envelope.Kind `json:"kind"`
	State  State         `json:"state"`
	Opened bool          `json:"opened"` // the operator has the window before him
	Result *Result       `json:"result,omitempty"`
	Error  *failure      `json:"error,omitempty"`
}

// kept is an outcome on disk.
type kept struct {
	Origin  string  `json:"origin"`
	Outcome Outcome `json:"outcome"`
}

// operation is one that has been asked since the agent started.
type operation struct {
	*envelope.Payload
	done chan struct{} // closed when Waiting is left

	mu      sync.Mutex // held while the operation is performed
	outcome Outcome
	ticket  string // key in the window's address, empty once used
	cookie  string // key of the browser that opened the window
}

const (
	maxWaiting = 8
	maxLive    = 64
)

// take registers an operation whose envelope was good.
func (d *Desk) take(p *envelope.Payload) (*operation, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	waiting := 0
	for _, op := range d.live {
		if op.snapshot().State == Waiting {
			waiting++
		}
	}
	if waiting >= maxWaiting || len(d.live) >= maxLive {
		return nil, tooMany()
	}
	fresh, err := d.Book.Use(p.Nonce, p.ID)
	if err != nil {
		return nil, err
	}
	if !fresh {
		return nil, refusal.New(refusal.Replay, fault.Conflict, "Эта операция уже передавалась агенту. Обновите страницу консоли.", nil)
	}
	op := &operation{
		Payload: p, done: make(chan struct{}), ticket: newKey(),
		outcome: Outcome{ID: p.ID, Kind: p.Kind, State: Waiting},
	}
	d.live[p.ID] = op
	d.note(op.entry("asked"))
	return op, nil
}

// sweep ends the operations whose time is over and forgets those that ended
// long ago; their outcome stays on disk. The caller holds d.mu.
func (d *Desk) sweep() {
	now := d.Now()
	for id, op := range d.live {
		if now.After(op.ExpiresAt.Add(envelope.MaxLife)) {
			d.expire(op)
			delete(d.live, id)
		}
	}
}

// find is the live operation of the id, ended if its time is over; nil when
// this run of the agent does not know it.
func (d *Desk) find(id string) *operation {
	d.mu.Lock()
	op := d.live[id]
	d.mu.Unlock()
	if op != nil {
		d.expire(op)
	}
	return op
}

// recall is the outcome of an operation asked from the origin.
func (d *Desk) recall(ctx context.Context, id, origin string, wait time.Duration) (Outcome, error) {
	unknown := refusal.New(refusal.Unknown, fault.NotFound, "Агент не помнит эту операцию: возможно, он был перезапущен. Повторите её со страницы консоли.", nil)
	op := d.find(id)
	if op == nil {
		var k kept
		err := d.Book.Recall(id, &k)
		if errors.Is(err, fs.ErrNotExist) || err == nil && k.Origin != origin {
			return Outcome{}, unknown
		}
		return k.Outcome, err
	}
	if op.Origin != origin {
		return Outcome{}, unknown
	}
	if left := op.ExpiresAt.Sub(d.Now()); left < wait {
		wait = left
	}
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-op.done:
		case <-timer.C:
		case <-ctx.Done():
		}
		d.expire(op)
	}
	return op.snapshot(), nil
}

func (op *operation) snapshot() Outcome {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.outcome
}

func (d *Desk) expire(op *operation) {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.outcome.State == Waiting && !d.Now().Before(op.ExpiresAt) {
		d.end(op, Expired, nil, refusal.New(refusal.Expired, fault.Conflict, "Время операции истекло.", nil))
	}
}

// end leaves Waiting. The outcome is on disk before anybody is told. The
// caller holds op.mu.
func (d *Desk) end(op *operation, state State, result *Result, why *refusal.Error) {
	op.outcome.State, op.outcome.Result = state, result
	e := op.entry(string(state))
	if why != nil {
		op.outcome.Error = &failure{why.Code, why.Fault.Text}
		e.Code = string(why.Code)
		if why.Fault.Err != nil {
			d.Log.Error("operation failed", "id", op.ID, "code", why.Code, "err", why.Fault.Err)
		}
	}
	if result != nil {
		e.Token = result.TokenSerial
	}
	if err := d.Book.Keep(op.ID, kept{op.Origin, op.outcome}); err != nil {
		d.Log.Error("keep outcome", "id", op.ID, "err", err)
	}
	d.note(e)
	close(op.done)
}

func (op *operation) entry(event string) record.Entry {
	e := record.Entry{Event: event, ID: op.ID, Kind: string(op.Kind), Origin: op.Origin, Token: op.TokenSerial}
	if op.Request != nil {
		if name, err := subject(op.Request); err == nil {
			if der, err := name.Marshal(); err == nil {
				sum := sha256.Sum256(der)
				e.Subject = hex.EncodeToString(sum[:])
			}
		}
	}
	return e
}
