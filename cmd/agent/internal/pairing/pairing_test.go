package pairing

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "agent")
	codes := make([]string, 8)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() {
			s, err := Load(dir)
			if err != nil {
				t.Error(err)
				return
			}
			codes[i] = s.Code()
		})
	}
	wg.Wait()
	for _, code := range codes {
		if code != codes[0] || len(code) != 52 {
			t.Fatalf("codes differ or are short: %q", codes)
		}
	}
	st, err := os.Stat(filepath.Join(dir, "pairing"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", st.Mode(), err)
	}
	again, err := Parse(codes[0][:4] + " " + codes[0][4:8] + "-" + codes[0][8:])
	if err != nil || again.Code() != codes[0] {
		t.Errorf("parsed %v, %v", again, err)
	}
	for _, bad := range []string{"", "AAAA", codes[0] + "A", "1" + codes[0][1:]} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("code %q taken", bad)
		}
	}
}
