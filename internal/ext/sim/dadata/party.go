package dadata

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// The answer's own shape.
type party struct {
	Type       string   `json:"type"`
	INN        string   `json:"inn"`
	KPP        *string  `json:"kpp"`
	OGRN       string   `json:"ogrn"`
	OGRNDate   *int64   `json:"ogrn_date"`
	BranchType string   `json:"branch_type"`
	OPF        opf      `json:"opf"`
	Name       name     `json:"name"`
	FIO        *fio     `json:"fio"`
	Management *manager `json:"management"`
	State      status   `json:"state"`
	OKVED      string   `json:"okved"`
	OKVEDType  string   `json:"okved_type"`
	Address    *address `json:"address"`
}

type opf struct {
	Type string `json:"type"`
	Code string `json:"code"`
	Full string `json:"full"`
}

type name struct {
	Full  string  `json:"full_with_opf"`
	Short *string `json:"short_with_opf"`
}

type fio struct {
	Surname    string `json:"surname"`
	Name       string `json:"name"`
	Patronymic string `json:"patronymic"`
}

type manager struct {
	Name string `json:"name"`
	Post string `json:"post"`
}

type status struct {
	Status           string `json:"status"`
	Code             any    `json:"code"`
	ActualityDate    int64  `json:"actuality_date"`
	RegistrationDate *int64 `json:"registration_date"`
	LiquidationDate  *int64 `json:"liquidation_date"`
}

type address struct {
	Value        string      `json:"value"`
	Unrestricted string      `json:"unrestricted_value"`
	Invalidity   any         `json:"invalidity"`
	Data         addressData `json:"data"`
}

type addressData struct {
	PostalCode string `json:"postal_code"`
	Region     string `json:"region_with_type"`
	City       string `json:"city_with_type"`
	Street     string `json:"street_with_type"`
	HouseType  string `json:"house_type"`
	House      string `json:"house"`
	Fias       string `json:"fias_id"`
}

// person, legal and sole are what is read of the dump's record.
type personXML struct {
	Surname    string `xml:"Фамилия,attr"`
	Name       string `xml:"Имя,attr"`
	Patronymic string `xml:"Отчество,attr"`
}

type recordXML struct {
	XMLName xml.Name
	Legal   *struct {
		OGRN  string `xml:"ОГРН,attr"`
		Date  string `xml:"ДатаОГРН,attr"`
		INN   string `xml:"ИНН,attr"`
		KPP   string `xml:"КПП,attr"`
		OPF   string `xml:"КодОПФ,attr"`
		Form  string `xml:"ПолнНаимОПФ,attr"`
		Names struct {
			Full  string `xml:"НаимЮЛПолн,attr"`
			Short struct {
				Name string `xml:"НаимСокр,attr"`
			} `xml:"СвНаимЮЛСокр"`
		} `xml:"СвНаимЮЛ"`
		Seat struct {
			FIAS *struct {
				GUID   string `xml:"ИдНом,attr"`
				Post   string `xml:"Индекс,attr"`
				Region string `xml:"НаимРегион"`
				Place  struct {
					Kind string `xml:"Вид,attr"`
					Name string `xml:"Наим,attr"`
				} `xml:"НаселенПункт"`
				Street struct {
					Kind string `xml:"Тип,attr"`
					Name string `xml:"Наим,attr"`
				} `xml:"ЭлУлДорСети"`
				House struct {
					Kind string `xml:"Тип,attr"`
					Name string `xml:"Номер,attr"`
				} `xml:"Здание"`
			} `xml:"СвАдрЮЛФИАС"`
			Doubt *struct{} `xml:"СвНедАдресЮЛ"`
		} `xml:"СвАдресЮЛ"`
		State struct {
			Inner struct {
				Name string `xml:"НаимСтатусЮЛ,attr"`
			} `xml:"СвСтатус"`
		} `xml:"СвСтатус"`
		End *struct {
			Date string `xml:"ДатаПрекрЮЛ,attr"`
		} `xml:"СвПрекрЮЛ"`
		Heads []struct {
			Person personXML `xml:"СвФЛ"`
			Post   struct {
				Name string `xml:"НаимДолжн,attr"`
			} `xml:"СвДолжн"`
		} `xml:"СведДолжнФЛ"`
		OKVED okvedXML `xml:"СвОКВЭД"`
	} `xml:"Документ>СвЮЛ"`
	Sole *struct {
		OGRN   string `xml:"ОГРНИП,attr"`
		Date   string `xml:"ДатаОГРНИП,attr"`
		INN    string `xml:"ИННФЛ,attr"`
		Person struct {
			FIO personXML `xml:"ФИОРус"`
		} `xml:"СвФЛ"`
		End *struct {
			State struct {
				Date string `xml:"ДатаПрекращ,attr"`
			} `xml:"СвСтатус"`
		} `xml:"СвПрекращ"`
		OKVED okvedXML `xml:"СвОКВЭД"`
	} `xml:"Документ>СвИП"`
}

