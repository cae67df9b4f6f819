package smev_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	client "signdesk/internal/ext/smev"
)

func verdict(err error) string {
	var e *client.Error
	switch {
	case err == nil:
		return "success"
	case errors.Is(err, client.ErrEmpty):
		return "empty"
	case !errors.As(err, &e):
		return "untyped"
	case e.Untrusted():
		return "untrusted"
	case e.Temporary():
		return "temporary"
	case e.Stale():
		return "stale"
	}
	return "refused"
}

func script(t *testing.T, w *sim.World, text string) {
	t.Helper()
	if err := w.SMEV.Script(text); err != nil {
		t.Fatal(err)
	}
}

// TestTemper has each trouble befall each operation once. After it the very
// same call succeeds, a request was taken once at most, and the answer to it is
// still there until it was acknowledged.
func TestTemper(t *testing.T) {
	content, err := client.PassportRequest{Series: "4504", Number: "123456"}.XML()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ trouble, send, get, ack string }{
		{"503", "temporary", "temporary", "temporary"},
		{"drop", "temporary", "temporary", "temporary"},
		{"slow 1ms", "success", "success", "success"},
		{"lose", "temporary", "temporary", "temporary"},
		{"cut", "temporary", "temporary", "temporary"},
		{"garbage", "temporary", "temporary", "temporary"},
		{"wrong", "untrusted", "untrusted", "success"}, // SMEV signs no AckResponse
		{"changed", "untrusted", "untrusted", "success"},
		{"unsigned", "untrusted", "untrusted", "success"},
		{"participant", "untrusted", "untrusted", "success"},
		{"wrapped", "untrusted", "untrusted", "success"},
		{"version", "untrusted", "untrusted", "untrusted"},
		{"huge", "refused", "refused", "refused"},
		{"multipart", "success", "success", "success"},
		{"unknown", "success", "success", "success"},
		{"fault SMEVFailure", "temporary", "temporary", "temporary"},
	} {
		t.Run(row.trouble, func(t *testing.T) {
			w, c := newSimulator(t, "")
			turn(t, w, state.Knobs{})
			r := client.Request{MessageID: client.NewMessageID(time.Now()), Content: content}
			send := func() error { _, err := c.SendRequest(t.Context(), r); return err }
			script(t, w, "SendRequest "+row.trouble)
			if err := send(); verdict(err) != row.send {
				t.Errorf("SendRequest: %v, want %s", err, row.send)
			}
			if err := send(); err != nil {
				t.Errorf("sent again: %v", err)
			}
			if n := w.SMEV.Counters()["requests"]; n != 1 {
				t.Errorf("%d requests", n)
			}
			script(t, w, "GetResponse "+row.trouble)
			if _, err := c.GetResponse(t.Context(), client.Selector{}); verdict(err) != row.get {
				t.Errorf("GetResponse: %v, want %s", err, row.get)
			}
			a, err := c.GetResponse(t.Context(), client.Selector{})
			if err != nil || a.OriginalID != r.MessageID {
				t.Fatalf("taken again: %+v, %v", a, err)
			}
			script(t, w, "Ack "+row.trouble)
			if err := c.Ack(t.Context(), a.MessageID, true); verdict(err) != row.ack {
				t.Errorf("Ack: %v, want %s", err, row.ack)
			}
			if err := c.Ack(t.Context(), a.MessageID, true); err != nil {
				t.Errorf("acknowledged again: %v", err)
			}
			if _, err := c.GetResponse(t.Context(), client.Selector{}); verdict(err) != "empty" || w.SMEV.Waiting() != 0 || len(w.SMEV.Left()) != 0 {
				t.Errorf("in the end %v, %d wait, %v left", err, w.SMEV.Waiting(), w.SMEV.Left())
			}
		})
	}
}

