package console

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// TestLookCases keeps pictures of the case page in every state where
// CONSOLE_SHOTS says, for people: both sizes, light and dark in turn.
func TestLookCases(t *testing.T) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		t.Skip("CONSOLE_SHOTS is not set")
	}
	k, base, ctx := openBrowser(t, 5*time.Minute)
	k.moveTo(time.Now().UTC().Truncate(time.Second))
	k.pair()
	n := 0
	shoot := func(who, path, name string) {
		t.Helper()
		n++
		p := k.as(who)
		theme, width, height := "light", int64(1366), int64(768)
		if n%3 == 0 {
			theme = "dark"
		}
		if n%4 == 0 {
			width, height = 1920, 1080
		}
		png, err := picture(ctx, base, path, p.cookie.Value, theme, width, height)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("case-%02d-%s-%d-%s.png", n, name, width, theme)), png, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := k.cases()
	c := d.Client(orgtest.Romashka)
	c.Sell("Сопровождение электронной подписи, 12 месяцев", "service", k.now())
	a := c.Open()
	at := func(step string) string { return casePath(a, "?step="+step) }
	shoot("operator", casePath(a, ""), "extract")
	a.Drop(a.Firm, true)
	shoot("operator", casePath(a, ""), "ask")
	a.Answer("waiting", owner.CheckPassport)
	shoot("operator", at("passport"), "asked")
	a.Answer("positive", owner.CheckPassport)
	a.Answer("negative", owner.CheckSNILS)
	shoot("operator", at("snils"), "negative")
	a.Answer("positive", owner.CheckSNILS, owner.CheckINN)
	shoot("operator", casePath(a, ""), "prepare")
	a.Prepare()
	shoot("operator", casePath(a, ""), "operate")
	a.Request()
	k.forward(12*time.Minute + 40*time.Second)
	a.Exec(`UPDATE cert_request SET status_at = status_at - interval '12 min 40 s', status = 'waiting', next_at = now() + interval '10 s'`)
	a.Exec(`UPDATE application SET status_at = status_at - interval '12 min 40 s'`)
	k.forward(-12*time.Minute - 40*time.Second)
	shoot("operator", casePath(a, ""), "ca")
	a.Issue()
	shoot("operator", at("ca"), "issued")
	shoot("operator", casePath(a, ""), "install")
	a.Install()
	shoot("operator", casePath(a, ""), "esia")
	a.Register("validating")
	shoot("operator", at("esia"), "validating")
	shoot("operator", at("receipt"), "print")
	x := a.Load()
	if err := cert.PrintReceipt(t.Context(), k.db, k.files, a.By(), k.now(), x.Number, x.Certificate.ID); err != nil {
		t.Fatal(err)
	}
	shoot("operator", at("receipt"), "confirm")
	a.Exec(`UPDATE esia_registration SET status = 'succeeded'`)
	a.Receipt()
	shoot("operator", casePath(a, ""), "ship")
	shoot("auditor", casePath(a, ""), "masked")
	shoot("operator", fmt.Sprintf("/certificates/%d", x.Certificate.ID), "certificate")
	b := &casetest.Case{Client: d.Client(orgtest.Vasilek)}
	b.Owner = b.Person("Смирнова", "Анна", "Олеговна", false)
	b = b.Open()
	b.Approved()
	shoot("operator", casePath(b, ""), "head")
	shoot("operator", "/applications?whose=all", "worklist")
	shoot("operator", "/applications?whose=all", "worklist")
}
