package smev

import (
	"encoding/xml"
	"errors"
	"strings"

	"signdesk/internal/ext/sim/state"
)

// ack takes the answer out of the queue; with the knob «twice» the first
// acknowledgement brings it back one more time.
func (s *Service) ack(c *call) ([]byte, *fault) {
	if err := inOrder(&c.body, slot{c.basic(), "AckTargetMessage", false}, slot{c.types(), "CallerInformationSystemSignature", true}); err != nil {
		return nil, invalidContent(err)
	}
	owner, target, f := s.caller(c, xml.Name{Space: c.basic(), Local: "AckTargetMessage"})
	if f != nil {
		return nil, f
	}
	if v := target.attr("accepted"); v != "true" && v != "false" && v != "1" && v != "0" {
		return nil, invalidContent(errors.New("атрибут accepted обязателен"))
	}
	id, twice := strings.TrimSpace(target.Text), s.Knobs().Twice
	err := s.Store.Update(func(tx *tx) error {
		var hit answer
		err := state.Each(tx, s.Bucket("answers"), func(_ string, a answer) (bool, error) {
			if a.ID == id && a.Owner == owner && a.Deliveries > 0 {
				hit = a
			}
			return hit.ID == "", nil
		})
		if err != nil {
			return err
		}
		if hit.ID == "" {
			return state.ErrNotFound
		}
		if err := s.Count(tx, "acknowledged"); err != nil {
			return err
		}
		if twice && !hit.Again {
			hit.Again, hit.VisibleAt = true, s.Now()
			return tx.Put(s.Bucket("answers"), state.Key(hit.No), hit)
		}
		return tx.Delete(s.Bucket("answers"), state.Key(hit.No))
	})
	if errors.Is(err, state.ErrNotFound) {
		return nil, voidFault("TargetMessageIsNotFound", "В очереди нет сообщения "+id)
	}
	if err != nil {
		s.Log.Error("acknowledge", "err", err)
		return nil, knobFault("SMEVFailure")
	}
	return []byte(c.open("AckResponse") + c.shut("AckResponse")), nil
}
