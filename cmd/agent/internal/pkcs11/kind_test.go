//go:build pkcs11

package pkcs11

import (
	"errors"
	"testing"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
)

func TestKind(t *testing.T) {
	for _, c := range []struct{ maker, model, want string }{
		{"Aktiv Co.", "Rutoken ECP", "Рутокен ЭЦП"}, {"Aktiv Co.", "Rutoken lite", "Рутокен Лайт"},
		{"Aladdin R.D.", "JaCarta LT", "JaCarta LT"}, {"Aladdin R.D.", "JaCarta GOST 2.0", "Aladdin R.D. JaCarta GOST 2.0"},
		{"ESMART", "ESMART Token", "eSmart"}, {"Bad\x00\xffmaker", "\x1b[0m", "Badmaker [0m"},
	} {
		if got := kind(pkcs11.TokenInfo{ManufacturerID: c.maker, Model: c.model}); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.maker, c.model, got, c.want)
		}
	}
}

func TestAttempts(t *testing.T) {
	for flags, want := range map[uint]int{
		0: token.AttemptsUnknown, pkcs11.CKF_USER_PIN_COUNT_LOW: token.AttemptsUnknown,
		pkcs11.CKF_USER_PIN_COUNT_LOW | pkcs11.CKF_USER_PIN_FINAL_TRY: 1, pkcs11.CKF_USER_PIN_LOCKED: 0,
	} {
		if got := attempts(flags); got != want {
			t.Errorf("%x: %d, want %d", flags, got, want)
		}
	}
}

// SoftHSM never locks a PIN and is never full: the answers of tokens that do.
func TestExplain(t *testing.T) {
	for code, want := range map[pkcs11.Error]error{
		pkcs11.CKR_PIN_LOCKED: token.ErrBlocked, pkcs11.CKR_DEVICE_MEMORY: token.ErrFull,
		pkcs11.CKR_DEVICE_REMOVED: token.ErrRemoved, pkcs11.CKR_TOKEN_NOT_PRESENT: token.ErrRemoved, pkcs11.CKR_MECHANISM_INVALID: token.ErrNoGOST,
	} {
		if err := (slot{}).explain(code); !errors.Is(err, want) || !errors.Is(err, code) {
			t.Errorf("%v: %v", code, err)
		}
	}
	if err := (slot{}).explain(nil); err != nil {
		t.Error(err)
	}
}
