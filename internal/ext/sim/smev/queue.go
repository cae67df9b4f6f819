package smev

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"signdesk/internal/ext/sim/state"
)

// letter is one message waiting in somebody's queue. What SMEV says around it
// is written and signed at every delivery, so a repaired knob repairs the next
// delivery too.
type letter struct {
	No         uint64    `json:"no"`
	ID         string    `json:"id"`
	Original   string    `json:"original"`
	Owner      string    `json:"owner"` // mnemonic of who may take it
	From       string    `json:"from"`  // mnemonic of the sender
	Space      string    `json:"space"` // of the request: what selectors name
	Root       string    `json:"root"`
	Response   string    `json:"response"` // root of the response, accepted in selectors too
	Sent       time.Time `json:"sent"`
	ReadyAt    time.Time `json:"ready_at"`     // its place in the queue
	HiddenTill time.Time `json:"hidden_until"` // after a delivery; zero: it stands in the queue
	Deliveries int       `json:"deliveries"`
	Twice      bool      `json:"twice"` // comes once more after its first acknowledgement
	Again      bool      `json:"again"` // and has

	Content     content    `json:"content"`             // of a built-in body or of SMEV itself
	Data        []byte     `json:"data,omitempty"`      // or of a system outside: what it provided, as it was signed
	Signature   []byte     `json:"signature,omitempty"` // and its signature
	Files       []enclosed `json:"files,omitempty"`
	Reference   string     `json:"reference,omitempty"`
	Transaction string     `json:"transaction,omitempty"`
}

// content is what a provider says: exactly one of them.
type content struct {
	Payload    string `json:"payload,omitempty"`
	RejectCode string `json:"reject_code,omitempty"`
	RejectText string `json:"reject_text,omitempty"`
	Invalid    string `json:"invalid,omitempty"` // SMEV itself rejects the payload, asynchronously
	Fault      string `json:"fault,omitempty"`   // by this fault; "" = InvalidContent
	Status     string `json:"status,omitempty"`  // how far the body is; the answer comes later
	Category   string `json:"category,omitempty"`
}

// queue is a kind of queues, one for each owner: letters by number, those that
// stand in the queue by the moment they are ready, all and by type, and those
// that were delivered by the moment they come back to their place.
type queue struct{ letters, ids, all, typed, hidden string }

func (s *Service) queue(kind string) queue {
	return queue{s.Bucket(kind), s.Bucket(kind + ":ids"), s.Bucket(kind + ":all"), s.Bucket(kind + ":typed"), s.Bucket(kind + ":hidden")}
}

func (s *Service) toCallers() queue   { return s.queue("to_callers") }
func (s *Service) toProviders() queue { return s.queue("to_providers") }
func (s *Service) news() queue        { return s.queue("news") }

// places are the orders that the letter stands in, with its keys there.
func (q queue) places(l letter) map[string]string {
	when := func(t time.Time) string { return fmt.Sprintf("\x00%016x%016x", t.UnixNano(), l.No) }
	if !l.HiddenTill.IsZero() {
		return map[string]string{q.hidden: l.Owner + when(l.HiddenTill)}
	}
	return map[string]string{q.all: l.Owner + when(l.ReadyAt), q.typed: l.Owner + "\x00" + l.Space + when(l.ReadyAt)}
}

// put stores a new letter.
func (q queue) put(tx *tx, l letter) (err error) {
	if l.No, err = tx.Next(q.letters); err != nil {
		return err
	}
	if err := tx.Put(q.ids, l.ID, l.No); err != nil {
		return err
	}
	return q.store(tx, l)
}

func (q queue) store(tx *tx, l letter) error {
	err := tx.Put(q.letters, state.Key(l.No), l)
	for order, key := range q.places(l) {
		err = errors.Join(err, tx.Put(order, key, l.No))
	}
	return err
}

// move changes a letter, given as it was, together with its places.
func (q queue) move(tx *tx, l letter, change func(*letter)) (letter, error) {
	for order, key := range q.places(l) {
		if err := tx.Delete(order, key); err != nil {
			return l, err
		}
	}
	change(&l)
	return l, q.store(tx, l)
}

func (q queue) remove(tx *tx, l letter) error {
	err := errors.Join(tx.Delete(q.letters, state.Key(l.No)), tx.Delete(q.ids, l.ID))
	for order, key := range q.places(l) {
		err = errors.Join(err, tx.Delete(order, key))
	}
	return err
}

// due runs through the keys under the prefix whose moment has come, with the
// number of their letters.
func due(tx *tx, order, prefix string, now time.Time) iter.Seq[uint64] {
	limit := fmt.Sprintf("%016x", now.UnixNano())
	return func(yield func(uint64) bool) {
		for key := range tx.Keys(order, prefix+"\x00") {
			when := key[len(prefix)+1:]
			if len(when) != 32 || when[:16] > limit {
				return
			}
			if no, err := strconv.ParseUint(when[16:], 16, 64); err != nil || !yield(no) {
				return
			}
		}
	}
}

// reveal brings delivered letters back whose time is over.
func (q queue) reveal(tx *tx, owner string, now time.Time) error {
	for _, no := range slices.Collect(due(tx, q.hidden, owner, now)) {
		var l letter
		if err := tx.Get(q.letters, state.Key(no), &l); err != nil {
			return err
		}
		if _, err := q.move(tx, l, func(l *letter) { l.HiddenTill = time.Time{} }); err != nil {
			return err
		}
	}
	return nil
}

// find returns the owner's letter with the id.
func (q queue) find(tx *tx, owner, id string) (l letter, err error) {
	var no uint64
	if err := tx.Get(q.ids, id, &no); err != nil {
		return l, err
	}
	if err := tx.Get(q.letters, state.Key(no), &l); err != nil {
		return l, err
	}
	if l.Owner != owner {
		return l, state.ErrNotFound
	}
	return l, nil
}

// selector is what a caller asks its queue for.
type selector struct{ owner, space, root string }

func (q selector) takes(l letter) bool {
	return q.space == "" || l.Space == q.space && (q.root == l.Root || q.root == l.Response)
}

// next returns the letter whose turn it is, or the newest one.
func (q queue) next(tx *tx, sel selector, now time.Time, newest bool) (found letter, err error) {
	order, prefix := q.all, sel.owner
	if sel.space != "" {
		order, prefix = q.typed, prefix+"\x00"+sel.space
	}
	for no := range due(tx, order, prefix, now) {
		var l letter
		if err := tx.Get(q.letters, state.Key(no), &l); err != nil {
			return found, err
		}
		if sel.takes(l) {
			if found = l; !newest {
				break
			}
		}
	}
	if found.ID == "" {
		return found, state.ErrNotFound
	}
	return found, nil
}
