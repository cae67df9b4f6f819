package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/staff"
)

// A new installation gets its first administrator by one command.
func TestPartnerAdd(t *testing.T) {
	dsn := dbtest.DSN(t)
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, c := range []struct {
		name   string
		args   []string
		issuer string
		code   int
		says   string
	}{
		{"a wrong INN", []string{"--inn=7707083894"}, "", exitUsage, "--inn"},
		{"a wrong OGRN", []string{"--ogrn=1027700132196"}, "", exitUsage, "--ogrn"},
		{"by password", nil, "", exitOK, "petrova "},
		{"the login again", []string{"--login=Petrova"}, "", exitBroke, "petrova"},
		{"a provider and no e-mail", []string{"--login=orlov"}, "https://id.example", exitUsage, "--email"},
		{"by a provider", []string{"--login=orlov", "--email=orlov@centre.test"}, "https://id.example", exitOK, "orlov signs in at https://id.example"},
	} {
		var out, errs bytes.Buffer
		code := run(&env{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now, getenv: func(name string) string {
			return map[string]string{"DATABASE_URL": dsn, "CONSOLE_VAR": t.TempDir(), "OIDC_ISSUER": c.issuer}[name]
		}}, append([]string{"partner", "add", "--name=ООО «Ромашка»", "--inn=7707083893", "--ogrn=1027700132195",
			"--centre=Тверская", "--admin=Петрова Анна Ильинична", "--login=petrova"}, c.args...))
		if code != c.code || !strings.Contains(strings.ToLower(out.String()+errs.String()), strings.ToLower(c.says)) {
			t.Errorf("%s: exit %d, %s%s", c.name, code, &out, &errs)
		}
		if c.name != "by password" {
			continue
		}
		login, password, _ := strings.Cut(strings.TrimSpace(out.String()), " ")
		e, err := staff.SignIn(t.Context(), d, time.Now(), login, password, "203.0.113.7")
		if err != nil || e.Name != "Петрова Анна Ильинична" || !e.Can(staff.StaffManage) || e.PartnerName != "ООО «Ромашка»" {
			t.Errorf("%+v, %v", e, err)
		}
	}
}
