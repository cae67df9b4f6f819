// Package registry is the country's register of organisations (ЕГРЮЛ) and
// entrepreneurs (ЕГРИП) as the tax service publishes it: it reads the dumps,
// keeps a searchable copy of them and reads the same record out of an extract.
//
// A dump is windows-1251 XML of the forms 4.07 and 4.06 (VO_RUGFO_*.xml,
// VO_RIGFO_*.xml: Файл/Документ/СвЮЛ|СвИП) or of the older form with the root
// EGRUL or EGRIP, some thousand records to a file, files packed into zips; the
// country is about 250 GB of it. Reader cuts the stream into records without
// understanding them, ParseRecord turns one into a Record. Whatever is wrong
// with a record is said about that record alone, and the rest goes on.
//
// Import writes records into the table registry_org by batches, each in one
// transaction together with the place reached, so that a killed import goes on
// where it stopped. Search reads that table. The register belongs to no
// partner; its tables carry no row-level policy.
package registry

// Kind tells organisations from entrepreneurs.
type Kind string

const (
	Organisation Kind = "org" // СвЮЛ
	Entrepreneur Kind = "ip"  // СвИП
)

// Record is what the register says about one organisation or entrepreneur:
// everything the card shows, spelt as in the register. Empty means not said.
type Record struct {
	Kind        Kind       `json:"kind"`
	OGRN        string     `json:"ogrn"` // 13 digits, of an entrepreneur 15
	INN         string     `json:"inn,omitempty"`
	KPP         string     `json:"kpp,omitempty"`
	FullName    string     `json:"full_name"`
	ShortName   string     `json:"short_name,omitempty"`
	ForeignName string     `json:"foreign_name,omitempty"`
	Form        Form       `json:"form"`
	Registered  Date       `json:"registered,omitempty"` // when the OGRN was given
	Created     *Creation  `json:"created,omitempty"`    // how and, before 2002, where it came to be
	Status      Status     `json:"status"`
	Person      *Person    `json:"person,omitempty"`  // the entrepreneur
	Address     *Address   `json:"address,omitempty"` // of the seat, exact
	Seat        *Address   `json:"seat,omitempty"`    // «место нахождения»: down to the settlement
	Email       string     `json:"email,omitempty"`
	Heads       []Head     `json:"heads,omitempty"`
	Founders    []Founder  `json:"founders,omitempty"`
	Capital     *Capital   `json:"capital,omitempty"`
	Activities  []Activity `json:"activities,omitempty"` // the main one first
	TaxOffice   *Office    `json:"tax_office,omitempty"`
	RegOffice   *Office    `json:"reg_office,omitempty"`
	Pension     *Insurer   `json:"pension,omitempty"` // СФР, former ПФР
	Social      *Insurer   `json:"social,omitempty"`  // СФР, former ФСС
	Licences    []Licence  `json:"licences,omitempty"`
	Branches    []Branch   `json:"branches,omitempty"`
	Before      []Party    `json:"before,omitempty"` // predecessors
	After       []Party    `json:"after,omitempty"`  // successors
	FarmHead    string     `json:"farm_head,omitempty"`
	Extracted   Date       `json:"extracted"`            // when the tax service wrote this record down
	LastEntry   *Entry     `json:"last_entry,omitempty"` // the latest entry of the register
	Restricted  bool       `json:"restricted,omitempty"` // access to the record is restricted
	Doubts      []string   `json:"doubts,omitempty"`     // what looks wrong without making the record useless
}

// Name is the short name if there is one, else the full one.
func (r *Record) Name() string {
	if r.ShortName != "" {
		return r.ShortName
	}
	return r.FullName
}

// Region is the two-digit code of the region: of the address, else of the tax
// office, else of the registration number.
func (r *Record) Region() string {
	for _, code := range []string{
		regionOf(r.Address), regionOf(r.Seat), officeRegion(r.TaxOffice), officeRegion(r.RegOffice),
	} {
		if len(code) == 2 && code != "00" {
			return code
		}
	}
	return r.OGRN[3:5]
}

func regionOf(a *Address) string {
	if a == nil {
		return ""
	}
	return a.RegionCode
}

func officeRegion(o *Office) string {
	if o == nil || len(o.Code) != 4 {
		return ""
	}
	return o.Code[:2]
}

// Form is the legal form by a classifier, usually ОКОПФ.
type Form struct {
	Classifier string `json:"classifier,omitempty"`
	Code       string `json:"code,omitempty"`
	Name       string `json:"name,omitempty"`
}

