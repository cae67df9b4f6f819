package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"signdesk/internal/ident"
)

// EGRUL406 asks the tax service for an extract about a legal entity. The schema
// is official.
var EGRUL406 = Type{
	Key: EGRUL, Version: "4.0.6",
	Title:     "Выписка из ЕГРЮЛ (ФНС)",
	Namespace: "urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.6",
	Commons:   []string{"urn://x-artefacts-fns/vipul-types/4.0.6"},
	Request:   "FNSVipULRequest", Answer: "FNSVipULResponse",
	Origin: OriginSchema,
	Schema: "fns-vipul-tosmv-ru.xsd",
	Source: "описание вида сведений в СМЭВ",
	Words:  extractWords,
	codec:  codecOf(writeExtract, readExtract),
}

// EGRUL405 is the version before it: the same but for the archive that may stand
// instead of a large extract.
var EGRUL405 = older(EGRUL406, "4.0.5", "urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.5", "urn://x-artefacts-fns/vipul-types/4.0.5")

// EGRIP405 asks for an extract about a sole trader. The schema is official.
var EGRIP405 = Type{
	Key: EGRIP, Version: "4.0.5",
	Title:     "Выписка из ЕГРИП (ФНС)",
	Namespace: "urn://x-artefacts-fns-vipip-tosmv-ru/311-15/4.0.5",
	Commons:   []string{"urn://x-artefacts-fns/vipip-types/4.0.5"},
	Request:   "FNSVipIPRequest", Answer: "FNSVipIPResponse",
	Origin: OriginSchema,
	Schema: "fns-vipip-tosmv-ru.xsd",
	Source: "описание вида сведений в СМЭВ",
	Words:  extractWords,
	codec:  codecOf(writeExtract, readExtract),
}

func older(t Type, version, namespace, commons string) Type {
	t.Version, t.Namespace, t.Commons = version, namespace, []string{commons}
	return t
}

// ExtractRequest asks by one of the numbers; OGRN goes first.
type ExtractRequest struct {
	ID   string // of the question, a GUID
	OGRN string // 13 digits, of a sole trader 15
	INN  string // 10, of a sole trader 12
}

// ExtractAnswer is the tax service's word. With Verdict Valid the content holds
// the record, СвЮЛ or СвИП, in the form of the register's dumps.
type ExtractAnswer struct {
	ID      string
	Verdict Verdict // Valid, NotFound, or Invalid: there is a record that is not given
	OGRN    string
	Made    time.Time // date of the extract
	Code    string    // of processing, "" with a record
}

// Codes of processing (КодОбр): the schema leaves them to the service's manual,
// two public C# programs that read the type agree on these.
const (
	codeNotFound = "01"
	codeNotGiven = "53" // not in electronic form
	codeArchive  = "54" // too large, in an attached archive; since 4.0.6
)

// Archived reports whether the record lies in an archive that came with the
// answer as a file.
func (a ExtractAnswer) Archived() bool { return a.Code == codeArchive }

// Text says for people what came instead of a record.
func (a ExtractAnswer) Text() string {
	switch {
	case a.Verdict == NotFound:
		return extractWords.NotFound
	case a.Code == codeNotGiven:
		return "ФНС не даёт сведений об этой записи в электронном виде. Закажите выписку в налоговой инспекции."
	case a.Code == codeArchive:
		return "Выписка слишком велика для СМЭВ и пришла архивом. Получите её на сайте ФНС и положите в папку вместе с подписью."
	case a.Code != "":
		return "ФНС ответила кодом " + a.Code + " без выписки. Получите выписку на сайте ФНС и положите её в папку вместе с подписью."
	}
	return extractWords.Valid
}

// writeExtract writes a question of either register.
func writeExtract(t Type, r ExtractRequest) ([]byte, error) {
	if n := utf8.RuneCountInString(r.ID); n == 0 || n > 36 {
		return nil, errors.New("smev: an extract is asked with an id of 1 to 36 signs")
	}
	type numbers struct {
		OGRN   string `xml:"ОГРН,omitempty"`
		INN    string `xml:"ИННЮЛ,omitempty"`
		OGRNIP string `xml:"ОГРНИП,omitempty"`
		INNFL  string `xml:"ИНН,omitempty"`
	}
	x := struct {
		XMLName xml.Name
		ID      string   `xml:"ИдДок,attr"`
		Firm    *numbers `xml:"ЗапросЮЛ"`
		Trader  *numbers `xml:"ЗапросИП"`
	}{XMLName: t.asked(), ID: r.ID}
	var n numbers
	var err error
	switch {
	case t.Key == EGRUL && r.OGRN != "":
		n.OGRN, err = r.OGRN, ident.OGRN(r.OGRN)
	case t.Key == EGRUL:
		n.INN, err = r.INN, ident.OrgINN(r.INN)
	case r.OGRN != "":
		n.OGRNIP, err = r.OGRN, ident.OGRNIP(r.OGRN)
	default:
		n.INNFL, err = r.INN, ident.PersonINN(r.INN)
	}
	if err != nil {
		return nil, errors.New("smev: an extract is asked by a valid OGRN or INN")
	}
	if t.Key == EGRUL {
		x.Firm = &n
	} else {
		x.Trader = &n
	}
	return encode(x)
}

// DecodeExtract reads the content of an answer of either register.
func DecodeExtract(content []byte) (ExtractAnswer, error) {
	return decode[ExtractAnswer](content, EGRUL, EGRIP)
}

func readExtract(t Type, content []byte) (ExtractAnswer, error) {
	type record struct {
		Made   string `xml:"ДатаВып,attr"`
		OGRN   string `xml:"ОГРН,attr"`
		OGRNIP string `xml:"ОГРНИП,attr"`
	}
	var x struct {
		ID      string   `xml:"ИдДок,attr"`
		Firms   []record `xml:"СвЮЛ"`
		Traders []record `xml:"СвИП"`
		Codes   []string `xml:"КодОбр"`
	}
	if err := t.parse(content, &x); err != nil {
		return ExtractAnswer{}, err
	}
	a := ExtractAnswer{ID: strings.TrimSpace(x.ID)}
	records := x.Firms
	if t.Key == EGRIP {
		records = x.Traders
	}
	switch {
	case a.ID == "":
		return ExtractAnswer{}, errors.New("smev: the extract has no id")
	case len(x.Firms)+len(x.Traders)+len(x.Codes) != 1:
		return ExtractAnswer{}, errors.New("smev: the extract must have one record or one code of processing")
	case len(x.Codes) == 1:
		a.Code, a.Verdict = strings.TrimSpace(x.Codes[0]), Invalid
		if n := utf8.RuneCountInString(a.Code); n == 0 || n > 2 {
			return ExtractAnswer{}, errors.New("smev: the extract's code of processing has not two signs")
		}
		if a.Code == codeNotFound {
			a.Verdict = NotFound
		}
		return a, nil
	case len(records) == 0:
		return ExtractAnswer{}, ErrOtherType
	}
	a.Verdict, a.OGRN = Valid, records[0].OGRN
	if t.Key == EGRIP {
		a.OGRN = records[0].OGRNIP
	}
	var err error
	if a.Made, err = time.Parse(time.DateOnly, records[0].Made); err != nil || ident.AnyOGRN(a.OGRN) != nil {
		return ExtractAnswer{}, errors.New("smev: the extract's date or OGRN is missing or wrong")
	}
	return a, nil
}
