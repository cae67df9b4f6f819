package onec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Shipment is the body of POST /shipments. Money and quantities are decimal
// strings with a point; prices and sums include VAT:
//
//	sum = price × quantity, vat = sum × rate / (100 + rate), each rounded half
//	up to kopecks; total and total_vat are the sums over the lines.
//
// vat_rate is "22", "20", "10", "7", "5", "0" or "none" (without VAT, vat "0.00").
type Shipment struct {
	ShipmentID   string       `json:"shipment_id"` // the console's id, up to 64 signs
	Date         string       `json:"date"`        // of the shipment, 2006-01-02
	Organisation Organisation `json:"organisation"`
	Contract     Contract     `json:"contract"`
	Lines        []Line       `json:"lines"`
	Total        string       `json:"total"`
	TotalVAT     string       `json:"total_vat"`
}

// Organisation is the buyer. KPP is empty for a sole trader (INN of 12 digits).
type Organisation struct {
	INN  string `json:"inn"`
	KPP  string `json:"kpp"`
	Name string `json:"name"`
}

// Contract is the basis of the documents.
type Contract struct {
	Number string `json:"number"`
	Date   string `json:"date"`
}

// Line is one service.
type Line struct {
	ServiceID string `json:"service_id"`
	Name      string `json:"name"`
	Quantity  string `json:"quantity"` // up to three decimals
	Unit      string `json:"unit"`     // «шт», «мес»
	Price     string `json:"price"`
	VATRate   string `json:"vat_rate"`
	Sum       string `json:"sum"`
	VAT       string `json:"vat"`
}

var (
	moneyForm    = regexp.MustCompile(`^\d{1,12}\.\d{2}$`)
	quantityForm = regexp.MustCompile(`^\d{1,9}(\.\d{1,3})?$`)
	idForm       = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	rates        = map[string]int64{"22": 22, "20": 20, "10": 10, "7": 7, "5": 5, "0": 0, "none": 0}
)

// readShipment decodes strictly and collects every mistake with its path.
func readShipment(r io.Reader) (*Shipment, error) {
	raw, err := io.ReadAll(io.LimitReader(r, 1<<20+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > 1<<20 {
		return nil, fail(http.StatusRequestEntityTooLarge, "", "too_large", "Тело больше 1 МБ")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	s := &Shipment{}
	if err := d.Decode(s); err != nil {
		var t *json.UnmarshalTypeError
		if errors.As(err, &t) {
			return nil, fail(http.StatusUnprocessableEntity, t.Field, "type", "Неверный тип значения")
		}
		return nil, fail(http.StatusUnprocessableEntity, "", "json", "Тело не разобрано: "+err.Error())
	}
	if d.More() {
		return nil, fail(http.StatusUnprocessableEntity, "", "json", "После документа есть лишние данные")
	}
	if problems := s.check(); len(problems) > 0 {
		return nil, &failure{http.StatusUnprocessableEntity, problems}
	}
	return s, nil
}

func (s *Shipment) check() []Problem {
	var out []Problem
	wrong := func(path, code, message string) { out = append(out, Problem{path, code, message}) }
	if !idForm.MatchString(s.ShipmentID) {
		wrong("shipment_id", "required", "Укажите идентификатор отгрузки: до 64 латинских букв, цифр и знаков .:_-")
	}
	if _, err := time.Parse(time.DateOnly, s.Date); err != nil {
		wrong("date", "date", "Дата отгрузки — ГГГГ-ММ-ДД")
	}
	s.Organisation.check(wrong)
	if strings.TrimSpace(s.Contract.Number) == "" {
		wrong("contract.number", "required", "Укажите номер договора")
	}
	if _, err := time.Parse(time.DateOnly, s.Contract.Date); err != nil {
		wrong("contract.date", "date", "Дата договора — ГГГГ-ММ-ДД")
	}
	if len(s.Lines) == 0 || len(s.Lines) > 500 {
		wrong("lines", "required", "Строк должно быть от 1 до 500")
	}
	total, totalVAT := new(big.Rat), new(big.Rat)
	for i, l := range s.Lines {
		l.check(fmt.Sprintf("lines[%d].", i), wrong)
		total.Add(total, rat(l.Sum))
		totalVAT.Add(totalVAT, rat(l.VAT))
	}
	for _, c := range []struct {
		path, got string
		want      *big.Rat
	}{{"total", s.Total, total}, {"total_vat", s.TotalVAT, totalVAT}} {
		switch {
		case !moneyForm.MatchString(c.got):
			wrong(c.path, "decimal", "Сумма — рубли и две цифры копеек через точку")
		case rat(c.got).Cmp(c.want) != 0:
			wrong(c.path, "sum", "Итог не равен сумме строк, ожидалось "+c.want.FloatString(2))
		}
	}
	return out
}

func (o *Organisation) check(wrong func(path, code, message string)) {
	if !innRight(o.INN) {
		wrong("organisation.inn", "inn", "ИНН: 10 или 12 цифр с верным контрольным числом")
	}
	if len(o.INN) == 10 && !regexp.MustCompile(`^\d{4}[0-9A-Z]{2}\d{3}$`).MatchString(o.KPP) {
		wrong("organisation.kpp", "kpp", "КПП организации — 9 знаков")
	}
	if len(o.INN) == 12 && o.KPP != "" {
		wrong("organisation.kpp", "kpp", "У предпринимателя КПП нет")
	}
	if n := len([]rune(strings.TrimSpace(o.Name))); n == 0 || n > 1000 {
		wrong("organisation.name", "required", "Укажите наименование организации")
	}
}

func (l *Line) check(at string, wrong func(path, code, message string)) {
	if strings.TrimSpace(l.ServiceID) == "" {
		wrong(at+"service_id", "required", "Укажите код услуги")
	}
	if strings.TrimSpace(l.Name) == "" {
		wrong(at+"name", "required", "Укажите наименование услуги")
	}
	if strings.TrimSpace(l.Unit) == "" {
		wrong(at+"unit", "required", "Укажите единицу измерения")
	}
	rate, known := rates[l.VATRate]
	good := known
	if !known {
		wrong(at+"vat_rate", "vat_rate", "Ставка НДС: 22, 20, 10, 7, 5, 0 или none")
	}
	if !quantityForm.MatchString(l.Quantity) || rat(l.Quantity).Sign() == 0 {
		wrong(at+"quantity", "decimal", "Количество — положительное число, до трёх знаков после точки")
		good = false
	}
	for _, f := range []struct{ name, v string }{{"price", l.Price}, {"sum", l.Sum}, {"vat", l.VAT}} {
		if !moneyForm.MatchString(f.v) {
			wrong(at+f.name, "decimal", "Сумма — рубли и две цифры копеек через точку")
			good = false
		}
	}
	if !good {
		return
	}
	if want := kopecks(new(big.Rat).Mul(rat(l.Price), rat(l.Quantity))); rat(l.Sum).Cmp(want) != 0 {
		wrong(at+"sum", "sum", "Сумма не равна цене, умноженной на количество, ожидалось "+want.FloatString(2))
	}
	if want := kopecks(new(big.Rat).Mul(rat(l.Sum), big.NewRat(rate, 100+rate))); rat(l.VAT).Cmp(want) != 0 {
		wrong(at+"vat", "vat", "НДС не соответствует сумме и ставке, ожидалось "+want.FloatString(2))
	}
}
