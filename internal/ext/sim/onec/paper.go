package onec

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"

	"github.com/phpdave11/gofpdf"
	"golang.org/x/image/font/gofont/goregular"
)

// pdf prints the document on one A4 page in the Go font, which has Cyrillic.
func pdf(title string, d *Document, sh *Shipment, at time.Time) ([]byte, error) {
	p := gofpdf.New("P", "mm", "A4", "")
	p.SetCreationDate(at)
	p.SetCatalogSort(true)
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.SetTitle(title, true)
	p.AddPage()
	p.SetFont("go", "", 14)
	p.MultiCell(0, 8, fmt.Sprintf("%s № %s от %s", title, d.Number, at.Format("02.01.2006")), "", "L", false)
	p.SetFont("go", "", 10)
	for _, line := range []string{
		"Исполнитель: Учебная организация (1С:Предприятие)",
		fmt.Sprintf("Заказчик: %s, ИНН %s, КПП %s", sh.Organisation.Name, sh.Organisation.INN, sh.Organisation.KPP),
		fmt.Sprintf("Договор № %s от %s", sh.Contract.Number, sh.Contract.Date),
	} {
		p.MultiCell(0, 6, line, "", "L", false)
	}
	p.Ln(3)
	for i, l := range sh.Lines {
		p.MultiCell(0, 6, fmt.Sprintf("%d. %s — %s %s × %s = %s руб., в том числе НДС (%s) %s", i+1, l.Name, l.Quantity, l.Unit,
			l.Price, l.Sum, rateText(l.VATRate), l.VAT), "", "L", false)
	}
	p.Ln(3)
	p.MultiCell(0, 6, fmt.Sprintf("Итого %s руб., в том числе НДС %s руб.", d.Amount, d.VAT), "", "L", false)
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("print %s: %w", d.Type, err)
	}
	return out.Bytes(), nil
}

func rateText(rate string) string {
	if rate == "none" {
		return "без НДС"
	}
	return rate + " %"
}

// document is the same as data: 1C's own exchange form, UTF-8.
func document(title string, d *Document, sh *Shipment) ([]byte, error) {
	type row struct {
		Number   int    `xml:"НомерСтроки,attr"`
		Service  string `xml:"Код,attr"`
		Name     string `xml:"Наименование,attr"`
		Quantity string `xml:"Количество,attr"`
		Unit     string `xml:"Единица,attr"`
		Price    string `xml:"Цена,attr"`
		Rate     string `xml:"СтавкаНДС,attr"`
		Sum      string `xml:"Сумма,attr"`
		VAT      string `xml:"СуммаНДС,attr"`
	}
	type party struct {
		INN  string `xml:"ИНН,attr"`
		KPP  string `xml:"КПП,attr,omitempty"`
		Name string `xml:"Наименование,attr"`
	}
	type contract struct {
		Number string `xml:"Номер,attr"`
		Date   string `xml:"Дата,attr"`
	}
	v := struct {
		XMLName  xml.Name `xml:"Документ"`
		Title    string   `xml:"Вид,attr"`
		Number   string   `xml:"Номер,attr"`
		Date     string   `xml:"Дата,attr"`
		Ref      string   `xml:"Ссылка,attr"`
		Sum      string   `xml:"Сумма,attr"`
		VAT      string   `xml:"СуммаНДС,attr"`
		Party    party    `xml:"Контрагент"`
		Contract contract `xml:"Договор"`
		Rows     []row    `xml:"Товары>Строка"`
	}{Title: title, Number: d.Number, Date: d.Date, Ref: d.Ref, Sum: d.Amount, VAT: d.VAT,
		Party:    party{sh.Organisation.INN, sh.Organisation.KPP, sh.Organisation.Name},
		Contract: contract{sh.Contract.Number, sh.Contract.Date}}
	for i, l := range sh.Lines {
		v.Rows = append(v.Rows, row{i + 1, l.ServiceID, l.Name, l.Quantity, l.Unit, l.Price, l.VATRate, l.Sum, l.VAT})
	}
	out, err := xml.MarshalIndent(v, "", "  ")
	return append([]byte(xml.Header), out...), err
}
