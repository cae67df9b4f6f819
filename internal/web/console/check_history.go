package console

import (
	"context"
	"fmt"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// checkLine is one question of the history and how it ended.
type checkLine struct {
	At         time.Time // of the outcome, or of the question while it waits
	Kind, Text string
	State      string // of the timeline: done, wait, stop
	By         string // who asked
	Decided    string // who decided by the scan
	Asked      time.Time
	Took       string // how long the answer took
	Tries      int    // attempts to send that failed
	Exchange   string // the message in the exchange, for those who may see it
}

// checkHistory is all that was asked about the owner, the newest first.
func checkHistory(ctx context.Context, tx db.Conn, e *staff.Employee, id int64) (list []checkLine, err error) {
	checks, err := owner.Checks(ctx, tx, e.PartnerID, id)
	for _, h := range checks {
		line := checkLine{At: h.StatusAt.In(e.Location()), Kind: h.Kind.NameRU(), Text: h.Text, By: h.RequestedName, Decided: h.DecidedName,
			Asked: h.RequestedAt.In(e.Location()), Tries: h.Attempts, State: "stop"}
		switch {
		case h.Positive():
			line.State = "done"
		case h.Status == "waiting":
			line.State, line.Text = "wait", "Спрошено, ответа ещё нет."
		}
		if h.Status != "waiting" && h.MessageID != 0 {
			line.Took = lasted(h.StatusAt.Sub(h.RequestedAt))
		}
		if h.MessageID != 0 && e.Can(staff.ExchangeView) {
			line.Exchange = fmt.Sprintf("/exchange/%d", h.MessageID)
		}
		list = append(list, line)
	}
	return list, err
}
