package e2e

import (
	"fmt"
	"time"
)

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
	n.confirm("Проверить паспорт по СМЭВ", "#check-passport")
	n.confirm("Проверить СНИЛС", "#check-snils")
	n.confirm("Проверить ИНН", "#check-inn")
	n.s.shot("checks")
}

// confirm asks a register and waits for its yes. A press that falls into the
// panel's refresh may miss the button: like a person, it is pressed again while
// the check still says that nobody asked.
func (n *nine) confirm(button, check string) {
	n.t.Helper()
	for range 3 {
		n.s.press(button)
		for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			asked, err := n.s.ask(fmt.Sprintf(`!document.querySelector(%q).textContent.includes("Не проверялся")`, check))
			if err == nil && asked {
				n.s.says(check, "Подтверждён")
				return
			}
		}
	}
	n.s.says(check, "Подтверждён")
}
