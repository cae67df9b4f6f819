//go:build pkcs11

package pkcs11

import (
	"regexp"
	"strings"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
)

// serialForm is what may travel in forms, journals and the window.
var serialForm = regexp.MustCompile(`^[0-9A-Za-z._-]{1,16}$`)

// kinds recognises carriers by what their makers write into the token's model
// and maker, in lower case; the words are those of the console's list. The
// first that fits is taken, so the narrower ones stand first.
var kinds = []struct{ model, maker, name string }{
	{"rutoken lite", "", "Рутокен Лайт"},
	{"rutoken", "", "Рутокен ЭЦП"},
	{"jacarta lt", "", "JaCarta LT"},
	{"esmart", "", "eSmart"},
	{"", "esmart", "eSmart"},
}

// kind is the carrier in the console's words; of a device that is none of
// the list's, its maker's.
func kind(i pkcs11.TokenInfo) string {
	model, maker := strings.ToLower(i.Model), strings.ToLower(i.ManufacturerID)
	for _, k := range kinds {
		if strings.Contains(model, k.model) && strings.Contains(maker, k.maker) {
			return k.name
		}
	}
	return printable(i.ManufacturerID + " " + i.Model)
}

// printable keeps a device's own words to what may be shown.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// attempts of the PIN, as far as the flags tell (PKCS#11 v2.40, 3.2, token
// information flags).
func attempts(flags uint) int {
	switch {
	case flags&pkcs11.CKF_USER_PIN_LOCKED != 0:
		return 0
	case flags&pkcs11.CKF_USER_PIN_FINAL_TRY != 0:
		return 1
	}
	return token.AttemptsUnknown
}

// factoryPINs are those that the makers of the listed carriers ship with.
var factoryPINs = map[string]bool{"12345678": true, "1234567890": true}
