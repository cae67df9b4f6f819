package staff_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// The table of product.md, "People and rights", word for word as rights.
func TestDefaultRights(t *testing.T) {
	o := newOffice(t, dbtest.New(t), "")
	want := map[string]string{
		"operator":   "org.view org.edit register.changes passport.view application.work services.view service.ship report.own journal.own",
		"accountant": "org.view org.requisites services.view accounting.view accounting.work report.accounting journal.own",
		"supervisor": "org.view register.changes passport.view_reason application.approve services.view accounting.view report.own report.accounting report.all staff.centre journal.own journal.centre exchange.view",
		"admin":      "org.view org.edit services.view staff.centre staff.manage settings journal.own journal.centre journal.all exchange.view",
		"reviewer":   "org.view passport.view application.approve journal.own",
		"auditor":    "org.view_masked report.all staff.view journal.own journal.centre journal.all",
	}
	for role := range want {
		e := o.as(t, role)
		var has []string
		for _, p := range staff.Permissions {
			if e.Can(p) {
				has = append(has, string(p))
			}
		}
		if diff := cmp.Diff(want[role], strings.Join(has, " ")); diff != "" {
			t.Errorf("%s:\n%s", role, diff)
		}
	}
	for _, p := range staff.Permissions {
		if p.NameRU() == "" || !slices.ContainsFunc(staff.Groups, func(g struct {
			Name string
			List []staff.Permission
		}) bool {
			return slices.Contains(g.List, p)
		}) {
			t.Errorf("%s has no words on the rights screen", p)
		}
	}
}

