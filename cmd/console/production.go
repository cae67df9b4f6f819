package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"signdesk/internal/config"
	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// fitForProduction refuses what belongs to a demo only: its passwords and the
// simulators of the outside world. A system that does not answer now is no
// reason to stay down.
func fitForProduction(ctx context.Context, cfg config.Config, d *db.DB) error {
	login, err := staff.DemoPasswordOpens(ctx, d.Plain())
	if err != nil {
		return err
	}
	var found []error
	if login != "" {
		found = append(found, fmt.Errorf("employee %q still has the demo password: change it", login))
	}
	client := &http.Client{Timeout: 2 * time.Second}
	addresses := map[string]string{"SMEV_URL": cfg.SMEV.URL, "ONEC_URL": cfg.OneC.URL, "SMS_URL": cfg.SMS.URL, "DADATA_URL": cfg.DaData.URL}
	for _, c := range cfg.CAs {
		addresses["authority "+c.Name] = c.URL
	}
	for name, address := range addresses {
		if address != "" && simulated(ctx, client, address) {
			found = append(found, fmt.Errorf("%s is a simulator", name))
		}
	}
	for _, host := range cfg.Ready.PrivateHosts {
		if simulated(ctx, client, "http://"+host) {
			found = append(found, fmt.Errorf("REVOCATION_HOSTS: %s is a simulator", host))
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("%w (or set CONSOLE_DEMO=1 for a demo)", errors.Join(found...))
	}
	return nil
}

// simulated reports whether the address answers as cmd/sim does.
func simulated(ctx context.Context, client *http.Client, address string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return false
	}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.Header.Get("X-Simulator") != ""
}
