package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"

	"signdesk/internal/ext/sim/state"
)

// ack takes a message out of the caller's queue, of answers or of requests; a
// letter that comes twice is brought back by its first acknowledgement.
func (s *Service) ack(c *call) ([]byte, *fault) {
	if err := c.sequence("AckTargetMessage", "CallerInformationSystemSignature?"); err != nil {
		return nil, invalidContent(err)
	}
	owner, target, f := s.caller(c, xml.Name{Space: c.basic(), Local: "AckTargetMessage"})
	if f != nil {
		return nil, f
	}
	if v := target.attr("accepted"); v != "true" && v != "false" && v != "1" && v != "0" {
		return nil, invalidContent(errors.New("атрибут accepted обязателен"))
	}
	id := strings.TrimSpace(target.Text)
	done := []byte(c.open("AckResponse") + c.shut("AckResponse"))
	if c.does("forget") {
		return done, nil
	}
	err := s.Store.Together(func(tx *tx) error {
		q := s.toCallers()
		l, err := q.find(tx, owner, id)
		if errors.Is(err, state.ErrNotFound) {
			q = s.toProviders()
			l, err = q.find(tx, owner, id)
		}
		if err == nil && l.Deliveries == 0 {
			err = state.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := s.Count(tx, "acknowledged"); err != nil {
			return err
		}
		if l.Twice && !l.Again {
			_, err := q.move(tx, l, func(l *letter) { l.Again, l.HiddenTill = true, time.Time{} })
			return err
		}
		return q.remove(tx, l)
	})
	if errors.Is(err, state.ErrNotFound) {
		return nil, voidFault("TargetMessageIsNotFound", "В очереди нет сообщения "+id)
	}
	if err != nil {
		s.Log.Error("acknowledge", "err", err)
		return nil, namedFault("SMEVFailure")
	}
	return done, nil
}
