//go:build !pkcs11

package pkcs11

import (
	"errors"
	"log/slog"

	"signdesk/cmd/agent/internal/token"
)

// Store stands for the modules' tokens in a build that has none.
type Store struct{ token.Stores }

// Open refuses modules: this build cannot load any.
func Open(modules []string, _ *slog.Logger) (*Store, error) {
	if len(modules) > 0 {
		return nil, errors.New(ConfigFile + " names modules, but this agent is built without PKCS#11: take the build with it")
	}
	return new(Store), nil
}

// Close has nothing to close.
func (*Store) Close() {}
