package smev

import (
	"encoding/xml"
	"errors"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim/state"
)

// answer is one message waiting in a caller's queue. It is stored unsigned and
// signed at every delivery, so a repaired knob repairs the next delivery too.
type answer struct {
	No         uint64    `json:"no"`
	ID         string    `json:"id"`
	Original   string    `json:"original"`
	Owner      string    `json:"owner"`
	Space      string    `json:"space"` // of the request: what selectors name
	Root       string    `json:"root"`
	Response   string    `json:"response"` // root of the response, accepted in selectors too
	Provider   string    `json:"provider"`
	Sent       time.Time `json:"sent"`
	ReadyAt    time.Time `json:"ready_at"`
	VisibleAt  time.Time `json:"visible_at"`
	Deliveries int       `json:"deliveries"`
	Again      bool      `json:"again"` // acknowledged once, delivered once more by the knob «twice»
	Content    content   `json:"content"`
}

// content is what a provider says: exactly one of the three.
type content struct {
	Payload    string `json:"payload,omitempty"`
	RejectCode string `json:"reject_code,omitempty"`
	RejectText string `json:"reject_text,omitempty"`
	Invalid    string `json:"invalid,omitempty"` // SMEV itself rejects the payload, asynchronously
}

// enqueue stores the provider's answers, each one thinking time later.
func (s *Service) enqueue(tx *tx, owner, original string, p *provider, root xml.Name, out []content, wait time.Duration) error {
	now := s.Now()
	for i, c := range out {
		u, err := uuid.NewUUID()
		if err != nil {
			return err
		}
		no, err := tx.Next(s.Bucket("answers"))
		if err != nil {
			return err
		}
		ready := now.Add(wait * time.Duration(i+1))
		a := answer{No: no, ID: u.String(), Original: original, Owner: owner, Space: root.Space, Root: root.Local, Response: p.response,
			Provider: p.mnemonic, Sent: ready, ReadyAt: ready, VisibleAt: ready, Content: c}
		if err := tx.Put(s.Bucket("answers"), state.Key(no), a); err != nil {
			return err
		}
	}
	return nil
}

// selector is what a GetResponse asks for.
type selector struct{ owner, space, root string }

func (q selector) takes(a answer) bool {
	return a.Owner == q.owner && (q.space == "" || a.Space == q.space && (q.root == a.Root || q.root == a.Response))
}

// getResponse delivers the oldest visible answer and hides it for the
// visibility window; an empty queue is an empty GetResponseResponse.
func (s *Service) getResponse(c *call) (doc []byte, found bool, f *fault) {
	if err := checkSelector(c, c.body.child("MessageTypeSelector")); err != nil {
		return nil, false, invalidContent(err)
	}
	owner, sel, f := s.caller(c, xml.Name{Space: c.basic(), Local: "MessageTypeSelector"})
	if f != nil {
		return nil, false, f
	}
	at, err := parseTimestamp(sel.value("Timestamp"))
	if err != nil {
		return nil, false, invalidContent(err)
	}
	if !s.fresh(at) {
		return nil, false, voidFault("StaleMessageId", "Timestamp отличается от текущего времени более чем на 30 минут")
	}
	q := selector{owner: owner, space: sel.value("NamespaceURI"), root: sel.value("RootElementLocalName")}
	a, err := s.take(q)
	if errors.Is(err, state.ErrNotFound) {
		return []byte(c.open("GetResponseResponse") + c.shut("GetResponseResponse")), false, nil
	}
	if err == nil {
		doc, f = s.deliver(c, a)
		return doc, true, f
	}
	s.Log.Error("take answer", "err", err)
	return nil, false, knobFault("SMEVFailure")
}

func (s *Service) take(q selector) (answer, error) {
	var got answer
	now := s.Now()
	err := s.Store.Update(func(tx *tx) error {
		err := state.Each(tx, s.Bucket("answers"), func(_ string, a answer) (bool, error) {
			if q.takes(a) && !a.ReadyAt.After(now) && !a.VisibleAt.After(now) {
				got = a
				return false, nil
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		if got.ID == "" {
			return state.ErrNotFound
		}
		got.Deliveries++
		got.VisibleAt = now.Add(s.Visibility)
		if err := s.Count(tx, "deliveries"); err != nil {
			return err
		}
		return tx.Put(s.Bucket("answers"), state.Key(got.No), got)
	})
	return got, err
}

func checkSelector(c *call, sel *node) error {
	if err := inOrder(&c.body, slot{c.basic(), "MessageTypeSelector", false}, slot{c.types(), "CallerInformationSystemSignature", true}); err != nil {
		return err
	}
	b := c.basic()
	if sel.child("NamespaceURI") != nil || sel.child("RootElementLocalName") != nil {
		return inOrder(sel, slot{b, "NamespaceURI", false}, slot{b, "RootElementLocalName", false}, slot{b, "Timestamp", false}, slot{b, "NodeID", true})
	}
	return inOrder(sel, slot{b, "Timestamp", false}, slot{b, "NodeID", true})
}

// Waiting counts the answers that nobody has acknowledged yet.
func (s *Service) Waiting() int {
	n := 0
	_ = s.Store.View(func(tx *tx) error { n = tx.Len(s.Bucket("answers")); return nil })
	return n
}
