package console

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/org/orgtest"
)

// TestRevocationLook keeps pictures of the revocation's screens, as TestLook.
func TestRevocationLook(t *testing.T) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		t.Skip("CONSOLE_SHOTS is not set")
	}
	k, base, ctx := openBrowser(t, 2*time.Minute)
	shoot := func(who, path, name string) {
		t.Helper()
		for _, theme := range []string{"light", "dark"} {
			png, err := picture(ctx, base, path, k.as(who).cookie.Value, theme, 1366, 768)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+"-"+theme+".png"), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	x := k.cases().Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue().Load().Certificate
	own := fmt.Sprintf("/certificates/%d", x.ID)
	operator := k.as("operator")
	shoot("operator", own+"/revocations/new", "revocation-new")
	page := operator.multipart(own+"/revocations", map[string]string{"reason": "1", "words": "Владелец потерял носитель в командировке."}, "base", "Заявление.pdf", []byte("%PDF-1.4 x")).want(http.StatusSeeOther).header.Get("Location")
	shoot("operator", page, "revocation-asked")
	shoot("reviewer", page, "revocation-decide")
	shoot("reviewer", "/revocations", "revocations")
	k.as("reviewer").post(page+"/decision", url.Values{"decision": {"approve"}}).want(http.StatusSeeOther)
	shoot("operator", page, "revocation-approved")
	shoot("operator", own, "certificate-revoking")
}
