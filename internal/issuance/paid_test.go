package issuance_test

import (
	"testing"

	"signdesk/internal/issuance"
	"signdesk/internal/org/orgtest"
)

// An issue that another case has shipped pays for no second certificate (F140, F364).
func TestShippedIssueIsUsedUp(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open()
	step := func() issuance.State { return c.Load().Steps(now.at, k.Rules)[0].State }
	if step() != issuance.StepDone {
		t.Fatalf("a paid case begins as %s", step())
	}
	ship := func(application any) {
		t.Helper()
		k.Exec(`DELETE FROM shipment_line`)
		k.Exec(`DELETE FROM shipment`)
		k.Exec(`INSERT INTO shipment (partner_id, org_id, contract_id, application_id, idempotency_key, ship_date, amount, vat_amount, status, status_at, created_at, created_by)
			SELECT s.partner_id, s.org_id, s.contract_id, ?, gen_random_uuid(), now(), 1, 0, 'delivered', now(), now(), e.id
			FROM service AS s, employee AS e WHERE s.kind = 'issue' AND e.partner_id = s.partner_id ORDER BY e.id LIMIT 1`, application)
		k.Exec(`INSERT INTO shipment_line SELECT h.partner_id, h.id, s.id FROM shipment AS h JOIN service AS s ON s.contract_id = h.contract_id AND s.kind = 'issue'`)
	}
	ship(c.ID)
	if step() != issuance.StepDone {
		t.Errorf("shipped by this very case: %s", step())
	}
	ship(c.ID + 1000)
	if step() == issuance.StepDone {
		t.Error("what another case has shipped pays for this one")
	}
}
