package esia

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Person is somebody with an account; the file is the one SMEV's bodies know
// people from.
type Person struct {
	SNILS          string `json:"snils"` // 11 digits
	INN            string `json:"inn"`
	Surname        string `json:"surname"`
	Name           string `json:"name"`
	Patronymic     string `json:"patronymic"`
	BirthDate      string `json:"birth_date"` // 2006-01-02
	PassportSeries string `json:"passport_series"`
	PassportNumber string `json:"passport_number"`

	Unconfirmed   bool           `json:"unconfirmed"` // the account
	Organisations []Organisation `json:"organisations"`

	OID int64 `json:"-"`
}

// Organisation is one a person works for.
type Organisation struct {
	OGRN      string `json:"ogrn"`
	INN       string `json:"inn"`
	KPP       string `json:"kpp"`
	FullName  string `json:"full_name"`
	ShortName string `json:"short_name"`
	Chief     bool   `json:"chief"`
}

// ReadPeople reads persons.json; an empty name is an empty world.
func ReadPeople(file string) ([]Person, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []Person
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return Number(list), nil
}

// Number gives people the OIDs they keep from start to start.
func Number(list []Person) []Person {
	for i := range list {
		n, _ := strconv.ParseInt(list[i].SNILS[:min(9, len(list[i].SNILS))], 10, 64)
		list[i].OID = 1_000_000_000 + n
	}
	return list
}

// OID of the organisation.
func (o Organisation) OID() int64 {
	n, _ := strconv.ParseInt(o.OGRN, 10, 64)
	return 1_000_000_000 + n%1_000_000_000
}

// kind is LEGAL, or BUSINESS for a sole trader, whose OGRN has 15 digits.
func (o Organisation) kind() string {
	if len(o.OGRN) == 15 {
		return "BUSINESS"
	}
	return "LEGAL"
}

// FullName is the name on the page.
func (p Person) FullName() string {
	return strings.Join(strings.Fields(p.Surname+" "+p.Name+" "+p.Patronymic), " ")
}

func (p Person) gender() string {
	if strings.HasSuffix(strings.ToLower(p.Patronymic), "на") {
		return "F"
	}
	return "M"
}

// birth is the date as ESIA writes it.
func (p Person) birth(yearsLater int) string {
	at, err := time.Parse(time.DateOnly, p.BirthDate)
	if err != nil {
		return ""
	}
	return at.AddDate(yearsLater, 0, 0).Format("02.01.2006")
}

func (s *Service) find(oid string) (Person, bool) {
	n, err := strconv.ParseInt(oid, 10, 64)
	if err != nil {
		return Person{}, false
	}
	return s.byOID(n)
}

func (s *Service) byOID(oid int64) (Person, bool) {
	for _, p := range s.People {
		if p.OID == oid {
			return p, true
		}
	}
	return Person{}, false
}
