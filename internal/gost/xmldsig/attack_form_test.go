package xmldsig

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// forms are signatures in another form or by another algorithm than SMEV's,
// good in themselves.
func (v *victim) forms() []attack {
	const (
		c14n  = `<ds:Transform Algorithm="` + algC14N + `"/>`
		smev  = `<ds:Transform Algorithm="` + algTransform + `"/>`
		both  = c14n + smev
		sig   = `<ds:SignatureMethod Algorithm="` + algSignature + `256"/>`
		dig   = `<ds:DigestMethod Algorithm="` + algDigest + `256"/>`
		canon = `<ds:CanonicalizationMethod Algorithm="` + algC14N + `"/>`
		more  = "http://www.w3.org/2001/04/xmldsig-more#"
	)
	transform := func(uri string) string { return `<ds:Transform Algorithm="` + uri + `"/>` }
	list := []attack{
		{"no Transforms", v.resigned("<ds:Transforms>"+both+"</ds:Transforms>", ""), "Reference holds"},
		{"no transform", v.resigned(both, ""), "transforms refused"},
		{"exclusive C14N alone", v.resigned(both, c14n), "transforms refused"},
		{"SMEV's transform alone", v.resigned(both, smev), "transforms refused"},
		{"the transforms in the other order", v.resigned(both, smev+c14n), "want exclusive C14N"},
		{"SMEV's transform twice", v.resigned(both, c14n+smev+smev), "transforms refused"},
		{"a third transform", v.resigned(both, both+transform(nsDSig+"base64")), "transforms refused"},
		{"enveloped-signature first", v.resigned(both, transform(nsDSig+"enveloped-signature")+smev), "want exclusive C14N"},
		{"an XPath transform", v.resigned(c14n, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>//*</ds:XPath></ds:Transform>`), "want exclusive C14N"},
		{"an XPath filter instead of SMEV's", v.resigned(smev, `<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"><x/></ds:Transform>`), "xmldsig-filter2"},
		{"an XSLT transform", v.resigned(smev, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x/></ds:Transform>`), "REC-xslt"},
		{"inclusive C14N as a transform", v.resigned(c14n, transform("http://www.w3.org/TR/2001/REC-xml-c14n-20010315")), "want exclusive C14N"},
		{"C14N 1.1 as a transform", v.resigned(c14n, transform("http://www.w3.org/2006/12/xml-c14n11")), "want exclusive C14N"},
		{"unknown parameters of a transform", v.resigned(c14n, `<ds:Transform Algorithm="`+algC14N+`"><i/></ds:Transform>`), "parameters of Transform refused"},
		{"two lists of prefixes", v.resigned(c14n, `<ds:Transform Algorithm="`+algC14N+`">`+strings.Repeat(`<e:InclusiveNamespaces xmlns:e="`+algC14N+`" PrefixList="b"/>`, 2)+`</ds:Transform>`), "parameters of Transform refused"},
		{"parameters of SMEV's transform", v.resigned(smev, `<ds:Transform Algorithm="`+algTransform+`"><i/></ds:Transform>`), "without parameters"},
		{"a transform of another namespace", v.resigned(c14n, `<Transform Algorithm="`+algC14N+`"/>`), "where Transform is due"},
		{"SignedInfo canonicalized inclusively", v.resigned(canon, `<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`), "want exclusive C14N"},
		{"SignedInfo canonicalized by SMEV's transform", v.resigned(canon, `<ds:CanonicalizationMethod Algorithm="`+algTransform+`"/>`), "want exclusive C14N"},
		{"SignedInfo canonicalized by nobody knows what", v.resigned(canon, `<ds:CanonicalizationMethod/>`), "want exclusive C14N"},
		{"no CanonicalizationMethod", v.resigned(canon, ""), "want two methods"},
		{"the methods in the other order", v.resigned(canon+sig, sig+canon), "where CanonicalizationMethod is due"},
		{"a digest of 512 bits under a signature of 256", v.resigned(dig, `<ds:DigestMethod Algorithm="`+algDigest+`512"/>`), "512 bits under a signature of 256"},
		{"a signature of 512 bits over a digest of 256", v.resigned(sig, `<ds:SignatureMethod Algorithm="`+algSignature+`512"/>`), "256 bits under a signature of 512"},
		{"512 bits by name, 256 by key", v.resigned(dig, `<ds:DigestMethod Algorithm="`+algDigest+`512"/>`, sig, `<ds:SignatureMethod Algorithm="`+algSignature+`512"/>`), "was changed"},
		{"HMACOutputLength", v.resigned(sig, `<ds:SignatureMethod Algorithm="`+algSignature+`256"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>`), "has parameters"},
		{"parameters of the digest", v.resigned(dig, `<ds:DigestMethod Algorithm="`+algDigest+`256"><i/></ds:DigestMethod>`), "has parameters"},
		{"no DigestMethod", v.resigned(dig, ""), "Reference holds"},
		{"two DigestValues", v.resigned("</ds:Reference>", "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>"), "Reference holds"},
	}
	for uri, want := range map[string]string{
		more + "gostr34102001-gostr3411": "GOST R 34.10-2001 is out of use", algGOST + "gostr34102001-gostr3411": "GOST R 34.10-2001 is out of use",
		more + "rsa-sha256": "rsa-sha256\" refused", more + "ecdsa-sha256": "ecdsa-sha256\" refused",
		nsDSig + "rsa-sha1": "refused", nsDSig + "dsa-sha1": "refused", nsDSig + "hmac-sha1": "hmac-sha1\" refused",
		algGOST + "hmac-gostr34112012-256": "hmac-gostr34112012-256\" refused", algSignature: "refused", algSignature + "1024": "refused",
		strings.ToUpper(algSignature) + "256": "refused", "": "refused",
	} {
		list = append(list, attack{"signed by " + uri, v.resigned(sig, `<ds:SignatureMethod Algorithm="`+uri+`"/>`), want})
	}
	for uri, want := range map[string]string{
		more + "gostr3411": "GOST R 34.10-2001 is out of use", algGOST + "gostr3411": "GOST R 34.10-2001 is out of use", nsDSig + "sha1": "sha1\" refused",
		"http://www.w3.org/2001/04/xmlenc#sha256": "sha256\" refused", more + "md5": "md5\" refused", algDigest: "refused", "": "refused",
	} {
		list = append(list, attack{"digested by " + uri, v.resigned(dig, `<ds:DigestMethod Algorithm="`+uri+`"/>`), want})
	}
	return list
}

// keys has the signature believed under another key, or readers differ about
// which key it is.
func (v *victim) keys() []attack {
	const open, shut = "<ds:X509Certificate>", "</ds:X509Certificate>"
	own := v.piece(open, shut)
	data := v.piece("<ds:X509Data>", "</ds:X509Data>")
	info := v.piece("<ds:KeyInfo>", "</ds:KeyInfo>")
	embed := func(der []byte) string { return open + base64Text(der) + shut }
	other, _ := signer(v.t, "XA")
	wide, _ := signer(v.t, "tc26-512-A")
	return []attack{
		{"no KeyInfo", v.with(info, ""), "want SignedInfo, SignatureValue, KeyInfo"},
		{"two KeyInfos", v.with(info, info+info), "want SignedInfo, SignatureValue, KeyInfo"},
		{"an empty KeyInfo", v.with(data, ""), "is not one X509Data"},
		{"KeyInfo with a name only", v.with(data, "<ds:KeyName>SMEV</ds:KeyName>"), "is not one X509Data"},
		{"KeyInfo with a bare key", v.with(data, "<ds:KeyValue><x/></ds:KeyValue>"), "is not one X509Data"},
		{"a bare key beside the certificate", v.with(data, "<ds:KeyValue><x/></ds:KeyValue>"+data), "is not one X509Data"},
		{"a key to be fetched", v.with(data, `<ds:RetrievalMethod URI="http://127.0.0.1/"/>`), "is not one X509Data"},
		{"two X509Data", v.with(data, data+data), "is not one X509Data"},
		{"X509Data of another namespace", v.with(data, "<X509Data>"+own+"</X509Data>"), "is not one X509Data"},
		{"no certificate", v.with(own, "<ds:X509SubjectName>CN=SMEV</ds:X509SubjectName>"), "0 certificates"},
		{"two certificates", v.with(own, own+own), "2 certificates"},
		{"another's certificate first", v.with(own, embed(other.Raw)+own), "2 certificates"},
		{"another's certificate instead", v.with(own, embed(other.Raw)), "SignatureValue"},
		{"a certificate of 512 bits", v.with(own, embed(wide.Raw)), "a key of 512 bits"},
		{"a certificate that is not GOST", v.with(own, embed(foreignCertificate(v.t))), "not a GOST R 34.10-2012 key"},
		{"an empty certificate", v.with(own, open+shut), "X509Certificate"},
		{"a certificate of noise", v.with(own, embed([]byte("noise"))), "X509Certificate"},
		{"a certificate with something behind it", v.with(own, embed(append(v.cert.Raw[:len(v.cert.Raw):len(v.cert.Raw)], 0))), "X509Certificate"},
		{"a certificate that is not base64", v.with(open, open+"!"), "X509Certificate"},
		{"elements in the certificate", v.with(open, open+"<x/>"), "X509Certificate"},
	}
}

// values are damaged digests and signatures.
func (v *victim) values() []attack {
	value := v.piece("<ds:SignatureValue>", "</ds:SignatureValue>")
	put := func(b []byte) string { return "<ds:SignatureValue>" + base64Text(b) + "</ds:SignatureValue>" }
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(value, "<ds:SignatureValue>"), "</ds:SignatureValue>"))
	if err != nil {
		v.t.Fatal(err)
	}
	flipped := append([]byte(nil), raw...)
	flipped[40] ^= 1
	info := v.piece("<ds:SignedInfo>", "</ds:SignedInfo>")
	digest := v.piece("<ds:DigestValue>", "</ds:DigestValue>")
	return []attack{
		{"the text changed", v.with("Щукин", "Окунев"), "was changed"},
		{"an attribute added", v.with(`<q `, `<q a="" `), "was changed"},
		{"an element renamed", v.with("<q ", "<p ", "</q>", "</p>"), "was changed"},
		{"a namespace changed", v.with(`"urn:q"`, `"urn:p"`), "was changed"},
		{"another digest", v.with(digest, "<ds:DigestValue>"+base64Text(make([]byte, 32))+"</ds:DigestValue>"), "was changed"},
		{"an empty digest", v.resigned(digest, "<ds:DigestValue/>"), "was changed"},
		{"a digest cut short", v.resigned(digest, digest[:len("<ds:DigestValue>")+4]+"</ds:DigestValue>"), "was changed"},
		{"a digest that is not base64", v.resigned(digest, "<ds:DigestValue>*</ds:DigestValue>"), "DigestValue"},
		{"elements in the digest", v.resigned(digest, "<ds:DigestValue><x/></ds:DigestValue>"), "DigestValue"},
		{"no SignatureValue", v.with(value, ""), "want SignedInfo, SignatureValue, KeyInfo"},
		{"two SignatureValues", v.with(value, value+value), "want SignedInfo, SignatureValue, KeyInfo"},
		{"an empty SignatureValue", v.with(value, "<ds:SignatureValue/>"), "SignatureValue"},
		{"a SignatureValue of zeros", v.with(value, put(make([]byte, 64))), "SignatureValue"},
		{"a SignatureValue cut short", v.with(value, put(raw[:63])), "SignatureValue"},
		{"a SignatureValue with a byte more", v.with(value, put(append(raw[:64:64], 0))), "SignatureValue"},
		{"one bit of SignatureValue flipped", v.with(value, put(flipped)), "SignatureValue"},
		{"halves of SignatureValue exchanged", v.with(value, put(append(raw[32:64:64], raw[:32]...))), "SignatureValue"},
		{"elements in SignatureValue", v.with("<ds:SignatureValue>", "<ds:SignatureValue><x/>"), "SignatureValue"},
		{"no SignedInfo", v.with(info, ""), "want SignedInfo, SignatureValue, KeyInfo"},
		{"two SignedInfos", v.with(info, info+info), "want SignedInfo, SignatureValue, KeyInfo"},
		{"SignedInfo last", v.with(info, "", "</ds:Signature>", info+"</ds:Signature>"), "want SignedInfo, SignatureValue, KeyInfo"},
		{"SignedInfo re-indented", v.with("<ds:SignedInfo>", "<ds:SignedInfo>\n  "), "SignatureValue"},
		{"SignedInfo with another prefix", v.with(info, strings.ReplaceAll(strings.Replace(info, "<ds:SignedInfo>", `<x:SignedInfo xmlns:x="`+nsDSig+`">`, 1), "ds:SignedInfo>", "x:SignedInfo>")), "SignatureValue"},
		{"a document type that makes id an Id", `<!DOCTYPE S:Envelope [<!ATTLIST q id ID #IMPLIED>]>` + v.whole, "document type"},
		{"an entity in the text", v.with("Щукин", "&who;"), "unknown entity"},
	}
}

// foreignCertificate is a good one by ECDSA.
func foreignCertificate(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SMEV"}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestHarmless: what the canonical forms are indifferent to does not spoil a
// signature.
func TestHarmless(t *testing.T) {
	v := newVictim(t)
	const canon = `<ds:CanonicalizationMethod Algorithm="` + algC14N + `"/>`
	for name, doc := range map[string]string{
		"as it is":                    v.whole,
		"a declaration and BOM":       "\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>\r\n" + v.whole,
		"blanks between elements":     v.with("<r:MessageID>", "\r\n  <r:MessageID>", "</r:SenderProvidedRequestData>", "\n\t</r:SenderProvidedRequestData>\n"),
		"a comment in the text":       v.with("Щукин", "Щу<!-- -->кин"),
		"an instruction in the data":  v.with("<r:MessageID>", "<?p?><r:MessageID>"),
		"CDATA for the text":          v.with("Щукин &amp; Ко", "<![CDATA[Щукин & Ко]]>"),
		"references for the text":     v.with("Щукин", "&#x429;&#1091;кин"),
		"another prefix":              v.with(`<q xmlns="urn:q"`, `<p:q xmlns:p="urn:q"`, "</q>", "</p:q>"),
		"a namespace declared higher": v.with("<S:Envelope ", `<S:Envelope xmlns:p="urn:q" `, `<q xmlns="urn:q"`, `<p:q`, "</q>", "</p:q>"),
		"no header":                   v.with("<S:Header></S:Header>", ""),
		"the message alone":           v.message,
		"base64 in lines":             v.with("<ds:SignatureValue>", "<ds:SignatureValue>\n", "</ds:SignatureValue>", "\r\n</ds:SignatureValue>"),
		"more about the certificate":  v.with("<ds:X509Data>", "<ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName>"),
		"SignedInfo with comments":    v.resigned(canon, "<!-- c -->"+strings.Replace(canon, `"/>`, `WithComments"/>`, 1)),
		"a comment in SignedInfo":     v.with(canon, "<!-- c -->"+canon),
		"SignedInfo with a list of prefixes": v.resigned("<ds:SignedInfo>", `<ds:SignedInfo xmlns:z="urn:z">`, canon,
			strings.Replace(canon, `/>`, `><e:InclusiveNamespaces xmlns:e="`+algC14N+`" PrefixList="z #default"/></ds:CanonicalizationMethod>`, 1)),
		"the transform with a list of prefixes": v.resigned(`<ds:Transform Algorithm="`+algC14N+`"/>`,
			`<ds:Transform Algorithm="`+algC14N+`"><e:InclusiveNamespaces xmlns:e="`+algC14N+`" PrefixList="b S"/></ds:Transform>`),
		"the transform with comments": v.resigned(`<ds:Transform Algorithm="`+algC14N+`"/>`, `<ds:Transform Algorithm="`+algC14NComments+`"/>`),
	} {
		if s, err := VerifyElement([]byte(doc), placeName, targetName); err != nil || !s.DigestOK || !s.SignatureOK || !s.TargetOK {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	s, err := VerifyElement([]byte(v.with("Щукин", "Щу<!-- -->кин")), placeName, targetName)
	if err != nil || !strings.Contains(string(s.Signed), ">Щукин &amp; Ко<") {
		t.Errorf("a comment divides the signed text: %s, %v", s.Signed, err)
	}
}

// TestSignedIsReadable: the transform renames the prefix xml, which XML forbids;
// what a caller is given to read is XML all the same.
func TestSignedIsReadable(t *testing.T) {
	v := newVictim(t)
	doc := strings.Replace(v.whole, "<q ", `<q xml:lang="ru" `, 1)
	tree, err := parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	target, err := tree.resolve("SIGNED")
	if err != nil {
		t.Fatal(err)
	}
	octets, err := transformed(target)
	if err != nil || !strings.Contains(string(octets), `xmlns:ns4="`+nsXML+`" ns4:lang="ru"`) {
		t.Fatalf("%s, %v", octets, err)
	}
	digest := v.piece("<ds:DigestValue>", "</ds:DigestValue>")
	doc = strings.Replace(v.resigned(digest, "<ds:DigestValue>"+base64Text(sum(256, octets))+"</ds:DigestValue>"), "<q ", `<q xml:lang="ru" `, 1)
	s, err := VerifyElement([]byte(doc), placeName, targetName)
	if err != nil {
		t.Fatal(err)
	}
	content, err := Element(s.Signed, targetName, xml.Name{Space: basicNS, Local: "MessagePrimaryContent"}, xml.Name{})
	if err != nil || string(content) != `<q xmlns="urn:q" Id="INNER" xml:lang="ru">Щукин &amp; Ко</q>` {
		t.Errorf("%s, %v", content, err)
	}
}

// TestFormsAreBounded: all forms of one document share an allowance, so that
// many signatures over one large element cannot make work without end.
func TestFormsAreBounded(t *testing.T) {
	tree, err := parse([]byte("<a>12345</a>"))
	if err != nil {
		t.Fatal(err)
	}
	tree.left = 30
	for i := range 4 {
		_, err := transformed(tree.root())
		if fits := i < 2; fits != (err == nil) || !fits && !errors.Is(err, ErrTooLarge) {
			t.Errorf("form %d of 12 octets under an allowance of 30: %v", i+1, err)
		}
	}
}
