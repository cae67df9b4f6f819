package console

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/gofiber/fiber/v2"
	"github.com/uptrace/bun"
	"golang.org/x/net/html"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/web"
)

var reportNow = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// reportDesk is the console over a database with two partners, each with an
// accountant, an operator and a reviewer, and 600 paid services of ours.
type reportDesk struct {
	kit    *web.Kit
	people map[string]int64
}

func newReportDesk(t *testing.T) *reportDesk {
	t.Helper()
	d := dbtest.New(t)
	desk := &reportDesk{people: map[string]int64{}}
	one := func(q bun.IDB, query string, args ...any) (id int64) {
		t.Helper()
		if err := q.QueryRowContext(t.Context(), query, args...).Scan(&id); err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		return id
	}
	for _, p := range []struct {
		name, firm string
		services   int
	}{{"our", "ООО «Ромашка»", 600}, {"their", "ООО «Чужая»", 1}} {
		partner := one(d.Plain(), `INSERT INTO partner (name, inn) VALUES (?, '7700000000') RETURNING id`, p.name)
		centre := one(d.Plain(), `INSERT INTO centre (partner_id, name) VALUES (?, 'Тверская') RETURNING id`, partner)
		for _, role := range []string{"operator", "accountant", "reviewer"} {
			desk.people[p.name+" "+role] = one(d.Plain(), `INSERT INTO employee (partner_id, centre_id, role, login, name) VALUES (?, ?, ?, ?, 'Иванова Анна') RETURNING id`,
				partner, centre, role, p.name+"-"+role)
		}
		err := d.Tx(t.Context(), partner, func(ctx context.Context, tx bun.IDB) error {
			org := one(tx, `INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) VALUES (?, 'legal', '7701234567', '1027700132195', ?) RETURNING id`, partner, p.firm)
			contract := one(tx, `INSERT INTO contract (partner_id, org_id, name, number, signed_on) VALUES (?, ?, 'Оферта', '2тест', '2026-01-01') RETURNING id`, partner, org)
			_, err := tx.ExecContext(ctx, `INSERT INTO service (partner_id, org_id, contract_id, number, name, kind, quantity, price, cost, vat, invoice_on, paid_on)
				SELECT ?, ?, ?, 'ОФ030-' || n, 'Выпуск <b>сертификата</b>', 'issue', 1, 104500, 104500, '22', '2026-10-01', date '2026-11-20' - n % 30
				FROM generate_series(1, ?) AS n`, partner, org, contract, p.services)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	desk.kit = reportKit(t, d)
	return desk
}

// reportKit is the report screens with one more address, which signs the employee in.
func reportKit(t *testing.T, d *db.DB) *web.Kit {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	clock := func() time.Time { return reportNow }
	kit, err := web.New(web.Settings{DB: d, Log: log, Now: clock, Origin: "http://example.com", SessionTTL: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	watch(kit.Views)
	kit.App.Get("/test/:id", func(c *fiber.Ctx) error {
		id, err := c.ParamsInt("id")
		if err != nil {
			return err
		}
		_, err = kit.Sessions.Start(c, int64(id))
		return err
	})
	c := &Console{kit: kit, db: d, set: Settings{IdleLock: time.Hour}, log: log, now: clock}
	in := kit.App.Group("", kit.Sessions.Read, c.signedIn)
	in.Get("/reports", c.reportIndex)
	in.Get("/reports/:name.:format", c.reportFile)
	in.Get("/reports/:name", c.reportShow)
	return kit
}

// get answers as the person's browser sees it.
func (d *reportDesk) get(t *testing.T, who, address string) (status int, body, disposition string) {
	t.Helper()
	in, err := d.kit.App.Test(httptest.NewRequest("GET", "/test/"+strconv.FormatInt(d.people[who], 10), nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", address, nil)
	for _, c := range in.Cookies() {
		r.AddCookie(c)
	}
	res, err := d.kit.App.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header.Get("Content-Disposition")
}

// texts are those of the elements that the selector finds, spaces folded.
func texts(t *testing.T, page, selector string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, n := range cascadia.QueryAll(root, cascadia.MustCompile(selector)) {
		var b strings.Builder
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
		}
		list = append(list, strings.Join(strings.Fields(b.String()), " "))
	}
	return list
}

func TestReportIndex(t *testing.T) {
	d := newReportDesk(t)
	for who, want := range map[string]string{
		"our operator":   "[Выпущенные сертификаты Истекающие сертификаты]",
		"our accountant": "[Акты и счета-фактуры Оплачено, но не отгружено Услуги за период]",
		"our reviewer":   "[]",
	} {
		status, body, _ := d.get(t, who, "/reports")
		if got := fmt.Sprint(texts(t, body, "tbody a")); status != 200 || got != want {
			t.Errorf("%s: %d %s", who, status, got)
		}
		if empty := texts(t, body, ".empty h2"); (len(empty) == 1) != (want == "[]") {
			t.Errorf("%s: empty state %q", who, empty)
		}
	}
}

func TestReportShow(t *testing.T) {
	d := newReportDesk(t)
	status, body, _ := d.get(t, "our accountant", "/reports/paid_not_shipped")
	if status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if rows := texts(t, body, "tbody tr"); len(rows) != pageRows || !strings.HasPrefix(rows[0], "ООО «Ромашка»7701234567ОФ030-") {
		t.Errorf("%d rows, %q", len(rows), rows[:1])
	}
	for selector, want := range map[string]string{
		"thead th.num": "[Ждёт, дней Стоимость, ₽]",
		"main .notice": "[Показаны первые 500 строк из 600. Все строки — в файлах XLSX и CSV, итог посчитан по всем.]",
		"tfoot td.num": "[ 627 000,00]",
		".figures dd":  "[627 000,00 600]",
		"main b":       "[]", // typed markup is text
		".page-head a": "[XLSX CSV PDF]",
	} {
		if got := fmt.Sprint(texts(t, body, selector)); got != want {
			t.Errorf("%s: %s, want %s", selector, got, want)
		}
	}
	if strings.Contains(body, "Чужая") {
		t.Error("the other partner's firm")
	}
	if _, body, _ := d.get(t, "their accountant", "/reports/paid_not_shipped"); strings.Contains(body, "Ромашка") || !strings.Contains(body, "Чужая") {
		t.Error("the other partner's page")
	}
	if _, body, _ = d.get(t, "our accountant", "/reports/paid_not_shipped?older=365"); fmt.Sprint(texts(t, body, ".empty h2")) != "[Строк нет]" {
		t.Errorf("empty: %q", texts(t, body, ".empty"))
	}
}

func TestReportBadParameter(t *testing.T) {
	d := newReportDesk(t)
	status, body, _ := d.get(t, "our accountant", "/reports/acts_invoices?from=2026-11-30&to=%D0%B7%D0%B0%D0%B2%D1%82%D1%80%D0%B0&kind=x")
	if status != 422 {
		t.Fatalf("%d", status)
	}
	if got := fmt.Sprint(texts(t, body, "#f-to-note, #f-kind-note")); got != "[Укажите дату в виде ДД.ММ.ГГГГ. Выберите значение из списка.]" {
		t.Errorf("at the fields: %s", got)
	}
	if got := texts(t, body, "main .notice-stop"); len(got) != 1 {
		t.Errorf("notice: %q", got)
	}
	if got := texts(t, body, "table"); len(got) != 0 {
		t.Errorf("a table all the same: %q", got)
	}
}

func TestReportRights(t *testing.T) {
	d := newReportDesk(t)
	for _, c := range []struct {
		who, address string
		status       int
	}{
		{"our operator", "/reports/issued", 200},
		{"our operator", "/reports/paid_not_shipped", 403},
		{"our operator", "/reports/paid_not_shipped.xlsx", 403},
		{"our accountant", "/reports/issued", 403},
		{"our accountant", "/reports/issued.csv", 403},
		{"our reviewer", "/reports/issued", 403},
		{"our accountant", "/reports/unknown", 404},
		{"our accountant", "/reports/paid_not_shipped.exe", 404},
		{"our accountant", "/reports/acts_invoices.pdf?from=x", 422},
	} {
		if status, body, _ := d.get(t, c.who, c.address); status != c.status {
			t.Errorf("%s, %s: %d, want %d\n%s", c.who, c.address, status, c.status, texts(t, body, "main"))
		}
	}
	res, err := d.kit.App.Test(httptest.NewRequest("GET", "/reports/issued.xlsx", nil), -1)
	if err != nil || res.StatusCode != 303 || res.Header.Get("Location") != "/login?next=%2Freports%2Fissued.xlsx" {
		t.Errorf("nobody: %d %s, %v", res.StatusCode, res.Header.Get("Location"), err)
	}
}

func TestReportFile(t *testing.T) {
	d := newReportDesk(t)
	for format, begins := range map[string]string{"xlsx": "PK", "csv": "\ufeffОрганизация;", "pdf": "%PDF-"} {
		status, body, disposition := d.get(t, "our accountant", "/reports/paid_not_shipped."+format+"?older=1")
		if status != 200 || !strings.HasPrefix(body, begins) || disposition != `attachment; filename="paid_not_shipped_2026-11-20.`+format+`"` {
			t.Errorf("%s: %d %q %q", format, status, disposition, body[:min(len(body), 20)])
		}
	}
}
