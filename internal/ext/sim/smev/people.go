package smev

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Person is somebody whose papers the simulated state knows.
type Person struct {
	SNILS          string `json:"snils"`
	INN            string `json:"inn"`
	Surname        string `json:"surname"`
	Name           string `json:"name"`
	Patronymic     string `json:"patronymic"`
	BirthDate      string `json:"birth_date"` // 2006-01-02
	PassportSeries string `json:"passport_series"`
	PassportNumber string `json:"passport_number"`
	NoESIA         bool   `json:"no_esia"` // has no account in ESIA until Register makes one
}

// People are the known persons by name and date of birth.
type People struct{ known map[string]Person }

// NewPeople indexes the persons.
func NewPeople(list []Person) *People {
	p := &People{known: map[string]Person{}}
	for _, x := range list {
		p.known[personKey(x.Surname, x.Name, x.Patronymic, x.BirthDate)] = x
	}
	return p
}

// ReadPeople reads persons.json; an empty name is an empty world.
func ReadPeople(file string) (*People, error) {
	if file == "" {
		return NewPeople(nil), nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []Person
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return NewPeople(list), nil
}

// Len is how many persons are known.
func (p *People) Len() int { return len(p.known) }

func (p *People) find(surname, name, patronymic, birth string) (Person, bool) {
	x, ok := p.known[personKey(surname, name, patronymic, birth)]
	return x, ok
}

// personKey folds case and Ё, as the registers do.
func personKey(parts ...string) string {
	s := strings.ToUpper(strings.Join(parts, "|"))
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "Ё", "Е")), " ")
}

// digits keeps only the digits of a number as people write it.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// All lists the known persons.
func (p *People) All() []Person {
	var list []Person
	for _, x := range p.known {
		list = append(list, x)
	}
	return list
}
