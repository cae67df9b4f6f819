package console

import (
	"net/http"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// Every role × every link that its pages' bars and rails show: none answers
// «нет права».
func TestNoLinkIsForbidden(t *testing.T) {
	k := newDesk(t)
	firm := k.client(orgtest.Romashka)
	id := k.petrov(firm)
	for _, role := range orgtest.Roles {
		p := k.as(role)
		seen := map[string]bool{}
		for _, page := range []string{"/", path("/organisations/%d", firm), path("/organisations/%d/certificates", firm), path("/owners/%d", id), "/staff", "/staff/rights", "/settings", "/settings/connections/smev", "/journal", "/exchange", "/reviews", "/accounting"} {
			g := p.get(page)
			if g.status == http.StatusForbidden || g.status == http.StatusNotFound {
				continue
			}
			g.want(http.StatusOK)
			for _, n := range nodes(t, g.body, ".topbar a, .rail a, .tabs a") {
				for _, a := range n.Attr {
					if a.Key == "href" && strings.HasPrefix(a.Val, "/") && !seen[a.Val] {
						seen[a.Val] = true
						if got := p.get(a.Val); got.status != http.StatusOK {
							t.Errorf("%s: %s on %s answers %d", role, a.Val, page, got.status)
						}
					}
				}
			}
		}
		if exchange := seen["/exchange"]; exchange != (role == "supervisor" || role == "admin") {
			t.Errorf("%s: «Обмен» is shown: %v", role, exchange)
		}
	}
}
