package ready

import "time"

// Status is what a loaded certificate is good for.
type Status string

const (
	Checking  Status = "checking"  // revocation is being asked for the first time
	Unchecked Status = "unchecked" // nobody has answered: tried again
	Valid     Status = "valid"     // a fresh answer says that it is not revoked
	Held      Status = "held"      // suspended by its authority
	Revoked   Status = "revoked"   // by its authority, for good
	Untrusted Status = "untrusted" // its authority is not in the list any more
	Expired   Status = "expired"
)

// moves is the state machine of a loaded certificate.
var moves = map[Status][]Status{
	Checking:  {Valid, Unchecked, Held, Revoked, Untrusted, Expired},
	Unchecked: {Valid, Held, Revoked, Untrusted, Expired},
	Valid:     {Unchecked, Held, Revoked, Untrusted, Expired},
	Held:      {Valid, Revoked, Untrusted, Expired},
	Untrusted: {Valid, Unchecked, Held, Revoked, Expired},
	Revoked:   nil,
	Expired:   nil,
}

// Can reports whether a certificate may move from the status to the other.
func (s Status) Can(to Status) bool {
	for _, m := range moves[s] {
		if m == to {
			return true
		}
	}
	return false
}

// Final reports whether nothing is asked about the certificate any more.
func (s Status) Final() bool { return len(moves[s]) == 0 }

// Statuses lists every status, for the test that compares them with the table's CHECK.
func Statuses() []Status {
	return []Status{Checking, Unchecked, Valid, Held, Revoked, Untrusted, Expired}
}

var statusNames = map[Status]string{
	Checking: "Проверяется", Unchecked: "Не проверено", Valid: "Действительный", Held: "Приостановлен",
	Revoked: "Аннулирован", Untrusted: "УЦ не доверенный", Expired: "Истёк",
}

// RU is the status on screen.
func (s Status) RU() string { return statusNames[s] }

// Chip is the certificate's state at the moment, as a chip's kind and word. Time
// does not wait for the job that notes an expiry.
func (c *Certificate) Chip(now time.Time) (kind, text string) {
	s := c.Status
	if now.After(c.NotAfter) && s != Revoked {
		s = Expired
	}
	switch s {
	case Valid:
		return "done", s.RU()
	case Checking:
		return "wait", s.RU()
	case Unchecked, Held:
		return "warn", s.RU()
	default:
		return "stop", s.RU()
	}
}
