// Package token says what the desk needs of a key carrier, whatever it is
// made of: a folder (softtoken) or a device behind PKCS#11 (pkcs11).
//
// A Store shows its tokens without a PIN; Login with the right one gives a
// Session, in which alone private keys can be used. Carriers are known by
// serial number, never by slot: slots change their numbers.
package token

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"signdesk/internal/gost"
)

// AttemptsUnknown in Info and WrongPIN: the token is not blocked but does not
// tell how many attempts it has left.
const AttemptsUnknown = -1

// Errors of Store and Session.
var (
	ErrNotFound = errors.New("no such token or container")
	ErrBlocked  = errors.New("the token's PIN is blocked")
	ErrRemoved  = errors.New("the token was taken out")
	ErrFull     = errors.New("the token has no free memory")
	ErrNoGOST   = errors.New("the token cannot make GOST R 34.10-2012 keys")
)

// WrongPIN says how many attempts are left after a wrong one: at least 1, or
// AttemptsUnknown.
type WrongPIN struct{ Left int }

func (e *WrongPIN) Error() string { return fmt.Sprintf("wrong PIN, %d attempts left", e.Left) }

// Store is a reader or a folder with tokens, as they are at this moment.
type Store interface {
	// List shows the tokens that are there.
	List() ([]Info, error)
	// Token shows one of them; ErrNotFound when it is not there.
	Token(serial string) (Info, error)
	// Login checks the PIN and holds the token for this session alone.
	// Errors: ErrNotFound, ErrBlocked, *WrongPIN.
	Login(serial, pin string) (Session, error)
}

// Session is a token after a right PIN, until Close.
type Session interface {
	// GenerateKey makes a GOST R 34.10-2012-256 pair of parameter set XA.
	GenerateKey() (Container, error)
	// Signer is a container's private key. It must not outlive the session.
	Signer(id string) (crypto.Signer, error)
	// Container reads one container.
	Container(id string) (Container, error)
	// Find is the container that holds the key; ErrNotFound when none does.
	Find(pub *gost.PublicKey) (Container, error)
	// Install puts the certificate beside the container's key. Older ones
	// stay; the same one again changes nothing.
	Install(id string, cert *gost.Certificate) error
	// Delete removes a container whose making was not finished.
	Delete(id string) error
	Close()
}

// Info is what a token tells without a PIN.
type Info struct {
	Label        string
	Serial       string
	Kind         string // in the words of the console's list of carriers; a device that is none of them: maker and model
	Device       bool   // a real one: it must be the carrier that the case names
	AttemptsLeft int    // 0: blocked; AttemptsUnknown
	FewAttempts  bool   // a wrong PIN has been entered since the last right one
	DefaultPIN   bool   // the factory PIN has not been changed
	Containers   []Container
}

// Numbered reports whether number is this token's. A device's serial number is
// hexadecimal in its memory and may stand on its case in decimal.
func (i Info) Numbered(number string) bool {
	if !i.Device {
		return i.Serial == number
	}
	own, number := trim(i.Serial), trim(number)
	if own == number {
		return true
	}
	n, ok := new(big.Int).SetString(own, 16)
	return ok && len(own) <= 32 && n.String() == number
}

func trim(number string) string {
	return strings.TrimLeft(strings.ToUpper(strings.TrimSpace(number)), "0")
}

// Find is the container that holds the key.
func (i Info) Find(pub *gost.PublicKey) (Container, bool) {
	for _, c := range i.Containers {
		if c.PublicKey.Equal(pub) {
			return c, true
		}
	}
	return Container{}, false
}

// Container is a key pair and its certificates, as seen without a PIN.
type Container struct {
	ID           string
	PublicKey    *gost.PublicKey
	Certificates []*gost.Certificate // oldest first; the last one is in use
}

// Certificate is the one in use, or nil.
func (c Container) Certificate() *gost.Certificate {
	if len(c.Certificates) == 0 {
		return nil
	}
	return c.Certificates[len(c.Certificates)-1]
}

// Has reports whether the certificate is in the container.
func (c Container) Has(cert *gost.Certificate) bool {
	for _, own := range c.Certificates {
		if bytes.Equal(own.Raw, cert.Raw) {
			return true
		}
	}
	return false
}
