package contract

// Status of a shipment.
type Status string

const (
	Queued         Status = "queued"
	Sent           Status = "sent"
	Accepted       Status = "accepted"
	DocumentsReady Status = "documents_ready"
	Delivered      Status = "delivered" // confirmed to 1C and acknowledged by staff
	Failed         Status = "failed"
	Cancelled      Status = "cancelled"
)

// moves is the state machine: from each status, where a shipment may go.
var moves = map[Status][]Status{
	Queued:         {Sent, Accepted, Failed, Cancelled},
	Sent:           {Accepted, Failed},
	Accepted:       {DocumentsReady, Failed},
	DocumentsReady: {Delivered},
	Delivered:      nil,
	Failed:         {Queued, Cancelled},
	Cancelled:      nil,
}

// Can reports whether a shipment may move from the status to the other.
func (s Status) Can(to Status) bool {
	for _, m := range moves[s] {
		if m == to {
			return true
		}
	}
	return false
}

// Statuses lists every status, for the test that compares them with the table's CHECK.
func Statuses() []Status {
	return []Status{Queued, Sent, Accepted, DocumentsReady, Delivered, Failed, Cancelled}
}

// Chip is the status as a chip's kind and word.
func (s Status) Chip() (kind, text string) {
	switch s {
	case Queued:
		return "wait", "Готовится к отправке"
	case Sent, Accepted:
		return "wait", "Обрабатывает бухгалтерия"
	case DocumentsReady:
		return "note", "Документы готовы"
	case Delivered:
		return "done", "Получено"
	case Failed:
		return "stop", "Отказ"
	default:
		return "idle", "Отменено"
	}
}
