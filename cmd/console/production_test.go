package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"context"
	"github.com/uptrace/bun"

	"signdesk/internal/config"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/ext/sim"
	"signdesk/internal/staff"
)

// A console that is not a demo starts neither with a demo password nor on a simulator.
func TestProductionRefusesDemo(t *testing.T) {
	d := dbtest.New(t)
	if err := fitForProduction(t.Context(), config.Config{}, d); err != nil {
		t.Fatalf("an empty installation was refused: %v", err)
	}
	w, err := sim.NewWorld(sim.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	server := httptest.NewServer(w.Handler())
	defer server.Close()
	err = fitForProduction(t.Context(), config.Config{SMEV: config.SMEV{URL: server.URL + "/smev"}}, d)
	if err == nil || !strings.Contains(err.Error(), "SMEV_URL is a simulator") {
		t.Errorf("on a simulator: %v", err)
	}
	err = d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		partner, centre, err := staff.AddPartner(ctx, tx, "ООО «Проба»", "0000000000", "", "Центр")
		if err != nil {
			return err
		}
		s := staff.DemoSignIns[1]
		_, err = staff.AddEmployee(ctx, tx, partner, centre, s.Role, s.Login, s.Name, "", s.Password)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := fitForProduction(t.Context(), config.Config{}, d); err == nil || !strings.Contains(err.Error(), staff.DemoSignIns[1].Login) {
		t.Errorf("with a demo password: %v", err)
	}
}
