package cert

import (
	"strings"

	"signdesk/internal/ext/smev"
)

// ESIAError is one reason why ESIA refused, in its words.
type ESIAError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ESIAStatusRU says ESIA's status to people. A status that the schema does not
// know yet is shown as it came.
func ESIAStatusRU(status string) string {
	switch status {
	case smev.StatusValidating:
		return "ЕСИА проверяет данные."
	case smev.StatusValidationFailed:
		return "ЕСИА не приняла данные: проверка не пройдена."
	case smev.StatusConfirmationFailed:
		return "ЕСИА не подтвердила данные по базам ведомств."
	case smev.StatusSucceeded:
		return "Сертификат зарегистрирован в ЕСИА."
	case smev.StatusFault:
		return "В ЕСИА произошла ошибка, данные не проверены."
	}
	return "ЕСИА ответила: " + status + "."
}

// ESIACure says what to do after a refusal with the status.
func ESIACure(status string) string {
	switch status {
	case smev.StatusValidationFailed:
		return "Сравните отмеченные поля с документом и сертификатом, исправьте и отправьте ещё раз."
	case smev.StatusConfirmationFailed:
		return "Сверьте ФИО, СНИЛС и документ с оригиналами. Если всё верно, владельцу нужно обновить данные своей учётной записи на Госуслугах."
	case smev.StatusFault:
		return "Отправьте ещё раз через 5–10 минут. Если ошибка повторится, сообщите администратору код и время."
	}
	return "Отправьте ещё раз; если отказ повторится, сообщите администратору."
}

// esiaSigns tell which field of the form an error is about: by the schema's
// name of the element or by the Russian word. The first that fits counts.
var esiaSigns = []struct{ field, cure, signs string }{
	{"", "Создайте учётную запись владельца ниже, затем отправьте сертификат ещё раз.", strings.Join(unknownPerson, "|")},
	{"serial", "Сертификат должен быть выпущен аккредитованным УЦ и действовать. Сообщите администратору.", "не выдавался|аннулирован|serialnumber|серийный номер"},
	{"issuer", "Издатель берётся из сертификата: сообщите администратору.", "issuerorgname|издател"},
	{"validity", "Срок берётся из сертификата: сообщите администратору.", "startdate|expirydate: в сертификате|срок действия сертификата"},
	{"snils", "Сверьте СНИЛС со страховым свидетельством. Если в сертификате он неверен, нужен новый сертификат.", "snils|снилс"},
	{"ogrn", "Сверьте ОГРН с выпиской из реестра.", "ogrn|огрн"},
	{"inn", "Сверьте ИНН владельца и организации с базой ФНС.", "personinn|orginn|инн"},
	{"name", "Сверьте ФИО с паспортом, включая Е/Ё и И/Й.", "lastname|firstname|middlename|фамили|фио|отчеств|имя "},
	{"birth_date", "Сверьте дату рождения с паспортом.", "birthdate|дата рождения|дату рождения"},
	{"birth_place", "Сверьте место рождения с паспортом, слово в слово.", "birthplace|место рождения"},
	{"sex", "Проверьте пол.", "gender|пол "},
	{"citizenship", "Проверьте гражданство.", "citizenship|гражданств"},
	{"code", "Сверьте код подразделения с паспортом.", "issueid|код подразделения"},
	{"issued_on", "Сверьте дату выдачи с документом.", "issuedate|дата выдачи|дату выдачи"},
	{"issued_by", "Сверьте «Кем выдан» с документом.", "issuedby|кем выдан"},
	{"valid_until", "Сверьте дату окончания с документом.", "expirydate|дата окончания"},
	{"series", "Сверьте серию документа.", "series|серия|серию"},
	{"number", "Сверьте номер документа.", "number|номер документа|номер паспорта"},
	{"number", "Сверьте документ с оригиналом: паспорт мог быть заменён.", "doc:|документ|паспорт"},
}

// Field is the form's field the error is about, "" when its words do not say.
func (e ESIAError) Field() string {
	field, _ := e.sign()
	return field
}

// Cure is what to do about the error.
func (e ESIAError) Cure() string {
	if _, cure := e.sign(); cure != "" {
		return cure
	}
	return "Сверьте данные с документами и отправьте ещё раз. Если ошибка повторится, сообщите администратору её код."
}

func (e ESIAError) sign() (field, cure string) {
	words := strings.ToLower(e.Message) + " "
	for _, s := range esiaSigns {
		for sign := range strings.SplitSeq(s.signs, "|") {
			if strings.Contains(words, sign) {
				return s.field, s.cure
			}
		}
	}
	return "", ""
}
