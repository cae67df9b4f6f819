package org_test

import (
	"testing"
	"time"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// A request whose message SMEV has refused waits again when people have sent it
// anew, for an organisation and for a sole trader, and brings one extract.
func TestResend(t *testing.T) {
	b := newDesk(t).bodies(orgtest.Romashka, orgtest.Kim)
	for _, id := range []int64{b.id, b.add(orgtest.Kim)} {
		b.turn(state.Knobs{Fault: "AccessDenied"})
		q, err := org.AskExtract(t.Context(), b.db, b.by, time.Now(), id)
		if err != nil {
			t.Fatal(err)
		}
		resend := func(role string) error {
			return org.Resend(t.Context(), b.db, b.people[role], time.Now(), q.MessageID)
		}
		deny := func() {
			t.Helper()
			for role, kind := range map[string]fault.Kind{"accountant": fault.Forbidden, "auditor": fault.Forbidden, "admin": fault.Forbidden, "foreign operator": fault.NotFound} {
				if err := resend(role); !fault.Is(err, kind) {
					t.Errorf("%s: %v", role, err)
				}
			}
		}
		if err := resend("operator"); !fault.Is(err, fault.Conflict) {
			t.Errorf("one that waits: %v", err)
		}
		if a := b.carry(id); a.Status != "refused" || a.MessageID != q.MessageID {
			t.Fatalf("%+v", a)
		}
		deny()
		b.turn(state.Knobs{})
		if err := resend("supervisor"); err != nil {
			t.Fatal(err)
		}
		if err := resend("operator"); !fault.Is(err, fault.Conflict) {
			t.Errorf("sent anew twice: %v", err)
		}
		deny() // the right comes before the state
		if a := b.carry(id); a.Status != "received" || a.ID != q.ID || a.MessageID == q.MessageID || a.ExtractID == 0 {
			t.Errorf("%+v", a)
		}
		if n := b.count(`SELECT count(*) FROM audit_record WHERE action = 'org.resend_extract' AND org_id = ?`, id); n != 1 {
			t.Errorf("%d records", n)
		}
	}
}

// carry sends the organisation's last question and reads what has come back.
func (b *bodies) carry(id int64) *org.Awaited {
	b.Helper()
	open := func() *org.Awaited {
		a, err := org.OpenRequest(b.Context(), b.db, b.by, time.Now(), id)
		if err != nil {
			b.Fatal(err)
		}
		return a
	}
	a := open()
	post := &exchange.Post{DB: b.db, SMEV: b.client, Now: time.Now}
	if _, err := post.Send(b.Context(), job.SendMessage{Message: a.MessageID}); err != nil {
		b.Fatal(err)
	}
	if _, err := post.Poll(b.Context(), job.PollSMEV{}); err != nil {
		b.Fatal(err)
	}
	if err := org.ExtractAnswered(b.Context(), b.db, b.files, time.Now(), b.rules, job.ExtractAnswered{Partner: b.by.PartnerID, Message: a.MessageID}); err != nil {
		b.Fatal(err)
	}
	return open()
}
