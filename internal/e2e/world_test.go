package e2e

import (
	"archive/zip"
	"encoding/json"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// firm is an organisation of the demo's register with its head's papers, as the
// simulators know them.
type firm struct {
	OGRN, INN string
	Name      string // the short one, without quotation marks
	Head      papers
}

// papers is an entry of persons.json.
type papers struct {
	SNILS          string `json:"snils"`
	INN            string `json:"inn"`
	Surname        string `json:"surname"`
	Name           string `json:"name"`
	Patronymic     string `json:"patronymic"`
	BirthDate      string `json:"birth_date"`
	PassportSeries string `json:"passport_series"`
	PassportNumber string `json:"passport_number"`
}

func (p papers) fullName() string { return p.Surname + " " + p.Name + " " + p.Patronymic }

// sex as the passport form has it; the demo's patronymics tell it.
func (p papers) sex() string {
	if strings.HasSuffix(strings.ToLower(p.Patronymic), "ич") {
		return "M"
	}
	return "F"
}

var (
	ogrnOf = regexp.MustCompile(` ОГРН(?:ИП)?="(\d+)"`)
	innOf  = regexp.MustCompile(` ИНН(?:ФЛ)?="(\d+)"`)
	nameOf = regexp.MustCompile(`НаимСокр="([^"]+)"`)
)

// firm is the n-th organisation the demo has chosen: 0 stays in the register,
// the others are clients with a contract, an owner and his passport.
func (d *demo) firm(n int) firm {
	d.t.Helper()
	var people []papers
	if err := json.Unmarshal(readFile(d.t, filepath.Join(d.dir, "demo", "persons.json")), &people); err != nil {
		d.t.Fatal(err)
	}
	p := people[n]
	head := strings.ToUpper(`Фамилия="` + p.Surname + `" Имя="` + p.Name + `" Отчество="` + p.Patronymic + `"`) // the register has capitals
	z, err := zip.OpenReader(filepath.Join(d.dir, "demo", "register.zip"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			d.t.Fatal(err)
		}
		text, err := io.ReadAll(charmap.Windows1251.NewDecoder().Reader(in))
		in.Close()
		if err != nil {
			d.t.Fatal(err)
		}
		for _, doc := range strings.Split(string(text), "<Документ ")[1:] {
			if strings.Contains(strings.ToUpper(doc), head) && strings.Contains(doc, `="`+p.INN+`"`) {
				w := firm{OGRN: ogrnOf.FindStringSubmatch(doc)[1], INN: innOf.FindStringSubmatch(doc)[1], Head: p}
				if m := nameOf.FindStringSubmatch(doc); m != nil {
					w.Name = strings.ReplaceAll(m[1], "&quot;", "")
				}
				return w
			}
		}
	}
	d.t.Fatalf("person %d heads nothing in the register", n)
	return firm{}
}
