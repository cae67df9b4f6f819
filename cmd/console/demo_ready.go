package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert/ready"
	"signdesk/internal/config"
	"signdesk/internal/db"
	"signdesk/internal/issuance"
)

// demoReadyClient is the demo client whose head brings a certificate of his own.
const demoReadyClient = 2

// demoReady loads a ready certificate of the simulated authority for one owner,
// once.
func demoReady(ctx context.Context, dsn string, cfg config.Config, simURL string, w *outsideWorld) error {
	if len(w.people) <= demoReadyClient {
		return nil
	}
	d, err := open(ctx, cfg, dsn, db.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer d.Close()
	by, err := demoOperator(ctx, d)
	if err != nil {
		return err
	}
	snils := w.people[demoReadyClient].SNILS
	var owner int64
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT COALESCE(min(w.id), 0) FROM owner AS w WHERE w.partner_id = ? AND w.snils = ?
			AND NOT EXISTS (SELECT FROM ready_certificate WHERE owner_id = w.id)`, by.PartnerID, snils).Scan(&owner)
	})
	if err != nil || owner == 0 {
		return err
	}
	client := &http.Client{Timeout: 10 * time.Second}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, simURL+"/ca/ready/", strings.NewReader(url.Values{"person": {snils}, "kind": {"valid"}}.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("demo certificate: %w", err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(io.LimitReader(res.Body, 100<<10))
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("demo certificate: status %d, %w", res.StatusCode, err)
	}
	rules, err := readyRules(cfg.Ready)
	if err != nil {
		return err
	}
	_, _, err = issuance.LoadReady(ctx, d, by, time.Now().UTC(), rules, ready.Loading{Owner: owner, Upload: ready.Upload{Name: "ready.cer", Content: content}})
	if err != nil {
		return fmt.Errorf("demo certificate: %w", err)
	}
	return nil
}
