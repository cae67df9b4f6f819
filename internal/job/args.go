package job

// SendMessage sends what waits in the outbox to SMEV, or one exchange_message
// of it.
type SendMessage struct {
	Message int64 `json:"message,omitempty"` // 0 = all that are due
}

func (SendMessage) Kind() string { return "smev.send" }

// PollSMEV drains SMEV's queue of answers, or only those of one information
// type, by the full name of its root element.
type PollSMEV struct {
	Namespace string `json:"namespace,omitempty"`
	Root      string `json:"root,omitempty"`
}

func (PollSMEV) Kind() string { return "smev.poll" }

// FetchFiles takes files out of SMEV's file store that answers refer to.
type FetchFiles struct{}

func (FetchFiles) Kind() string { return "smev.files" }

// KeepExchange seals what lies open in the exchange, and destroys what has been
// kept for long enough.
type KeepExchange struct{}

func (KeepExchange) Kind() string { return "smev.keep" }

// CheckAnswered tells owner that a register has answered a check.
type CheckAnswered struct {
	Partner int64 `json:"partner"`
	Message int64 `json:"message"`
}

func (CheckAnswered) Kind() string { return "owner.check_answered" }

// RegistrationAnswered tells cert that ESIA has answered a registration.
type RegistrationAnswered struct {
	Partner int64 `json:"partner"`
	Message int64 `json:"message"`
}

func (RegistrationAnswered) Kind() string { return "cert.registration_answered" }

// ExtractAnswered tells org that the tax service has answered about an extract.
type ExtractAnswered struct {
	Partner int64 `json:"partner"`
	Message int64 `json:"message"`
}

func (ExtractAnswered) Kind() string { return "org.extract_answered" }

// AccountAnswered tells cert that ESIA has answered about an owner's account.
type AccountAnswered struct {
	Partner int64 `json:"partner"`
	Message int64 `json:"message"`
}

func (AccountAnswered) Kind() string { return "cert.account_answered" }

// AskCA sends a certificate request to the CA and polls it until it answers.
type AskCA struct {
	Partner int64 `json:"partner"`
	Request int64 `json:"request"`
}

func (AskCA) Kind() string { return "cert.ask_ca" }

// Revoke takes an approved revocation to the CA and watches its list.
type Revoke struct {
	Partner    int64 `json:"partner"`
	Revocation int64 `json:"revocation"`
}

func (Revoke) Kind() string { return "cert.revoke" }

// CaseMoved looks at a case again after something it waits for has changed:
// a check was answered, a certificate came, ESIA registered it.
type CaseMoved struct {
	Partner     int64 `json:"partner"`
	Application int64 `json:"application"`
}

func (CaseMoved) Kind() string { return "issuance.case_moved" }

// OwnerMoved is CaseMoved for the live case of an owner.
type OwnerMoved struct {
	Partner int64 `json:"partner"`
	Owner   int64 `json:"owner"`
}

func (OwnerMoved) Kind() string { return "issuance.owner_moved" }

// Ship sends a shipment to accounting and follows it until documents come.
type Ship struct {
	Partner  int64 `json:"partner"`
	Shipment int64 `json:"shipment"`
}

func (Ship) Kind() string { return "contract.ship" }

// Notify sends one mail or text message.
type Notify struct {
	Partner int64 `json:"partner"`
	Notice  int64 `json:"notice"`
}

func (Notify) Kind() string { return "notify.send" }

// OrgMoved is CaseMoved for the live cases of an organisation.
type OrgMoved struct {
	Partner int64 `json:"partner"`
	Org     int64 `json:"org"`
}

func (OrgMoved) Kind() string { return "issuance.org_moved" }

// CheckReady asks whether a loaded certificate is revoked.
type CheckReady struct {
	Partner     int64 `json:"partner"`
	Certificate int64 `json:"certificate"`
}

func (CheckReady) Kind() string { return "cert.check_ready" }
