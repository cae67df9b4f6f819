package registry

import "signdesk/internal/ident"

// validate names what makes a record useless. Numbers must satisfy their check
// digits, except masked ones: depersonalised copies of dumps, which people test
// with, carry 1111111111111 and 2222222222 where a number was.
func validate(r *Record) string {
	var err error
	switch {
	case r.OGRN == "":
		return "нет номера ОГРН (ОГРНИП)"
	case masked(r.OGRN, len(r.OGRN)) && (len(r.OGRN) == 13 || len(r.OGRN) == 15):
		r.Doubts = append(r.Doubts, "номер ОГРН обезличен")
	case r.Kind == Organisation:
		err = ident.OGRN(r.OGRN)
	default:
		err = ident.OGRNIP(r.OGRN)
	}
	if err != nil {
		return err.Error()
	}
	if (r.Kind == Organisation) != (len(r.OGRN) == 13) {
		return "номер не того вида: у организации 13 цифр, у предпринимателя 15"
	}
	switch {
	case r.INN == "": // closed before numbers were given
	case masked(r.INN, 10), masked(r.INN, 12):
		r.Doubts = append(r.Doubts, "ИНН обезличен")
	case r.Kind == Organisation:
		err = ident.OrgINN(r.INN)
	default:
		err = ident.PersonINN(r.INN)
	}
	if err != nil {
		return err.Error()
	}
	if r.KPP != "" {
		if err := ident.KPP(r.KPP); err != nil {
			return err.Error()
		}
	}
	switch {
	case r.FullName == "" && !r.Restricted:
		return "нет наименования"
	case r.Extracted == "":
		return "нет даты выписки (ДатаВып)"
	}
	for _, h := range r.Heads {
		if h.Person != nil && h.Person.INN != "" && ident.PersonINN(h.Person.INN) != nil && !masked(h.Person.INN, 12) {
			r.Doubts = append(r.Doubts, "ИНН руководителя с неверным контрольным числом")
		}
	}
	return ""
}

// masked tells a number of n digits that repeats one or two of them.
func masked(s string, n int) bool {
	if len(s) != n || n < 2 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || s[i] != s[i%2] {
			return false
		}
	}
	return true
}

// Fault names what makes a record useless, "" = nothing: for a record that was
// put together elsewhere than in Parse.
func (r *Record) Fault() string { return validate(r) }

// StatusOf sums up entries on capacity and, if there is one, on the end.
func StatusOf(notes []StatusNote, end *StatusNote) Status { return statusFrom(notes, end) }
