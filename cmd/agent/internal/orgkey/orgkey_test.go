package orgkey

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/record"
	"signdesk/internal/gost"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const signedInfo = `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` +
	`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>` +
	`<ds:SignatureMethod Algorithm="urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256"></ds:SignatureMethod>` +
	`<ds:Reference URI="#SIGNED_BY_CALLER"><ds:Transforms>` +
	`<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>` +
	`<ds:Transform Algorithm="urn://smev-gov-ru/xmldsig/transform"></ds:Transform></ds:Transforms>` +
	`<ds:DigestMethod Algorithm="urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256"></ds:DigestMethod>` +
	`<ds:DigestValue>P1OaIT6XyALMIp1HTGqjKoJaNgsqkzqUn9klII2c4bs=</ds:DigestValue></ds:Reference></ds:SignedInfo>`

// What each rule takes, and what differs from it by a little.
func TestRules(t *testing.T) {
	smev, esia := SMEV(256), ESIA("SGND01", []string{"https://console.example.ru/esia", "http://127.0.0.1:8080/esia"})
	change := func(old, by string) string { return strings.Replace(signedInfo, old, by, 1) }
	const (
		state = "0f3a7a52-6d0b-4d0a-9c55-6c1f6c1d7f10"
		good  = "SGND01openid fullname http://esia.gosuslugi.ru/usr_inf?mode=2 org_shortname?org_oid=12026.11.22 15:01:00 +0300" + state + "https://console.example.ru/esia"
	)
	for _, tt := range []struct {
		rule    Rule
		name    string
		message string
		fits    bool
	}{
		{smev, "SignedInfo", signedInfo, true},
		{smev, "another Id", change("SIGNED_BY_CALLER", "SIGNED_BY_CONSUMER"), true},
		{smev, "a byte before", " " + signedInfo, false},
		{smev, "a byte after", signedInfo + "\n", false},
		{smev, "twice", signedInfo + signedInfo, false},
		{smev, "512 bits", strings.ReplaceAll(signedInfo, "-256", "-512"), false},
		{smev, "short digest", change("P1OaIT6X", ""), false},
		{smev, "digest padded twice", change("bs=", "bs=="), false},
		{smev, "no transform", change(`<ds:Transform Algorithm="urn://smev-gov-ru/xmldsig/transform"></ds:Transform>`, ""), false},
		{smev, "whole document", change(`URI="#SIGNED_BY_CALLER"`, `URI=""`), false},
		{smev, "an address outside", change("#SIGNED_BY_CALLER", "http://x/"), false},
		{smev, "another algorithm", change("gostr34102012-gostr34112012-256", "rsa-sha256"), false},
		{smev, "empty", "", false},
		{smev, "digest only", strings.Repeat("\x00", 32), false},
		{esia, "authorisation", good, true},
		{esia, "exchange of the code", good + "eyJhbGciOi.eyJ-_0.c2ln", true},
		{esia, "second address", strings.Replace(good, "https://console.example.ru/esia", "http://127.0.0.1:8080/esia", 1), true},
		{esia, "an address below it", good + "/evil", false},
		{esia, "another host", strings.Replace(good, "console.", "c0nsole.", 1), false},
		{esia, "another client", strings.Replace(good, "SGND01", "SGND02", 1), false},
		{esia, "six minutes old", strings.Replace(good, "15:01", "14:54", 1), false},
		{esia, "six minutes ahead", strings.Replace(good, "15:01", "15:07", 1), false},
		{esia, "no time", strings.Replace(good, "2026.11.22 15:01:00 +0300", "", 1), false},
		{esia, "no such day", strings.Replace(good, "2026.11.22", "2026.13.22", 1), false},
		{esia, "no state", strings.Replace(good, state, "", 1), false},
		{esia, "Russian words", strings.Replace(good, "fullname", "Договор", 1), false},
		{esia, "words after the code", good + "code и ещё", false},
		{esia, "a line end", good + "\n", false},
		{esia, "SignedInfo", signedInfo, false},
		{esia, "empty", "", false},
	} {
		if err := tt.rule.Fits([]byte(tt.message), noon); (err == nil) != tt.fits {
			t.Errorf("%s, %s: %v", tt.rule.Kind, tt.name, err)
		}
	}
}

