package smev

import (
	"runtime"
	"strings"
	"testing"
)

// TestBase64WithSpace reads base64 that is folded in any way, in no more memory
// than a copy of the text and the octets take.
func TestBase64WithSpace(t *testing.T) {
	for text, want := range map[string]string{"YWJj": "abc", " YW\r\nJ\tj\n": "abc", "Y W\u00a0I = ": "ab", "": ""} {
		if got := unbase64(text); got == nil || string(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"YWJ", "YW*j", "Y\xffWJj", "YQ==YQ=="} {
		if got := unbase64(text); got != nil {
			t.Errorf("%q: %q", text, got)
		}
	}
	text := strings.Repeat("A ", 2<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	unbase64(text)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > uint64(2*len(text)) {
		t.Errorf("%d octets of text took %d", len(text), took)
	}
}