// Every role × every verb of this package.
func TestEveryRoleEveryVerb(t *testing.T) {
	d := dbtest.New(t)
	o := newOffice(t, d, "")
	victim := func() int64 {
		t.Helper()
		var n int
		if err := d.Plain().QueryRowContext(t.Context(), `SELECT count(*) FROM employee`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		id, err := staff.AddEmployee(t.Context(), d.Plain(), o.partner, o.centre, "operator", fmt.Sprint("victim", n), "Новенький", "", "")
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	type call func(context.Context, *staff.Employee) error
	verbs := map[string]struct {
		may string
		do  call
	}{
		"Colleagues": {"supervisor admin auditor", func(ctx context.Context, by *staff.Employee) error {
			_, err := staff.Colleagues(ctx, d, by)
			return err
		}},
		"FindColleague": {"supervisor admin", func(ctx context.Context, by *staff.Employee) error {
			_, err := staff.FindColleague(ctx, d.Plain(), by, o.ids["operator"])
			return err
		}},
		"SaveColleague": {"supervisor admin", func(ctx context.Context, by *staff.Employee) error {
			_, err := staff.SaveColleague(ctx, d, by, noon, staff.Colleague{Name: "Новая Анна", Login: "new-" + by.Role, Role: "operator", CentreID: o.centre})
			return err
		}},
		"ResetPassword": {"supervisor admin", func(ctx context.Context, by *staff.Employee) error {
			_, err := staff.ResetPassword(ctx, d, by, noon, victim())
			return err
		}},
		"SetActive": {"supervisor admin", func(ctx context.Context, by *staff.Employee) error {
			return staff.SetActive(ctx, d, by, noon, victim(), false)
		}},
		"Centres": {"supervisor admin auditor", func(ctx context.Context, by *staff.Employee) error { _, err := staff.Centres(ctx, d, by); return err }},
		"SaveCentre": {"admin", func(ctx context.Context, by *staff.Employee) error {
			return staff.SaveCentre(ctx, d, by, noon, staff.Centre{Name: "Арбат", Timezone: "Europe/Moscow"})
		}},
		"Rights": {"admin auditor", func(ctx context.Context, by *staff.Employee) error { _, err := staff.Rights(ctx, d, by); return err }},
		"SetRights": {"admin", func(ctx context.Context, by *staff.Employee) error {
			return staff.SetRights(ctx, d, by, noon, everything(t, o, by))
		}},
		"Pair": {"operator admin", func(ctx context.Context, by *staff.Employee) error {
			_, err := staff.Pair(ctx, d, sealer(t), by, noon, staff.Workstation{Name: "Окно " + by.Role, AgentURL: "http://127.0.0.1:8095"}, strings.Repeat("A", 52))
			return err
		}},
		"Journal": {"operator accountant supervisor admin reviewer auditor", func(ctx context.Context, by *staff.Employee) error {
			_, _, err := staff.Journal(ctx, d, by, staff.JournalFilter{})
			return err
		}},
		"Looks": {"operator accountant supervisor admin reviewer auditor", func(ctx context.Context, by *staff.Employee) error {
			_, _, err := staff.Looks(ctx, d, by, staff.JournalFilter{})
			return err
		}},
		"People": {"operator accountant supervisor admin reviewer auditor", func(ctx context.Context, by *staff.Employee) error { _, err := staff.People(ctx, d, by); return err }},
	}
	for name, v := range verbs {
		for role := range o.ids {
			err := v.do(t.Context(), o.as(t, role))
			if may := slices.Contains(strings.Fields(v.may), role); may && err != nil || !may && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s %s: %v", role, name, err)
			}
		}
	}
}

// everything is the rights as they are.
func everything(t *testing.T, o *office, by *staff.Employee) map[string][]staff.Permission {
	t.Helper()
	rows, err := staff.Rights(t.Context(), o.d, by)
	if err != nil {
		return nil
	}
	rights := map[string][]staff.Permission{}
	for _, r := range rows {
		rights[r.Role] = []staff.Permission{}
		for _, p := range staff.Permissions {
			if r.Has[p] {
				rights[r.Role] = append(rights[r.Role], p)
			}
		}
	}
	return rights
}

// A right taken away is gone at the next click, for this partner only; one's
// own right to manage staff stays.
func TestRightsAreAPartnersOwn(t *testing.T) {
	d := dbtest.New(t)
	ours, theirs := newOffice(t, d, ""), newOffice(t, d, "their-")
	admin := ours.as(t, "admin")
	rights := everything(t, ours, admin)
	rights["operator"] = []staff.Permission{staff.OrgView}
	rights["auditor"] = nil // a role without any right is a role
	if err := staff.SetRights(t.Context(), d, admin, noon, rights); err != nil {
		t.Fatal(err)
	}
	if e := ours.as(t, "operator"); e.Can(staff.ApplicationWork) || !e.Can(staff.OrgView) {
		t.Error("our operator still works")
	}
	if e := theirs.as(t, "operator"); !e.Can(staff.ApplicationWork) {
		t.Error("their operator lost his right")
	}
	if e := ours.as(t, "auditor"); e.Can(staff.JournalOwn) {
		t.Error("a role emptied by us took the defaults")
	}
	for name, c := range map[string]struct {
		change func()
		kind   fault.Kind
	}{
		"own right": {func() { rights["admin"] = []staff.Permission{staff.OrgView} }, fault.Invalid},
		"unknown":   {func() { rights = everything(t, ours, admin); rights["operator"] = []staff.Permission{"root"} }, fault.Invalid},
		"no role":   {func() { rights = everything(t, ours, admin); rights["king"] = []staff.Permission{staff.OrgView} }, fault.NotFound},
	} {
		before := everything(t, ours, admin)
		c.change()
		if err := staff.SetRights(t.Context(), d, admin, noon, rights); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(before, everything(t, ours, admin)); diff != "" {
			t.Errorf("%s changed the table:\n%s", name, diff)
		}
	}
}

// Who manages a centre gives no right that he has not, and touches no other centre.
func TestACentresManagerStaysInHisCentre(t *testing.T) {
	d := dbtest.New(t)
	o, theirs := newOffice(t, d, ""), newOffice(t, d, "their-")
	boss := o.as(t, "supervisor")
	var other int64
	if err := d.Plain().QueryRowContext(t.Context(), `INSERT INTO centre (partner_id, name) VALUES (?, 'Арбат') RETURNING id`, o.partner).Scan(&other); err != nil {
		t.Fatal(err)
	}
	far, err := staff.AddEmployee(t.Context(), d.Plain(), o.partner, other, "operator", "far", "Дальняя Ольга", "", "")
	if err != nil {
		t.Fatal(err)
	}
	save := func(c staff.Colleague) error {
		_, err := staff.SaveColleague(t.Context(), d, boss, noon, c)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		kind fault.Kind
	}{
		"makes an administrator":    {save(staff.Colleague{Name: "Хитрый Лис", Login: "fox", Role: "admin", CentreID: o.centre}), fault.Invalid},
		"adds to another centre":    {save(staff.Colleague{Name: "Хитрый Лис", Login: "fox", Role: "operator", CentreID: other}), fault.Invalid},
		"adds to another partner":   {save(staff.Colleague{Name: "Хитрый Лис", Login: "fox", Role: "operator", CentreID: theirs.centre}), fault.Invalid},
		"changes another centre":    {staff.SetActive(t.Context(), d, boss, noon, far, false), fault.NotFound},
		"changes the administrator": {staff.SetActive(t.Context(), d, boss, noon, o.ids["admin"], false), fault.Forbidden},
		"changes another partner":   {staff.SetActive(t.Context(), d, boss, noon, theirs.ids["operator"], false), fault.NotFound},
		"takes a login":             {save(staff.Colleague{Name: "Двойник", Login: "Operator", Role: "operator", CentreID: o.centre}), fault.Invalid},
		"a bad login":               {save(staff.Colleague{Name: "Двойник", Login: "оператор", Role: "operator", CentreID: o.centre}), fault.Invalid},
		"a bad mail":                {save(staff.Colleague{Name: "Двойник", Login: "double", Email: "double", Role: "operator", CentreID: o.centre}), fault.Invalid},
		"an old page":               {save(staff.Colleague{ID: o.ids["operator"], Name: "Двойник", Login: "operator", Role: "operator", CentreID: o.centre, Version: 7}), fault.Conflict},
	} {
		if !fault.Is(c.err, c.kind) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	if err := save(staff.Colleague{ID: o.ids["operator"], Name: "Иванова Мария", Login: "OPERATOR", Role: "accountant", CentreID: o.centre, Version: 1}); err != nil {
		t.Fatal(err)
	}
	if e := o.as(t, "operator"); e.Role != "accountant" || e.Name != "Иванова Мария" || e.Can(staff.ApplicationWork) {
		t.Errorf("%+v", e)
	}
}

// The journal shows what each may read.
func TestJournalScopes(t *testing.T) {
	d := dbtest.New(t)
	o := newOffice(t, d, "")
	for role := range o.ids {
		if _, err := staff.SignIn(t.Context(), d, noon, role, role+" знает", "a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Plain().ExecContext(t.Context(), `WITH c AS (INSERT INTO centre (partner_id, name) VALUES (?, 'Арбат') RETURNING id)
		UPDATE employee SET centre_id = (SELECT id FROM c) WHERE id IN (?, ?)`, o.partner, o.ids["reviewer"], o.ids["auditor"]); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]int{"operator": 1, "supervisor": 4, "reviewer": 1, "admin": 6, "auditor": 6} {
		list, total, err := staff.Journal(t.Context(), d, o.as(t, role), staff.JournalFilter{Area: "staff"})
		if err != nil || total != want || len(list) != want {
			t.Errorf("%s reads %d of %d records, want %d, %v", role, len(list), total, want, err)
		}
		people, err := staff.People(t.Context(), d, o.as(t, role))
		if err != nil || len(people) != want {
			t.Errorf("%s narrows to %d people, want %d, %v", role, len(people), want, err)
		}
	}
	// asking for another's acts by hand shows nothing
	list, total, err := staff.Journal(t.Context(), d, o.as(t, "operator"), staff.JournalFilter{Employee: o.ids["admin"]})
	if err != nil || total != 0 || len(list) != 0 {
		t.Error(list, total, err)
	}
}
