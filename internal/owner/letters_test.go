package owner

import "testing"

// F085: names that registers refuse for one letter.
func TestDoubtful(t *testing.T) {
	for word, other := range map[string]string{
		"Семенов": "Семёнов", "Семенова": "Семёнова", "Артемьев": "Артёмьев", "Федоров": "Фёдоров", "Киселев": "Киселёв", "Соловьева": "Соловьёва", "Хрущев": "Хрущёв",
		"Артем": "Артём", "Петр": "Пётр", "Федорович": "Фёдорович", "Семеновна": "Семёновна", "Андреи": "Андрей", "Юрии": "Юрий", "Николаи": "Николай",
		"Петров": "", "Алексеев": "", "Сергеев": "", "Семён": "", "Иванович": "", "Ким": "", "Дюма": "", "": "", "Андреевич": "", "Королева": "Королёва",
	} {
		if got := doubtful(word); got != other {
			t.Errorf("%q: %q, want %q", word, got, other)
		}
	}
	o := Owner{Surname: "Семенов", Name: "Иван", Patronymic: "Петрович"}
	if got := o.Doubtful(); len(got) != 1 || got[0] != "Семенов или Семёнов" {
		t.Errorf("%q", got)
	}
}
