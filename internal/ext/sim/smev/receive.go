package smev

import (
	"encoding/xml"
	"errors"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim/state"
)

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
	err = s.Store.Update(func(tx *tx) error {
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
		l.ID, l.Content = u.String(), c
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
