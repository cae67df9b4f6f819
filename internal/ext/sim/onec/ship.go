package onec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/google/uuid"
)

// key is an Idempotency-Key that was used.
type key struct {
	Body string `json:"body"` // SHA-256 of the canonical body
	Job  string `json:"job"`
}

// ship takes a shipment in once per key and once per shipment id.
func (s *Service) ship(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	name := r.Header.Get("Idempotency-Key")
	if !idForm.MatchString(name) {
		return 0, nil, fail(http.StatusUnprocessableEntity, "Idempotency-Key", "required", "Нужен заголовок Idempotency-Key, до 64 знаков")
	}
	sh, err := readShipment(r.Body)
	if err != nil {
		return 0, nil, err
	}
	canonical, err := json.Marshal(sh)
	if err != nil {
		return 0, nil, err
	}
	sum := sha256.Sum256(canonical)
	body, job := hex.EncodeToString(sum[:]), ""
	err = s.Store.Update(func(tx *tx) error {
		var before key
		if tx.Get(s.Bucket("keys"), name, &before) == nil {
			if before.Body != body {
				return fail(http.StatusConflict, "Idempotency-Key", "key_reused", "Этот ключ уже использован с другими данными")
			}
			job = before.Job
			return nil
		}
		var living string
		if tx.Get(s.Bucket("shipments"), sh.ShipmentID, &living) == nil {
			return fail(http.StatusConflict, "shipment_id", "shipment_exists", "Отгрузка уже принята, задание "+living)
		}
		u, err := uuid.NewRandom()
		if err != nil {
			return err
		}
		job = u.String()
		now := s.Now()
		rec := record{Shipment: *sh, At: now, ReadyAt: now.Add(s.Knobs().Wait()),
			Job: Job{JobID: job, ShipmentID: sh.ShipmentID, Status: Accepted, Documents: []Document{}, Errors: []Problem{}}}
		if err := tx.Put(s.Bucket("keys"), name, key{body, job}); err != nil {
			return err
		}
		if err := tx.Put(s.Bucket("shipments"), sh.ShipmentID, job); err != nil {
			return err
		}
		if err := s.Count(tx, "shipments"); err != nil {
			return err
		}
		return s.save(tx, &rec, true)
	})
	return http.StatusAccepted, map[string]string{"job_id": job}, err
}
