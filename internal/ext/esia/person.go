package esia

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"signdesk/internal/ident"
)

// Person is what ESIA keeps of a natural person; what the scopes do not open is
// empty.
type Person struct {
	OID                       string
	Surname, Name, Patronymic string
	BirthDate                 time.Time // zero if not given
	BirthPlace                string
	Gender                    string // M or F
	Citizenship               string // RUS and so on
	SNILS                     string // 11 digits
	INN                       string // 12 digits
	Trusted                   bool   // the account is confirmed
	Document                  int64  // ID of the main identity document among Documents
}

// Person reads the person who signed in (scopes fullname, birthdate, birthplace,
// gender, citizenship, snils, inn). The error is *Error.
func (c *Client) Person(ctx context.Context, s *Session) (*Person, error) {
	var p struct {
		FirstName   string `json:"firstName"`
		LastName    string `json:"lastName"`
		MiddleName  string `json:"middleName"`
		BirthDate   day    `json:"birthDate"`
		BirthPlace  string `json:"birthPlace"`
		Gender      string `json:"gender"`
		Citizenship string `json:"citizenship"`
		SNILS       string `json:"snils"` // 000-000-600 01
		INN         string `json:"inn"`
		Trusted     truth  `json:"trusted"`
		Document    int64  `json:"rIdDoc"`
	}
	if err := c.get(ctx, s, "person", c.person(s), &p); err != nil {
		return nil, err
	}
	return &Person{OID: s.OID, Surname: p.LastName, Name: p.FirstName, Patronymic: p.MiddleName, BirthDate: time.Time(p.BirthDate), BirthPlace: p.BirthPlace,
		Gender: p.Gender, Citizenship: p.Citizenship, SNILS: ident.SNILSDigits(p.SNILS), INN: p.INN, Trusted: bool(p.Trusted), Document: p.Document}, nil
}

func (c *Client) person(s *Session) string {
	return c.address(c.PersonsPath, personsPath) + "/" + s.OID
}

// Contact is a way to reach a person or an organisation.
type Contact struct {
	Type     string // MBT mobile, PHN home phone, EML mail, CPH and CEM those at work
	Value    string
	Verified bool
}

// Contacts reads the person's contacts (scopes mobile, email, contacts).
func (c *Client) Contacts(ctx context.Context, s *Session) ([]Contact, error) {
	type contact struct {
		Type   string `json:"type"`
		Value  string `json:"value"`
		Status string `json:"vrfStu"`
	}
	list, err := embedded[contact](ctx, c, s, "contacts", c.person(s)+"/ctts")
	out := make([]Contact, len(list))
	for i, x := range list {
		out[i] = Contact{x.Type, x.Value, x.Status == verified}
	}
	return out, err
}

// Document is an identity paper.
type Document struct {
	ID             int64
	Type           string // RF_PASSPORT, FRGN_PASS, FID_DOC …
	Series, Number string
	IssuedOn       time.Time
	IssuedBy       string
	IssuerCode     string // six digits, 770001
	Verified       bool
}

// Documents reads the person's papers (scope id_doc).
func (c *Client) Documents(ctx context.Context, s *Session) ([]Document, error) {
	type document struct {
		ID       int64  `json:"id"`
		Type     string `json:"type"`
		Series   string `json:"series"`
		Number   string `json:"number"`
		IssuedOn day    `json:"issueDate"`
		IssuedBy string `json:"issuedBy"`
		IssueID  string `json:"issueId"`
		Status   string `json:"vrfStu"`
	}
	list, err := embedded[document](ctx, c, s, "documents", c.person(s)+"/docs")
	out := make([]Document, len(list))
	for i, x := range list {
		out[i] = Document{x.ID, x.Type, x.Series, x.Number, time.Time(x.IssuedOn), x.IssuedBy, x.IssueID, x.Status == verified}
	}
	return out, err
}

// Address is where a person lives (PLV) or is registered (PRG).
type Address struct {
	Type    string
	Text    string // without the house: "Воронежская область, Воронеж город, Станкевича улица"
	House   string
	Flat    string
	ZIP     string
	Country string // RUS
	FIAS    string
}

// Addresses reads the person's addresses (scopes addresses, contacts).
func (c *Client) Addresses(ctx context.Context, s *Session) ([]Address, error) {
	type address struct {
		Type    string `json:"type"`
		Text    string `json:"addressStr"`
		House   string `json:"house"`
		Flat    string `json:"flat"`
		ZIP     string `json:"zipCode"`
		Country string `json:"countryId"`
		FIAS    string `json:"fiasCode"`
	}
	list, err := embedded[address](ctx, c, s, "addresses", c.person(s)+"/addrs")
	out := make([]Address, len(list))
	for i, x := range list {
		out[i] = Address(x)
	}
	return out, err
}

// verified is the status of contacts and papers that ESIA has checked.
const verified = "VERIFIED"

// day is a date as ESIA writes it, 07.01.1994; what is none is zero.
type day time.Time

func (d *day) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	at, _ := time.Parse("02.01.2006", s)
	*d = day(at)
	return nil
}

// truth is a boolean that some installations write as a string.
type truth bool

func (t *truth) UnmarshalJSON(b []byte) error {
	*t = truth(bytes.Equal(bytes.Trim(b, `"`), []byte("true")))
	return nil
}
