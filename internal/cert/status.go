package cert

import "database/sql"

var errNoRows = sql.ErrNoRows

// RequestStatus is how far a request has come.
type RequestStatus string

const (
	Prepared  RequestStatus = "prepared"  // the subject is approved; the key is not made yet
	Made      RequestStatus = "made"      // the PKCS#10 is here and will be sent
	Sent      RequestStatus = "sent"      // on its way: the CA may have it
	Waiting   RequestStatus = "waiting"   // the CA has it and works
	Issued    RequestStatus = "issued"    // the certificate is here
	Refused   RequestStatus = "refused"   // the CA said no
	Abandoned RequestStatus = "abandoned" // replaced before it was sent
)

// moves is the state machine of a request.
var moves = map[RequestStatus][]RequestStatus{
	Prepared:  {Made, Abandoned},
	Made:      {Sent},
	Sent:      {Waiting, Issued, Refused},
	Waiting:   {Issued, Refused},
	Issued:    nil,
	Refused:   nil,
	Abandoned: nil,
}

// Can reports whether a request may move from the status to the other.
func (s RequestStatus) Can(to RequestStatus) bool {
	for _, m := range moves[s] {
		if m == to {
			return true
		}
	}
	return false
}

// RequestStatuses lists every status, for the test that compares them with the table's CHECK.
func RequestStatuses() []RequestStatus {
	return []RequestStatus{Prepared, Made, Sent, Waiting, Issued, Refused, Abandoned}
}

// AtCA reports whether the request is with the CA or on its way there.
func (s RequestStatus) AtCA() bool { return s == Made || s == Sent || s == Waiting }
