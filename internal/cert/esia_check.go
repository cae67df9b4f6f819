package cert

import (
	"regexp"

	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/owner"
)

// The simple types of ESIA's schema that a card may not fit.
var (
	latin = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`) // documentseriesType, documentnumberType
	inn12 = regexp.MustCompile(`^\d{12}$`)            // personinnType
)

// Check says which field ESIA would refuse, before it is asked: what the
// schema's types do not take, and what the certificate says otherwise.
func (f *ESIAForm) Check(c *Certificate, w *owner.Owner) error {
	wrong := fault.Fields{}
	parsed, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return err
	}
	if in := parsed.Subject.Get(gost.OIDSNILS); in != f.SNILS {
		wrong.Add("snils", "В сертификате другой СНИЛС: "+in+". Исправьте карточку владельца или выпустите новый сертификат.")
	}
	if f.INN != "" && !inn12.MatchString(f.INN) {
		wrong.Add("inn", "ИНН человека — 12 цифр.")
	}
	if !c.Names(w) {
		wrong.Add("name", "В сертификате другое имя. Исправьте карточку владельца или выпустите новый сертификат.")
	}
	p := &f.Passport
	if p.Version == 0 {
		wrong.Add("number", "Заполните паспортные данные владельца.")
		return wrong.Err()
	}
	if p.DocType == "rf_passport" && len(p.Code) != 6 {
		wrong.Add("code", "Код подразделения — 6 цифр, например 770-001.")
	}
	if p.Series != "" && !latin.MatchString(p.Series) {
		wrong.Add("series", "ЕСИА принимает в серии только латинские буквы и цифры.")
	}
	if !latin.MatchString(p.Number) {
		wrong.Add("number", "ЕСИА принимает в номере только латинские буквы и цифры, до 32 знаков.")
	}
	if p.BirthDate.IsZero() {
		wrong.Add("birth_date", "Укажите дату рождения.")
	}
	if p.IssuedOn.IsZero() {
		wrong.Add("issued_on", "Укажите дату выдачи.")
	}
	return wrong.Err()
}
