package registry

import (
	"strings"
)

// Filter narrows a search; the zero value lets everything pass. Values that are
// not what they should be let nothing pass.
type Filter struct {
	Regions []string // two digits each
	Active  bool     // not closed
	Kind    Kind
	Forms   []string // codes of ОКОПФ or their beginnings
	OKVED   string   // code of the main activity or its beginning
}

// Narrows tells that not everything passes.
func (f Filter) Narrows() bool {
	return len(f.Regions) > 0 || f.Active || f.Kind != "" || len(f.Forms) > 0 || f.OKVED != ""
}

// Literal is the filter as PostgreSQL reads a registry_filter; home is the region
// whose records come first among equals, "" for none.
func (f Filter) Literal(home string) string {
	var forms []string
	for _, code := range f.Forms {
		forms = append(forms, onlyCode(code)+"%")
	}
	okved := ""
	if f.OKVED != "" {
		okved = onlyCode(f.OKVED) + "%"
	}
	var regions []string
	for _, r := range f.Regions {
		regions = append(regions, onlyCode(r))
	}
	live := "f"
	if f.Active {
		live = "t"
	}
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	return "(" + strings.Join([]string{
		quoted(array(regions)), live, quoted(onlyCode(string(f.Kind))), quoted(array(forms)), quoted(okved), quoted(onlyCode(home)),
	}, ",") + ")"
}

// onlyCode leaves of a code what a code is made of; of anything else a sign that
// no code has.
func onlyCode(s string) string {
	if strings.Trim(s, "0123456789.abcdefghijklmnopqrstuvwxyz") != "" || len(s) > 10 {
		return "!"
	}
	return s
}

// formCodes are the codes of ОКОПФ of legal forms that may be the whole query.
var formCodes = map[string]string{
	"ООО": "123", "АО": "122", "ПАО": "12247", "НАО": "12267", "ОАО": "122", "ЗАО": "122", "ИП": "50102", "КФХ": "50101", "ФГУП": "65241", "ГУП": "65242", "МУП": "65243",
	"АНО": "714", "БФ": "70401", "ТСЖ": "20716", "ТСН": "207", "СНТ": "20702", "ДНТ": "20702", "ГСК": "20101", "ЖСК": "20102", "ПК": "141",
	"МБУ": "75403", "МБОУ": "75403", "МБДОУ": "75403", "МКУ": "75404", "МКОУ": "75404", "МАУ": "75401", "МАОУ": "75401", "МАДОУ": "75401",
	"ГБУ": "75203", "ГБУЗ": "75203", "ГБОУ": "75203", "ГКУ": "75204", "ГАУ": "75201", "ФГБУ": "75103", "ФГБОУ": "75103", "ФКУ": "75104",
}
