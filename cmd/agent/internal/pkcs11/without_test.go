//go:build !pkcs11

package pkcs11

import (
	"strings"
	"testing"
)

// A build that cannot load modules says so instead of showing no tokens.
func TestOpenWithout(t *testing.T) {
	if s, err := Open(nil, nil); err != nil {
		t.Error(err)
	} else if list, err := s.List(); err != nil || len(list) != 0 {
		t.Errorf("listed %v, %v", list, err)
	}
	if _, err := Open([]string{"/usr/lib/librtpkcs11ecp.so"}, nil); err == nil || !strings.Contains(err.Error(), "without PKCS#11") {
		t.Errorf("opened: %v", err)
	}
}
