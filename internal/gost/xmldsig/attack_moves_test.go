package xmldsig

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"
)

// TestEveryMove moves and copies every element of a signed message to every
// place in it, the copies also with other words and without their Id. Whatever
// verifies must have been signed, and be what a reader finds who walks down the
// path of the schema instead of taking Signed.
func TestEveryMove(t *testing.T) {
	v := newVictim(t)
	doc := v.with("<S:Envelope", `<S:Envelope xmlns:r="`+typesNS+`" xmlns:b="`+basicNS+`" xmlns:ds="`+nsDSig+`"`)
	good, err := VerifyElement([]byte(doc), placeName, targetName)
	if err != nil {
		t.Fatal(err)
	}
	soap := func(local string) xml.Name { return xml.Name{Space: nsSOAP, Local: local} }
	path := []xml.Name{soap("Envelope"), soap("Body"), {Space: typesNS, Local: "SendRequestRequest"}, targetName}

	var elements [][2]int
	var points, open []int
	for _, tag := range regexp.MustCompile(`<(/?)[A-Za-z]+(?::[A-Za-z0-9]+)?[^>]*?(/?)>`).FindAllStringSubmatchIndex(doc, -1) {
		points = append(points, tag[0])
		switch {
		case tag[2] < tag[3]: // an end tag
			elements = append(elements, [2]int{open[len(open)-1], tag[1]})
			open = open[:len(open)-1]
		case tag[4] < tag[5]: // an empty element
			elements = append(elements, [2]int{tag[0], tag[1]})
		default:
			open = append(open, tag[0])
		}
	}
	tried, accepted := 0, 0
	try := func(what, changed string) {
		tried++
		s, err := VerifyElement([]byte(changed), placeName, targetName)
		if err != nil {
			return
		}
		accepted++
		read, err := Element([]byte(changed), path...)
		if err == nil {
			read, err = Transform(read)
		}
		if err != nil || string(s.Signed) != string(good.Signed) || string(read) != string(s.Signed) {
			t.Errorf("%s\n%s\nsigned %s\nread   %s, %v", what, changed, s.Signed, read, err)
		}
	}
	for _, e := range elements[:len(elements)-1] { // the root stays
		piece := doc[e[0]:e[1]]
		forged := strings.ReplaceAll(piece, "Щукин", "Окунев")
		nameless := regexp.MustCompile(` Id="[A-Z]+"`).ReplaceAllString(forged, "")
		for _, p := range points[1:] {
			for what, copied := range map[string]string{"copy": piece, "copy with other words": forged, "copy without Id": nameless} {
				try(what, doc[:p]+copied+doc[p:])
			}
			switch {
			case p <= e[0]:
				try("move", doc[:p]+piece+doc[p:e[0]]+doc[e[1]:])
				try("move, forged stays", doc[:p]+piece+doc[p:e[0]]+nameless+doc[e[1]:])
			case p >= e[1]:
				try("move", doc[:e[0]]+doc[e[1]:p]+piece+doc[p:])
				try("move, forged stays", doc[:e[0]]+nameless+doc[e[1]:p]+piece+doc[p:])
			}
		}
	}
	t.Logf("%d changes, %d of them harmless", tried, accepted)
	if accepted == 0 {
		t.Error("not even a move to where it was is accepted")
	}
}
