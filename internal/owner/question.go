package owner

import (
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// question writes the content of the request; what is missing is named at its field.
// It is asked in the version of the information type that is in force.
func question(kind CheckKind, o *Owner, p *Passport, by *staff.Employee, now time.Time) ([]byte, error) {
	if p.Version == 0 {
		return nil, fault.New(fault.Invalid, "Сначала заполните паспортные данные.")
	}
	person := smev.Person{Family: o.Surname, First: o.Name, Patronymic: o.Patronymic}
	switch kind {
	case CheckPassport:
		if p.DocType != "rf_passport" {
			return nil, fault.New(fault.Invalid, "По СМЭВ проверяется только паспорт гражданина РФ. Для другого документа приложите скан и направьте на проверку.")
		}
		return smev.Types.Ask(smev.Passport, now, smev.PassportOfPersonRequest{
			PassportRequest: smev.PassportRequest{Series: p.Series, Number: p.Number}, Person: person, BirthDate: p.BirthDate})
	case CheckSNILS:
		return smev.Types.Ask(smev.SNILS, now, smev.SNILSRequest{Person: person, SNILS: o.SNILS, Male: p.Sex == "M", BirthDate: p.BirthDate})
	case FindSNILS:
		if p.DocType != "rf_passport" {
			return nil, fault.New(fault.Invalid, "СНИЛС по СМЭВ узнают по паспорту гражданина РФ. Для другого документа приложите скан СНИЛС.")
		}
		r := smev.SNILSByDataRequest{Person: person, Male: p.Sex == "M", BirthDate: p.BirthDate}
		r.Passport.Series, r.Passport.Number, r.Passport.IssuedAt, r.Passport.IssuedBy = p.Series, p.Number, p.IssuedOn, p.IssuedBy
		return smev.Types.Ask(smev.SNILSByData, now, r)
	case CheckINN:
		if p.DocType != "rf_passport" {
			return nil, fault.New(fault.Invalid, "ИНН по СМЭВ запрашивается по паспорту гражданина РФ. Для другого документа приложите скан.")
		}
		if t, ok := smev.Types.InForce(smev.INNMatch, now); ok && o.INN != "" && !t.Unasked(now) { // an administrator has chosen it
			return t.Write(smev.INNMatchRequest{INN: o.INN, Person: person, Passport: smev.PassportRequest{Series: p.Series, Number: p.Number}, IssuedAt: p.IssuedOn})
		}
		r := smev.INNRequest{RequestID: uuid.NewString(), Person: person, BirthDate: p.BirthDate, BirthPlace: p.BirthPlace}
		r.Organisation.Name, r.Organisation.INN, r.Organisation.OGRN = by.PartnerName, by.PartnerINN, by.PartnerOGRN
		r.Document.Series, r.Document.Number, r.Document.IssuedAt, r.Document.IssuedBy, r.Document.IssuerCode = p.Series, p.Number, p.IssuedOn, p.IssuedBy, p.Code
		return smev.Types.Ask(smev.INN, now, r)
	}
	return nil, fault.Missing()
}