// Creation says how the organisation was formed and, when that was before the
// register began (July 2002, entrepreneurs 2004), by whom and under what number.
type Creation struct {
	Code   string `json:"code,omitempty"`
	How    string `json:"how,omitempty"`
	Number string `json:"number,omitempty"`
	Date   Date   `json:"date,omitempty"`
	By     string `json:"by,omitempty"`
}

// Person is a name and what identifies its bearer in open data.
type Person struct {
	Surname    string `json:"surname,omitempty"`
	Name       string `json:"name,omitempty"`
	Patronymic string `json:"patronymic,omitempty"`
	INN        string `json:"inn,omitempty"`
	Sex        string `json:"sex,omitempty"`     // "m", "f"
	Country    string `json:"country,omitempty"` // citizenship
}

// FullName is surname, name and patronymic.
func (p *Person) FullName() string { return joinWords(p.Surname, p.Name, p.Patronymic) }

// Party is an organisation named in another's record.
type Party struct {
	OGRN    string `json:"ogrn,omitempty"`
	INN     string `json:"inn,omitempty"`
	Name    string `json:"name,omitempty"`
	Country string `json:"country,omitempty"`
}

// Head acts for the organisation without a power of attorney: a person, an
// entrepreneur (OGRNIP) or a managing organisation. With Restricted set the
// register hides who it is.
type Head struct {
	Person       *Person `json:"person,omitempty"`
	Party        *Party  `json:"party,omitempty"`
	Title        string  `json:"title,omitempty"`
	KindCode     string  `json:"kind_code,omitempty"` // directory СКФЛЮЛ
	Kind         string  `json:"kind,omitempty"`
	OGRNIP       string  `json:"ogrnip,omitempty"`
	Since        Date    `json:"since,omitempty"`
	Doubt        string  `json:"doubt,omitempty"`        // the register's word on unreliable data
	Disqualified Date    `json:"disqualified,omitempty"` // until
	Restricted   bool    `json:"restricted,omitempty"`
}

// Founder holds a share. Percent is as written: "100", or "1/3" for a fraction.
type Founder struct {
	Person     *Person `json:"person,omitempty"`
	Party      *Party  `json:"party,omitempty"`
	Kopecks    int64   `json:"kopecks,omitempty"`
	Percent    string  `json:"percent,omitempty"`
	Since      Date    `json:"since,omitempty"`
	Doubt      string  `json:"doubt,omitempty"`
	Restricted bool    `json:"restricted,omitempty"`
}

// Capital is the charter capital or what stands in its place.
type Capital struct {
	Kind    string `json:"kind,omitempty"`
	Kopecks int64  `json:"kopecks"`
}

// Activity is a code of ОКВЭД; Edition is the classifier's year.
type Activity struct {
	Code    string `json:"code"`
	Name    string `json:"name,omitempty"`
	Edition string `json:"edition,omitempty"`
	Main    bool   `json:"main,omitempty"`
}

// Office is a tax office and since when it keeps this organisation.
type Office struct {
	Code    string `json:"code,omitempty"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Since   Date   `json:"since,omitempty"`
}

// Insurer is a registration with a social fund.
type Insurer struct {
	Number string `json:"number,omitempty"`
	Since  Date   `json:"since,omitempty"`
	Code   string `json:"code,omitempty"`
	Name   string `json:"name,omitempty"`
}

// Licence permits kinds of activity.
type Licence struct {
	Number    string   `json:"number,omitempty"`
	Date      Date     `json:"date,omitempty"`
	From      Date     `json:"from,omitempty"`
	Until     Date     `json:"until,omitempty"`
	Kinds     []string `json:"kinds,omitempty"`
	By        string   `json:"by,omitempty"`
	Suspended Date     `json:"suspended,omitempty"`
}

// Branch is a branch (филиал) or, with Office set, a representative office.
type Branch struct {
	Name      string   `json:"name,omitempty"`
	KPP       string   `json:"kpp,omitempty"`
	Address   *Address `json:"address,omitempty"`
	TaxOffice *Office  `json:"tax_office,omitempty"`
	Office    bool     `json:"office,omitempty"`
}

// Entry is a change written into the register.
type Entry struct {
	Number string `json:"number,omitempty"` // ГРН
	Date   Date   `json:"date,omitempty"`
	What   string `json:"what,omitempty"`
}

// Date is a day as the register writes it, 2006-01-02; "" is unknown.
type Date string

// RU writes the day as people read it: 02.01.2006.
func (d Date) RU() string {
	if len(d) != 10 {
		return string(d)
	}
	return string(d[8:] + "." + d[5:7] + "." + d[:4])
}