type okvedXML struct {
	Main struct {
		Code string `xml:"КодОКВЭД,attr"`
	} `xml:"СвОКВЭДОсн"`
}

// fromXML turns a record of the dump into a line of an answer.
func fromXML(doc []byte, now time.Time) (*suggestion, error) {
	if i := bytes.Index(doc, []byte("?>")); i >= 0 {
		head := bytes.ToLower(doc[:i])
		doc = doc[i+2:]
		if bytes.Contains(head, []byte("windows-1251")) {
			var err error
			if doc, err = charmap.Windows1251.NewDecoder().Bytes(doc); err != nil {
				return nil, err
			}
		}
	}
	var x recordXML
	if err := xml.Unmarshal(doc, &x); err != nil {
		return nil, err
	}
	p := party{BranchType: "MAIN", OKVEDType: "2014", State: status{Status: "ACTIVE", ActualityDate: now.UnixMilli()}}
	switch {
	case x.Legal != nil:
		p.legal(&x)
	case x.Sole != nil:
		s := x.Sole
		p.Type, p.INN, p.OGRN, p.OGRNDate, p.OKVED = "INDIVIDUAL", s.INN, s.OGRN, millis(s.Date), s.OKVED.Main.Code
		f := s.Person.FIO
		p.FIO = &fio{f.Surname, f.Name, f.Patronymic}
		p.OPF = opf{"2014", "50102", "Индивидуальный предприниматель"}
		p.Name.Full = "Индивидуальный предприниматель " + words(f.Surname, f.Name, f.Patronymic)
		if s.End != nil {
			p.State.Status, p.State.LiquidationDate = "LIQUIDATED", millis(s.End.State.Date)
		}
	default:
		return nil, errors.New("no record")
	}
	p.State.RegistrationDate = p.OGRNDate
	value := p.Name.Full
	if p.Name.Short != nil {
		value = *p.Name.Short
	}
	return &suggestion{value, value, p}, nil
}

func (p *party) legal(x *recordXML) {
	l := x.Legal
	p.Type, p.INN, p.KPP, p.OGRN, p.OGRNDate, p.OKVED = "LEGAL", l.INN, &l.KPP, l.OGRN, millis(l.Date), l.OKVED.Main.Code
	p.OPF = opf{"2014", l.OPF, l.Form}
	p.Name.Full = l.Names.Full
	if s := l.Names.Short.Name; s != "" {
		p.Name.Short = &s
	}
	if len(l.Heads) > 0 {
		h := l.Heads[0]
		p.Management = &manager{words(h.Person.Surname, h.Person.Name, h.Person.Patronymic), h.Post.Name}
	}
	text := strings.ToUpper(l.State.Inner.Name)
	for stem, state := range map[string]string{"ЛИКВИД": "LIQUIDATING", "БАНКРОТ": "BANKRUPT", "РЕОРГАНИЗ": "REORGANIZING"} {
		if strings.Contains(text, stem) {
			p.State.Status = state
		}
	}
	if l.End != nil {
		p.State.Status, p.State.LiquidationDate = "LIQUIDATED", millis(l.End.Date)
	}
	if f := l.Seat.FIAS; f != nil {
		d := addressData{f.Post, strings.TrimSpace(f.Region), words(f.Place.Kind, f.Place.Name), words(f.Street.Kind, f.Street.Name), f.House.Kind, f.House.Name, f.GUID}
		p.Address = &address{Data: d, Value: line(d.Region, d.City, d.Street, words(d.HouseType, d.House))}
		p.Address.Unrestricted = line(d.PostalCode, p.Address.Value)
		if l.Seat.Doubt != nil {
			p.Address.Invalidity = map[string]string{"code": "OTHER"}
		}
	}
}

// millis is a day as milliseconds since 1970; nil when it is none.
func millis(day string) *int64 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil
	}
	n := t.UnixMilli()
	return &n
}

func words(list ...string) string { return strings.Join(strings.Fields(strings.Join(list, " ")), " ") }

func line(list ...string) string {
	var kept []string
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, ", ")
}
