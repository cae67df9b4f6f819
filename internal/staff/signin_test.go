package staff_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

var noon = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// office is a partner with one centre and an employee of every role, each with
// the password «<role> знает»; logins are the roles.
type office struct {
	d               *db.DB
	partner, centre int64
	ids             map[string]int64
}

func newOffice(t *testing.T, d *db.DB, prefix string) *office {
	t.Helper()
	o := &office{d: d, ids: map[string]int64{}}
	var err error
	if o.partner, o.centre, err = staff.AddPartner(t.Context(), d.Plain(), "ООО «Партнёр»", "7700000000", "1027700000000", "Тверская"); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"operator", "accountant", "supervisor", "admin", "reviewer", "auditor"} {
		if o.ids[role], err = staff.AddEmployee(t.Context(), d.Plain(), o.partner, o.centre, role, prefix+role, "Сотрудник "+role, prefix+role+"@centre.example", role+" знает"); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *office) as(t *testing.T, role string) *staff.Employee {
	t.Helper()
	e, err := staff.Load(t.Context(), o.d, o.ids[role])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestPasswordsAreArgon2id(t *testing.T) {
	a, b := staff.HashPassword("пароль"), staff.HashPassword("пароль")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Count(a, "$") != 5 {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestSignIn(t *testing.T) {
	d := dbtest.New(t)
	newOffice(t, d, "")
	for name, c := range map[string]struct {
		login, password string
		ok              bool
	}{
		"as written":         {"operator", "operator знает", true},
		"in capitals":        {" OPERATOR ", "operator знает", true},
		"another's password": {"operator", "admin знает", false},
		"no password":        {"operator", "", false},
		"nobody":             {"никто", "operator знает", false},
		"SQL":                {"operator' OR '1'='1", "x", false},
	} {
		e, err := staff.SignIn(t.Context(), d, noon, c.login, c.password, name)
		if c.ok && (err != nil || e.Login != "operator" || !e.Can(staff.ApplicationWork)) || !c.ok && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	// whoever tries learns the same of a wrong login and a wrong password
	_, wrong := staff.SignIn(t.Context(), d, noon, "operator", "x", "a")
	_, nobody := staff.SignIn(t.Context(), d, noon, "nobody", "x", "a")
	if fmt.Sprint(wrong) != fmt.Sprint(nobody) {
		t.Errorf("%v\n%v", wrong, nobody)
	}
}

func TestAnAccountRestsAfterFiveWrongPasswords(t *testing.T) {
	d := dbtest.New(t)
	o := newOffice(t, d, "")
	for n := range 5 {
		if _, err := staff.SignIn(t.Context(), d, noon, "operator", "?", fmt.Sprint("10.0.0.", n)); !fault.Is(err, fault.Invalid) {
			t.Fatalf("attempt %d: %v", n+1, err)
		}
	}
	right := func(at time.Time) error {
		_, err := staff.SignIn(t.Context(), d, at, "operator", "operator знает", "10.0.0.9")
		return err
	}
	if err := right(noon.Add(14 * time.Minute)); !fault.Is(err, fault.TooMany) {
		t.Errorf("the right password while resting: %v", err)
	}
	if err := right(noon.Add(16 * time.Minute)); err != nil {
		t.Errorf("after the rest: %v", err)
	}
	for range 4 { // a success has cleared the count
		_, _ = staff.SignIn(t.Context(), d, noon.Add(time.Hour), "operator", "?", "a")
	}
	if err := right(noon.Add(time.Hour)); err != nil {
		t.Errorf("after four wrong ones: %v", err)
	}
	for range 5 {
		_, _ = staff.SignIn(t.Context(), d, noon, "operator", "?", "b")
	}
	if _, err := staff.ResetPassword(t.Context(), d, o.as(t, "admin"), noon, o.ids["operator"]); err != nil {
		t.Fatal(err)
	}
	if err := right(noon); !fault.Is(err, fault.Invalid) {
		t.Errorf("the old password after the reset: %v", err)
	}
}

// Forty attempts at one moment try no more than five passwords.
func TestAttemptsAtOneMomentAreCounted(t *testing.T) {
	d := dbtest.New(t)
	newOffice(t, d, "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for n := range 40 {
		wg.Go(func() {
			_, err := staff.SignIn(t.Context(), d, noon, "operator", "?", fmt.Sprint(n))
			if fault.Is(err, fault.Invalid) {
				mu.Lock()
				tried++
				mu.Unlock()
			} else if !fault.Is(err, fault.TooMany) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if tried != 5 {
		t.Errorf("%d passwords were tried, want 5", tried)
	}
}

func TestAnAddressRests(t *testing.T) {
	d := dbtest.New(t)
	newOffice(t, d, "")
	if _, err := d.Plain().ExecContext(t.Context(), `INSERT INTO sign_in_failure (address, at) SELECT '10.1.1.1', ?::timestamptz FROM generate_series(1, 29)`, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := staff.SignIn(t.Context(), d, noon, "nobody", "?", "10.1.1.1"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	if _, err := staff.SignIn(t.Context(), d, noon, "operator", "operator знает", "10.1.1.1"); !fault.Is(err, fault.TooMany) {
		t.Errorf("the thirty-first attempt from one address: %v", err)
	}
	if _, err := staff.SignIn(t.Context(), d, noon, "operator", "operator знает", "10.1.1.2"); err != nil {
		t.Errorf("another address: %v", err)
	}
	if err := staff.Prune(t.Context(), d, noon.Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := staff.SignIn(t.Context(), d, noon.Add(25*time.Hour), "operator", "operator знает", "10.1.1.1"); err != nil {
		t.Error(err)
	}
}

func TestWhoIsShutOutDoesNotComeIn(t *testing.T) {
	d := dbtest.New(t)
	o := newOffice(t, d, "")
	admin := o.as(t, "admin")
	if err := staff.SetActive(t.Context(), d, admin, noon, o.ids["operator"], false); err != nil {
		t.Fatal(err)
	}
	if _, err := staff.SignIn(t.Context(), d, noon, "operator", "operator знает", "a"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	if _, err := staff.Load(t.Context(), d, o.ids["operator"]); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if err := staff.SetActive(t.Context(), d, admin, noon, o.ids["admin"], false); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the administrator shut himself out: %v", err)
	}
}

func TestDemoPasswordIsFound(t *testing.T) {
	d := dbtest.New(t)
	o := newOffice(t, d, "x-")
	if login, err := staff.DemoPasswordOpens(t.Context(), d.Plain()); login != "" || err != nil {
		t.Fatal(login, err)
	}
	demo := staff.DemoSignIns[2]
	if _, err := staff.AddEmployee(t.Context(), d.Plain(), o.partner, o.centre, demo.Role, demo.Login, demo.Name, "", demo.Password); err != nil {
		t.Fatal(err)
	}
	if login, err := staff.DemoPasswordOpens(t.Context(), d.Plain()); login != demo.Login || err != nil {
		t.Error(login, err)
	}
}
