package orgkey

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Rule recognises one type of message that the key may sign.
type Rule struct {
	Kind string // for the journal
	// Fits answers nil when the message is of the type, whole and without a
	// byte besides.
	Fits func(message []byte, now time.Time) error
}

// SMEV is the rule of SMEV 3: ds:SignedInfo in its canonical form (exclusive
// C14N) over one element named by its Id, digested after the exchange's
// transform, with the GOST algorithms of the key's size in bits.
func SMEV(bits int) Rule {
	const (
		dsig  = "http://www.w3.org/2000/09/xmldsig#"
		c14n  = "http://www.w3.org/2001/10/xml-exc-c14n#"
		smev  = "urn://smev-gov-ru/xmldsig/transform"
		gost  = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
		value = "@VALUE@"
		id    = "@ID@"
	)
	element := func(name, algorithm string) string {
		return "<ds:" + name + ` Algorithm="` + algorithm + `"></ds:` + name + ">"
	}
	size := strconv.Itoa(bits)
	form := `<ds:SignedInfo xmlns:ds="` + dsig + `">` + element("CanonicalizationMethod", c14n) +
		element("SignatureMethod", gost+"gostr34102012-gostr34112012-"+size) +
		`<ds:Reference URI="#` + id + `"><ds:Transforms>` + element("Transform", c14n) + element("Transform", smev) + `</ds:Transforms>` +
		element("DigestMethod", gost+"gostr34112012-"+size) +
		`<ds:DigestValue>` + value + `</ds:DigestValue></ds:Reference></ds:SignedInfo>`
	digest := fmt.Sprintf("[A-Za-z0-9+/]{%d}=*", (bits/8*4+2)/3) // base64 of bits/8 bytes
	pattern := strings.NewReplacer(value, "("+digest+")", id, `[A-Za-z_][A-Za-z0-9_.-]{0,63}`).Replace(regexp.QuoteMeta(form))
	exact := regexp.MustCompile(`\A` + pattern + `\z`)
	return Rule{Kind: "smev", Fits: func(message []byte, _ time.Time) error {
		m := exact.FindSubmatch(message)
		if m == nil {
			return fmt.Errorf("not the SignedInfo of a SMEV message of %d bits", bits)
		}
		if raw, err := base64.StdEncoding.DecodeString(string(m[1])); err != nil || len(raw) != bits/8 {
			return fmt.Errorf("digest of %d bytes", len(raw))
		}
		return nil
	}}
}

// window is how far the time inside an ESIA string may lie from now.
const window = 5 * time.Minute

var (
	stamp = regexp.MustCompile(`\d{4}\.\d{2}\.\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4}`)
	uuid  = regexp.MustCompile(`\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	// scopes: names in Latin letters, some with parameters as in a URL
	scopes = regexp.MustCompile(`\A[A-Za-z0-9_./:?=&%-]+( [A-Za-z0-9_./:?=&%-]+)*\z`)
	code   = regexp.MustCompile(`\A[A-Za-z0-9._~=-]*\z`)
)

// ESIA is the rule of the sign-in through ESIA: the string that its
// client_secret signs, that is client_id, scope, scope_org, timestamp, state
// and redirect_uri one after another and, at the exchange of the code, the
// code. Only this client and these addresses, and only for now.
func ESIA(client string, redirects []string) Rule {
	return Rule{Kind: "esia", Fits: func(message []byte, now time.Time) error {
		text := string(message)
		rest, ok := strings.CutPrefix(text, client)
		at := stamp.FindStringIndex(rest)
		if !ok || at == nil || !utf8.Valid(message) || !scopes.MatchString(rest[:at[0]]) {
			return fmt.Errorf("not a client_secret string of %s", client)
		}
		when, err := time.Parse("2006.01.02 15:04:05 -0700", rest[at[0]:at[1]])
		if err != nil || when.Before(now.Add(-window)) || when.After(now.Add(window)) {
			return fmt.Errorf("the client_secret string is not of now")
		}
		rest = rest[at[1]:]
		state := uuid.FindString(rest)
		if state == "" {
			return fmt.Errorf("the client_secret string has no state")
		}
		for _, address := range redirects {
			if tail, ok := strings.CutPrefix(rest[len(state):], address); ok && code.MatchString(tail) {
				return nil
			}
		}
		return fmt.Errorf("the client_secret string returns to an unknown address")
	}}
}

// CheckRedirect refuses what cannot be a redirect_uri.
func CheckRedirect(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.ContainsAny(address, " \t\r\n") {
		return fmt.Errorf("%q is not an http or https address", address)
	}
	return nil
}
