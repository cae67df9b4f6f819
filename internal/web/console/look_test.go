package console

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"signdesk/internal/db"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// TestLook keeps pictures of the screens where CONSOLE_SHOTS says, for people:
// every page in both sizes, light and dark.
func TestLook(t *testing.T) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		t.Skip("CONSOLE_SHOTS is not set")
	}
	k, base, ctx := openBrowser(t, 5*time.Minute)

	shoot := func(who, path, name string) {
		t.Helper()
		p := k.as(who)
		for _, size := range []struct {
			name          string
			width, height int64
		}{{"1366", 1366, 768}, {"1920", 1920, 1080}} {
			for _, theme := range []string{"light", "dark"} {
				if os.Getenv("CONSOLE_SHOTS_ALL") == "" && (size.name == "1920") != (theme == "dark") {
					continue
				}
				png, err := picture(ctx, base, path, p.cookie.Value, theme, size.width, size.height)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if err := os.WriteFile(filepath.Join(dir, name+"-"+size.name+"-"+theme+".png"), png, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	lookStory(t, k, shoot)
}

func picture(ctx context.Context, base, path, session, theme string, width, height int64) ([]byte, error) {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"console": session, "theme": theme} {
		if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: base}); err != nil {
			return nil, err
		}
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(base+path), chromedp.Sleep(700*time.Millisecond)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// petrov adds the head of the firm as an owner with a passport.
func (k *desk) petrov(org int64) int64 {
	k.Helper()
	id, err := owner.Save(k.Context(), k.db, k.people["operator"], k.now(), owner.Owner{OrgID: org, Surname: "Петров", Name: "Иван", Patronymic: "Иванович",
		SNILS: "112-233-445 95", INN: "500100732259", IsHead: true, Title: "Генеральный директор", Region: "77", Locality: "Москва", Email: "petrov@romashka.example", Phone: "+79161234567"})
	if err != nil {
		k.Fatal(err)
	}
	return id
}

var petrovPaper = owner.Passport{DocType: "rf_passport", Citizenship: "RUS", Series: "4510", Number: "123456", Code: "770001", IssuedBy: "ОВД района Тверской гор. Москвы",
	IssuedOn: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), Sex: "M", BirthDate: time.Date(1980, 2, 3, 0, 0, 0, 0, time.UTC), BirthPlace: "гор. Тула"}

func (k *desk) paper(id int64) {
	k.Helper()
	p := petrovPaper
	p.OwnerID = id
	if err := owner.SavePassport(k.Context(), k.db, k.people["operator"], k.now(), p); err != nil {
		k.Fatal(err)
	}
}

func lookStory(t *testing.T, k *desk, shoot func(who, path, name string)) {
	org := k.client(orgtest.Romashka)
	shoot("operator", "/workstation", "workstation")
	shoot("operator", path("/organisations/%d/certificates", org), "certificates-empty")
	id := k.petrov(org)
	shoot("operator", path("/organisations/%d/certificates", org), "certificates")
	shoot("operator", path("/owners/%d", id), "owner")
	shoot("operator", path("/organisations/%d/owners/new", org), "owner-new")
	shoot("operator", path("/owners/%d/passport", id), "passport-empty")
	k.paper(id)
	for _, kind := range []owner.CheckKind{owner.CheckPassport, owner.CheckSNILS} {
		if _, err := owner.Ask(t.Context(), k.db, k.people["operator"], k.now(), id, kind); err != nil {
			t.Fatal(err)
		}
	}
	shoot("operator", path("/owners/%d/passport", id), "passport-waiting")
	shoot("supervisor", path("/owners/%d/passport", id), "passport-reason")
	shoot("auditor", path("/owners/%d", id), "owner-masked")
	shoot("admin", "/staff", "staff")
	shoot("admin", "/staff/new", "staff-new")
	shoot("admin", "/staff/rights", "rights")
	shoot("admin", "/journal", "journal")
	shoot("admin", "/journal/looks", "looks")
	shoot("admin", "/settings", "settings")
	shoot("operator", "/help", "help")
	shoot("operator", "/help/troubles", "help-troubles")
	shoot("reviewer", "/reviews", "reviews-empty")
	scan := owner.Scan{Kind: owner.CheckSNILS, Name: "СНИЛС Петрова.png", Content: []byte("\x89PNG\r\n\x1a\n…"), Understood: true}
	if err := owner.Submit(t.Context(), k.db, k.files, k.people["operator"], k.now(), id, scan); err != nil {
		t.Fatal(err)
	}
	err := k.db.Tx(t.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx db.Conn) error {
		_, err := tx.ExecContext(ctx, `UPDATE owner_check SET status = 'negative', text = 'Паспорт недействителен с 03.02.2025.' WHERE kind = 'passport'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	shoot("operator", path("/owners/%d/passport", id), "passport-negative")
	shoot("reviewer", "/reviews", "reviews")
	lookReady(k, shoot, org, id)
}

// lookReady loads certificates of other authorities and shows them.
func lookReady(k *desk, shoot func(who, path, name string), org, id int64) {
	a := k.authority()
	operator, own := k.as("operator"), path("/owners/%d", id)
	shoot("operator", own+"/ready-certificates/new", "ready-new")
	shoot("operator", own+"/ready-certificates/file", "ready-file")
	for _, kind := range []string{"valid", "revoked", "held", "valid"} {
		page := operator.upload(own+"/ready-certificates", a.made(kind)).to()
		if kind == "valid" {
			shoot("operator", page, "ready-checking")
		}
		a.follow()
		shoot("operator", page, "ready-"+kind)
	}
	shoot("operator", own, "ready-owner")
	shoot("operator", path("/organisations/%d/certificates", org), "ready-certificates")
	shoot("operator", "/help/ready", "ready-help")
}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
