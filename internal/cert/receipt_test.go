package cert_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
)

// The receipt is printed once and stays as it was printed: F228, F231, F235.
func TestReceipt(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue().Install()
	id := c.Load().Certificate.ID
	show := func() ([]byte, error) { return cert.OpenReceipt(t.Context(), k.DB, k.Files, k.By(), now.at, id) }
	_, err := show()
	refused(t, err, fault.NotFound, "ещё не печаталась")
	refused(t, cert.ConfirmReceipt(t.Context(), k.DB, k.By(), now.at, id), fault.Conflict, "Сначала распечатайте")
	print := func() []byte {
		t.Helper()
		if err := cert.PrintReceipt(t.Context(), k.DB, k.Files, k.By(), now.at, c.Load().Number, id); err != nil {
			t.Fatal(err)
		}
		pdf, err := show()
		if err != nil {
			t.Fatal(err)
		}
		return pdf
	}
	first := print()
	now.forward(1e12)
	c.Exec(`UPDATE passport SET number = '999999'`)
	if string(print()) != string(first) {
		t.Error("printed again it says something else")
	}
	text := pdfText(t, first)
	x := c.Load()
	for _, want := range []string{"Расписка о получении сертификата", x.Number, "Петров Иван Иванович", x.Certificate.Serial, "Рутокен ЭЦП", casetest.Carrier, "4510", "123456", k.By().Name, "с руководством по обеспечению безопасности"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
			t.Errorf("the receipt lacks %q:\n%s", want, text)
		}
	}
	for _, who := range []string{"accountant", "foreign operator"} {
		if err := cert.ConfirmReceipt(t.Context(), k.DB, k.People[who], now.at, id); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", who, err)
		}
	}
	for range 2 {
		if err := cert.ConfirmReceipt(t.Context(), k.DB, k.By(), now.at, id); err != nil {
			t.Fatal(err)
		}
	}
	c.Register("succeeded")
	if s := c.Load().Status; s != issuance.Done {
		t.Errorf("status %s", s)
	}
	var files, looks int
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM stored_file WHERE folder = 'printed'), (SELECT count(*) FROM personal_view WHERE object = ?)`,
			fmt.Sprintf("passport:%d", c.Owner)).Scan(&files, &looks)
	})
	if files != 1 || looks != 2 {
		t.Errorf("%d printed papers, %d looks logged", files, looks)
	}
}

func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); errors.Is(err, exec.ErrNotFound) {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("pdftotext is not installed")
	}
	name := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}
