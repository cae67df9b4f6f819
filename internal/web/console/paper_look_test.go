package console

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// Pictures of an extract with everything against it, and of the folder, where
// CONSOLE_SHOTS says.
func TestPaperLooks(t *testing.T) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		t.Skip("CONSOLE_SHOTS is not set")
	}
	k, base, ctx := openBrowser(t, 5*time.Minute)
	u := fmt.Sprintf("/organisations/%d", k.client(orgtest.Romashka))
	op, f := k.as("operator"), orgtest.Romashka
	f.House, f.Surname, f.Short, f.Status, f.BadAddress = "5", "Сидоров", "ООО «Роза»", "Находится в стадии ликвидации", true
	to := op.upload(u+"/storage", org.Upload{Name: "ul-1027700132195.pdf", Content: k.tax.SignPDF(k.tax.SignPDF(f.PDF(t, orgtest.Since2022)))},
		org.Upload{Name: "focus.pdf", Content: orgtest.Print(t, "Контур.Фокус", "ОГРН 1027700132195")}).to()
	for path, name := range map[string]string{to: "extract", u + "/storage": "folder"} {
		for theme, height := range map[string]int64{"light": 768, "dark": 1300} {
			png, err := picture(ctx, base, path, op.cookie.Value, theme, 1366, height)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("paper-%s-%s.png", name, theme)), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
