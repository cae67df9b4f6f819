package owner

import "strings"

// yoNames are given names and patronymics that passports spell with Ё.
var yoNames = map[string]string{
	"Артем": "Артём", "Петр": "Пётр", "Федор": "Фёдор", "Семен": "Семён", "Алена": "Алёна", "Матрена": "Матрёна", "Фекла": "Фёкла",
	"Артемович": "Артёмович", "Артемовна": "Артёмовна", "Федорович": "Фёдорович", "Федоровна": "Фёдоровна", "Семенович": "Семёнович", "Семеновна": "Семёновна",
}

// yoStems are beginnings of surnames that passports spell either way.
var yoStems = []string{"Семен", "Артем", "Федор", "Кисел", "Ковал", "Корол", "Соловь", "Воробь", "Журавл", "Муравь", "Грач", "Горбач", "Ткач", "Хрущ"}

// Doubtful says where the owner's name may differ from the passport by one
// letter, Е for Ё or И for Й: registers then do not confirm it (F085).
func (o *Owner) Doubtful() []string {
	var list []string
	for _, word := range []string{o.Surname, o.Name, o.Patronymic} {
		if other := doubtful(word); other != "" {
			list = append(list, word+" или "+other)
		}
	}
	return list
}

// doubtful is the other spelling of the word, "" when nothing suggests one.
func doubtful(word string) string {
	if other := yoNames[word]; other != "" {
		return other
	}
	if strings.HasSuffix(word, "ии") || strings.HasSuffix(word, "еи") || strings.HasSuffix(word, "аи") { // Юрии, Андреи, Николаи
		return strings.TrimSuffix(word, "и") + "й"
	}
	for _, stem := range yoStems {
		if !strings.HasPrefix(word, stem) {
			continue
		}
		if strings.HasSuffix(stem, "ен") || strings.HasSuffix(stem, "ем") { // Семенов
			r := []rune(word)
			r[len([]rune(stem))-2] = 'ё'
			return string(r)
		}
		if stem == "Федор" {
			return "Фёдор" + strings.TrimPrefix(word, stem)
		}
		for _, end := range []string{"ева", "ев"} { // Киселев
			if base, ok := strings.CutSuffix(word, end); ok {
				return base + "ё" + strings.TrimPrefix(end, "е")
			}
		}
	}
	return ""
}
