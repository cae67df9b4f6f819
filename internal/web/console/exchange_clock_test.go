package console

import (
	"net/http"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// Clocks that run apart are seen, and people are asked to look before SMEV refuses.
func TestExchangeClock(t *testing.T) {
	k := newDesk(t)
	id := k.petrov(k.client(orgtest.Romashka))
	k.paper(id)
	k.spoil(id)
	for _, row := range []struct {
		ms          int
		words, chip string
	}{
		{200, "нет", "Работает"}, {1500, "наши отстают на 1 с", "Работает"}, {-299_000, "наши спешат на 4 мин 59 с", "Работает"},
		{-720_000, "наши спешат на 12 мин 0 с", "Проверьте часы"}, {301_000, "наши отстают на 5 мин 1 с", "Проверьте часы"},
	} {
		k.cases().Exec(`UPDATE exchange_line SET skew_ms = ? WHERE name = 'poll'`, row.ms)
		text := strings.ReplaceAll(k.as("supervisor").get("/exchange").want(http.StatusOK).text("#lines tbody tr:first-child"), "\u00a0", " ")
		if !strings.Contains(text, row.words) || !strings.Contains(text, row.chip) {
			t.Errorf("%d ms: %s", row.ms, text)
		}
	}
}