// The door takes a call once, from its own console, now and not too often.
func TestDoor(t *testing.T) {
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := record.OpenDays(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	now := noon
	d, err := New(Config{Key: key, Rules: []Rule{SMEV(256)}, Secret: &pairing.Secret{1}, PerMinute: 4, Journal: journal,
		Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	id := func() string { n++; return fmt.Sprintf("%032x", n) }
	body := func(id string, at time.Time, message string) string {
		b, _ := json.Marshal(map[string]any{"id": id, "at": at, "message": []byte(message)})
		return string(b)
	}
	do := func(path, body string, secret pairing.Secret) (int, map[string]any) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", scheme+base64.StdEncoding.EncodeToString(secret.MAC([]byte(path+"\n"+body))))
		w := httptest.NewRecorder()
		d.Handler().ServeHTTP(w, r)
		var v map[string]any
		if err := json.NewDecoder(w.Body).Decode(&v); err != nil {
			t.Fatal(err)
		}
		return w.Code, v
	}
	own := pairing.Secret{1}
	first := body(id(), now, signedInfo)
	for _, tt := range []struct {
		name, path, body string
		secret           pairing.Secret
		status           int
		code             any
	}{
		{"signed", "/v1/sign", first, own, http.StatusOK, nil},
		{"the same again", "/v1/sign", first, own, http.StatusConflict, "replay"},
		{"another console", "/v1/sign", body(id(), now, signedInfo), pairing.Secret{2}, http.StatusForbidden, "mac"},
		{"no JSON", "/v1/sign", "{", own, http.StatusUnprocessableEntity, "malformed"},
		{"no id", "/v1/sign", body("", now, signedInfo), own, http.StatusUnprocessableEntity, "malformed"},
		{"late", "/v1/sign", body(id(), now.Add(-2*time.Minute), signedInfo), own, http.StatusUnprocessableEntity, "clock"},
		{"early", "/v1/sign", body(id(), now.Add(2*time.Minute), signedInfo), own, http.StatusUnprocessableEntity, "clock"},
		{"foreign", "/v1/sign", body(id(), now, "Договор"), own, http.StatusForbidden, "kind"},
		{"large", "/v1/sign", body(id(), now, strings.Repeat("x", maxBody)), own, http.StatusRequestEntityTooLarge, "too_large"},
		{"key", "/v1/key", body(id(), now, ""), own, http.StatusOK, nil},
		{"fourth", "/v1/key", body(id(), now, ""), own, http.StatusOK, nil},
		{"fifth in the minute", "/v1/key", body(id(), now, ""), own, http.StatusTooManyRequests, "rate"},
	} {
		status, v := do(tt.path, tt.body, tt.secret)
		if status != tt.status || v["code"] != tt.code {
			t.Errorf("%s: %d %v", tt.name, status, v)
		}
	}
	now = now.Add(time.Minute)
	if status, v := do("/v1/sign", body(id(), now, signedInfo), own); status != http.StatusOK || v["signature"] == nil {
		t.Errorf("a minute later: %d %v", status, v)
	}
	journal.Close() // no line, no signature
	if status, v := do("/v1/sign", body(id(), now, signedInfo), own); status != http.StatusInternalServerError || v["signature"] != nil {
		t.Errorf("without a journal: %d %v", status, v)
	}
}

func FuzzRules(f *testing.F) {
	f.Add([]byte(signedInfo))
	f.Add([]byte("SGND01openid2026.11.22 15:01:00 +03000f3a7a52-6d0b-4d0a-9c55-6c1f6c1d7f10https://a/code"))
	smev, esia := SMEV(256), ESIA("SGND01", []string{"https://a/"})
	f.Fuzz(func(t *testing.T, message []byte) {
		if smev.Fits(message, noon) == nil && !bytes.HasPrefix(message, []byte("<ds:SignedInfo ")) {
			t.Errorf("smev takes %q", message)
		}
		if esia.Fits(message, noon) == nil && (!bytes.HasPrefix(message, []byte("SGND01")) || !bytes.Contains(message, []byte("https://a/"))) {
			t.Errorf("esia takes %q", message)
		}
	})
}
