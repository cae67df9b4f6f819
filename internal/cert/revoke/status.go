package revoke

// Status is how far a revocation has come.
type Status string

const (
	Asked     Status = "asked"     // a second person is to look at it
	Declined  Status = "declined"  // he said no
	Withdrawn Status = "withdrawn" // its author took it back
	Approved  Status = "approved"  // on its way to the CA
	Refused   Status = "refused"   // the CA said no
	Revoked   Status = "revoked"   // the CA has revoked; its list does not say so yet
	Listed    Status = "listed"    // seen on the list
)

// moves is the state machine.
var moves = map[Status][]Status{
	Asked:    {Declined, Withdrawn, Approved},
	Approved: {Revoked, Refused},
	Revoked:  {Listed},
}

var statusNames = map[Status]string{Asked: "Ждёт второго сотрудника", Declined: "Отклонена", Withdrawn: "Отозвана автором", Approved: "Отправляется в УЦ",
	Refused: "УЦ отказал", Revoked: "Аннулирован", Listed: "В списке отозванных"}

var chips = map[Status]string{Asked: "wait", Declined: "stop", Withdrawn: "idle", Approved: "wait", Refused: "stop", Revoked: "done", Listed: "done"}

// Statuses lists every status, for the test that compares them with the table's CHECK.
func Statuses() []Status {
	return []Status{Asked, Declined, Withdrawn, Approved, Refused, Revoked, Listed}
}

// Can reports whether a revocation may move from the status to the other.
func (s Status) Can(to Status) bool {
	for _, m := range moves[s] {
		if m == to {
			return true
		}
	}
	return false
}

// RU is the status on screen.
func (s Status) RU() string { return statusNames[s] }

// Chip is the kind of the status's chip.
func (s Status) Chip() string { return chips[s] }

// Live reports whether something is still to come.
func (s Status) Live() bool { return len(moves[s]) > 0 }

// Reason is why a certificate is revoked: a CRLReason (RFC 5280, 5.3.1) and its
// words on the form.
type Reason struct {
	Code int
	Name string
}

// Reasons that people may name, the usual ones first.
var Reasons = []Reason{
	{1, "Ключ стал известен другим или утерян"},
	{3, "Изменились данные владельца"},
	{4, "Выпущен новый сертификат"},
	{5, "Владелец прекратил работу"},
	{9, "Прекращены полномочия владельца"},
	{0, "Другая причина"},
}

// ReasonRU is the reason's name.
func ReasonRU(code int) string {
	for _, r := range Reasons {
		if r.Code == code {
			return r.Name
		}
	}
	return ""
}
