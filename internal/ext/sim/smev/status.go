package smev

import (
	"encoding/xml"
	"errors"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim/state"
)

// tellNews puts the word that a request was passed on into the queue of
// GetStatus, when the knob is on.
func (s *Service) tellNews(tx *tx, owner, original string, unknown bool) error {
	if !s.Knobs().Statuses {
		return nil
	}
	u, err := uuid.NewUUID()
	if err != nil {
		return err
	}
	category := "requestIsAcceptedBySmev"
	if unknown {
		category = "requestIsTeleported"
	}
	return s.news().put(tx, letter{ID: u.String(), Original: original, Owner: owner, ReadyAt: s.Now(),
		Content: content{Category: category, RejectText: "Запрос доставляется поставщику."}})
}

// getStatus hands out the oldest news, once: it has no id to acknowledge.
func (s *Service) getStatus(c *call) ([]byte, bool, *fault) {
	if err := c.sequence("Timestamp", "CallerInformationSystemSignature"); err != nil {
		return nil, false, invalidContent(err)
	}
	owner, at, f := s.caller(c, xml.Name{Space: c.basic(), Local: "Timestamp"})
	if f != nil {
		return nil, false, f
	}
	t, err := parseTimestamp(at.Text)
	if err != nil {
		return nil, false, invalidContent(err)
	}
	if !s.fresh(t) {
		return nil, false, voidFault("StaleMessageId", "Timestamp отличается от текущего времени более чем на 30 минут")
	}
	l, err := s.take(s.news(), selector{owner: owner}, false)
	if errors.Is(err, state.ErrNotFound) {
		return []byte(c.open("GetStatusResponse") + c.shut("GetStatusResponse")), false, nil
	}
	if err == nil {
		err = s.Store.Update(func(tx *tx) error { return s.news().remove(tx, l) })
	}
	if err != nil {
		s.Log.Error("take status", "err", err)
		return nil, false, namedFault("SMEVFailure")
	}
	doc, f := s.seal(c, c.open("GetStatusResponse")+`<ns2:SmevAsyncProcessingMessage><ns2:AsyncProcessingStatusData Id="SIGNED_BY_SMEV">`+
		c.async(l)+"</ns2:AsyncProcessingStatusData>"+smevSignature+"</ns2:SmevAsyncProcessingMessage>"+c.shut("GetStatusResponse"), "AsyncProcessingStatusData")
	return doc, true, f
}
