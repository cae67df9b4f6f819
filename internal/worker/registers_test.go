package worker

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// The periodic job fills every partner's list from the same changes of the
// register, each with his own client, however often it runs.
func TestFollowRegister(t *testing.T) {
	d := dbtest.New(t)
	people := orgtest.Staff(t, d)
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	w := &Worker{Deps: Deps{DB: d, Now: func() time.Time { return now }}}
	orgtest.Register(t, d, orgtest.Romashka)
	partners := []string{"operator", "foreign operator"}
	for _, who := range partners {
		if _, err := org.Add(t.Context(), d, people[who], now, orgtest.Romashka.OGRN); err != nil {
			t.Fatal(err)
		}
	}
	f := orgtest.Romashka
	f.Surname, f.Extracted = "Сидоров", "2026-11-15"
	orgtest.Register(t, d, f)
	for range 2 {
		if again, err := w.followRegister(t.Context(), followRegister{}); err != nil || again != 0 {
			t.Fatal(again, err)
		}
	}
	for _, who := range partners {
		var n int
		err := d.Read(t.Context(), people[who].PartnerID, func(ctx context.Context, tx bun.IDB) error {
			return tx.QueryRowContext(ctx, `SELECT count(*) FROM register_task`).Scan(&n)
		})
		if err != nil || n != 1 {
			t.Errorf("%s sees %d lines, %v", who, n, err)
		}
	}
}
