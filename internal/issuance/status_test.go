package issuance_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/issuance"
)

// The words of the machines are the words of the tables. F122–F130.
func TestStatusesAreTheTables(t *testing.T) {
	d := dbtest.New(t)
	for table, want := range map[string][]string{
		"application": texts(issuance.Statuses()), "cert_request": texts(cert.RequestStatuses()), "shipment": texts(contract.Statuses()),
	} {
		if got := allowed(t, d, table, "status"); !slices.Equal(got, want) {
			t.Errorf("%s: the table takes %q, the code knows %q", table, got, want)
		}
	}
	if got, want := allowed(t, d, "application", "reason"), []string{"crypto_changed", "expired", "expiring", "first", "login_changed", "name_changed"}; !slices.Equal(got, want) {
		t.Errorf("reasons: %q", got)
	}
}

func texts[S ~string](list []S) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	slices.Sort(out)
	return out
}

// allowed reads the words of a column's CHECK from PostgreSQL.
func allowed(t *testing.T, d *db.DB, table, column string) []string {
	t.Helper()
	var def string
	err := d.Read(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ?::regclass AND contype = 'c' AND conname = ?`,
			table, table+"_"+column+"_check").Scan(&def)
	})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, m := range regexp.MustCompile(`'([a-z_]+)'`).FindAllStringSubmatch(def, -1) {
		words = append(words, m[1])
	}
	slices.Sort(words)
	return words
}

// Every status has its words, its chip, and a way on or an end.
func TestMachine(t *testing.T) {
	moves := map[issuance.Status][]issuance.Status{
		"draft":          {"registry_check", "rejected"},
		"registry_check": {"head_signature", "review", "approved", "rejected"},
		"head_signature": {"head_check", "registry_check", "rejected", "withdrawn"}, // F139
		"head_check":     {"approved", "review", "registry_check", "rejected"},
		"review":         {"approved", "registry_check", "rejected", "withdrawn"}, // F139
		"approved":       {"requested", "registry_check", "rejected"},
		"requested":      {"issued", "approved"},
		"issued":         {"done"},
	}
	words := map[issuance.Status]string{
		"draft": "Черновик", "registry_check": "Ожидание проверки в ЕГРЮЛ/ЕГРИП", "head_signature": "Ожидание подписи руководителя",
		"head_check": "Ожидание подтверждения руководителя в ЕГРЮЛ/ЕГРИП", "review": "На рассмотрении в УЦ", "approved": "Сведения подтверждены в УЦ",
		"requested": "Запрос отправлен в УЦ", "issued": "Требуется подписание сертификата", "done": "Исполнена", "rejected": "Отклонена", "withdrawn": "Отозвана",
	}
	for _, from := range issuance.Statuses() {
		if from.RU() != words[from] {
			t.Errorf("%s is called %q, want %q", from, from.RU(), words[from])
		}
		if _, text := from.Chip(); text != words[from] {
			t.Errorf("chip of %s says %q", from, text)
		}
		if from.Live() == (len(moves[from]) == 0) {
			t.Errorf("%s live: %v", from, from.Live())
		}
		for _, to := range issuance.Statuses() {
			if got, want := from.Can(to), slices.Contains(moves[from], to); got != want {
				t.Errorf("%s → %s: %v, want %v", from, to, got, want)
			}
		}
	}
}
