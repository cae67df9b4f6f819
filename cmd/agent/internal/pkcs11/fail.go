//go:build pkcs11

package pkcs11

import (
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
)

// gone are the answers of a token that is not in its reader any more; which
// one comes depends on the module and the moment.
var gone = []pkcs11.Error{
	pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_TOKEN_NOT_PRESENT, pkcs11.CKR_TOKEN_NOT_RECOGNIZED, pkcs11.CKR_SLOT_ID_INVALID,
	pkcs11.CKR_SESSION_HANDLE_INVALID, pkcs11.CKR_SESSION_CLOSED,
}

// explain gives a module's answer the meaning the desk has words for. A
// device that fails in another way is looked for once more: many modules say
// no more than "general error" when it was taken out.
func (at slot) explain(err error) error {
	var code pkcs11.Error
	if !errors.As(err, &code) {
		return err
	}
	switch {
	case code == pkcs11.CKR_PIN_LOCKED:
		return errors.Join(token.ErrBlocked, err)
	case code == pkcs11.CKR_DEVICE_MEMORY:
		return errors.Join(token.ErrFull, err)
	case code == pkcs11.CKR_MECHANISM_INVALID:
		return errors.Join(token.ErrNoGOST, err)
	case slices.Contains(gone, code):
		return errors.Join(token.ErrRemoved, err)
	}
	if now, gotErr := at.ctx.GetTokenInfo(at.id); gotErr != nil || now.SerialNumber != at.info.SerialNumber {
		return errors.Join(token.ErrRemoved, err)
	}
	return fmt.Errorf("token %s: %w", at.info.SerialNumber, err)
}

// wrongPIN is what a refused PIN left of the token.
func (at slot) wrongPIN(err error) error {
	now, infoErr := at.ctx.GetTokenInfo(at.id)
	if infoErr != nil {
		return at.explain(infoErr)
	}
	left := attempts(now.Flags)
	if left == 0 {
		return errors.Join(token.ErrBlocked, err)
	}
	return &token.WrongPIN{Left: left}
}
