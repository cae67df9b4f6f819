package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

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

	Heads string     `json:"heads,omitempty"` // of the files that go with the payload
	Files []enclosed `json:"files,omitempty"` // of those, the ones inside the message
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

// take delivers the letter whose turn it is and hides it for the visibility
// window.
func (s *Service) take(q queue, sel selector, newest bool) (got letter, err error) {
	now := s.Now()
	empty := true
	_ = s.Store.View(func(tx *tx) error { // most polls find nothing: they need not write
		for range due(tx, q.hidden, sel.owner, now) {
			empty = false
			return nil
		}
		_, err := q.next(tx, sel, now, false)
		empty = errors.Is(err, state.ErrNotFound)
		return nil
	})
	if empty {
		return got, state.ErrNotFound
	}
	err = s.Store.Together(func(tx *tx) error {
		if err := q.reveal(tx, sel.owner, now); err != nil {
			return err
		}
		l, err := q.next(tx, sel, now, newest)
		if err != nil {
			return err
		}
		got, err = q.move(tx, l, func(l *letter) {
			l.Deliveries++
			l.HiddenTill = now.Add(s.Visibility)
		})
		return errors.Join(err, s.Count(tx, "deliveries"))
	})
	return got, err
}

// enqueue stores the provider's answers, each one thinking time later. An
// answer that would come after the end of life is SMEV's word that it passed.
func (s *Service) enqueue(tx *tx, to letter, out []content, wait time.Duration, end time.Time) error {
	now := s.Now()
	for i, c := range out {
		u, err := uuid.NewUUID()
		if err != nil {
			return err
		}
		l := to
		l.ID, l.Content, l.Files = u.String(), c, c.Files
		l.Content.Files = nil
		l.Sent = now.Add(wait * time.Duration(i+1))
		over := !end.IsZero() && l.Sent.After(end)
		if over {
			l.Sent, l.Content = end, content{Invalid: "Истёк срок жизни сообщения", Fault: "EndOfLifeReached"}
		}
		l.ReadyAt = l.Sent
		if err := s.toCallers().put(tx, l); err != nil {
			return err
		}
		if over {
			return nil
		}
	}
	return nil
}

// getResponse delivers the oldest visible answer; an empty queue is an empty
// GetResponseResponse.
func (s *Service) getResponse(c *call) (doc []byte, files []enclosed, found bool, f *fault) {
	sel, f := s.selected(c)
	if f != nil {
		return nil, nil, false, f
	}
	l, err := s.take(s.toCallers(), sel, c.does("newest"))
	if errors.Is(err, state.ErrNotFound) || err == nil && c.does("empty") {
		return []byte(c.open("GetResponseResponse") + c.shut("GetResponseResponse")), nil, false, nil
	}
	if err != nil {
		s.Log.Error("take answer", "err", err)
		return nil, nil, false, namedFault("SMEVFailure")
	}
	doc, f = s.deliver(c, l)
	return doc, l.Files, true, f
}

// selected reads and verifies the selector of GetResponse or GetRequest.
func (s *Service) selected(c *call) (q selector, f *fault) {
	if err := c.sequence("MessageTypeSelector", "CallerInformationSystemSignature?"); err != nil {
		return q, invalidContent(err)
	}
	owner, sel, f := s.caller(c, xml.Name{Space: c.basic(), Local: "MessageTypeSelector"})
	if f != nil {
		return q, f
	}
	if err := checkSelector(sel); err != nil {
		return q, invalidContent(err)
	}
	at, err := parseTimestamp(sel.value("Timestamp"))
	if err != nil {
		return q, invalidContent(err)
	}
	if !s.fresh(at) {
		return q, voidFault("StaleMessageId", "Timestamp отличается от текущего времени более чем на 30 минут")
	}
	return selector{owner, sel.value("NamespaceURI"), sel.value("RootElementLocalName")}, nil
}

func checkSelector(sel *node) error {
	b := sel.XMLName.Space
	if sel.child("NamespaceURI") != nil || sel.child("RootElementLocalName") != nil {
		return inOrder(sel, slot{b, "NamespaceURI", false}, slot{b, "RootElementLocalName", false}, slot{b, "Timestamp", false}, slot{b, "NodeID", true})
	}
	return inOrder(sel, slot{b, "Timestamp", false}, slot{b, "NodeID", true})
}

// Waiting counts the answers that nobody has acknowledged yet.
func (s *Service) Waiting() int {
	n := 0
	_ = s.Store.View(func(tx *tx) error { n = tx.Len(s.toCallers().letters); return nil })
	return n
}

// Fill puts n answers that nobody asked for into the owner's queue, ready at
// the moment: a full queue to measure beside.
func (s *Service) Fill(owner string, n int, ready time.Time) error {
	for n > 0 {
		batch := min(n, 5000)
		n -= batch
		err := s.Store.Update(func(tx *tx) error {
			out := []content{{Payload: `<ns:response xmlns:ns="urn://ru/mvd/sovm/p001/1.0.0"/>`}}
			for range batch {
				u, err := uuid.NewUUID()
				if err != nil {
					return err
				}
				to := letter{Original: u.String(), Owner: owner, From: "MVDR01", Space: "urn://ru/mvd/sovm/p001/1.0.0", Root: "request", Response: "response"}
				if err := s.enqueue(tx, to, out, ready.Sub(s.Now()), time.Time{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
