package console

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"signdesk/internal/db"
)

// The self-test from the page: asked for by a job, followed while it runs, kept
// with its time.
func TestConnectionPage(t *testing.T) {
	k := newDesk(t)
	k.set.Connections = []Connection{{System: "smev", Name: "СМЭВ 3", What: "проверки", Address: "http://smev.example", Version: "1.1"}, {System: "sms", Name: "СМС", What: "коды"}}
	admin, page := k.as("admin"), "/settings/connections/smev"
	if g := admin.get(page).want(http.StatusOK); !strings.Contains(g.text("main"), "Ещё не проверяли") || g.attr("#test", "hx-get") != "" {
		t.Error(g.text("main"))
	}
	for range 2 {
		if got := admin.post(page+"/test", nil).to(); got != page {
			t.Fatal(got)
		}
	}
	if n := k.number(`SELECT count(*) FROM river_job WHERE kind = 'settings.test_connection'`); n != 1 {
		t.Errorf("%d jobs", n)
	}
	g := admin.get(page).want(http.StatusOK)
	if !strings.Contains(g.text("#test"), "Ждём исполнителя") || g.attr("#test", "hx-get") != page || g.text("h1 + .chip") != "Проверяется" {
		t.Error(g.text("main"))
	}
	err := k.db.Tx(t.Context(), k.people["admin"].PartnerID, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `UPDATE connection_test SET finished_at = started_at, steps = '[{"part": "Имя узла", "verdict": "done", "text": "smev.example → 192.0.2.7.", "cure": "", "ms": 3},
			{"part": "Порт", "verdict": "stop", "text": "С портом 80 нет соединения.", "cure": "Проверьте межсетевой экран.", "ms": 10000}, {"part": "TLS", "verdict": "idle", "text": "Сначала устраните причину выше.", "cure": "", "ms": 0}]'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g = admin.get(page).want(http.StatusOK)
	if rows := g.texts("#steps tbody tr"); len(rows) != 3 || !strings.Contains(rows[1], "Не работает") || !strings.Contains(rows[1], "межсетевой экран") || g.attr("#test", "hx-get") != "" {
		t.Errorf("%q", rows)
	}
	if got := admin.get("/settings").text("#s-smev"); !strings.Contains(got, "Не работает") || !strings.Contains(got, "20.11.2026") {
		t.Error(got)
	}
	admin.get("/settings/connections/nothing").want(http.StatusNotFound)
	for _, role := range []string{"operator", "accountant", "supervisor", "reviewer", "auditor"} {
		k.as(role).get(page).want(http.StatusForbidden)
		k.as(role).post(page+"/test", nil).want(http.StatusForbidden)
	}
}
