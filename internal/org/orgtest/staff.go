package orgtest

import (
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Roles lists every role of the defaults.
var Roles = []string{"operator", "accountant", "supervisor", "admin", "reviewer", "auditor"}

// Staff makes two partners with an employee of every role each, by role; those
// of the second are called "foreign operator" and so on.
func Staff(t testing.TB, d *db.DB) map[string]*staff.Employee {
	t.Helper()
	names := map[string]string{"operator": "Иванова Мария Сергеевна", "accountant": "Сидорова Елена Викторовна", "supervisor": "Кузнецов Андрей Павлович",
		"admin": "Орлов Дмитрий Олегович", "reviewer": "Белова Анна Игоревна", "auditor": "Громов Пётр Ильич"}
	people := map[string]*staff.Employee{}
	for prefix, partner := range map[string]string{"": "ООО «Партнёр»", "foreign ": "АО «Другой партнёр»"} {
		id, centre, err := staff.AddPartner(t.Context(), d.Plain(), partner, "7700000000", "1027700000000", "Тверская")
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range Roles {
			e, err := staff.AddEmployee(t.Context(), d.Plain(), id, centre, role, prefix[:min(len(prefix), 1)]+role, names[role], "", "")
			if err != nil {
				t.Fatal(err)
			}
			if people[prefix+role], err = staff.Load(t.Context(), d, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	return people
}
