package esia

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// seal signs a token for the tests of the key set.
func seal(t testing.TB, key *gost.PrivateKey, header, payload string) string {
	t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(header)) + "." + encode([]byte(payload))
	sig, err := gost.SignMessage(nil, key, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(sig)
}

func esiaKey(t testing.TB, c *gost.Curve, from, to time.Time) (*gost.PrivateKey, Key) {
	t.Helper()
	key, err := gost.NewPrivateKey(c, big.NewInt(4711))
	if err != nil {
		t.Fatal(err)
	}
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(1), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "ЕСИА"}},
		NotBefore: from, NotAfter: to, IdentificationKind: -1}, nil, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, Key{Certificate: cert}
}

// sub comes as a number from ESIA, as a string from the books.
func TestKeySet(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	key, known := esiaKey(t, gost.CryptoProA, at.Add(-time.Hour), at.Add(time.Hour))
	long, known512 := esiaKey(t, gost.TC26A512, at.Add(-time.Hour), at.Add(time.Hour))
	_, past := esiaKey(t, gost.CryptoProA, at.Add(-time.Hour), at.Add(-time.Minute))
	_, future := esiaKey(t, gost.CryptoProA, at.Add(time.Minute), at.Add(time.Hour))
	const alg = `{"ver":1,"typ":"JWT","sbt":"id","alg":"GOST3410_2012_256"}`
	const alg512 = `{"alg":"GOST3410_2012_512","kid":"7"}`
	named := known512
	named.ID = "7"
	for _, tt := range []struct {
		name, token string
		keys        []Key
		sub         string // "" = refused
	}{
		{"a number", seal(t, key, alg, `{"sub":1000299654}`), []Key{known}, "1000299654"},
		{"a string", seal(t, key, alg, `{"sub":"1000299654"}`), []Key{known}, "1000299654"},
		{"second of two keys", seal(t, key, alg, `{"sub":1}`), []Key{past, known512, known}, "1"},
		{"512 bits by its name", seal(t, long, alg512, `{"sub":1}`), []Key{known, named}, "1"},
		{"512 bits, key without a name", seal(t, long, alg512, `{"sub":1}`), []Key{known512}, "1"},
		{"a key past its time", seal(t, key, alg, `{"sub":1}`), []Key{past}, ""},
		{"a key before its time", seal(t, key, alg, `{"sub":1}`), []Key{future}, ""},
		{"a key of another size", seal(t, long, alg, `{"sub":1}`), []Key{known512}, ""},
		{"a fraction", seal(t, key, alg, `{"sub":1.5}`), []Key{known}, ""},
		{"an object", seal(t, key, alg, `{"sub":{}}`), []Key{known}, ""},
		{"no sub", seal(t, key, alg, `{}`), []Key{known}, ""},
		{"letters", seal(t, key, alg, `{"sub":"x"}`), []Key{known}, ""},
		{"no object", seal(t, key, alg, `[]`), []Key{known}, ""},
		{"two parts", "e30.e30", []Key{known}, ""},
		{"four parts", seal(t, key, alg, `{"sub":1}`) + ".e30", []Key{known}, ""},
		{"no keys", seal(t, key, alg, `{"sub":1}`), nil, ""},
	} {
		payload, err := keySet{tt.keys, at}.VerifySignature(t.Context(), tt.token)
		var claims struct{ Sub string }
		if err == nil {
			err = json.Unmarshal(payload, &claims)
		}
		if (err == nil) != (tt.sub != "") || claims.Sub != tt.sub {
			t.Errorf("%s: %q, %v", tt.name, claims.Sub, err)
		}
	}
}

// A token changed anywhere is refused; nothing makes the key set panic.
func FuzzKeySet(f *testing.F) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	key, known := esiaKey(f, gost.CryptoProA, at.Add(-time.Hour), at.Add(time.Hour))
	good := seal(f, key, `{"alg":"GOST3410_2012_256"}`, `{"sub":1000299654}`)
	f.Add(good)
	f.Add(good[:len(good)-2])
	f.Add("..")
	f.Add("e30.e30.e30")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := (keySet{[]Key{known}, at}).VerifySignature(context.Background(), token); err == nil && token != good {
			t.Errorf("accepted %q", token)
		}
	})
}

// The answers of the REST interface are foreign bytes as well.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"trusted":"true","birthDate":"07.01.1994","oid":1000299654}`))
	f.Add([]byte(`{"trusted":true,"birthDate":"31.02.1994","oid":"12"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v struct {
			Trusted truth  `json:"trusted"`
			Birth   day    `json:"birthDate"`
			OID     number `json:"oid"`
		}
		if json.Unmarshal(b, &v) == nil && (len(v.OID) > 20 || time.Time(v.Birth).Year() > 9999) {
			t.Errorf("%q gives %+v", b, v)
		}
	})
}
