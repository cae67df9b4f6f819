package onec

import (
	"net/http"
	"strconv"
	"time"

	"signdesk/internal/ext/sim/state"
)

// Change is one row of GET /changes.
type Change struct {
	Seq        uint64    `json:"seq"`
	At         time.Time `json:"at"`
	JobID      string    `json:"job_id"`
	ShipmentID string    `json:"shipment_id"`
	Status     string    `json:"status"`
	Confirmed  bool      `json:"confirmed"`
}

const changesAtOnce = 100

func (s *Service) note(tx *tx, rec *record) error {
	seq, err := tx.Next(s.Bucket("changes"))
	if err != nil {
		return err
	}
	return tx.Put(s.Bucket("changes"), state.Key(seq), Change{Seq: seq, At: s.Now(), JobID: rec.Job.JobID,
		ShipmentID: rec.Shipment.ShipmentID, Status: rec.Job.Status, Confirmed: rec.Job.Confirmed})
}

// changes lists up to a hundred changes after since; with the knob «twice»
// every one of them stands there twice.
func (s *Service) changes(w http.ResponseWriter, r *http.Request) (int, any, error) {
	since, err := strconv.ParseUint("0"+r.URL.Query().Get("since"), 10, 63)
	if err != nil {
		return 0, nil, fail(http.StatusUnprocessableEntity, "since", "number", "since — число из прошлого ответа")
	}
	list, next, twice := []Change{}, since, s.Knobs().Twice
	err = s.Store.Update(func(tx *tx) error {
		if err := s.grow(tx); err != nil {
			return err
		}
		return state.Each(tx, s.Bucket("changes"), func(_ string, c Change) (bool, error) {
			if c.Seq > since {
				list, next = append(list, c), c.Seq
				if twice {
					list = append(list, c)
				}
			}
			return len(list) < changesAtOnce, nil
		})
	})
	if len(list) == 0 {
		state.Quiet(w)
	}
	return http.StatusOK, map[string]any{"changes": list, "next": next}, err
}

// grow lets every open job take the state that its time has come for.
func (s *Service) grow(tx *tx) error {
	var open []string
	err := state.Each(tx, s.Bucket("jobs"), func(id string, rec record) (bool, error) {
		if rec.Job.Status == Accepted || rec.Job.Status == Processing {
			open = append(open, id)
		}
		return true, nil
	})
	for _, id := range open {
		if err == nil {
			_, err = s.load(tx, id)
		}
	}
	return err
}

// Jobs lists all jobs for the page, the newest first.
func (s *Service) Jobs(n int) []Job {
	var all []record
	_ = s.Store.View(func(tx *tx) error {
		return state.Each(tx, s.Bucket("jobs"), func(_ string, rec record) (bool, error) {
			all = append(all, rec)
			return true, nil
		})
	})
	return newest(all, n)
}
