package smev

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

const fnsCommons = "urn://x-artefacts-fns-inn/commons/4.0.0"

// innSingular answers FNSINNSingularRequest@ИдЗапрос{СведЮЛ@ОГРН@ИННЮЛ@НаимОрг,
// СведФЛ@ДатаРожд@МестоРожд?{ФИО@Фамилия@Имя@Отчество?, УдЛичнФЛ@КодВидДок
// @СерНомДок@ДатаДок}}; ФИО and УдЛичнФЛ come from the commons 4.0.0. Names: a
// public program that fills the request and Java classes of both messages.
//
// A known person's INN is given for his own passport, NO_DATA for another one.
// Anybody else gets a number computed from name, birth date and passport.
func innSingular(in *request) ([]content, error) {
	ns := in.payload.XMLName.Space
	if err := inOrder(in.payload, slot{ns, "СведЮЛ", false}, slot{ns, "СведФЛ", false}); err != nil {
		return invalid("%v", err), nil
	}
	person := in.payload.child("СведФЛ")
	if err := inOrder(person, slot{fnsCommons, "ФИО", false}, slot{fnsCommons, "УдЛичнФЛ", false}); err != nil {
		return invalid("%v", err), nil
	}
	name, doc, firm := person.child("ФИО"), person.child("УдЛичнФЛ"), in.payload.child("СведЮЛ")
	for _, a := range []struct {
		n    *node
		attr string
	}{{in.payload, "ИдЗапрос"}, {firm, "ОГРН"}, {firm, "ИННЮЛ"}, {firm, "НаимОрг"}, {person, "ДатаРожд"}, {name, "Фамилия"}, {name, "Имя"},
		{doc, "КодВидДок"}, {doc, "СерНомДок"}, {doc, "ДатаДок"}} {
		if a.n.attr(a.attr) == "" {
			return invalid("cvc-complex-type.4: у элемента %s нет атрибута %s", a.n.XMLName.Local, a.attr), nil
		}
	}
	passport, birth := digits(doc.attr("СерНомДок")), person.attr("ДатаРожд")
	if !isoDate.MatchString(birth) || doc.attr("КодВидДок") == "21" && len(passport) != 10 {
		return invalid("дата рождения — ГГГГ-ММ-ДД, паспорт — серия и номер из 10 цифр"), nil
	}
	f, i, o := name.attr("Фамилия"), name.attr("Имя"), name.attr("Отчество")
	inn := computeINN(personKey(f, i, o, birth, passport))
	if p, known := in.s.People.find(f, i, o, birth); known {
		if digits(p.PassportSeries)+digits(p.PassportNumber) != passport {
			return reject("NO_DATA", "Сведения об ИНН по указанным данным не найдены"), nil
		}
		inn = p.INN
	}
	return []content{{Payload: fmt.Sprintf(`<fns:FNSINNSingularResponse xmlns:fns="%s" ИдЗапрос="%s" ИННФЛ="%s"/>`,
		escape(ns), escape(in.payload.attr("ИдЗапрос")), inn)}}, nil
}

// computeINN makes the same valid number of a natural person from the same
// text: region 77, eight digits of a hash, two check digits (order MNS BG-3-09/178).
func computeINN(text string) string {
	sum := sha256.Sum256([]byte(text))
	return innTail(fmt.Sprintf("77%08d", binary.BigEndian.Uint64(sum[:8])%100_000_000))
}

// innTail completes ten digits with the two check digits.
func innTail(d string) string {
	for _, w := range [][]int{{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}} {
		n := 0
		for i, k := range w {
			n += int(d[i]-'0') * k
		}
		d += string(rune('0' + n%11%10))
	}
	return d
}
