package sim_test

// The payloads as they stand on the wire.

func passportP001(series, number string) string {
	return `<p:request xmlns:p="urn://ru/mvd/sovm/p001/1.0.0"><p:requestInfo><p:passportRFSeries>` + series +
		"</p:passportRFSeries><p:passportRFNumber>" + number + "</p:passportRFNumber></p:requestInfo></p:request>"
}

func passportBank(surname, series, number string) string {
	return `<p:request xmlns:p="urn://mvd/gismu/RFP_ACTUAL_BANK/1.0.1" xmlns:c="urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0"><p:requestInfo>` +
		"<p:physicalPersonQualifiedNameType><c:familyName>" + surname + "</c:familyName><c:firstName>Иван</c:firstName><c:patronymic>Иванович</c:patronymic>" +
		"</p:physicalPersonQualifiedNameType><p:birthDate>1980-02-03</p:birthDate><p:passportRF><c:series>" + series +
		"</c:series><c:number>" + number + "</c:number></p:passportRF></p:requestInfo></p:request>"
}

func snils(surname, number string) string {
	return `<s:SnilsValidationRequest xmlns:s="http://kvs.pfr.com/snils-validation/1.0.1" xmlns:c="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1">` +
		"<c:FamilyName>" + surname + "</c:FamilyName><c:FirstName>Иван</c:FirstName><c:Patronymic>Иванович</c:Patronymic><s:Snils>" + number +
		"</s:Snils><s:Gender>Male</s:Gender><s:BirthDate>1980-02-03</s:BirthDate></s:SnilsValidationRequest>"
}

func inn(surname, passport string) string {
	return `<f:FNSINNSingularRequest xmlns:f="urn://x-artefacts-fns-inn-singular/root/270-18/4.0.1" xmlns:c="urn://x-artefacts-fns-inn/commons/4.0.0" ИдЗапрос="7">` +
		`<f:СведЮЛ ОГРН="1027700132195" ИННЮЛ="7707083893" НаимОрг="ООО"/><f:СведФЛ ДатаРожд="1980-02-03"><c:ФИО Фамилия="` + surname +
		`" Имя="Иван" Отчество="Иванович"/><c:УдЛичнФЛ КодВидДок="21" СерНомДок="` + passport + `" ДатаДок="2005-01-01"/></f:СведФЛ></f:FNSINNSingularRequest>`
}
