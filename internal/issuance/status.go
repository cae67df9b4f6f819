package issuance

// Status of an application; the words on screen are product.md's.
type Status string

const (
	Draft         Status = "draft"
	RegistryCheck Status = "registry_check"
	HeadSignature Status = "head_signature"
	HeadCheck     Status = "head_check"
	Review        Status = "review"
	Approved      Status = "approved"
	Requested     Status = "requested"
	Issued        Status = "issued"
	Done          Status = "done"
	Rejected      Status = "rejected"
	Withdrawn     Status = "withdrawn"
)

// moves is the state machine for desk and cabinet. approved falls back to
// registry_check when the approved data change, requested to approved when the
// CA refuses.
var moves = map[Status][]Status{
	Draft:         {RegistryCheck, Rejected},
	RegistryCheck: {HeadSignature, Review, Approved, Rejected},
	HeadSignature: {HeadCheck, RegistryCheck, Rejected, Withdrawn},
	HeadCheck:     {Approved, Review, RegistryCheck, Rejected},
	Review:        {Approved, RegistryCheck, Rejected, Withdrawn},
	Approved:      {Requested, RegistryCheck, Rejected},
	Requested:     {Issued, Approved},
	Issued:        {Done},
	Done:          nil,
	Rejected:      nil,
	Withdrawn:     nil,
}

// Can reports whether an application may move from the status to the other.
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
	return []Status{Draft, RegistryCheck, HeadSignature, HeadCheck, Review, Approved, Requested, Issued, Done, Rejected, Withdrawn}
}

// Live reports whether the case still goes on.
func (s Status) Live() bool { return s != Done && s != Rejected && s != Withdrawn }

var statusNames = map[Status]string{
	Draft: "Черновик", RegistryCheck: "Ожидание проверки в ЕГРЮЛ/ЕГРИП", HeadSignature: "Ожидание подписи руководителя",
	HeadCheck: "Ожидание подтверждения руководителя в ЕГРЮЛ/ЕГРИП", Review: "На рассмотрении в УЦ", Approved: "Сведения подтверждены в УЦ",
	Requested: "Запрос отправлен в УЦ", Issued: "Требуется подписание сертификата", Done: "Исполнена", Rejected: "Отклонена", Withdrawn: "Отозвана",
}

// RU is the status on screen.
func (s Status) RU() string { return statusNames[s] }

// Chip is the status as a chip's kind and word.
func (s Status) Chip() (kind, text string) {
	switch s {
	case Done:
		return "done", s.RU()
	case Rejected, Withdrawn:
		return "stop", s.RU()
	case Requested, Review, HeadSignature, HeadCheck, RegistryCheck:
		return "wait", s.RU()
	default:
		return "note", s.RU()
	}
}