// TestFaultsOfSimulator has it answer with every fault of the schema: each
// validates, and the client knows it by its name.
func TestFaultsOfSimulator(t *testing.T) {
	w, c := newSimulator(t, "")
	c.Keep = simulatorsAnswers(t)
	for _, name := range smev.Faults() {
		script(t, w, "GetResponse fault "+name)
		_, err := c.GetResponse(t.Context(), client.Selector{})
		var e *client.Error
		if !errors.As(err, &e) || e.Fault != name || e.Text() == "" || e.Err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(smev.Faults()) != 20 {
		t.Errorf("%d faults", len(smev.Faults()))
	}
}

// TestScripts is what may come of one request.
func TestScripts(t *testing.T) {
	dir := t.TempDir()
	var ahead atomic.Int64 // of both clocks: nothing here depends on how fast the test runs
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	w, c := simulatorOf(t, sim.Options{Dir: dir, Now: now}, "")
	c.Now = now
	turn(t, w, state.Knobs{})
	content, err := client.PassportRequest{Series: "4504", Number: "123456"}.XML()
	if err != nil {
		t.Fatal(err)
	}
	// send sends a request and takes what comes, acknowledging it all.
	send := func(end time.Duration) string {
		t.Helper()
		r := client.Request{MessageID: client.NewMessageID(now()), Content: content}
		if end > 0 {
			r.EndOfLife = now().Add(end)
		}
		if _, err := c.SendRequest(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		return r.MessageID
	}
	take := func() (said []string) {
		t.Helper()
		for {
			r, err := c.GetResponse(t.Context(), client.Selector{})
			if errors.Is(err, client.ErrEmpty) {
				return said
			}
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case r.Progress != nil:
				said = append(said, "status "+r.Progress.Description)
			case r.Async != nil:
				said = append(said, "async "+r.Async.Category+" "+r.Async.Fault)
			case r.Rejections != nil:
				said = append(said, "rejected "+r.Rejections[0].Code)
			default:
				said = append(said, "answer")
			}
			if err := c.Ack(t.Context(), r.MessageID, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, row := range []struct{ script, want string }{
		{"", "answer"},
		{"SendRequest status ищем", "status ищем, answer"},
		{"SendRequest invalid плохо", "async requestIsRejectedBySmev InvalidContent"},
		{"SendRequest reject NO_DATA: нет", "rejected NO_DATA"},
		{"SendRequest twice", "answer, answer"},
		{"SendRequest never", ""},
		{"SendRequest wait 72h", ""},
		{"GetResponse empty", ""},
		{"GetResponse newest", "answer"},
		{"Ack forget", "answer, answer"},
		{"SendRequest invalid x; GetResponse unknown", "async requestIsTeleported InvalidContent"},
		{"SendRequest reject NO_DATA: нет; GetResponse unknown", "rejected CODE_OF_THE_FUTURE"},
	} {
		script(t, w, row.script)
		send(0)
		if got := strings.Join(take(), ", "); got != row.want {
			t.Errorf("%q: %s, want %s", row.script, got, row.want)
		}
		take() // what the script left in the queue
	}
	if n := w.SMEV.Waiting(); n != 1 {
		t.Errorf("%d wait, want the one of three days", n)
	}

	// Out of order: the later request is answered first.
	script(t, w, "SendRequest wait 10m")
	first, second := send(0), ""
	second = send(0)
	a, err := c.GetResponse(t.Context(), client.Selector{})
	if err != nil || a.OriginalID != second {
		t.Errorf("first %v, %v", a, err)
	}
	if err := c.Ack(t.Context(), a.MessageID, true); err != nil {
		t.Fatal(err)
	}
	ahead.Add(int64(11 * time.Minute))
	if a, err = c.GetResponse(t.Context(), client.Selector{}); err != nil || a.OriginalID != first {
		t.Errorf("second %v, %v", a, err)
	}
	if err := c.Ack(t.Context(), a.MessageID, true); err != nil {
		t.Fatal(err)
	}

	// An answer that would come after the end of life.
	script(t, w, "SendRequest wait 72h")
	send(10 * time.Minute)
	ahead.Add(int64(11 * time.Minute))
	if got := fmt.Sprint(take()); got != "[async requestIsRejectedBySmev SmevFault]" {
		t.Errorf("end of life: %s", got)
	}

	// The knob does it to every call, and the news of GetStatus.
	turn(t, w, state.Knobs{Do: "SendRequest fault AccessDenied; Ack slow 1ms"})
	for range 2 {
		if _, err := c.SendRequest(t.Context(), client.Request{MessageID: client.NewMessageID(now()), Content: content}); verdict(err) != "refused" {
			t.Errorf("by the knob: %v", err)
		}
	}
	turn(t, w, state.Knobs{Statuses: true})
	c.Keep = simulatorsAnswers(t)
	id := send(0)
	news, err := c.GetStatus(t.Context())
	if err != nil || news.OriginalID != id || news.Category != "requestIsAcceptedBySmev" {
		t.Errorf("news %+v, %v", news, err)
	}
	if _, err := c.GetStatus(t.Context()); verdict(err) != "empty" {
		t.Errorf("no more news: %v", err)
	}
	take()
	c.Keep = nil

	// Clocks that differ: noticed by the header, then by what SMEV signs.
	turn(t, w, state.Knobs{SkewSeconds: 2400})
	_, err = c.SendRequest(t.Context(), client.Request{MessageID: client.NewMessageID(now()), Content: content})
	var e *client.Error
	if !errors.As(err, &e) || !e.Stale() || !e.ClockWrong || !strings.Contains(e.Text(), "отстают") {
		t.Errorf("40 minutes: %+v", e)
	}
	if s, ok := c.Skew(); !ok || (s.By-40*time.Minute).Abs() > time.Minute {
		t.Errorf("skew %+v", s)
	}
	turn(t, w, state.Knobs{SkewSeconds: -600})
	send(0)
	if s, _ := c.Skew(); (s.By+10*time.Minute).Abs() > time.Minute || !s.Signed {
		t.Errorf("skew %+v", s)
	}
}

func TestScriptsRefused(t *testing.T) {
	w, _ := newSimulator(t, "")
	for _, text := range []string{"SendRequest", "SendRequest explode", "Send drop", "SendRequest wait soon", "SendRequest fault Nothing"} {
		if err := w.SMEV.Script(text); err == nil {
			t.Errorf("taken: %s", text)
		}
		if err := w.SMEV.SetKnobs(state.Knobs{Do: text}); err == nil {
			t.Errorf("a knob: %s", text)
		}
	}
	if err := w.SMEV.SetKnobs(state.Knobs{Fault: "Nothing"}); err == nil {
		t.Error("a fault that no schema has")
	}
}
