package gost

import (
	"encoding/hex"
	"testing"
)

// The two messages of RFC 6986, section 10.1, and the empty one.
func TestStreebog(t *testing.T) {
	m1 := []byte("012345678901234567890123456789012345678901234567890123456789012")
	for _, tt := range []struct {
		name, msg, want256 string
	}{
		{"M1", string(m1), "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"},
		{"empty", "", "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb"},
	} {
		got := Sum256([]byte(tt.msg))
		if hex.EncodeToString(got[:]) != tt.want256 {
			t.Errorf("%s: %x, want %s", tt.name, got, tt.want256)
		}
	}
	got := Sum512(m1)
	want := "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
	if hex.EncodeToString(got[:]) != want {
		t.Errorf("M1: %x, want %s", got, want)
	}
}

// A digest does not depend on how the message is cut into writes, and Sum
// leaves the state as it was.
func TestStreebogWrites(t *testing.T) {
	msg := make([]byte, 1000)
	for i := range msg {
		msg[i] = byte(i * 7)
	}
	want := Sum512(msg)
	for _, step := range []int{1, 3, 63, 64, 65, 128, 999} {
		h := New512()
		for b := msg; len(b) > 0; {
			n := min(step, len(b))
			h.Write(b[:n])
			h.Sum(nil)
			b = b[n:]
		}
		if [64]byte(h.Sum(nil)) != want {
			t.Errorf("writes of %d bytes give another digest", step)
		}
	}
}

func BenchmarkStreebog256(b *testing.B) {
	msg := make([]byte, 1<<20)
	b.SetBytes(int64(len(msg)))
	for b.Loop() {
		Sum256(msg)
	}
}
