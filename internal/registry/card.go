package registry

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
