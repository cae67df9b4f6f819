package smev_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
)

// BenchmarkRoundTrip sends, takes and acknowledges through the simulator, with
// as many answers of others waiting beside.
func BenchmarkRoundTrip(b *testing.B) {
	content, err := smev.PassportRequest{Series: "4504", Number: "123456"}.XML()
	if err != nil {
		b.Fatal(err)
	}
	for _, waiting := range []int{100, 100_000} {
		b.Run(fmt.Sprint(waiting), func(b *testing.B) {
			w, c := newSimulator(b, "")
			turn(b, w, state.Knobs{})
			w.SMEV.Visibility = time.Minute
			if err := w.SMEV.Fill("SGND01", waiting, time.Now().Add(time.Hour)); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			before := processorTime(b)
			defer func() { b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op") }()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := c.SendRequest(b.Context(), smev.Request{MessageID: smev.NewMessageID(time.Now()), Content: content}); err != nil {
						b.Error(err)
						return
					}
					r, err := c.GetResponse(b.Context(), smev.Selector{})
					if errors.Is(err, smev.ErrEmpty) {
						continue
					}
					if err != nil {
						b.Error(err)
						return
					}
					if err := c.Ack(b.Context(), r.MessageID, true); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// processorTime is what the process has used: the machine may be busy with
// others.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
