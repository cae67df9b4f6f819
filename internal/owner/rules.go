package owner

import (
	"fmt"
	"net/mail"
	"strings"

	"signdesk/internal/fault"
	"signdesk/internal/ident"
)

// maxName is the limit of each name, maxCommon that of the common name with spaces (F080, F081).
const (
	maxName   = 60
	maxCommon = 64
)

// check tidies what was typed and says what is wrong at which field.
func (o *Owner) check() error {
	wrong := fault.Fields{}
	for field, v := range map[string]*string{"surname": &o.Surname, "name": &o.Name, "patronymic": &o.Patronymic} {
		*v = strings.Join(strings.Fields(*v), " ")
		checkName(wrong, field, *v)
	}
	if o.Surname == "" {
		wrong.Add("surname", "Укажите фамилию, как в паспорте.")
	}
	if o.Name == "" {
		wrong.Add("name", "Укажите имя, как в паспорте.")
	}
	if n := len([]rune(o.FullName())); n > maxCommon {
		wrong.Add("surname", fmt.Sprintf("ФИО с пробелами — %d знаков, в сертификат входит не больше %d: выпуск невозможен.", n, maxCommon))
	}
	o.SNILS = ident.SNILSDigits(o.SNILS)
	if o.SNILS == "" {
		wrong.Add("snils", "СНИЛС обязателен.")
	} else if err := ident.SNILS(o.SNILS); err != nil {
		wrong.Add("snils", err.Error())
	}
	if o.INN != "" {
		if err := ident.PersonINN(o.INN); err != nil {
			wrong.Add("inn", err.Error())
		}
	}
	if n := len([]rune(o.Title)); n > 64 {
		wrong.Add("title", fmt.Sprintf("Должность длиннее 64 знаков (%d).", n))
	}
	if len([]rune(o.Department)) > 64 {
		wrong.Add("department", "Подразделение — не больше 64 знаков.")
	}
	if a, err := mail.ParseAddress(o.Email); o.Email != "" && (err != nil || a.Address != o.Email || len(o.Email) > 254) {
		wrong.Add("email", "Адрес почты записан неверно, например petrov@firma.ru.")
	}
	if o.Phone != "" {
		phone, err := ident.Phone(o.Phone)
		if err != nil {
			wrong.Add("phone", err.Error())
		} else {
			o.Phone = phone
		}
	}
	if o.RegionName = regionName(o.Region); o.Region != "" && o.RegionName == "" {
		wrong.Add("region", "Выберите регион из списка.")
	}
	for field, v := range map[string]string{"locality": o.Locality, "address": o.Address} {
		if len([]rune(v)) > 128 {
			wrong.Add(field, "Не больше 128 знаков.")
		}
	}
	return wrong.Err()
}

// checkName takes the letters a passport may have (F085, F086): Russian, hyphen,
// space, apostrophe, dot, brackets, and Roman numerals.
func checkName(wrong fault.Fields, field, v string) {
	if n := len([]rune(v)); n > maxName {
		wrong.Add(field, fmt.Sprintf("Не больше %d знаков, а здесь %d.", maxName, n))
	}
	for _, r := range v {
		if russian := r >= 'А' && r <= 'я' || r == 'Ё' || r == 'ё'; !russian && !strings.ContainsRune(" -'’.()IVXLCDM", r) {
			wrong.Add(field, fmt.Sprintf("Знак «%c» недопустим: пишите русскими буквами, как в паспорте.", r))
			return
		}
	}
}
