// Package registry is the country's register of organisations (ЕГРЮЛ) and
// entrepreneurs (ЕГРИП) as the tax service publishes it: it reads the dumps,
// keeps a searchable copy of them and reads the same record out of an extract.
//
// A dump is windows-1251 XML of the forms 4.07 and 4.06 (VO_RUGFO_*.xml,
// VO_RIGFO_*.xml: Файл/Документ/СвЮЛ|СвИП) or of the older form with the root
// EGRUL or EGRIP, some thousand records to a file, files packed into zips; the
// country is about 250 GB of it. Reader cuts the stream into records without
// understanding them, its Parse turns one into a Record. Whatever is wrong
// with a record is said about that record alone, and the rest goes on.
//
// Import writes records into two tables by batches, each in one transaction
// together with the place reached, so that a killed import goes on where it
// stopped: registry_org has the whole record as it came, packed, and registry_doc
// the line that lists show and searches ask. What a newer record says otherwise
// goes into registry_change. Reindex brings the search tables up to date with the
// lines, and Search reads those. The register belongs to no partner; its tables
// carry no row-level policy.
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
