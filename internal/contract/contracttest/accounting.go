// Package contracttest lets tests of the screens run a shipment's job against a
// 1C without the queue.
package contracttest

import (
	"testing"
	"time"

	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/ext/onec"
	"signdesk/internal/file"
	"signdesk/internal/job"
)

// Accounting is a 1C as the worker reaches it.
type Accounting struct{ client *onec.Client }

// Connect reaches the 1C at the address with its token.
func Connect(address, token string) Accounting { return Accounting{onec.New(address, token)} }

// Follow runs the shipment's job once.
func (a Accounting) Follow(t testing.TB, d *db.DB, files *file.Store, now func() time.Time, partner, shipment int64) {
	t.Helper()
	if _, err := contract.Follow(t.Context(), d, files, a.client, now, job.Ship{Partner: partner, Shipment: shipment}); err != nil {
		t.Fatal(err)
	}
}
