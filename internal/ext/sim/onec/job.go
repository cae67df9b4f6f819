package onec

import (
	"net/http"
	"time"

	"signdesk/internal/ext/sim/state"
)

// States of a job.
const (
	Accepted   = "accepted"
	Processing = "processing"
	Done       = "done"
	Failed     = "failed"
)

// Job is the answer of GET /jobs/{id}.
type Job struct {
	JobID      string     `json:"job_id"`
	ShipmentID string     `json:"shipment_id"`
	Status     string     `json:"status"`
	Documents  []Document `json:"documents"`
	Errors     []Problem  `json:"errors"`
	Confirmed  bool       `json:"confirmed"`
}

// record is a job as it lies in the database.
type record struct {
	Job      Job       `json:"job"`
	Shipment Shipment  `json:"shipment"`
	At       time.Time `json:"at"`
	ReadyAt  time.Time `json:"ready_at"`
}

// save stores the job; a change of status goes into the list of changes.
func (s *Service) save(tx *tx, rec *record, changed bool) error {
	if changed {
		if err := s.note(tx, rec); err != nil {
			return err
		}
	}
	return tx.Put(s.Bucket("jobs"), rec.Job.JobID, rec)
}

// load reads a job and lets it grow: accepted, processing after half of the
// thinking time, then done with documents or failed by the knob «refuse».
func (s *Service) load(tx *tx, id string) (*record, error) {
	var rec record
	if err := tx.Get(s.Bucket("jobs"), id, &rec); err != nil {
		return nil, errMissing
	}
	if rec.Job.Status != Accepted && rec.Job.Status != Processing {
		return &rec, nil
	}
	now := s.Now()
	switch {
	case !now.Before(rec.ReadyAt):
		if reason := s.Knobs().Refuse; reason != "" {
			rec.Job.Status = Failed
			rec.Job.Errors = []Problem{{Code: "refused", Message: reason}}
			return &rec, s.release(tx, &rec)
		}
		if err := s.makeDocuments(tx, &rec); err != nil {
			return nil, err
		}
		rec.Job.Status = Done
		return &rec, s.save(tx, &rec, true)
	case rec.Job.Status == Accepted && now.Sub(rec.At) >= rec.ReadyAt.Sub(rec.At)/2:
		rec.Job.Status = Processing
		return &rec, s.save(tx, &rec, true)
	}
	return &rec, nil
}

// release ends a job without documents: its shipment may be sent again under
// another key.
func (s *Service) release(tx *tx, rec *record) error {
	if err := tx.Delete(s.Bucket("shipments"), rec.Shipment.ShipmentID); err != nil {
		return err
	}
	return s.save(tx, rec, true)
}

func (s *Service) job(w http.ResponseWriter, r *http.Request) (int, any, error) {
	var rec *record
	err := s.Store.Update(func(tx *tx) (err error) {
		rec, err = s.load(tx, r.PathValue("id"))
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	if rec.Job.Status == Accepted || rec.Job.Status == Processing {
		state.Quiet(w)
	}
	return http.StatusOK, rec.Job, nil
}

func (s *Service) confirm(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	var rec *record
	err := s.Store.Update(func(tx *tx) (err error) {
		if rec, err = s.load(tx, r.PathValue("id")); err != nil {
			return err
		}
		switch {
		case rec.Job.Status != Done:
			return fail(http.StatusConflict, "", "not_done", "Подтвердить можно только готовые документы")
		case rec.Job.Confirmed:
			return nil
		}
		rec.Job.Confirmed = true
		if err := s.Count(tx, "confirmed"); err != nil {
			return err
		}
		return s.save(tx, rec, true)
	})
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, rec.Job, nil
}

func (s *Service) cancel(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	var rec *record
	err := s.Store.Update(func(tx *tx) (err error) {
		var id string
		if tx.Get(s.Bucket("shipments"), r.PathValue("id"), &id) != nil {
			return errMissing
		}
		if rec, err = s.load(tx, id); err != nil {
			return err
		}
		if rec.Job.Confirmed {
			return fail(http.StatusConflict, "", "confirmed", "Документы уже подтверждены, отмена невозможна")
		}
		if rec.Job.Status == Failed {
			return nil
		}
		rec.Job.Status = Failed
		rec.Job.Errors = []Problem{{Code: "cancelled", Message: "Отгрузка отменена"}}
		for i := range rec.Job.Documents {
			rec.Job.Documents[i].Posted = false
		}
		if err := s.Count(tx, "cancelled"); err != nil {
			return err
		}
		return s.save(tx, rec, true) // the id stays taken: repeating the cancellation is harmless
	})
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, rec.Job, nil
}
