package e2e

import "time"

// Step 3 begins: the head of the card becomes an owner.
func (n *nine) addOwner() {
	n.t.Helper()
	n.s.press("Сертификаты")
	n.s.press("Добавить руководителя")
	n.s.says("h1", "владел")
	n.s.write("СНИЛС", n.firm.Head.SNILS)
	n.s.write("Электронная почта", "head@client.test")
	n.s.shot("owner-form")
	n.s.press("Сохранить")
	n.s.says("h1", "Подробная информация о владельце")
	n.owner = n.s.path()
	n.s.shot("owner")
}

// Step 3: the papers.
func (n *nine) passport() {
	n.t.Helper()
	p := n.firm.Head
	born, err := time.Parse(time.DateOnly, p.BirthDate)
	if err != nil {
		n.t.Fatal(err)
	}
	n.s.press("Действия")
	n.s.press("Паспортные данные")
	n.s.write("Серия и номер", p.PassportSeries+p.PassportNumber)
	n.s.write("Код подразделения", "770045")
	n.s.write("Дата выдачи", born.AddDate(20, 1, 3).Format(time.DateOnly))
	n.s.write("Кем выдан", "ОВД района Арбат г. Москвы")
	n.s.write("Дата рождения", p.BirthDate)
	n.s.tick(map[string]string{"M": "мужской", "F": "женский"}[p.sex()])
	n.s.write("Место рождения", "гор. Москва")
	n.s.shot("passport")
}

// Step 3 ends: SMEV confirms passport, SNILS and INN.
func (n *nine) checks() {
	n.t.Helper()
	n.s.press("Проверить паспорт по СМЭВ")
	n.s.says("#check-passport", "Подтверждён")
	n.s.press("Проверить СНИЛС")
	n.s.says("#check-snils", "Подтверждён")
	n.s.press("Проверить ИНН")
	n.s.says("#check-inn", "Подтверждён")
	n.s.shot("checks")
}
