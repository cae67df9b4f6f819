package smev

import "fmt"

// innMatch answers FNSPaspINNRequest@ИННФЛ{ФИО@FamilyName@FirstName@Patronymic?,
// ДокУдЛичн@DocumentCode@IssuerDate@SeriesNumber}. Names: a public Python
// program that fills the request. The answer's form is nobody's but the
// simulator's, since no sample of it is public.
//
// A known person's INN and passport must be his own; anybody else's INN is right
// when its check digits are.
func innMatch(in *request) ([]content, error) {
	ns := in.payload.XMLName.Space
	if err := inOrder(in.payload, slot{ns, "ФИО", false}, slot{ns, "ДокУдЛичн", false}); err != nil {
		return invalid("%v", err), nil
	}
	name, doc, inn := in.payload.child("ФИО"), in.payload.child("ДокУдЛичн"), in.payload.attr("ИННФЛ")
	if name.attr("FamilyName") == "" || name.attr("FirstName") == "" || doc.attr("IssuerDate") == "" || len(digits(doc.attr("SeriesNumber"))) != 10 || len(inn) != 12 {
		return invalid("cvc-complex-type.4: не заполнены ФИО, документ или ИНН"), nil
	}
	good := innRight(inn)
	for _, p := range in.s.People.All() {
		same := personKey(p.Surname, p.Name, p.Patronymic) == personKey(name.attr("FamilyName"), name.attr("FirstName"), name.attr("Patronymic"))
		if same && digits(p.PassportSeries)+digits(p.PassportNumber) == digits(doc.attr("SeriesNumber")) {
			good = p.INN == inn
		}
	}
	return []content{{Payload: fmt.Sprintf(`<fns:FNSPaspINNResponse xmlns:fns="%s"><fns:Соответствует>%t</fns:Соответствует></fns:FNSPaspINNResponse>`, escape(ns), good)}}, nil
}

// innRight checks the last two digits of a natural person's number.
func innRight(inn string) bool {
	if len(digits(inn)) != 12 {
		return false
	}
	return innTail(inn[:10]) == inn
}
