// Package readytest lets tests of the screens take ready certificates of an
// authority that answers on this machine.
package readytest

import (
	"os"
	"testing"
	"time"

	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/gost"
	"signdesk/internal/job"
)

// Rules are the defaults, with the authorities of the file trusted.
func Rules(t testing.TB, file string) ready.Rules {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	accredited, err := gost.ParseCertificates(b)
	if err != nil {
		t.Fatal(err)
	}
	return ready.Rules{Trust: ready.NewTrust(accredited), MaxBytes: 100 << 10, MinLeft: 30 * 24 * time.Hour, Recheck: 24 * time.Hour}
}

// Follow does the job of a certificate once; the authority listens at host:port.
func Follow(t testing.TB, d *db.DB, address string, rules ready.Rules, now time.Time, partner, certificate int64) {
	t.Helper()
	if _, err := ready.Follow(t.Context(), d, revocation.New([]string{address}), rules, now, job.CheckReady{Partner: partner, Certificate: certificate}); err != nil {
		t.Fatal(err)
	}
}
