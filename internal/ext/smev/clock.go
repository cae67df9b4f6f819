package smev

import (
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// tolerance is how far an id's time or a selector's may lie from SMEV's clock.
const tolerance = 30 * time.Minute

// Skew is how SMEV's clock differs from ours.
type Skew struct {
	By     time.Duration // positive: SMEV's clock is ahead of ours
	At     time.Time     // when it was seen
	Signed bool          // by a time that SMEV signed; else by the HTTP header Date
}

// Skew returns what was last seen of SMEV's clock; ok is false before the first
// answer. A difference over half an hour makes SMEV refuse what we send.
func (c *Client) Skew() (s Skew, ok bool) {
	if last := c.clock.Load(); last != nil {
		return *last, true
	}
	return Skew{}, false
}

// noteDate reads the header Date, which is exact to a second. A signed time of
// the last minute is better and stays, unless SMEV has just said that our time
// is wrong.
func (c *Client) noteDate(header string, began time.Time, stale bool) {
	date, err := http.ParseTime(header)
	if err != nil {
		return
	}
	if last := c.clock.Load(); last != nil && last.Signed && began.Sub(last.At).Abs() < time.Minute && !stale {
		return
	}
	c.noteBetween(date, date.Add(time.Second), began, false)
}

// noteSigned reads a time that SMEV put into a message while it answered.
func (c *Client) noteSigned(at, began time.Time) {
	if !at.IsZero() {
		c.noteBetween(at, at, began, true)
	}
}

// noteBetween compares SMEV's moment, known to lie between from and to, with
// the time of ours in which it must lie: from began to now.
func (c *Client) noteBetween(from, to, began time.Time, signed bool) {
	now := c.now()
	s := &Skew{At: now, Signed: signed}
	switch {
	case to.Before(began):
		s.By = to.Sub(began)
	case from.After(now):
		s.By = from.Sub(now)
	}
	c.clock.Store(s)
}

// blameClock marks a stale message whose id is young by our clock: then one of
// the two clocks is wrong, and a new id alone is of no use.
func (c *Client) blameClock(e *Error, messageID, date string, began time.Time) {
	if e.kind != stale || e.Fault != "StaleMessageId" {
		return
	}
	if made, ok := timeOf(messageID); ok && c.now().Sub(made) > tolerance {
		return
	}
	c.noteDate(date, began, true)
	e.ClockWrong = true
	if s, ok := c.Skew(); ok {
		e.Skew = s.By
	}
}

// timeOf reads the time of a UUID of version 1.
func timeOf(id string) (time.Time, bool) {
	b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil || len(b) != 16 || b[6]>>4 != 1 {
		return time.Time{}, false
	}
	ticks := int64(b[6]&0x0f)<<56 | int64(b[7])<<48 | int64(b[4])<<40 | int64(b[5])<<32 |
		int64(b[0])<<24 | int64(b[1])<<16 | int64(b[2])<<8 | int64(b[3])
	return time.Unix(ticks/1e7+gregorian, ticks%1e7*100), true
}
