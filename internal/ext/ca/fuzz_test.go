package ca

import (
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// contents are one body of each kind we read.
func contents() map[int][]byte {
	make := func(fill func(b *cryptobyte.Builder)) []byte {
		var b cryptobyte.Builder
		fill(&b)
		return b.BytesOrPanic()
	}
	text := func(b *cryptobyte.Builder, words string) {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(words)) })
		})
	}
	status := func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(statusRejection)
			text(b, "нет\x00 такого")
			b.AddASN1(cbasn1.BIT_STRING, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0x00, 0x02}) })
		})
	}
	in := func(deep int, fill func(b *cryptobyte.Builder)) []byte {
		for range deep {
			inner := fill
			fill = func(b *cryptobyte.Builder) { sequence(b, inner) }
		}
		return make(fill)
	}
	return map[int][]byte{
		bodyCP: in(3, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(-1)
			status(b)
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1(tagged(0), func(b *cryptobyte.Builder) { sequence(b, func(*cryptobyte.Builder) {}) })
			})
		}),
		bodyPollRep: in(2, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddASN1Int64(30)
			text(b, "ждите")
		}),
		bodyRP: in(2, status),
		bodyError: in(1, func(b *cryptobyte.Builder) {
			status(b)
			b.AddASN1Int64(7)
			text(b, "и ещё")
		}),
	}
}

// The seeds are answers of each kind, so the readers are known to read them.
func TestBodiesAreRead(t *testing.T) {
	c := contents()
	if r, ok := readCertResponse(c[bodyCP]); !ok || r.request != -1 || r.status.text != "нет такого" || r.certificate == nil || !r.status.fails(14) {
		t.Errorf("cp: %+v %v", r, ok)
	}
	if p, ok := readPollResponse(c[bodyPollRep]); !ok || p.after != 30*time.Second || p.request != 0 {
		t.Errorf("pollRep: %+v %v", p, ok)
	}
	if st, ok := readRevocation(c[bodyRP]); !ok || st.code != statusRejection {
		t.Errorf("rp: %+v %v", st, ok)
	}
	if st, ok := readError(c[bodyError]); !ok || st.text != "нет такого и ещё" {
		t.Errorf("error: %+v %v", st, ok)
	}
}

func FuzzAnswer(f *testing.F) {
	c := New("", "console", "secret", nil, time.Now)
	tr := transaction{id: []byte("transaction-0001"), nonce: []byte("nonce")}
	for kind, content := range contents() {
		der, err := c.message(operation{body: kind}, tr, []byte("0123456789abcdef"), time.Unix(1.8e9, 0), func(b *cryptobyte.Builder) { b.AddBytes(content) })
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
		f.Add(content)
	}
	shown := func(t *testing.T, text string) {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxText+1 {
			t.Errorf("%q is not fit to show", text)
		}
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		content := cryptobyte.String(der)
		if r, err := parseReply(der); err == nil {
			_ = c.check(r, tr.id, tr.nonce)
			content = r.content
		}
		if r, ok := readCertResponse(content); ok {
			shown(t, r.status.words())
			if r.status.granted() && r.certificate == nil {
				t.Error("granted without a certificate")
			}
		}
		if p, ok := readPollResponse(content); ok && p.after < 0 {
			t.Error(p.after)
		}
		if st, ok := readRevocation(content); ok {
			shown(t, st.words())
		}
		if st, ok := readError(content); ok {
			shown(t, st.words())
			if st.err() == nil {
				t.Error("an error message is no error")
			}
		}
	})
}

// Certificates from EST: whatever comes is read or refused, in bounded numbers.
func FuzzCertsOnly(f *testing.F) {
	f.Add([]byte{0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02})
	f.Fuzz(func(t *testing.T, der []byte) {
		list, err := certsOnly(der)
		if (err == nil) != (len(list) > 0) || len(list) > maxCertificates {
			t.Fatalf("%d certificates, %v", len(list), err)
		}
	})
}
